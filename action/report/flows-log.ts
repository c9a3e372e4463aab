import { formatDuration } from "../../shared/duration.ts";
import type { Clock } from "../../shared/run/clock.ts";
import { shortLine } from "../runner/plain-text.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import { alignedLabels } from "./flow-labels.ts";
import { countedFlows, type FlowResult } from "./flow-result.ts";
import { HEARTBEAT_MS } from "./progress-log.ts";

/**
 * One log for many flows: every line begins with the name of its flow, in one column, and once a
 * minute one line tells of all.
 */
export interface FlowsLog {
  /** The runner for what is about one flow: its lines carry the name. */
  runnerFor(index: number): WorkflowRunner;
  /** A flow's turn has come. */
  begins(index: number): void;
  ended(result: FlowResult): void;
  /** Ends the sign of life. */
  close(): void;
}

/** GitHub shows ten warnings of a step. The others are lines in the log. */
const MAX_ANNOTATIONS = 8;

export function createFlowsLog(dependencies: {
  readonly runner: WorkflowRunner;
  readonly clock: Clock;
  readonly labels: readonly string[];
  /** Calls back each so many milliseconds until its result is called. */
  readonly every: (milliseconds: number, beat: () => void) => () => void;
}): FlowsLog {
  const { runner, clock, labels, every } = dependencies;
  const columns = alignedLabels(labels);
  const startedAt = clock.monotonicMs();
  const active = new Map<string, number>();
  let ended = 0;
  let failed = 0;
  let annotations = 0;

  const stopHeartbeat = every(HEARTBEAT_MS, () => {
    const waiting = labels.length - ended - active.size;
    const counts = [
      `${active.size} running`,
      ...(waiting === 0 ? [] : [`${waiting} waiting`]),
      `${ended} ended${failed === 0 ? "" : ` (${failed} failed)`}`,
    ];
    const [oldest] = active;
    const longest =
      oldest === undefined
        ? ""
        : ` · longest: ${oldest[0]} ${formatDuration(clock.monotonicMs() - oldest[1])}`;
    const age = formatDuration(clock.monotonicMs() - startedAt);
    runner.line(`${countedFlows(labels.length)} · ${age} · ${counts.join(", ")}${longest}`);
  });

  return {
    runnerFor(index) {
      const column = columns[index] ?? "";
      const line = (text: string) => runner.line(`${column} | ${text}`);
      return {
        ...runner,
        line,
        debug: text => runner.debug(`${column} | ${text}`),
        group: (title, lines) => runner.group(`${column} | ${title}`, lines),
        async warning(text, title) {
          annotations += 1;
          if (annotations <= MAX_ANNOTATIONS) {
            await runner.warning(`${labels[index] ?? ""}: ${text}`, title);
          } else line(`Warning: ${shortLine(text, 500)}`);
        },
      };
    },
    begins(index) {
      active.set(labels[index] ?? "", clock.monotonicMs());
    },
    ended({ label, verdict }) {
      active.delete(label);
      ended += 1;
      if (verdict === "fail") failed += 1;
    },
    close: stopHeartbeat,
  };
}
