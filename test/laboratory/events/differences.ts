import type { Decision } from "../../../lambda/decision.ts";
import type { Scene } from "./draw-scene.ts";
import type { ExpectedRun } from "./expected-runs.ts";

/** In what a decision is not the run that the pages promise. */
export function differences(
  decision: Decision,
  run: ExpectedRun,
  { lanes }: Scene,
): readonly string[] {
  if (decision.route !== run.route) return ["route"];
  const { asked } = run;
  const parameters = Object.entries(decision.parameters).map(([name, text]) => [
    name,
    typeof text === "string"
      ? text
      : text
          .map(part => (typeof part === "string" ? part : `\u0001batch.${part.batch}\u0001`))
          .join(""),
  ]);
  const pairs: Readonly<Record<string, readonly [unknown, unknown]>> = {
    flow: [decision.flow, run.flow],
    lane: lanes ? [laneName(decision.lane), laneName(run.lane)] : [0, 0],
    parameters: [
      parameters,
      Object.entries(run.parameters).map(([name, text]) => [
        name,
        text.replaceAll("\u0001batch.by\u0001", decision.batch?.by ?? ""),
      ]),
    ],
    ...originsOf(decision, run),
    file: [decision.file ?? null, run.file ?? null],
    ifRunning: [decision.policy.ifRunning, asked?.ifRunning ?? "wait"],
    timeout: [decision.policy.timeout, TIMEOUTS[asked?.timeout ?? ""] ?? DAY_MS],
    failOnWarning: [decision.policy.failOnWarning, asked?.failOnWarning ?? false],
    afterFailure: [decision.afterFailure, asked?.afterFailure ?? "continue"],
    batch: [decision.batch !== undefined, asked?.batch !== undefined],
    keep: [decision.batch?.keep ?? "all", asked?.batch?.["keep"] ?? "all"],
    most: [decision.batch?.most ?? 1000, asked?.batch?.["most"] ?? 1000],
    all: [decision.batch?.all, asked?.batch?.["all"]],
    quiet: [
      decision.batch?.quietMs ?? 0,
      { "30s": 30_000, "2m": 120_000 }[String(asked?.batch?.["quiet"])] ?? 0,
    ],
    longest: [
      decision.batch?.longestMs ?? 900_000,
      asked?.batch?.["longest"] === "1h" ? 3_600_000 : 900_000,
    ],
    every: [decision.batch?.everyMs ?? 0, asked?.batch?.["every"] === "15m" ? 900_000 : 0],
  };
  return Object.entries(pairs).flatMap(([name, [is, wanted]]) => {
    const [one, two] = [canonical(is), canonical(wanted)];
    return one === two ? [] : [`${name} (${one}, not ${two})`];
  });
}

const DAY_MS = 86_400_000;
const TIMEOUTS: Readonly<Record<string, number>> = {
  "90s": 90_000,
  "1h30m": 5_400_000,
  "2d": 2 * DAY_MS,
  "0": 0,
};

function originsOf(
  { origin }: Decision,
  run: ExpectedRun,
): Readonly<Record<string, readonly [unknown, unknown]>> {
  if (run.origin === undefined) return {};
  const { source, detailType, id, force } = run.origin;
  return {
    source: [origin.source, source],
    detailType: [origin.detailType, detailType],
    id: id === undefined ? [0, 0] : [origin.id, id],
    force: run.route === "direct" ? [0, 0] : [origin.force, force],
  };
}

/** The name of a very long one is shortened. */
function laneName(lane: string): string {
  return lane.length > 100 ? lane.slice(0, 100) : lane;
}

/** Without the order of an object's members. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([one], [two]) => (one < two ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  );
}
