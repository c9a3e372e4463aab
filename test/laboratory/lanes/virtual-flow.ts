import type { VirtualTime } from "../../virtual/virtual-time.ts";

/** A run in the world's Etlworks. */
export interface Run {
  readonly auditId: string;
  readonly lane: string;
  readonly batch: number;
  /** The events that it loads. */
  readonly events: readonly string[];
  readonly startedAt: number;
  readonly endsAt: number;
  readonly status: "success" | "error";
}

export interface VirtualFlow {
  readonly runs: readonly Run[];
  start(run: Pick<Run, "lane" | "batch" | "events">): Run;
  /** A run that began elsewhere. */
  note(run: Run): void;
  /** The status now. */
  statusOf(auditId: string): Run["status"] | "running" | undefined;
}

/** One flow that takes any number of runs at a time: what must not overlap, the lanes keep apart. */
export function createVirtualFlow(given: {
  readonly time: VirtualTime;
  readonly runMs: () => number;
  readonly status: () => Run["status"];
}): VirtualFlow {
  const runs: Run[] = [];
  return {
    runs,
    start(about) {
      const startedAt = given.time.now();
      const run: Run = {
        ...about,
        auditId: String(1_000 + runs.length),
        startedAt,
        endsAt: startedAt + given.runMs(),
        status: given.status(),
      };
      runs.push(run);
      return run;
    },
    note: run => void runs.push(run),
    statusOf(auditId) {
      const run = runs.find(one => one.auditId === auditId);
      if (run === undefined) return undefined;
      return given.time.now() < run.endsAt ? "running" : run.status;
    },
  };
}
