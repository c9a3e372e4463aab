import type { Protocol } from "./experiment.ts";

/**
 * What the worlds must hold, or the laboratory proves less than it seems to. Two new runs that could
 * both be ours are met once in 20,000 worlds, since records rule others out: a unit test has them.
 */
export const SIGHTS: readonly string[] = `
success, warning, error, canceled, started, skipped, busy, not-started, start-unknown, timed-out,
lost, aborted, refused, start-delayed, in-doubt, status, poll-failed, rate-limited,
started and followed, adopted and followed, attached and followed, aborted with a run,
aborted without a run, timed-out without a run, stop sent, our run unknown to us,
another's run adopted`
  .trim()
  .split(/,\s+/);

/** Which of them this experiment was. */
export function sightsIn({ ending, events, runs, exchanges }: Protocol): string[] {
  const sights = new Set<string>(events.map(({ event }) => event.kind));
  if (ending.kind !== "outcome") return [...sights.add(ending.kind)];
  const { outcome } = ending;
  const ours = new Set(runs.filter(run => run.startedBy === "api").map(run => run.auditId));
  const auditId = "auditId" in outcome ? outcome.auditId : undefined;
  const origin = "origin" in outcome ? outcome.origin : undefined;
  sights.add(outcome.kind);
  if ("execution" in outcome) sights.add(`${origin} and followed`);
  if (outcome.kind === "aborted" || outcome.kind === "timed-out") {
    sights.add(`${outcome.kind} ${auditId === undefined ? "without" : "with"} a run`);
  }
  if (outcome.message.includes("several new runs")) sights.add("several new runs");
  if (exchanges.some(({ path }) => path.includes("/stop"))) sights.add("stop sent");
  if (outcome.kind === "start-unknown" && ours.size > 0) sights.add("our run unknown to us");
  if (origin === "adopted" && !ours.has(auditId ?? "")) sights.add("another's run adopted");
  return [...sights];
}
