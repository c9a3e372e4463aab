import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { FlowSummary } from "../../shared/etlworks/etlworks-replies.ts";
import { explainFailure, type SettingNames } from "../../shared/etlworks/explain-failure.ts";
import type { Host } from "../../shared/run/host.ts";
import { retryRead } from "../../shared/run/retry-read.ts";
import { UserError } from "../../shared/user-error.ts";
import { shortLine } from "../runner/plain-text.ts";
import type { FlowChoice } from "./inputs.ts";

/** The flow to run. The name is known when it was looked up. */
export interface FlowToRun {
  readonly id: number;
  readonly name?: string;
}

/**
 * Finds a flow by its exact name. None or several: a UserError that lists near or equal names with
 * their ids. Returns `undefined` when the host was told to stop meanwhile.
 */
export async function findFlow(
  choice: FlowChoice,
  dependencies: {
    readonly client: EtlworksClient;
    readonly host: Host;
    readonly names: SettingNames;
  },
): Promise<FlowToRun | undefined> {
  if (choice.kind === "id") return { id: choice.id };
  const { client, host, names } = dependencies;
  const read = (filter: { q?: string }) =>
    retryRead(host, "find flow", () => client.flows(filter, { signal: host.stop }));
  const narrow = await read({ q: choice.name });
  // Whether `q` also takes spaces and signs as they are is not documented, so nothing found under
  // it proves nothing: look through the whole list before saying so.
  const exact =
    narrow.kind === "value" && narrow.value.some(flow => flow.name.trim() === choice.name);
  const empty = narrow.kind === "absent" && narrow.status === 200;
  const reply = (narrow.kind === "value" && !exact) || empty ? await read({}) : narrow;
  if (host.stop.aborted) return undefined;
  if (reply.kind !== "value") {
    if (reply.kind === "absent" && reply.status === 200) return refuse(choice.name, []);
    throw new UserError(
      explainFailure(reply, { attempt: "list the flows", names, flowList: true }),
    );
  }
  const found = reply.value.filter(flow => flow.name.trim() === choice.name);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return { id: only.id, name: only.name };
  return refuse(
    choice.name,
    found.length > 1 ? found : nearest(choice.name, reply.value),
    found.length,
  );
}

const MAX_LISTED = 5;

function refuse(name: string, flows: readonly FlowSummary[], equal = 0): never {
  const list = flows
    .slice(0, MAX_LISTED)
    .map(flow => `"${shortLine(flow.name, 120)}" (${flow.id})`)
    .join(", ");
  const more = flows.length > MAX_LISTED ? `, and ${flows.length - MAX_LISTED} more` : "";
  if (equal > 1) {
    throw new UserError(
      `flow-name: ${equal} flows are called "${name}": ${list}${more}. Use flow-id to say which.`,
    );
  }
  const near =
    list === "" ? "no flow can be seen with these credentials" : `near names: ${list}${more}`;
  throw new UserError(
    `flow-name: no flow is called "${name}"; ${near}. Names are compared exactly, capitals included.`,
  );
}

/** The most alike names first: by shared pairs of letters (Dice's coefficient). */
function nearest(name: string, flows: readonly FlowSummary[]): FlowSummary[] {
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
