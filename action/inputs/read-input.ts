import { DURATION_FORMS, parseDuration, whyNoUnit } from "../../shared/duration.ts";
import { UserError } from "../../shared/user-error.ts";

/** The inputs as the runner passes them, in `INPUT_*`. */
export interface InputSource {
  /** The value without the blanks around it; empty when it was not given. */
  optional(name: string): string;
  /** The same with its blanks, where the indentation of the first line says something. */
  untrimmed(name: string): string;
  /**
   * The same, and the default where the runner passes nothing. The runner fills in a default only
   * when the input is absent, so an empty value was given: by a variable that does not exist, say.
   */
  required(name: string, standard: string): string;
  /** The names of all inputs that were asked for so far. */
  readonly asked: ReadonlySet<string>;
}

export function createInputSource(
  environment: Readonly<Record<string, string | undefined>>,
): InputSource {
  const asked = new Set<string>();
  const raw = (name: string) => {
    asked.add(name);
    return environment[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`];
  };
  return {
    asked,
    optional: name => (raw(name) ?? "").trim(),
    untrimmed: name => raw(name) ?? "",
    required(name, standard) {
      const value = raw(name)?.trim();
      if (value !== "") return value ?? standard;
      throw new UserError(
        `${name} is given, but empty. Check the variable or expression that it comes from, or remove the input to use ${standard}.`,
      );
    },
  };
}

/**
 * A line of names that is none: `# remark`. Not `#1 Load` nor `#nightly`, which may be a name; a flow
 * that is left out in silence is data that never arrives.
 */
export function isRemark(line: string): boolean {
  return /^#+(?:\s|$)/.test(line);
}

export function readSwitch(value: string, name: string): boolean {
  // The forms of YAML 1.2, as everywhere in workflows.
  if (/^(true|True|TRUE)$/.test(value)) return true;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  throw new UserError(`${name}: ${quoted(value)} is not known. Use true or false.`);
}

export function readChoice<Choice extends string>(
  value: string,
  name: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find(choice => choice === value);
  if (found !== undefined) return found;
  throw new UserError(`${name}: ${quoted(value)} is not known. Use one of: ${choices.join(", ")}.`);
}

/** Milliseconds. */
export function readDuration(value: string, name: string): number {
  refuseWithoutUnit(value, name);
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw new UserError(`${name}: ${quoted(value)} is not a duration. Use ${DURATION_FORMS}.`);
}

/** `undefined`: by the schedule. */
export function readInterval(value: string, name: string): number | undefined {
  if (value === "auto") return undefined;
  refuseWithoutUnit(value, name);
  const interval = parseDuration(value);
  if (interval !== undefined && interval > 0) return interval;
  throw new UserError(
    `${name}: ${quoted(value)} is not known. Use auto, or a duration of at least 1s such as 30s.`,
  );
}

function refuseWithoutUnit(value: string, name: string): void {
  const why = whyNoUnit(value);
  if (why !== undefined) throw new UserError(`${name}: ${why}`);
}

export function readCount(
  value: string,
  name: string,
  limits: { readonly min: number; readonly max: number },
): number {
  const count = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (count >= limits.min && count <= limits.max) return count;
  throw new UserError(
    `${name}: ${quoted(value)} is not accepted. Use a whole number from ${limits.min} to ${limits.max}.`,
  );
}

/** For sentences. A key in the wrong place would be cut, and no mask knows half of it. */
export function quoted(value: string): string {
  const line = value.replace(/\s+/g, " ");
  return line.length > 80 ? `a string of ${line.length} characters` : `"${line}"`;
}
