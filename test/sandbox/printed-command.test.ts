import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** Windows has no `env`. */
describe.skipIf(process.platform === "win32")("what npm run sandbox prints", () => {
  it("runs the Action against the sandbox, as README.md promises", async () => {
    const sandbox = spawn(process.execPath, ["test/sandbox/main.ts"], { cwd: root });
    try {
      const command = await printedCommand(sandbox.stdout);
      // A dry run, so that the test need not wait for a run.
      const step = await promisify(execFile)("sh", ["-c", asDryRun(command)], {
        cwd: root,
        env: { PATH: process.env["PATH"] ?? "" },
      });
      expect(step.stdout).toContain('ok · flow 12345 is "Stripe to Snowflake — daily"');
      expect(step.stdout).toContain("outcome::skipped");
    } finally {
      sandbox.kill("SIGTERM");
    }
  });
});

/** The line that begins with `env`, as soon as it is there. */
async function printedCommand(output: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of output) {
    text += chunk.toString("utf8");
    const command = /^ {2}(env INPUT_.*)$/m.exec(text)?.[1];
    if (command !== undefined) return command;
  }
  throw new Error("the sandbox printed no command");
}

function asDryRun(command: string): string {
  return command.replace(/^env /, "env INPUT_DRY-RUN=true ");
}
