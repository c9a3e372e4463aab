import { didYouMean } from "../../../shared/did-you-mean.ts";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { DRY_RUN_WORD } from "../../dry-run-word.ts";
import { unknownFields } from "../../unknown-fields.ts";
import { functionOfArn } from "../names.ts";
import type { BackfillCommand } from "./backfill.ts";
import type { ControlCommand } from "./control-lane.ts";
import { type AgainCommand, SAFE_OUTCOMES } from "./run-again.ts";

/** What a person or a schedule asks of the lanes, as a direct invoke of the dispatcher. */
export type LaneCommand =
  | { readonly kind: "lanes" }
  | { readonly kind: "sweep" }
  | { readonly kind: "sweep-after"; readonly executionArn: string }
  | { readonly kind: "control"; readonly command: ControlCommand }
  | { readonly kind: "again"; readonly command: AgainCommand }
  | { readonly kind: "backfill"; readonly command: BackfillCommand };

export type CommandReading =
  | LaneCommand
  | { readonly kind: "rejected"; readonly message: string }
  /** Something else. */
  | { readonly kind: "none" };

/**
 * Reads `{"lanes": true}`, `{"lane": …, "do": …}`, `{"again": {…}}`, `{"backfill": {…}}`,
 * `{"sweep": true}`, and AWS's word that an execution of one of `ownFunctions` ended badly. All
 * mistakes of a command are told at once.
 */
export function readCommand(event: unknown, ownFunctions: readonly string[]): CommandReading {
  if (!isObject(event)) return { kind: "none" };
  const ended = readStatusEvent(event, ownFunctions);
  if (ended !== undefined) return ended;
  if (event["sweep"] === true) return only(event, "sweep", { kind: "sweep" });
  if (event["lanes"] === true) return only(event, "lanes", { kind: "lanes" });
  if (typeof event["do"] === "string" && event["lane"] !== undefined) return readControl(event);
  if (isObject(event["again"])) return readAgain(event, event["again"]);
  if (isObject(event["backfill"])) return readBackfill(event, event["backfill"]);
  return readMistake(event);
}

/** What can only be meant as a command is not taken for an event, which might start a flow. */
function readMistake(event: JsonObject): CommandReading {
  const names = Object.keys(event).filter(name => !DRY_RUN_WORD.test(name));
  const [name = ""] = names;
  const form = names.length === 1 ? FORMS.get(name.toLowerCase()) : undefined;
  if (form !== undefined && !isCheck(event)) {
    return { kind: "rejected", message: `${name} is refused: write ${form}` };
  }
  const isControl = names.every(
    one => CONTROL_FIELDS.includes(one.toLowerCase()) || /^lanes$/i.test(one),
  );
  const isMeant = names.some(one => /^lane$/i.test(one))
    ? names.some(one => /^do$/i.test(one))
    : isWord(event["do"]);
  return isControl && isMeant ? readControl(event) : { kind: "none" };
}

/** Which is no command of the lanes, and answered elsewhere. */
function isCheck(event: JsonObject): boolean {
  const names = Object.keys(event);
  return event["check"] === true && names.every(name => name === "check" || name === "dryRun");
}

/** By the names that people give their commands, in small letters. */
const FORMS: ReadonlyMap<string, string> = new Map([
  ["check", '{"check": true}'],
  ["lanes", '{"lanes": true}'],
  ["sweep", '{"sweep": true}'],
  ["again", '{"again": {}}, with "route", "lane", "outcomes", "since" or "until" in it as needed'],
  ["backfill", '{"backfill": {"bucket": "…", "prefix": "…"}}'],
  ["hold", '{"lane": "…", "do": "hold"}'],
  ["resume", '{"lane": "…", "do": "resume"}'],
  ["drop", '{"lane": "…", "do": "drop"}'],
]);

const WORDS = ["hold", "resume", "drop"] as const;

function isWord(value: unknown): boolean {
  return WORDS.some(word => word === value);
}

const CONTROL_FIELDS = ["lane", "do", "why", "by", "dryRun"];

const ENDED_BADLY: readonly unknown[] = ["FAILED", "TIMED_OUT", "STOPPED"];

/** https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html */
function readStatusEvent(
  event: JsonObject,
  ownFunctions: readonly string[],
): CommandReading | undefined {
  const { source, detail } = event;
  if (source !== "aws.lambda" || event["detail-type"] !== "Durable Execution Status Change") {
    return undefined;
  }
  if (!isObject(detail)) return undefined;
  const { durableExecutionArn, functionArn, status } = detail;
  if (typeof durableExecutionArn !== "string" || typeof functionArn !== "string") return undefined;
  const isOurs = ownFunctions.includes(functionOfArn(functionArn));
  if (!isOurs || !ENDED_BADLY.includes(status)) return undefined;
  return { kind: "sweep-after", executionArn: durableExecutionArn };
}

/** A function, where to find the words takes long: most events are only asked whether they are a command. */
type Refuse = (mistake: string | (() => string)) => void;

