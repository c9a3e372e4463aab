import { formatDuration, parseDuration, whyNoUnit } from "../../shared/duration.ts";
import { isObject } from "../../shared/json.ts";
import type { BatchRule } from "../decision.ts";
import type { Refuse } from "../refuse.ts";
import { byMistake } from "./batch-by.ts";
import type { Template } from "./parameter-template.ts";
import { readEventTemplate, readWord, refuseUnknown } from "./read-fields.ts";

/** When the events of a route are run together, and which of them. */
export interface RouteBatch {
  readonly rule: BatchRule;
  /** Events with the same text share a batch. */
  readonly by?: Template;
}

const BATCH_FIELDS = ["quiet", "longest", "most", "by", "all", "keep", "every"];

const DEFAULT_LONGEST_MS = 15 * 60_000;
const MAX_EVENTS = 1_000;

/** Reads `batch`. Paths in `refuse` begin with `batch`. */
export function readBatch(value: unknown, refuse: Refuse): RouteBatch | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    refuse("batch", "must be an object; {} already means all events that wait");
    return undefined;
  }
  refuseUnknown(value, BATCH_FIELDS, "batch.", refuse);
  const by = readBy(value["by"], refuse);
  const all = readNames(value["all"], refuse);
  const rule: BatchRule = {
    quietMs: readDuration(value["quiet"], "batch.quiet", 0, refuse),
    longestMs: readDuration(value["longest"], "batch.longest", DEFAULT_LONGEST_MS, refuse),
    most: readMost(value["most"], refuse),
    everyMs: readDuration(value["every"], "batch.every", 0, refuse),
    keep: readWord(value["keep"], KEEP, "batch.keep", refuse),
    ...(all !== undefined && { all }),
  };
  if (all === undefined) refuseUnaffordable(rule, value["longest"] === undefined, refuse);
  else refuseBesideAll(rule, all, refuse);
  return { rule, ...(by !== undefined && { by }) };
}

/**
 * Nobody wakes a lane that waits for quiet: it looks again at the earliest moment at which it can be
 * quiet. Under a steady stream of events that is up to twice for each `quiet` until `longest`, and a
 * durable execution has a limited number of operations.
 */
const MAX_LOOKS = 2_000;

/** However short `quiet` is, a lane waits at least this long between two looks. */
const MIN_GAP_MS = 4_000;

function refuseUnaffordable(
  { quietMs, longestMs }: BatchRule,
  isDefault: boolean,
  refuse: Refuse,
): void {
  if (quietMs > longestMs) {
    const longest = `${formatDuration(longestMs)}${isDefault ? ", the default" : ""}`;
    refuse(
      "batch.longest",
      `(${longest}) is shorter than batch.quiet (${formatDuration(quietMs)}); set longest to at least as much`,
    );
    return;
  }
  const looks = (2 * longestMs) / Math.max(quietMs, MIN_GAP_MS);
  if (quietMs === 0 || looks <= MAX_LOOKS) return;
  const quiet = formatDuration(Math.ceil((2 * longestMs) / MAX_LOOKS / 1_000) * 1_000);
  refuse(
    "batch.quiet",
    `(${formatDuration(quietMs)}) is too short for a longest of ${formatDuration(longestMs)}: the lane would have to check too often; set quiet to at least ${quiet}, or longest to less`,
  );
}

function refuseBesideAll(
  { quietMs, longestMs, most, keep }: BatchRule,
  all: readonly string[],
  refuse: Refuse,
): void {
  if (longestMs === 0) {
    refuse("batch.longest", "must be more than 0s with batch.all, or no set could be complete");
  }
  if (quietMs > 0) {
    refuse(
      "batch.quiet",
      "cannot be used with batch.all: a set is run as soon as it is complete; remove one of them",
    );
  }
  if (keep === "last") {
    refuse(
      "batch.keep",
      '"last" cannot be used with batch.all: every file of the set counts; remove one of them',
    );
  }
  if (most < all.length) {
    refuse(
      "batch.most",
      `(${most}) is less than the ${all.length} files of batch.all, so no set could be complete`,
    );
  }
}

function readDuration(value: unknown, path: string, byDefault: number, refuse: Refuse): number {
  if (value === undefined) return byDefault;
  const noUnit = whyNoUnit(value);
  if (noUnit !== undefined) {
    refuse(path, noUnit);
    return byDefault;
  }
  const parsed = typeof value === "string" ? parseDuration(value) : undefined;
  if (parsed === undefined) {
    refuse(path, `${JSON.stringify(value)} is not a duration such as "30s", "15m" or "1h30m"`);
  }
  return parsed ?? byDefault;
}

function readMost(value: unknown, refuse: Refuse): number {
  if (value === undefined) return MAX_EVENTS;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_EVENTS) {
    return Number(value);
  }
  refuse("batch.most", `${JSON.stringify(value)} is not a whole number from 1 to ${MAX_EVENTS}`);
  return MAX_EVENTS;
}

const KEEP = ["all", "last"] as const;

function readBy(value: unknown, refuse: Refuse): Template | undefined {
  const template = readEventTemplate(value, "batch.by", refuse);
  const mistake = template && byMistake(template);
  if (mistake !== undefined) refuse("batch.by", mistake);
  return template;
}

/** Names of files without their folder, where `*` stands for any text. */
function readNames(value: unknown, refuse: Refuse): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0) {
    refuse("batch.all", 'must be a list of file names, such as ["orders.csv", "lines_*.csv"]');
    return undefined;
  }
  const names: string[] = [];
  for (const [index, name] of value.entries()) {
    const path = `batch.all[${index}]`;
    if (typeof name !== "string" || name === "") {
      refuse(path, "must be a file name");
    } else if (name.includes("/")) {
      refuse(path, "must be a file name without its folder; use batch.by for folders");
    } else if (names.includes(name)) {
      refuse(path, `names ${JSON.stringify(name)} a second time; remove one`);
    } else {
      names.push(name);
    }
  }
  return names;
}
