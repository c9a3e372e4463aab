import type { Run as EtlworksRun, Plan } from "../../sandbox/run.ts";
import { createVirtualEtlworks, type VirtualEtlworks } from "../../virtual/virtual-etlworks.ts";

/** A run in the world's Etlworks, by the world's time. */
export interface Run extends ForWhom {
  readonly auditId: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly status: "success" | "error";
}

interface ForWhom {
  readonly lane: string;
  readonly batch: number;
  /** The events that it loads. */
  readonly events: readonly string[];
}

/** The flow of all lanes, in an Etlworks of its own. */
export interface VirtualFlow {
  readonly etlworks: VirtualEtlworks;
  /** All that have begun, as they will end. */
  runs(): readonly Run[];
  /** A run beside all others: what must not overlap, the lanes keep apart. */
  start(forWhom: ForWhom): Pick<Run, "auditId">;
  /** For whom the run was that somebody has started in Etlworks itself. */
  note(run: Pick<EtlworksRun, "auditId">, forWhom: ForWhom): void;
  /** The status now. */
  statusOf(auditId: string): Run["status"] | "running" | undefined;
}

/** So many runs of a planned flow may each go another way. */
const MANY_RUNS = 40;

export function createVirtualFlow(given: {
  readonly flow: number;
  readonly now: () => number;
  /** What `now` said at the beginning of the world. */
  readonly beganAt: number;
  readonly runMs: () => number;
  readonly status: () => Run["status"];
  /** Settles before the world begins how its runs will go, for a runner that starts them itself. */
  readonly planned: boolean;
}): VirtualFlow {
  const { flow, now, beganAt } = given;
  const nextPlan = (): Plan => ({ runningMs: given.runMs(), end: given.status() });
  const planned = Array.from({ length: given.planned ? MANY_RUNS : 0 }, nextPlan);
  const runs = planned.map(plan => ({ ...plan, runningMs: Math.ceil(plan.runningMs ?? 0) }));
  const flows = [{ id: flow, name: "flow", runs }];
  const etlworks = createVirtualEtlworks({ now, flows, firstAuditId: "1000" });
  const { model } = etlworks;
  const known = new Map<string, ForWhom>();
  return {
    etlworks,
    runs: () =>
      model.runs.flatMap(run => {
        const forWhom = known.get(run.auditId);
        if (forWhom === undefined) return [];
        const { auditId, startedAt, endsAt } = run;
        const times = { startedAt: startedAt - beganAt, endsAt: endsAt - beganAt };
        return [{ ...forWhom, auditId, ...times, status: statusAtEnd(run) }];
      }),
    start(forWhom) {
      const run = model.begin(flow, { startedBy: "user", plan: nextPlan(), parallel: true });
      if (run === undefined) throw new Error("A parallel run always begins.");
      known.set(run.auditId, forWhom);
      return run;
    },
    note: ({ auditId }, forWhom) => void known.set(auditId, forWhom),
    statusOf(auditId) {
      const run = model.runs.find(one => one.auditId === auditId);
      if (run === undefined) return undefined;
      return now() < run.endsAt ? "running" : statusAtEnd(run);
    },
  };
}

function statusAtEnd({ end }: EtlworksRun): Run["status"] {
  return end === "error" ? "error" : "success";
}