function readControl(event: JsonObject): CommandReading {
  return reading("this command", refuse => {
    refuseUnknown(event, CONTROL_FIELDS, "", refuse);
    const what = WORDS.find(word => word === event["do"]);
    if (what === undefined) {
      refuse(`do: ${JSON.stringify(event["do"])} is not one of ${WORDS.join(", ")}`);
    }
    return {
      kind: "control",
      command: {
        lane: readText(event["lane"], "lane", refuse) ?? "",
        do: what ?? "hold",
        by: readNote(event["by"], "by", refuse) ?? "by hand",
        why: readNote(event["why"], "why", refuse) ?? "held by hand",
        dryRun: readDryRun(event, refuse),
      },
    };
  });
}

function readAgain(event: JsonObject, asked: JsonObject): CommandReading {
  return reading("again", refuse => {
    refuseUnknown(event, ["again", "dryRun"], "", refuse);
    refuseUnknown(asked, ["route", "lane", "outcomes", "since", "until"], "again.", refuse);
    const route = readText(asked["route"], "again.route", refuse, true);
    const lane = readText(asked["lane"], "again.lane", refuse, true);
    return {
      kind: "again",
      command: {
        ...(route !== undefined && { route }),
        ...(lane !== undefined && { lane }),
        outcomes: readOutcomes(asked["outcomes"], refuse),
        ...readTimes(asked, "again.", refuse),
        dryRun: readDryRun(event, refuse),
      },
    };
  });
}

function readBackfill(event: JsonObject, asked: JsonObject): CommandReading {
  return reading("backfill", refuse => {
    refuseUnknown(event, ["backfill", "dryRun"], "", refuse);
    const known = ["bucket", "prefix", "since", "until", "limit"];
    refuseUnknown(asked, known, "backfill.", refuse);
    const { prefix, limit } = asked;
    if (typeof prefix !== "string") {
      refuse('backfill.prefix: must be a string; "" stands for the whole bucket');
    }
    const isLimit = typeof limit === "number" && Number.isSafeInteger(limit) && limit > 0;
    if (limit !== undefined && !isLimit) {
      refuse(`backfill.limit: ${JSON.stringify(limit)} is not a positive whole number`);
    }
    return {
      kind: "backfill",
      command: {
        bucket: readBucket(asked["bucket"], refuse),
        prefix: typeof prefix === "string" ? prefix : "",
        ...readTimes(asked, "backfill.", refuse),
        ...(isLimit && { limit }),
        dryRun: readDryRun(event, refuse),
      },
    };
  });
}

/** By another name for it, what the ledger knows of the bucket would not be found, and run again. */
function readBucket(value: unknown, refuse: Refuse): string {
  const bucket = readText(value, "backfill.bucket", refuse) ?? "";
  if (/[:/\s]/.test(bucket)) {
    refuse("backfill.bucket: must be the name alone, as it stands in the bucket's events");
  }
  return bucket;
}

function reading(what: string, read: (refuse: Refuse) => LaneCommand): CommandReading {
  const mistakes: (string | (() => string))[] = [];
  const command = read(mistake => void mistakes.push(mistake));
  if (mistakes.length === 0) return command;
  return {
    kind: "rejected",
    get message() {
      const told = mistakes.map(mistake => (typeof mistake === "string" ? mistake : mistake()));
      return `${what} is refused: ${told.join("; ")}`;
    },
  };
}

function only(event: JsonObject, name: string, command: LaneCommand): CommandReading {
  return reading(`{"${name}": true}`, refuse => {
    // A report changes nothing anyway.
    refuseUnknown(event, [name, "dryRun"], "", refuse);
    return command;
  });
}

function refuseUnknown(
  value: JsonObject,
  known: readonly string[],
  path: string,
  refuse: Refuse,
): void {
  for (const name of unknownFields(value, known)) {
    refuse(() => `${path}${name}: is not known; ${didYouMean(name, known)}`);
  }
}

function readText(
  value: unknown,
  path: string,
  refuse: Refuse,
  optional = false,
): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  if (value !== undefined || !optional) refuse(`${path}: must be a string that is not empty`);
  return undefined;
}

/** Beside these the lane's head needs room for its batch: an item of the table has 400 KB. */
const MAX_NOTE = 1_000;

function readNote(value: unknown, path: string, refuse: Refuse): string | undefined {
  const note = readText(value, path, refuse, true);
  if (note !== undefined && note.length > MAX_NOTE) {
    refuse(`${path}: must have at most ${MAX_NOTE} characters`);
  }
  return note;
}

function readDryRun(event: JsonObject, refuse: Refuse): boolean {
  const { dryRun } = event;
  if (dryRun !== undefined && typeof dryRun !== "boolean") {
    refuse(`dryRun: ${JSON.stringify(dryRun)} is neither true nor false`);
  }
  return dryRun === true;
}

function readOutcomes(value: unknown, refuse: Refuse): readonly string[] {
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
  return list.filter(isOutcome);
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

function readTimes(
  asked: JsonObject,
  path: string,
  refuse: Refuse,
): { readonly since?: number; readonly until?: number } {
  const since = readTime(asked["since"], `${path}since`, refuse);
  const until = readTime(asked["until"], `${path}until`, refuse);
  if (since !== undefined && until !== undefined && since > until) {
    refuse(`${path}since: must not be after ${path}until`);
  }
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

function readTime(value: unknown, path: string, refuse: Refuse): number | undefined {
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
