import { field } from "../json-fields.ts";
import { parseStartAnswer, type StartAnswer } from "./etlworks-replies.ts";
import { ACTIVE_STATUSES } from "./execution.ts";
import type { InsideRefusal } from "./read-reply.ts";

/**
 * What the answer to a start says although it says no as a whole (`success: false`, or an error of
 * 400 to 499). Its word on a run counts for more: where a run may have begun, nobody may begin
 * another. `undefined`: the no is all there is.
 */
export function readRefusedStart(body: unknown): InsideRefusal<StartAnswer> | undefined {
  const answer = parseStartAnswer(body);
  const { code = "", auditId } = answer ?? {};
  const meaning = MEANINGS[code];
  if (meaning === "no run") return undefined;
  if (
    answer !== undefined &&
    (meaning === "busy" || (meaning === "begun" && auditId !== undefined))
  ) {
    return { kind: "value", value: answer };
  }
  if (meaning === "begun") return unclear(`with code ${code}, which means that a run has begun`);
  const named = namedRun(field(body, "auditId"));
  if (named !== undefined) return unclear(`names ${named}`);
  const status = textOf(field(body, "status")).toLowerCase();
  return LIVES.includes(status) ? unclear(`names a run's status, "${status}"`) : undefined;
}

/** The codes in the answer to a start. Others say nothing. */
const MEANINGS: Readonly<Record<string, "begun" | "busy" | "no run">> = {
  "0": "begun",
  "1": "busy",
  "2": "no run",
  "3": "no run",
  "4": "begun",
  "5": "no run",
};

/** Of these a request that failed has none; "error" and "canceled" are said of requests as well. */
const LIVES: readonly string[] = [...ACTIVE_STATUSES, "success", "warning"];

/** Anything but a word for "none" may be the id of a run. */
function namedRun(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  const text = textOf(id);
  if (/^\d{1,19}$/.test(text) && text !== "0") return `run ${text}`;
  // What programs write for "none".
  const none = typeof id !== "object" && (text === "0" || text === "-1" || text === "");
  return none ? undefined : "a run";
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function unclear(but: string): InsideRefusal<never> {
  return { kind: "unclear", message: `says no, but ${but}` };
}
