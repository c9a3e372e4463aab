import { didYouMean } from "../../../shared/did-you-mean.ts";
import type { JsonObject } from "../../../shared/json.ts";
import { unknownFields } from "../../unknown-fields.ts";
import { SAFE_OUTCOMES } from "./run-again.ts";

/** A function, where to find the words takes long: most events are only asked whether they are a command. */
export type RefuseCommand = (mistake: string | (() => string)) => void;

export function refuseUnknownFields(
  value: JsonObject,
  known: readonly string[],
  path: string,
  refuse: RefuseCommand,
): void {
  for (const name of unknownFields(value, known)) {
    refuse(() => `${path}${name}: is not known; ${didYouMean(name, known)}`);
  }
}

export function readText(
  value: unknown,
  path: string,
  refuse: RefuseCommand,
  optional = false,
): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  if (value !== undefined || !optional) refuse(`${path}: must be a string that is not empty`);
  return undefined;
}

/** Beside these the lane's head needs room for its batch: an item of the table has 400 KB. */
const MAX_NOTE = 1_000;

export function readNote(value: unknown, path: string, refuse: RefuseCommand): string | undefined {
  const note = readText(value, path, refuse, true);
  if (note !== undefined && note.length > MAX_NOTE) {
    refuse(`${path}: must have at most ${MAX_NOTE} characters`);
  }
  return note;
}

export function readDryRun(event: JsonObject, refuse: RefuseCommand): boolean {
  const { dryRun } = event;
  if (dryRun !== undefined && typeof dryRun !== "boolean") {
    refuse(`dryRun: ${JSON.stringify(dryRun)} is neither true nor false`);
  }
  return dryRun === true;
}

export function readOutcomes(value: unknown, refuse: RefuseCommand): readonly string[] {
  if (value === undefined) return SAFE_OUTCOMES;
  if (!Array.isArray(value) || value.length === 0) {
    refuse('again.outcomes: must be a list of outcomes, such as ["error", "timed-out"]');
    return [];
  }
  const list: readonly unknown[] = value;
  const unknown = list.filter(outcome => !isOutcome(outcome));
  for (const outcome of unknown.slice(0, MAX_TOLD)) {
    refuse(() => {
      const near = typeof outcome === "string" ? `; ${didYouMean(outcome, KNOWN_OUTCOMES)}` : "";
      return `again.outcomes: ${JSON.stringify(outcome)} is no outcome${near}`;
    });
  }
  // The table takes a hundred of them at most.
  return [...new Set(list.filter(isOutcome))];
}

function isOutcome(value: unknown): value is string {
  return KNOWN_OUTCOMES.some(outcome => outcome === value);
}

/** A list may have thousands. */
const MAX_TOLD = 20;

const KNOWN_OUTCOMES: readonly string[] = (
  "success warning error canceled started skipped busy not-started start-unknown timed-out lost " +
  "aborted refused superseded incomplete dropped"
).split(" ");

export function readTimes(
  asked: JsonObject,
  path: string,
  refuse: RefuseCommand,
): { readonly since?: number; readonly until?: number } {
  const since = readTime(asked["since"], `${path}since`, refuse);
  const until = readTime(asked["until"], `${path}until`, refuse);
  if (since !== undefined && until !== undefined && since > until) {
    refuse(`${path}since: must not be after ${path}until`);
  }
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

function readTime(value: unknown, path: string, refuse: RefuseCommand): number | undefined {
  if (value === undefined) return undefined;
  const time = typeof value === "string" ? parseTime(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  refuse(`${path}: ${JSON.stringify(value)} is not a time such as "2026-05-09T00:00:00Z"`);
  return undefined;
}

/** ISO 8601 on a day that the calendar has. Without a zone it is UTC, whatever the machine's is. */
function parseTime(text: string): number {
  const [, day = "", clock, zone] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(text) ?? [];
  if (clock === undefined && zone !== undefined) return Number.NaN;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day))
    return Number.NaN;
  return Date.parse(`${day}${clock ?? "T00:00:00"}${zone ?? "Z"}`);
}
