import { letterPairs, sharedPairs } from "../../shared/did-you-mean.ts";
import { formatDuration } from "../../shared/duration.ts";
import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { explainFailure, type SettingNames } from "../../shared/etlworks/explain-failure.ts";
import type { FlowFilter } from "../../shared/etlworks/flow-query.ts";
import type { FlowSummary } from "../../shared/etlworks/replies/etlworks-replies.ts";
import { reasonOf } from "../../shared/etlworks/replies/failure-reason.ts";
import type { Failure, Reply } from "../../shared/etlworks/replies/reply.ts";
import { USUAL_TIME_LIMIT_MS } from "../../shared/etlworks/transmit.ts";
import { waitAsked } from "../../shared/run/backoff.ts";
import type { Host } from "../../shared/run/host.ts";
import { isPassing, PATIENCE_MS, retryRead } from "../../shared/run/retry-read.ts";
import { UserError } from "../../shared/user-error.ts";
import { shortLine } from "../runner/plain-text.ts";
import { type FlowChoice, normalName } from "./flow-choice.ts";

/** The flow to run. The name is known when it was looked up. */
export interface FlowToRun {
  readonly id: number;
  readonly name?: string;
}

export type Found = { readonly kind: "found"; readonly flow: FlowToRun } | NotFound;

export type NotFound =
  /** The host was told to stop meanwhile. */
  | { readonly kind: "stopped" }
  | {
      readonly kind: "timed-out";
      readonly why: string;
      /** The server was never reached. */
      readonly unreachable?: boolean;
      /** It answered 429. */
      readonly rateLimited?: boolean;
    };

/** What looking for flows needs. */
export interface LookUp {
  readonly client: EtlworksClient;
  readonly host: Host;
  readonly names: SettingNames;
  /** On `host.clock.monotonicMs()`. */
  readonly deadline: number;
  /** Told once, when the list cannot be read at first and is tried again. */
  readonly onDelay: (reason: string) => void;
}

/**
 * Finds a flow by its name, in the normal form of names. None or several: a UserError that lists
 * near or equal names with their ids.
 */
export async function findFlow(choice: FlowChoice, lookUp: LookUp): Promise<Found> {
  if (choice.kind === "id") return { kind: "found", flow: { id: choice.id } };
  const { host, names } = lookUp;
  const wanted = normalName(choice.name);
  const isWanted = (flow: FlowSummary) => normalName(flow.name) === wanted;
  const narrow = await listFlows({ q: choice.name }, lookUp);
  // Whether `q` also takes spaces and signs as they are is not documented, and some servers do not
  // know it. So nothing found under it proves nothing: look through the whole list before saying so.
  const inconclusive =
    narrow.filtered && narrow.reply.kind === "value" && !narrow.reply.value.some(isWanted);
  const list = inconclusive ? await listFlows({}, lookUp) : narrow;
  if (host.stop.aborted) return { kind: "stopped" };
  const { reply } = list;
  if (reply.kind !== "value") return whyNot(reply, list.cutShort, names);
  const found = reply.value.filter(isWanted);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) {
    return { kind: "found", flow: { id: only.id, name: only.name } };
  }
  const listed = found.length > 1 ? found : nearest(choice.name, reply.value);
  const about = { equal: found.length, left: whatIsLeft(list), ofSeveral: false };
  const why = explainChoice(choice.name, listed, about);
  throw new UserError(`${names.flow}: ${why}`);
}

/** All flows of a filter. */
export interface FlowList {
  readonly reply: Reply<readonly FlowSummary[]>;
  /** The deadline left less than the usual time for the tries. */
  readonly cutShort: boolean;
  /** `false`: the server cannot filter the list, and this is all of it. */
  readonly filtered: boolean;
  /** How long the server says that the list is; it may not show all of it. */
  readonly total: number | undefined;
}

/** What the server does not show of a list, as a clause; `undefined` when that is all. */
export function whatIsLeft({ reply, total, filtered }: FlowList): string | undefined {
  // With a filter the number may be that of all flows.
  if (filtered || reply.kind !== "value" || total === undefined) return undefined;
  const shown = reply.value.length;
  return shown < total
    ? `Etlworks shows only ${shown} of its ${total} flows in this list`
    : undefined;
}

/**
 * Reads the list page by page, and tries again for a minute or until the deadline. A server that
 * does not take the filter, in whatever way it says so, is asked for the whole list.
 */
export async function listFlows(
  filter: FlowFilter,
  { client, host, deadline, onDelay }: LookUp,
): Promise<FlowList> {
  let told = false;
  let filtered = Object.keys(filter).length > 0;
  let faults = 0;
  let total: number | undefined;
  const left = () => deadline - host.clock.monotonicMs();
  const patience = Math.max(1, left());
  const about = { left, signal: host.stop };
  const reply = await retryRead(
    host,
    "list flows",
    async () => {
      let read = await readFlowPages(client, filtered ? filter : {}, about);
      faults = read.reply.kind === "fault" ? faults + 1 : 0;
      if (filtered && mayBeTheFilter(read.reply, faults) && left() > 0 && !host.stop.aborted) {
        filtered = false;
        read = await readFlowPages(client, {}, about);
      }
      const failure = read.reply;
      if (failure.kind !== "value" && isPassing(failure) && !told && !host.stop.aborted) {
        told = true;
        onDelay(reasonAndWait(failure));
      }
      total = read.total;
      return read.reply;
    },
    patience,
  );
  const cutShort = patience < PATIENCE_MS || host.clock.monotonicMs() >= deadline;
  return { reply, cutShort, filtered, total };
}

