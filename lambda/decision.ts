import { isObject, type JsonObject } from "../shared/json.ts";
import { IF_RUNNING } from "../shared/run/if-running.ts";
import { isCount, isText } from "./plain-data.ts";
import type { RunPolicy } from "./run-policy.ts";

/**
 * What a route made of one event: everything that is needed to run its flow. Plain data that survives
 * JSON: it lies in the ledger, and the reader may be another release than the writer.
 */
export interface Decision {
  /** The route's name, or `direct`. */
  readonly route: string;
  readonly flow: number;
  readonly parameters: Readonly<Record<string, ParameterText>>;
  readonly policy: DecisionPolicy;
  readonly origin: EventOrigin;
  /** What makes two events one: the same text means the same entry of the ledger. */
  readonly identity: string;
  /** What runs one after the other, as rendered text. */
  readonly lane: string;
  readonly afterFailure: "continue" | "hold";
  /** Missing: the event has a run of its own. */
  readonly batch?: BatchRule & {
    /** Events with the same text share a batch; empty when the route has no `by`. */
    readonly by: string;
  };
  /** The object that the event is about. */
  readonly file?: FileFields;
}

/** When the events of a route are run together. */
export interface BatchRule {
  /** Ripe when no new event has come for this long. */
  readonly quietMs: number;
  /** Ripe at the latest this long after the first event; with `all`, incomplete then. */
  readonly longestMs: number;
  /** Events in one run. */
  readonly most: number;
  /** At least this long between the begins of two runs of the route. */
  readonly everyMs: number;
  readonly keep: "all" | "last";
  /** File names, or one pattern each (`*` stands for any text): ripe as soon as each has come. */
  readonly all?: readonly string[];
}

/** A text that is filled from the event; in a batch route with places for what only the batch knows. */
export type ParameterText = string | readonly (string | { readonly batch: string })[];

/** The places of a batch, `{batch.count}` and so on. */
export const BATCH_PLACES = ["count", "keys", "manifest", "by", "firstTime", "lastTime"] as const;
export type BatchPlace = (typeof BATCH_PLACES)[number];

/** The policy, and what only the dispatcher knows beside it. */
export interface DecisionPolicy extends RunPolicy {
  /**
   * Runs of the flow begin in other lanes as well: after a start whose answer was lost, a new run in
   * the history may be one of theirs.
   */
  readonly sharedFlow?: true;
}

/**
 * What a run goes back to, in fields that are the same in every copy of the event: for logs, and for
 * whoever is told of the run's end.
 */
export interface EventOrigin {
  readonly source: string;
  readonly detailType: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly version?: string;
  /** What became of a deleted object: making a delete marker and removing it name one version. */
  readonly deletion?: string;
  readonly id?: string;
  readonly force?: string;
}

/** One row of a manifest. */
export interface FileFields {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly size?: number;
  readonly etag?: string;
  /** ISO 8601, as the event has it. */
  readonly eventTime?: string;
}

/** Reads a decision; undefined when the value is none. Members that nobody knows are ignored. */
export function readDecision(value: unknown): Decision | undefined {
  if (!isObject(value)) return undefined;
  const { route, flow, identity, lane, afterFailure } = value;
  const parameters = readParameters(value["parameters"]);
  const policy = readPolicy(value["policy"]);
  const origin = readOrigin(value["origin"]);
  const batch = value["batch"] === undefined ? null : readBatch(value["batch"]);
  const file = value["file"] === undefined ? null : readFile(value["file"]);
  if (
    !isText(route) ||
    !isCount(flow) ||
    !isText(identity) ||
    !isText(lane) ||
    (afterFailure !== "continue" && afterFailure !== "hold") ||
    parameters === undefined ||
    policy === undefined ||
    origin === undefined ||
    batch === undefined ||
    file === undefined
  ) {
    return undefined;
  }
  return {
    route,
    flow,
    parameters,
    policy,
    origin,
    identity,
    lane,
    afterFailure,
    ...(batch !== null && { batch }),
    ...(file !== null && { file }),
  };
}

/** Reads a rule, as a decision and a ticket hold it; undefined when the value is none. */
export function readBatchRule(value: unknown): BatchRule | undefined {
  if (!isObject(value)) return undefined;
  const { quietMs, longestMs, most, everyMs, keep, all } = value;
  if (
    !isCount(quietMs) ||
    !isCount(longestMs) ||
    !isCount(most) ||
    !isCount(everyMs) ||
    (keep !== "all" && keep !== "last") ||
    (all !== undefined && !isTexts(all))
  ) {
    return undefined;
  }
  return { quietMs, longestMs, most, everyMs, keep, ...(all !== undefined && { all }) };
}

function readBatch(value: unknown): Decision["batch"] {
  const rule = readBatchRule(value);
  const by = isObject(value) ? value["by"] : undefined;
  return rule === undefined || typeof by !== "string" ? undefined : { ...rule, by };
}

function readParameters(value: unknown): Decision["parameters"] | undefined {
  if (!isObject(value)) return undefined;
  const read: [string, ParameterText][] = [];
  for (const [name, text] of Object.entries(value)) {
    const parameter = readParameterText(text);
    if (parameter === undefined) return undefined;
    read.push([name, parameter]);
  }
  return Object.fromEntries(read);
}

function readParameterText(value: unknown): ParameterText | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const parts: (string | { batch: string })[] = [];
  for (const part of value) {
    const place: unknown = isObject(part) ? part["batch"] : undefined;
    if (typeof part === "string") parts.push(part);
    else if (typeof place === "string") parts.push({ batch: place });
    else return undefined;
  }
  return parts;
}

function readPolicy(value: unknown): DecisionPolicy | undefined {
  if (!isObject(value)) return undefined;
  const { timeout, failOnWarning } = value;
  const ifRunning = IF_RUNNING.find(policy => policy === value["ifRunning"]);
  if (ifRunning === undefined) return undefined;
  if (!isCount(timeout) || typeof failOnWarning !== "boolean") return undefined;
  const shared = value["sharedFlow"] === true;
  return { ifRunning, timeout, failOnWarning, ...(shared && { sharedFlow: true }) };
}

const ORIGIN_FIELDS = ["bucket", "key", "version", "deletion", "id", "force"] as const;

function readOrigin(value: unknown): EventOrigin | undefined {
  if (!isObject(value)) return undefined;
  const { source, detailType } = value;
  if (typeof source !== "string" || typeof detailType !== "string") return undefined;
  return { source, detailType, ...pickTexts(value, ORIGIN_FIELDS) };
}

const FILE_FIELDS = ["versionId", "etag", "eventTime"] as const;

function readFile(value: unknown): FileFields | undefined {
  if (!isObject(value)) return undefined;
  const { bucket, key, size } = value;
  if (!isText(bucket) || !isText(key) || (size !== undefined && !isCount(size))) return undefined;
  return { bucket, key, ...(size !== undefined && { size }), ...pickTexts(value, FILE_FIELDS) };
}

function pickTexts<Name extends string>(
  value: JsonObject,
  names: readonly Name[],
): { readonly [Key in Name]?: string } {
  const picked: { [Key in Name]?: string } = {};
  for (const name of names) {
    const text = value[name];
    if (typeof text === "string") picked[name] = text;
  }
  return picked;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
