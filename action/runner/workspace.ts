import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { codeOf } from "../../shared/thrown.ts";
import { UserError } from "../../shared/user-error.ts";

/**
 * The files that a workflow may hand to a step and take from it: those of the workspace. A path
 * leads out of it neither by `..` nor by symbolic links. Every problem is a UserError that names
 * the path; `input` is the input that holds it.
 */
export interface Workspace {
  /** The text of a file, as UTF-8. */
  readText(path: string, input: string): string;
  /** Throws when the path cannot be written to. Creates nothing. */
  checkTarget(path: string, input: string): void;
  /** Writes a file whole, and the folders above it. */
  writeText(path: string, input: string, text: string): void;
}

/** Far more than any set of parameters; an event of 1 MB is no set of parameters. */
const MAX_BYTES = 1024 * 1024;

export function openWorkspace(
  environment: Readonly<Record<string, string | undefined>>,
  workingFolder: string,
): Workspace {
  const root = environment["GITHUB_WORKSPACE"] || workingFolder;
  return {
    readText(path, input) {
      const file = existing(root, path, input);
      return decode(readWhole(file, path, input), path, input);
    },
    checkTarget(path, input) {
      target(root, path, input);
    },
    writeText(path, input, text) {
      const file = target(root, path, input);
      mkdirSync(dirname(file), { recursive: true });
      const handle = openSync(file, WRITE_FLAGS, 0o644);
      try {
        if (!fstatSync(handle).isFile()) throw notAFile(path, input);
        writeFileSync(handle, text, "utf8");
      } finally {
        closeSync(handle);
      }
    },
  };
}

/**
 * Whoever puts a link there in the meantime does not lead us out of the workspace, and whoever puts a
 * pipe there does not make us wait for its reader: nothing could end such a wait, no signal either.
 */
const WRITE_FLAGS =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_TRUNC |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

function notAFile(path: string, input: string): UserError {
  return new UserError(`${input}: "${path}" is not a regular file.`);
}

/** The real path of a file that is there. */
function existing(root: string, path: string, input: string): string {
  const inside = insideOf(root, path, input);
  const real = resolved(() => realpathSync(inside), path, input);
  refuseOutside(realRoot(root, input), real, path, input);
  return real;
}

/** The real path of a file that may be there or not: its nearest folder that is there decides. */
function target(root: string, path: string, input: string): string {
  const inside = insideOf(root, path, input);
  let above = inside;
  const below: string[] = [];
  for (;;) {
    const real = realOrMissing(above, path, input);
    if (real !== undefined) {
      refuseOutside(realRoot(root, input), real, path, input);
      const kind = statSync(real);
      if (below.length === 0 && kind.isDirectory()) {
        throw new UserError(`${input}: "${path}" is a folder. Name a file.`);
      }
      if (below.length === 0 && !kind.isFile()) throw notAFile(path, input);
      if (below.length > 0 && !kind.isDirectory()) {
        throw new UserError(
          `${input}: "${path}" cannot be written: one of its folders is a file. Use another path.`,
        );
      }
      return join(real, ...below);
    }
    below.unshift(above.slice(dirname(above).length).replace(/^[\\/]+/, ""));
    above = dirname(above);
  }
}

/** `undefined` when nothing of that name is there. A link to nothing leads somewhere all the same. */
function realOrMissing(file: string, path: string, input: string): string | undefined {
  try {
    return realpathSync(file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") return explain(error, path, input);
    if (resolved(() => isLink(file), path, input)) {
      throw new UserError(
        `${input}: "${path}" is a link to a file that does not exist. Remove the link.`,
      );
    }
    return undefined;
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** By path alone, before anything is looked up on the disk. */
function insideOf(root: string, path: string, input: string): string {
  if (path.includes("\0")) throw new UserError(`${input}: the path holds a NUL character.`);
  const absolute = isAbsolute(path) ? resolve(path) : resolve(root, path);
  const allowed = [resolve(root), realRoot(root, input)];
  // `logs/` would become a file called logs, and the workspace itself lies not outside of it.
  if (/[\\/]$/.test(path) || allowed.includes(absolute)) {
    throw new UserError(`${input}: "${path}" is a folder. Name a file.`);
  }
  if (allowed.some(folder => isBelow(folder, absolute))) return absolute;
  return refusePath(path, input);
}

/** A self-hosted runner may have cleaned it away, and a container may not have it mounted. */
function realRoot(root: string, input: string): string {
  try {
    return realpathSync(root);
  } catch (error) {
    throw new UserError(
      `${input}: the workspace "${root}" cannot be used (${codeOf(error)}). Check that this machine has the folder that GITHUB_WORKSPACE names, or remove ${input}.`,
    );
  }
}

function refuseOutside(root: string, real: string, path: string, input: string): void {
  if (!isBelow(root, real) && real !== root) refusePath(path, input);
}

function refusePath(path: string, input: string): never {
  throw new UserError(
    `${input}: "${path}" is outside the workspace. Use a path inside the folder that actions/checkout writes to.`,
  );
}

function isBelow(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function readWhole(file: string, path: string, input: string): Buffer {
  // Not waiting for a writer: the file may be a pipe.
  const handle = resolved(
    () => openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)),
    path,
    input,
  );
  try {
    const kind = fstatSync(handle);
    if (kind.isDirectory()) throw new UserError(`${input}: "${path}" is a folder. Name a file.`);
    if (!kind.isFile()) throw notAFile(path, input);
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const count = resolved(
        () => readSync(handle, buffer, length, buffer.length - length, null),
        path,
        input,
      );
      length += count;
      if (count === 0 || length === buffer.length) break;
    }
    if (length > MAX_BYTES) throw new UserError(`${input}: "${path}" is larger than 1 MB.`);
    return buffer.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}

function decode(bytes: Buffer, path: string, input: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${input}: "${path}" is not UTF-8 text. Save it as UTF-8.`);
  }
}

function resolved<Value>(work: () => Value, path: string, input: string): Value {
  try {
    return work();
  } catch (error) {
    return explain(error, path, input);
  }
}

function explain(error: unknown, path: string, input: string): never {
  const code = codeOf(error);
  const sentences: Readonly<Record<string, string>> = {
    ENOENT: "does not exist. Check the path, and that an earlier step of this job writes it",
    ENOTDIR: "does not exist. One of its folders is a file",
    EISDIR: "is a folder. Name a file",
    EACCES: "cannot be read: access is denied",
    EPERM: "cannot be read: access is denied",
    ELOOP: "is a link that leads back to itself",
    ENAMETOOLONG: "is too long for a path",
  };
  const sentence = sentences[code];
  if (sentence !== undefined) throw new UserError(`${input}: "${path}" ${sentence}.`);
  const why = code === "" ? String(error) : code;
  throw new UserError(`${input}: "${path}" cannot be used (${why}).`);
}
