import { describe, expect, it } from "vitest";
import { checkRun } from "../../action/runner/own-run.ts";
import { readState } from "../../action/runner/step-state.ts";
import { createVirtualEtlworks } from "../virtual/virtual-etlworks.ts";
import { runInVirtualTime } from "./step-in-virtual-time.ts";

const BEGIN = Date.UTC(2026, 4, 9);
const LAST = { startedAt: BEGIN - 60_000, durationMs: 45_000, end: "success" } as const;
const flow = { id: 7, name: "Load orders", past: [LAST] };

/** What the step keeps for the post step, after a run that ended like this. */
async function remembered(runningMs: number) {
  const step = await runInVirtualTime(
    { flows: [{ ...flow, runs: [{ runningMs }] }] },
    { timeout: "5m" },
  );
  const { runs } = readState({ "STATE_run-1": step.state["run-1"] });
  return { run: runs[0], outcome: step.outputs["outcome"] };
}

describe("what the post step is told of a run", () => {
  it.each([
    ["success", 60_000],
    ["timed-out", 600_000],
  ])("holds a record to the history that was read before the start: %s", async (end, runningMs) => {
    const { run, outcome } = await remembered(runningMs);
    expect(outcome).toBe(end);
    expect(run).toMatchObject({ phase: "settled", newestAt: BEGIN - 15_000 });
    if (run === undefined) return;
    const began = async (startedAt: number) => {
      const server = createVirtualEtlworks({ now: () => BEGIN });
      const client = server.client(server.connect({ sleep: async () => undefined, thereMs: 0 }));
      const execution = async () => {
        const value = { auditId: run.auditId, status: "running", startedAt };
        return { kind: "value", value } as const;
      };
      const claim = { foreignRuns: new Set<string>() };
      return checkRun(run, claim, { client: { ...client, execution }, timeLimitMs: 1_000 });
    };
    expect(await began(BEGIN - 24_000)).toEqual({ kind: "ours", ended: undefined });
    expect(await began(BEGIN - 26_000)).toEqual({
      kind: "not-ours",
      why: "it began 11s before the last entry in the history that was read first",
    });
  });
});
