import type { OutcomeKind } from "../../shared/run/outcome.ts";
import type { Verdict } from "../../shared/run/verdict.ts";
import { cutToBytes, shortLine } from "../runner/plain-text.ts";
import type { RunReport } from "./run-report.ts";

/** What became of one flow of a step that runs several. */
export interface FlowResult {
  /** Its name in the log. */
  readonly label: string;
  readonly report: RunReport;
  readonly verdict: Verdict;
  /** The log of its run was printed. */
  readonly logShown?: boolean;
}

/** The worst first; what is equally bad stays in the order of the flows. */
export function worstFirst(results: readonly FlowResult[]): FlowResult[] {
  return results.toSorted((one, other) => badness(other) - badness(one));
}

/** `2 failed · 38 succeeded`: how many ended in which way, the worst first. */
export function countOutcomes(results: readonly FlowResult[]): string {
  const counts = new Map<OutcomeKind, number>();
  for (const { report } of worstFirst(results)) {
    counts.set(report.outcome.kind, (counts.get(report.outcome.kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(" · ");
}

/**
 * What fails the step is worse than what passes (a flow that `fail-fast` skipped never hides the
 * one that failed). Otherwise the order of the table of outcomes decides, the last is the worst.
 */
function badness({ report, verdict }: FlowResult): number {
  return (verdict === "fail" ? 100 : 0) + RANKS[report.outcome.kind];
}

/** As documented in the table of outcomes. */
const RANKS: Readonly<Record<OutcomeKind, number>> = {
  success: 0,
  warning: 1,
  error: 2,
  canceled: 3,
  started: 4,
  skipped: 5,
  busy: 6,
  "not-started": 7,
  "start-unknown": 8,
  "timed-out": 9,
  lost: 10,
  aborted: 11,
  refused: 12,
};

/** `1 flow`, `40 flows`. */
export function countedFlows(count: number): string {
  return count === 1 ? "1 flow" : `${count} flows`;
}

/**
 * What failed and why, a line for each flow, or that all went well. For the output `message`: where
 * many failed, the reasons give way before the names do.
 */
export function describeResults(results: readonly FlowResult[], maxBytes: number): string {
  const failed = worstFirst(results).filter(({ verdict }) => verdict === "fail");
  if (failed.length === 0) {
    const all = results.length === 1 ? "The flow" : `All ${results.length} flows`;
    return `${all} passed: ${countOutcomes(results)}.`;
  }
  const within = (characters: number) => {
    const named = failed.map(({ report }) => {
      const { flowId, flowName, outcome } = report;
      const why = shortLine(firstSentences(report), characters);
      return `${describeFlowBriefly(flowId, flowName)}: ${outcome.kind}: ${why}`;
    });
    return [`${failed.length} of ${countedFlows(results.length)} failed.`, ...named].join("\n");
  };
  const fits = (text: string) => Buffer.byteLength(text) <= maxBytes;
  const longest = REASON_LENGTHS.find(characters => fits(within(characters)));
  return cutToBytes(within(longest ?? 0), maxBytes);
}

const REASON_LENGTHS = [4_000, 1_000, 300, 120, 60, 30];

/** Why it ended so, in one line, and what became of the stop request. */
export function firstSentences({ message, stop }: RunReport): string {
  const first = message.split("\n").find(line => line.trim() !== "") ?? "";
  return stop === undefined ? first : `${first} ${stop.sentence}`;
}

export function describeFlowBriefly(
  flowId: number | undefined,
  flowName: string | undefined,
): string {
  if (flowId === undefined) return flowName ?? "A flow";
  return flowName === undefined ? `Flow ${flowId}` : `"${shortLine(flowName, 120)}" (${flowId})`;
}
