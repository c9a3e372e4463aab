import { formatDuration } from "../../shared/duration.ts";
import type { FlowResult } from "./flow-result.ts";

/** More bars than this are no picture any more. */
const MAX_BARS = 40;

/** From some minutes on the marks stand on whole minutes, and their seconds would overlap. */
const SECONDS_FIT_MS = 600_000;

/**
 * One Gantt picture of all runs, which GitHub draws from Mermaid: a bar a run, in the order of their
 * starts, those that failed in another colour. With very many runs, the longest.
 */
export function flowsTimeline(results: readonly FlowResult[]): string {
  const all = results.flatMap(toBar);
  const bars = all
    .toSorted((one, other) => other.to - other.from - (one.to - one.from))
    .slice(0, MAX_BARS)
    .toSorted((one, other) => one.from - other.from);
  if (bars.length === 0) return "";
  const first = Math.min(...bars.map(({ from }) => from));
  const last = Math.max(...bars.map(({ to }) => to));
  const section =
    bars.length < all.length ? `The ${bars.length} longest of ${all.length} runs` : "Runs";
  return [
    "```mermaid",
    "gantt",
    "  dateFormat x",
    `  axisFormat ${last - first < SECONDS_FIT_MS ? "%H:%M:%S" : "%H:%M"}`,
    `  section ${section}`,
    ...bars.map(
      ({ name, from, to, failed }, index) =>
        `  ${index + 1}. ${name} ${formatDuration(to - from)} :${failed ? "crit, " : ""}${from}, ${to}`,
    ),
    "```",
  ].join("\n");
}

interface Bar {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
}

function toBar({ label, report, verdict }: FlowResult): Bar[] {
  const { startedAt, durationMs, outcome } = report;
  const length = durationMs ?? ("elapsedMs" in outcome ? outcome.elapsedMs : undefined);
  if (startedAt === undefined || length === undefined || length < 0) return [];
  const from = Math.round(startedAt);
  // A bar without a length is not drawn at all.
  const to = from + Math.max(1_000, Math.round(length));
  return [{ name: harmless(label), from, to, failed: verdict === "fail" }];
}

/**
 * Mermaid ends a name at a colon, a line at `;` or `#`, and has words of its own; so nothing but
 * letters, digits and the mark of a cut is left of a name, and a number stands before it.
 */
function harmless(label: string): string {
  const name = label
    .replace(/[^\p{L}\p{N}…]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return name === "" ? "flow" : name;
}
