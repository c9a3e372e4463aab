import { isObject, type JsonObject } from "../../json.ts";
import { field } from "../../json-fields.ts";
import { parseStartAnswer, type StartAnswer } from "./etlworks-replies.ts";
import type { InsideRefusal } from "./read-reply.ts";
import { ACTIVE_STATUSES } from "./run-status.ts";
import { START_CODES } from "./start-code.ts";
import { isWordForNone } from "./word-for-none.ts";

/**
 * What the answer to a start says although it says no as a whole (`success: false`, or an error of
 * 300 to 499). Its word on a run counts for more: where a run may have begun, nobody may begin
 * another. `undefined`: the no is all there is. `promised`: the status alone (401, 429) says that
 * nothing was done, so that only the id of a run speaks against it.
 */
export function readRefusedStart(
  body: unknown,
  { promised }: { readonly promised: boolean },
): InsideRefusal<StartAnswer> | undefined {
  const answer = parseStartAnswer(body);
  const { code = "", auditId } = answer ?? {};
  const meaning = START_CODES[code];
  if (meaning === "no run") return undefined;
  if (answer !== undefined && meaning === "begun" && auditId !== undefined) {
    return { kind: "value", value: answer };
  }
  if (answer !== undefined && meaning === "busy") {
    return promised ? undefined : { kind: "value", value: answer };
  }
  const runs = namedRuns(body);
  const [named] = runs;
  if (meaning === "begun" && (named !== undefined || !promised)) {
    return unclear(`with code ${code}, which means that a run has begun`, []);
  }
  if (named !== undefined) {
    const shown = runs.find(isReadableId);
    return unclear(`names ${shown === undefined ? "a run" : `run ${shown}`}`, runs);
  }
  const status = promised ? "" : textOf(field(body, "status")).toLowerCase();
  return LIVES.includes(status) ? unclear(`names a run's status, "${status}"`, []) : undefined;
}

/** Whether an answer names a run, so that its no is no promise that nothing was done. */
export function namesRun(body: unknown): boolean {
  return namedRuns(body).length > 0;
}

/** Of these a request that failed has none; "error" and "canceled" are said of requests as well. */
const LIVES: readonly string[] = [...ACTIVE_STATUSES, "success", "warning"];

/** A record in a list, or the details of an error, and no more of what a server may send. */
const MAX_DEPTH = 3;
const MAX_MEMBERS = 100;

/** The ids of runs in a body, as texts. */
function namedRuns(value: unknown, depth = 0): string[] {
  if (depth > MAX_DEPTH) return [];
  const inside = Array.isArray(value) ? value : isObject(value) ? membersOf(value) : [];
  const id = isNoId(field(value, "auditId")) ? [] : [idOf(field(value, "auditId"))];
  return id.concat(inside.slice(0, MAX_MEMBERS).flatMap(part => namedRuns(part, depth + 1)));
}

/** Not what was sent, which an error may repeat: a parameter may be called "auditId". */
function membersOf(value: JsonObject): unknown[] {
  return Object.entries(value).flatMap(([name, member]) =>
    /^(?:request|payload|body|param(?:eter)?s|variables)$/i.test(name) ? [] : [member],
  );
}

/** An id of another form than ours can be no run that is known. */
function idOf(id: unknown): string {
  return textOf(id) || JSON.stringify(id);
}

function isReadableId(id: string): boolean {
  return /^[1-9]\d{0,18}$/.test(id);
}

/** Anything else may be the id of a run. */
function isNoId(id: unknown): boolean {
  if (id === undefined || id === null || typeof id === "boolean") return true;
  if (typeof id === "object") return Object.keys(id).length === 0;
  return isWordForNone(textOf(id));
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function unclear(but: string, runs: readonly string[]): InsideRefusal<never> {
  return { kind: "unclear", message: `says no, but ${but}`, runs };
}
