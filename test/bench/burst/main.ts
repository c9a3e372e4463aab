import { type Burst, simulate, type Toll } from "./burst.ts";

/** `npm run bench:burst`: how the Lambda side bears a burst, paced and not. An argument scales it. */
const scale = Number(process.argv[2] ?? 1);

const burst: Burst = {
  events: Math.round(100_000 * scale),
  withinMs: 3_600_000,
  routes: 50,
  runMs: 5_000,
  paceMs: 2_000,
  twice: 0.02,
  lostAnswers: 0,
  droppedStarts: 0,
  seed: 20_261_123,
};

/** Prices of eu-west-1 and us-east-1, November 2026 (facts: AWS Lambda, SQS). */
const PRICE = {
  millionOperations: 8,
  writtenGb: 0.25,
  millionInvocations: 0.2,
  gbSecond: 0.0000133334,
  millionQueueCalls: 0.4,
} as const;

/** Of memory, and what one invocation of the runner takes with its replay. */
const MEMORY_GB = 0.5;
const INVOCATION_SECONDS = 0.4;

const small = (events: number): Burst => ({
  ...burst,
  events: Math.round(events * scale),
  withinMs: (burst.withinMs * events) / 100_000,
});

for (const [name, variant] of [
  ["at the pace of the template (60 runs a minute)", burst],
  [
    "the same, a tenth of it, one answer in a thousand lost",
    { ...small(10_000), lostAnswers: 1e-3 },
  ],
  [
    "the same, a tenth of it, one start in twenty dropped by a balancer",
    { ...small(10_000), droppedStarts: 0.05, lostAnswers: 1e-3 },
  ],
  [
    "started in place, a fiftieth of it, with the same faults",
    { ...small(2_000), inPlace: true, droppedStarts: 0.05, lostAnswers: 1e-3 },
  ],
  ["without a pace, a twentieth of it", { ...small(5_000), paceMs: 0 }],
] as const) {
  const began = performance.now();
  const toll = await simulate(variant);
  print(name, variant, toll, (performance.now() - began) / 1_000);
  if (toll.lost > 0) process.exitCode = 1;
}

console.log(`
Where it breaks, and the next step
  The runs of a flow follow each other in its lane, so nobody polls for a turn: without a pace the
  requests stay the same, and the lanes wait instead of the queue. 600 requests a minute at 3.3 an
  event are 180 events a minute at most. A flow of one run at a time also needs its runs to fit:
  2,000 runs of 5 s are 2.8 hours, of a minute 33 hours. Beyond that, give a run more than one file: a
  route's batch.
  A start whose answer is lost ends as start-unknown: no run is taken for an event's own that another
  event may have begun, so "acknowledged without a run" must be 0.`);

function print(name: string, { events }: Burst, toll: Toll, seconds: number): void {
  const percentile = (share: number) =>
    toll.waits[Math.floor(share * (toll.waits.length - 1))] ?? 0;
  const hours = (ms: number) => `${(ms / 3_600_000).toFixed(2)} h`;
  const each = (count: number) => (count / events).toFixed(2);
  console.log(`
${events} S3 events, ${name}
  runs of an event       ${list(toll.runsOfEvents, " run(s)")}
  outcomes               ${list(toll.outcomes, "")}
  acknowledged or SUCCEEDED without a run of their own: ${toll.lost}
  duplicates dropped     ${toll.duplicates}
  lasted                 ${hours(toll.lastedMs)}
  wait for the run       median ${hours(percentile(0.5))}, 99 % ${hours(percentile(0.99))}, longest ${hours(percentile(1))}
  requests               ${toll.requests} (${each(toll.requests)} an event), ${toll.refused} of them 429, at most ${toll.mostRefusedAMinute} a minute
  durable operations     ${toll.operations} (${each(toll.operations)} an event, at most ${toll.mostOperations} in one execution)
  dollars                ${dollars(toll).toFixed(2)}: ${costs(toll)}
  (simulated in ${seconds.toFixed(0)} s)`);
}

function list(counts: ReadonlyMap<number | string, number>, unit: string): string {
  return [...counts].map(([name, count]) => `${name}${unit}: ${count}`).join(", ");
}

function dependencies(toll: Toll): Readonly<Record<string, number>> {
  const runnerSeconds = toll.invocations * INVOCATION_SECONDS;
  return {
    operations: (toll.operations / 1e6) * PRICE.millionOperations,
    "data written": (toll.writtenBytes / 1e9) * PRICE.writtenGb,
    invocations: (toll.invocations / 1e6) * PRICE.millionInvocations,
    "runner's time": runnerSeconds * MEMORY_GB * PRICE.gbSecond,
    "dispatcher's time": (toll.dispatcherMs / 1_000) * MEMORY_GB * PRICE.gbSecond,
  };
}

function dollars(toll: Toll): number {
  return Object.values(dependencies(toll)).reduce((sum, part) => sum + part, 0);
}

function costs(toll: Toll): string {
  return Object.entries(dependencies(toll))
    .map(([name, part]) => `${name} ${part.toFixed(2)}`)
    .join(", ");
}
