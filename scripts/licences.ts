import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** `node_modules/@aws-sdk/core` of a file in it; undefined for a file of ours. */
export function packageOf(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/** Each licence text of the packages once, under the names of all that have it. */
export async function collectLicences(packages: readonly string[]): Promise<string> {
  const namesByText = new Map<string, string[]>();
  for (const path of packages) {
    const { label, text } = await readLicence(path);
    namesByText.set(text, [...(namesByText.get(text) ?? []), label]);
  }
  return [...namesByText]
    .map(([text, names]) => `${names.join("\n")}\n\n${text.trim()}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

async function readLicence(
  path: string,
): Promise<{ readonly label: string; readonly text: string }> {
  const directory = join(root, path);
  const description: unknown = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
  const { name, version, license } = parseDescription(description);
  const files = (await readdir(directory)).filter(file => /^(licen[cs]e|notice)/i.test(file));
  const texts = await Promise.all(
    files.toSorted().map(file => readFile(join(directory, file), "utf8")),
  );
  const text = texts.length > 0 ? texts.join("\n\n") : `(no licence file; ${license})`;
  return { label: `${name} ${version} (${license})`, text: text.replaceAll("\r\n", "\n") };
}

function parseDescription(value: unknown): { name: string; version: string; license: string } {
  if (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "version" in value &&
    "license" in value
  ) {
    const { name, version, license } = value;
    return { name: String(name), version: String(version), license: String(license) };
  }
  throw new Error("A bundled package names no licence.");
}
