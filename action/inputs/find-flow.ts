import type { EtlworksClient, FlowFilter } from "../../shared/etlworks/etlworks-client.ts";
import type { FlowSummary } from "../../shared/etlworks/etlworks-replies.ts";
import { explainFailure, type SettingNames } from "../../shared/etlworks/explain-failure.ts";
import type { Failure, Reply } from "../../shared/etlworks/reply.ts";
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
  { readonly kind: "stopped" } | { readonly kind: "timed-out"; readonly why: string };

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
  // Whether `q` also takes spaces and signs as they are is not documented, and some servers refuse
  // it. So nothing found under it proves nothing: look through the whole list before saying so.
  const inconclusive =
    (narrow.reply.kind === "value" && !narrow.reply.value.some(isWanted)) ||
    narrow.reply.kind === "rejected";
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
  throw new UserError(`${names.flow}: ${explainChoice(choice.name, listed, found.length)}`);
}

/** All flows of a filter, and whether the deadline left less than the usual time for the tries. */
export interface FlowList {
  readonly reply: Reply<readonly FlowSummary[]>;
  readonly cutShort: boolean;
}

/** Reads the list page by page, and tries again for a minute or until the deadline. */
export async function listFlows(
  filter: FlowFilter,
  { client, host, deadline, onDelay }: LookUp,
): Promise<FlowList> {
  let told = false;
  const left = () => deadline - host.clock.monotonicMs();
  const patience = Math.max(1, left());
  const reply = await retryRead(
    host,
    "list flows",
    async () => {
      const read = await readPages(client, filter, { left, signal: host.stop });
      if (read.kind !== "value" && isPassing(read) && !told && !host.stop.aborted) {
        told = true;
        onDelay(reasonOf(read));
      }
      return read;
    },
    patience,
  );
  return { reply, cutShort: patience < PATIENCE_MS || host.clock.monotonicMs() >= deadline };
}

const USUAL_TIME_LIMIT_MS = 30_000;

/** Each page has the usual limit or what is left by then, and after the deadline none is read. */
async function readPages(
  client: EtlworksClient,
  filter: FlowFilter,
  { left, signal }: { readonly left: () => number; readonly signal: AbortSignal },
): Promise<Reply<readonly FlowSummary[]>> {
  // By their ids: what moves from page to page while the list is read is still one flow.
  const flows = new Map<number, FlowSummary>();
  const call = {
    signal,
    get timeLimitMs() {
      return Math.max(1, Math.min(USUAL_TIME_LIMIT_MS, left()));
    },
  };
  for await (const page of client.flowPages(filter, call)) {
    // An organisation without flows may answer with nothing at all.
    if (page.kind === "absent" && page.status === 200) break;
    if (page.kind !== "value") return page;
    for (const flow of page.value.flows) flows.set(flow.id, flow);
    if (left() > 0) continue;
    // It may have been the last page, but there is no time left to use what it says.
    const message = `there was no time left after ${flows.size} flows of the list`;
    return { kind: "unreachable", permanent: false, message };
  }
  return { kind: "value", value: [...flows.values()] };
}

/** What came of a list that could not be read: too little time, or something that the user can fix. */
export function whyNot(failure: Failure, cutShort: boolean, names: SettingNames): NotFound {
  if (isPassing(failure) && cutShort) {
    return {
      kind: "timed-out",
      why: `the list of flows could not be read before the timeout (last try: ${reasonOf(failure)})`,
    };
  }
  throw new UserError(
    explainFailure(failure, { attempt: "list the flows", names, flowList: true }),
  );
}

function reasonOf(failure: Failure): string {
  switch (failure.kind) {
    case "rate-limited":
      return "429, too many requests";
    case "stopped":
      return "stopped";
    case "unauthorized":
    case "rejected":
    case "absent":
    case "unreachable":
    case "fault":
      return failure.message;
  }
}

const MAX_LISTED = 5;

/** Why a name is no choice: how many flows have it, and which are meant perhaps. */
export function explainChoice(name: string, flows: readonly FlowSummary[], equal: number): string {
  const list = flows
    .slice(0, MAX_LISTED)
    .map(flow => `"${shortLine(flow.name, 120)}" (${flow.id})`)
    .join(", ");
  const more = flows.length > MAX_LISTED ? `, and ${flows.length - MAX_LISTED} more` : "";
  if (equal > 1) {
    return `${equal} flows are called "${name}": ${list}${more}. Use flow-id to say which.`;
  }
  const near =
    list === "" ? "no flow can be seen with these credentials" : `similar names: ${list}${more}`;
  return `no flow is called "${name}"; ${near}. Names are compared exactly, capitals included.`;
}

/** The most alike names first: by shared pairs of letters (Dice's coefficient). */
export function nearest(name: string, flows: readonly FlowSummary[]): FlowSummary[] {
  const wanted = letterPairs(name);
  return flows
    .map(flow => ({ flow, likeness: likeness(wanted, letterPairs(flow.name)) }))
    .toSorted((one, other) => other.likeness - one.likeness)
    .slice(0, MAX_LISTED)
    .map(({ flow }) => flow);
}

function letterPairs(text: string): Set<string> {
  const plain = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  return new Set(
    Array.from({ length: Math.max(0, plain.length - 1) }, (_, index) =>
      plain.slice(index, index + 2),
    ),
  );
}

function likeness(one: Set<string>, other: Set<string>): number {
  return (2 * one.intersection(other).size) / Math.max(1, one.size + other.size);
}