/** One fault may be the weather; a server that has none but this answer may not know the filter. */
function mayBeTheFilter(reply: Reply<unknown>, faults: number): boolean {
  return (
    reply.kind === "rejected" || (reply.kind === "fault" && !reply.website && faults >= FAULTS)
  );
}

const FAULTS = 3;

/** Each page has the usual limit or what is left by then, and after the deadline none is read. */
async function readFlowPages(
  client: EtlworksClient,
  filter: FlowFilter,
  { left, signal }: { readonly left: () => number; readonly signal: AbortSignal },
): Promise<Pick<FlowList, "reply" | "total">> {
  // By their ids: what moves from page to page while the list is read is still one flow.
  const flows = new Map<number, FlowSummary>();
  let total: number | undefined;
  const call = {
    signal,
    get timeLimitMs() {
      return Math.max(1, Math.min(USUAL_TIME_LIMIT_MS, left()));
    },
  };
  for await (const page of client.flowPages(filter, call)) {
    // An organisation without flows may answer with nothing at all.
    if (page.kind === "absent" && page.status < 300) break;
    if (page.kind !== "value") return { reply: page, total };
    for (const flow of page.value.flows) flows.set(flow.id, flow);
    total = page.value.total ?? total;
    if (left() > 0) continue;
    // It may have been the last page, but there is no time left to use what it says.
    const message = `there was no time left after ${flows.size} flows of the list`;
    return { reply: { kind: "fault", website: false, message }, total };
  }
  return { reply: { kind: "value", value: [...flows.values()] }, total };
}

/** What came of a list that could not be read: too little time, or something that the user can fix. */
export function whyNot(failure: Failure, cutShort: boolean, names: SettingNames): NotFound {
  if (isPassing(failure) && cutShort) {
    return {
      kind: "timed-out",
      ...(failure.kind === "unreachable" && !isLimited(failure) ? { unreachable: true } : {}),
      ...(isLimited(failure) ? { rateLimited: true } : {}),
      why: `the list of flows could not be read before the timeout (last try: ${reasonAndWait(failure)})`,
    };
  }
  throw new UserError(
    explainFailure(failure, { attempt: "list the flows", names, flowList: true }),
  );
}

/** There were too many requests, whether the server says so or we kept ours back. */
function isLimited(failure: Failure): boolean {
  return (
    failure.kind === "rate-limited" ||
    (failure.kind === "unreachable" && failure.cause === "request-limit")
  );
}

/** Why a read that may pass had no answer, and how long the server asked to be left alone. */
function reasonAndWait(failure: Failure): string {
  const asked = waitAsked(failure);
  const wait = asked === undefined ? "" : `; asked to wait ${formatDuration(asked)}`;
  return `${reasonOf(failure)}${wait}`;
}

const MAX_LISTED = 5;

/**
 * Why a name is no choice: how many flows have it, and which are meant perhaps. `left`: what the
 * list does not show.
 */
export function explainChoice(
  name: string,
  flows: readonly FlowSummary[],
  {
    equal,
    left,
    ofSeveral,
  }: {
    readonly equal: number;
    readonly left: string | undefined;
    /** It is one of a list, where an id stands in place of the name. */
    readonly ofSeveral: boolean;
  },
): string {
  const list = flows
    .slice(0, MAX_LISTED)
    .map(flow => `"${shortLine(flow.name, 120)}" (${flow.id})`)
    .join(", ");
  const more = flows.length > MAX_LISTED ? `, and ${flows.length - MAX_LISTED} more` : "";
  if (equal > 1) {
    return ofSeveral
      ? `${equal} flows are called "${name}": ${list}${more}. Write the id in place of the name.`
      : `${equal} flows are called "${name}": ${list}${more}. Use flow-id to say which.`;
  }
  const near =
    list === "" ? "no flow can be seen with these credentials" : `similar names: ${list}${more}`;
  if (left !== undefined) {
    const instead = ofSeveral ? "write its id in place of the name" : "use flow-id";
    return `no flow that the list shows is called "${name}"; ${near}. ${left}, so it may be one of the others: ${instead}.`;
  }
  if (/^[1-9]\d*$/.test(name)) {
    const instead = ofSeveral ? "write it without quotation marks" : "use flow-id";
    return `no flow is called "${name}"; ${near}. If it is an id, ${instead}.`;
  }
  return `no flow is called "${name}"; ${near}. Names are compared exactly, capitals included.${ofSeveral ? howLinesAreRead(name) : ""}`;
}

/** What people write into a line of a list, which is one name to the end. */
function howLinesAreRead(name: string): string {
  if (/^(["']).*\1$/.test(name)) return " Write it without quotation marks.";
  if (/,/.test(name)) return " Write each name on its own line.";
  if (/\s#/.test(name)) return " A remark needs a line of its own.";
  return "";
}

/**
 * The most alike names first, by shared pairs of letters alone: there may be 100,000 flows, with names
 * of 1,000 letters.
 */
export function nearest(name: string, flows: readonly FlowSummary[]): FlowSummary[] {
  const pairsOf = (text: string) => letterPairs(text.toLowerCase());
  const wanted = pairsOf(name);
  return flows
    .map(flow => ({ flow, alike: sharedPairs(wanted, pairsOf(flow.name)) }))
    .toSorted((one, other) => other.alike - one.alike)
    .slice(0, MAX_LISTED)
    .map(({ flow }) => flow);
}
