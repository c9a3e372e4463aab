import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { COMPILE_CACHE } from "../compile-cache.ts";
import { root } from "./pages.ts";

/** The scripts of examples are for bash. */
export const noBash =
  process.platform === "win32" || spawnSync("bash", ["--version"]).error !== undefined;

/** What a stub of a command does when it is called. */
export interface StubAnswer {
  readonly out?: string;
  readonly error?: string;
  readonly exit?: number;
  /** Written to the file that the last argument names, as `aws lambda invoke` does. */
  readonly file?: string;
}

/**
 * By command and first words, such as `aws secretsmanager describe-secret` or `sam deploy`. Several
 * answers are given one after the other, the last one for ever. Without one: silence and success.
 */
export type StubAnswers = Readonly<Record<string, StubAnswer | readonly StubAnswer[]>>;

/** A folder that looks like a clone of the repository in which a user runs one of our scripts. */
export interface CloneOptions {
  readonly answers?: StubAnswers;
  /** Files beside the scripts, by path; `null` takes one away. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  /** Commands that are played instead of run, besides `aws`, `sam` and `sleep`. */
  readonly stubs?: readonly string[];
}

export interface Played {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
  /** What the stubs were called with, in order. */
  readonly calls: readonly (readonly string[])[];
  /** A file of the clone, as the script left it. */
  readonly left: Readonly<Record<string, string>>;
}

/** Runs a script of `examples` with stubs of the commands that would reach AWS. */
export function playScript(script: string, options: CloneOptions = {}): Played {
  const clone = mkdtempSync(join(tmpdir(), "etlworks-clone-"));
  try {
    furnish(clone, options);
    const run = spawnSync("bash", [join("examples", script), ...(options.arguments ?? [])], {
      cwd: clone,
      env: {
        PATH: [join(clone, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
        ...COMPILE_CACHE,
        ...options.environment,
      },
      encoding: "utf8",
    });
    const { status, stdout, stderr } = run;
    return { status, output: stdout, errors: stderr, calls: callsIn(clone), left: leftIn(clone) };
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

function furnish(clone: string, options: CloneOptions): void {
  for (const folder of ["scripts", "shared"]) symlinkSync(join(root, folder), join(clone, folder));
  cpSync(join(root, "examples"), join(clone, "examples"), { recursive: true });
  cpSync(join(root, "package.json"), join(clone, "package.json"));
  mkdirSync(join(clone, "lambda"));
  cpSync(join(root, "lambda", "template.yaml"), join(clone, "lambda", "template.yaml"));
  mkdirSync(join(clone, "dist", "lambda"), { recursive: true });
  const files = {
    "dist/lambda/dispatcher.mjs": "",
    "etlworks-key.txt": "the-key\n",
    "routes.json": readFileSync(join(root, "examples", "routes", "files.json"), "utf8"),
    ...options.files,
  };
  for (const [path, text] of Object.entries(files)) {
    if (text !== null) writeFileSync(join(clone, path), text);
  }
  mkdirSync(join(clone, "bin"));
  for (const command of ["aws", "sam", "sleep", ...(options.stubs ?? [])]) {
    writeFileSync(join(clone, "bin", command), STUB);
    chmodSync(join(clone, "bin", command), 0o755);
  }
  for (const [call, answer] of Object.entries(options.answers ?? {})) {
    const folder = join(clone, "answers", call);
    [answer].flat().forEach((one, index) => {
      const place = join(folder, String(index + 1));
      mkdirSync(place, { recursive: true });
      for (const [name, value] of Object.entries(one)) writeFileSync(join(place, name), `${value}`);
    });
  }
}

/**
 * Notes how it was called, then answers by the folder that is named after the call. It is run hundreds
 * of times, so it starts hardly another process.
 */
const STUB = `#!/usr/bin/env bash
clone=\${BASH_SOURCE[0]%/bin/*}
name=\${0##*/}
{ printf '%s\\0' "$name" "$@"; printf '\\n'; } >>"$clone/calls"
for call in "$name \${1-} \${2-}" "$name \${1-}"; do
  folder="$clone/answers/$call"
  if [[ -d "$folder" ]]; then break; fi
done
turn=0
if [[ -f "$folder/turn" ]]; then turn=$(<"$folder/turn"); fi
turn=$((turn + 1))
if [[ -d "$folder/$turn" ]]; then echo "$turn" >"$folder/turn"; else turn=$((turn - 1)); fi
answer="$folder/$turn"
if [[ -f "$answer/file" ]]; then cat "$answer/file" >"\${@: -1}"; fi
if [[ -f "$answer/out" ]]; then cat "$answer/out"; fi
if [[ -f "$answer/error" ]]; then cat "$answer/error" >&2; fi
if [[ -f "$answer/exit" ]]; then exit "$(<"$answer/exit")"; fi
`;

function callsIn(clone: string): readonly (readonly string[])[] {
  const notes = readIfThere(join(clone, "calls"));
  if (notes === undefined) return [];
  const calls = notes.trimEnd().split("\0\n");
  return calls.map(call => call.replace(/\0$/, "").split("\0"));
}

function leftIn(clone: string): Readonly<Record<string, string>> {
  const path = "dist/lambda/routes.json";
  const text = readIfThere(join(clone, path));
  return text === undefined ? {} : { [path]: text };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
