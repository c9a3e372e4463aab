/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- its packages live in the cache of .ci/run, so there are no types here */
// Asks GitHub's own language service, the one behind its editors, about workflows and actions.
// It cannot be imported by plain Node (JSON imports without an attribute), so esbuild bundles it first.
// Usage: node workflow-language.cjs FILE ...
import { readFileSync } from "node:fs";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

async function main(files) {
  let findings = 0;
  for (const file of files) {
    // The service caches by address, so every file has its own.
    const document = TextDocument.create(`file:///${file}`, "yaml", 1, readFileSync(file, "utf8"));
    for (const { range, message } of await validate(document, { fileProvider })) {
      findings += 1;
      console.log(`${file}:${range.start.line + 1}:${range.start.character + 1} ${message}`);
    }
  }
  console.log(`${files.length} files, ${findings} findings`);
  if (findings > 0) process.exitCode = 1;
}

/** Reads the reusable workflows that a workflow calls. */
const fileProvider = {
  getFileContent: async ({ path }) => ({ name: path, content: readFileSync(path, "utf8") }),
};

void main(process.argv.slice(2));
