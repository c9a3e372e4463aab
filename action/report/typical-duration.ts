import { formatDuration } from "../../shared/duration.ts";

/** How long a flow usually takes: the median of its past runs and their usual spread. */
export interface TypicalDuration {
  readonly medianMs: number;
  /** Half the distance between the quartiles. */
  readonly spreadMs: number;
}

/** Fewer runs than this say little. */
const MIN_RUNS = 3;

export function typicalDuration(pastSeconds: readonly number[]): TypicalDuration | undefined {
  if (pastSeconds.length < MIN_RUNS) return undefined;
  const sorted = pastSeconds.toSorted((one, other) => one - other);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    const above = sorted[Math.ceil(place)] ?? below;
    return (below + (above - below) * (place - Math.floor(place))) * 1_000;
  };
  return { medianMs: at(0.5), spreadMs: (at(0.75) - at(0.25)) / 2 };
}

/** ` · usually 12m 04s ± 1m 00s`, or nothing when it is not known. */
export function describeTypical(pastSeconds: readonly number[]): string {
  const usual = typicalDuration(pastSeconds);
  if (usual === undefined) return "";
  const spread = usual.spreadMs < 1_000 ? "" : ` ± ${formatDuration(usual.spreadMs)}`;
  return ` · usually ${formatDuration(usual.medianMs)}${spread}`;
}
