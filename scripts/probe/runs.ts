import { isObject, type JsonObject } from "../../shared/json.ts";
import type { Notes } from "./page.ts";
import { kindOf } from "./shape.ts";

export const TERMINAL = ["success", "warning", "error", "canceled"];
const WORDS = ["queued", "running", ...TERMINAL];

/** The objects of a list; none when it is no list. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** An id as text, whether it came as a number or in quotes. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.trim() : String(value);
  return /^\d{1,19}$/.test(text) ? text : undefined;
}

/** A status word that may be shown; another one is only said to be one. */
export function statusWord(value: unknown): string {
  const word = String(value).toLowerCase();
  return WORDS.includes(word) ? word : "another word";
}

/** What a page of history shows of its runs together. */
export function judgeRuns(notes: Notes, runs: readonly JsonObject[]): void {
  if (runs.length === 0) return;
  const complete = runs.every(run => idOf(run["auditId"]) !== undefined && "status" in run);
  notes.judge("historyFields", complete);
  const ids = runs.map(run => idOf(run["auditId"])).filter(id => id !== undefined);
  if (ids.length > 1) {
    const falling = ids.every((id, at) => at === 0 || BigInt(id) < BigInt(ids[at - 1] ?? 0));
    notes.judge("historyOrder", falling);
  }
  describeRuns(notes, runs);
}

/** What each run shows by itself, in the history or in the status call. */
export function describeRuns(notes: Notes, runs: readonly JsonObject[]): void {
  for (const run of runs) {
    judgeAuditId(notes, run);
    const { status } = run;
    const known = typeof status === "string" && WORDS.includes(status);
    const seen = known
      ? ""
      : `${statusWord(status)}${isCapital(status) ? ", in capital letters" : ""}`;
    notes.judge("statusWords", known, seen);
    if (typeof status !== "string" || !TERMINAL.includes(status.toLowerCase())) continue;
    const times = `started: ${kindOf(run["started"])}, ended: ${kindOf(run["ended"])}`;
    const inMilliseconds = ["started", "ended"].every(
      name => kindOf(run[name]) === "time in milliseconds",
    );
    // A cancelled run may still be on its way to its end.
    if (statusWord(status) !== "canceled") notes.judge("recordTimes", inMilliseconds, times);
    notes.judge(
      "recordMessage",
      ["exception", "message", "error"].some(name => name in run),
    );
    notes.judge("recordRecords", "records" in run);
    notes.judge("recordUser", "user" in run);
  }
}

/** Where there is none, another question says so. */
export function judgeAuditId(notes: Notes, object: JsonObject): void {
  if (!("auditId" in object)) return;
  const kind = kindOf(object["auditId"]);
  notes.judge("auditIdNumber", kind === "whole number", kind);
}

function isCapital(word: unknown): boolean {
  return typeof word === "string" && word !== word.toLowerCase();
}
