import { isObject, type JsonObject } from "../../../shared/json.ts";
import { DRY_RUN_WORD } from "../../dry-run-word.ts";
import { functionOfArn } from "../../function-of-arn.ts";
import type { BackfillCommand } from "./backfill.ts";
import {
  type RefuseCommand,
  readDryRun,
  readNote,
  readOutcomes,
  readText,
  readTimes,
  refuseUnknownFields,
} from "./command-fields.ts";
import type { ControlCommand } from "./control-lane.ts";
import type { AgainCommand } from "./run-again.ts";

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
  if (event["sweep"] === true) return only(event, ["sweep"], { kind: "sweep" });
  // A report changes nothing anyway.
  if (event["lanes"] === true) return only(event, ["lanes", "dryRun"], { kind: "lanes" });
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

function readControl(event: JsonObject): CommandReading {
  return reading("this command", refuse => {
    refuseUnknownFields(event, CONTROL_FIELDS, "", refuse);
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
    refuseUnknownFields(event, ["again", "dryRun"], "", refuse);
    refuseUnknownFields(asked, ["route", "lane", "outcomes", "since", "until"], "again.", refuse);
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
    refuseUnknownFields(event, ["backfill", "dryRun"], "", refuse);
    const known = ["bucket", "prefix", "since", "until", "limit"];
    refuseUnknownFields(asked, known, "backfill.", refuse);
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
function readBucket(value: unknown, refuse: RefuseCommand): string {
  const bucket = readText(value, "backfill.bucket", refuse) ?? "";
  if (/[:/\s]/.test(bucket)) {
    refuse("backfill.bucket: must be the name alone, as it stands in the bucket's events");
  }
  return bucket;
}

function reading(what: string, read: (refuse: RefuseCommand) => LaneCommand): CommandReading {
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

function only(event: JsonObject, known: readonly string[], command: LaneCommand): CommandReading {
  return reading(`{"${known[0]}": true}`, refuse => {
    refuseUnknownFields(event, known, "", refuse);
    return command;
  });
}
