import type { Trigger } from "../trigger.ts";
import type { DirectRun } from "./direct-run.ts";

/** What was found in one event, message or record. */
export type Reading =
  | TriggerRecord
  /** Several records, each of which is delivered, retried and parked by itself where AWS can. */
  | {
      readonly kind: "records";
      readonly reply: RecordsReply;
      readonly records: readonly TriggerRecord[];
    };

/** With `batchItemFailures` AWS takes back only the records named; with `none` all or nothing. */
export type RecordsReply = "batchItemFailures" | "none";

/** One record of an invocation: what AWS delivers, retries and parks as a whole. */
export type TriggerRecord = RecordReading & {
  /** What `batchItemFailures` names. Missing where the source has none. */
  readonly itemIdentifier?: string;
  /** The group of a FIFO queue: after a failure the rest of its group must go back too. */
  readonly orderGroup?: string;
  /**
   * Stands in for the id of an event in it that has none, and begins with it: another one at each of
   * AWS's attempts. Missing where the record has an id that stays.
   */
  readonly attemptId?: string;
};

export type RecordReading =
  | {
      readonly kind: "triggers";
      readonly triggers: readonly Trigger[];
      /** What is asked for by name, past the routes. */
      readonly asked: readonly Asked[];
    }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "rejected"; readonly message: string };

export type Asked =
  | { readonly kind: "direct"; readonly run: DirectRun; readonly sent?: true }
  /** `{"check": true}`: look whether everything is set up, start nothing. */
  | { readonly kind: "check" };

/** Where a value stands: what an event without its own envelope is described with. */
export interface Place {
  readonly position: "invocation" | "message" | "pipe item";
  readonly detailType: "Invocation" | "Queue Message" | "Topic Message" | "Pipe Record";
  /** Of the message or invocation; stands in as the id of events that have none. */
  readonly id: string;
  readonly time?: string | undefined;
  /** The ARN of the queue, the topic or the stream. */
  readonly arn?: string | undefined;
  /** From a wrapper around it: run again what has run already. */
  readonly force?: string | undefined;
  /** It came in a message, whatever is around that: whoever sends one may not invoke the dispatcher. */
  readonly sent?: true;
  /** How many envelopes are around it. */
  readonly depth: number;
  /** ARNs of our own functions, without a version; empty when they are not known. */
  readonly ownFunctions: readonly string[];
}

/** Reads what lies in an envelope, by the same table as the envelope itself. */
export type Read = (value: unknown, place: Place) => Reading;

export function rejected(message: string): RecordReading {
  return { kind: "rejected", message };
}

export function ignored(reason: string): RecordReading {
  return { kind: "ignored", reason };
}

export function triggers(...found: readonly Trigger[]): RecordReading {
  return { kind: "triggers", triggers: found, asked: [] };
}

export function asked(run: Asked): RecordReading {
  return { kind: "triggers", triggers: [], asked: [run] };
}

/**
 * A reading as the content of one record. Several records in one message: one that cannot be read
 * fails them all, since they are delivered as one message, so starting the others now would start
 * them again when AWS delivers it once more.
 */
export function asOne(reading: Reading): RecordReading {
  const records = reading.kind === "records" ? reading.records : [reading];
  const found: Trigger[] = [];
  const asks: Asked[] = [];
  const reasons: string[] = [];
  for (const record of records) {
    if (record.kind === "rejected") return rejected(record.message);
    if (record.kind === "ignored") {
      reasons.push(record.reason);
      continue;
    }
    found.push(...record.triggers);
    asks.push(...record.asked);
  }
  return found.length + asks.length === 0
    ? ignored([...new Set(reasons)].join("; ") || "an empty list of records")
    : { kind: "triggers", triggers: found, asked: asks };
}
