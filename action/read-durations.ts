import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import { mapWithLimit } from "../shared/map-with-limit.ts";
import { pastDurations } from "../shared/run/past-durations.ts";
import type { Sleep } from "../shared/run/process-host.ts";
import type { FlowToRun } from "./inputs/find-flow.ts";
import { typicalDuration } from "./report/typical-duration.ts";

/** How long the flows of a step usually take, as far as that is known by now. */
export interface FlowDurations {
  /** Milliseconds. */
  of(flowId: number): number | undefined;
  /** Stops reading. */
  close(): void;
}

/** It is a help, never a condition: what is known after this long decides who starts first. */
const WAIT_MS = 3_000;

const AT_A_TIME = 8;

/**
 * Reads the histories of flows, to know which take long. Returns when all are read or soon at the
 * latest, and goes on reading meanwhile. What cannot be read stays unknown.
 */
export async function readFlowDurations(
  flows: readonly FlowToRun[],
  dependencies: {
    readonly client: EtlworksClient;
    readonly sleep: Sleep;
    readonly stop: AbortSignal;
  },
): Promise<FlowDurations> {
  const { client, sleep, stop } = dependencies;
  const durations = new Map<number, number>();
  const done = new AbortController();
  const signal = AbortSignal.any([stop, done.signal]);
  const read = async ({ id }: FlowToRun) => {
    if (signal.aborted) return;
    const page = { limit: 20, offset: 0 };
    const reply = await client.history(id, page, { timeLimitMs: WAIT_MS, signal });
    if (reply.kind !== "value") return;
    const usual = typicalDuration(pastDurations(reply.value.executions));
    if (usual !== undefined) durations.set(id, usual.medianMs);
  };
  const reading = mapWithLimit(flows, AT_A_TIME, read);
  const enough = new AbortController();
  await Promise.race([reading, sleep(WAIT_MS, AbortSignal.any([stop, enough.signal]))]);
  enough.abort();
  return { of: flowId => durations.get(flowId), close: () => done.abort() };
}
