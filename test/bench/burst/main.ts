import { type Bill, billOf, sumOf } from "./aws-bill.ts";
import { type LanesToll, playBurst } from "./lanes-burst.ts";
import { oneRunAnEvent } from "./one-run-an-event.ts";
import { playQueueWindow } from "./queue-window.ts";

/**
 * `npm run bench:burst`: a burst of S3 events through lanes, beside one run per event and beside the
 * batch window that SQS has, in virtual time. An argument scales it: `-- 0.1`.
 */
const scale = Number(process.argv[2] ?? 1);
const SEED = 20_261_123;
const HOUR_MS = 3_600_000;
const QUIET_MS = 30_000;
const RUN_MS = 60_000;
const FLOWS = 20;
const TWICE = 0.02;

const missed: string[] = [];
const events = Math.round(100_000 * scale);
const withinMs = HOUR_MS * Math.min(1, scale * 10);
/** What is promised of 100,000 events says nothing of a few. */
const isLarge = scale >= 0.5;

await burstThroughLanes();
await oneRunPerEvent();
await windowOfTheQueue();
await inOrder();
await spreadOverADay();

console.log("");
for (const promise of missed) console.log(`MISSED  ${promise}`);
if (missed.length > 0) process.exitCode = 1;
else console.log("Every promise is kept.");

async function burstThroughLanes(): Promise<void> {
  const toll = await playBurst({
    events,
    withinMs,
    flows: FLOWS,
    runMs: RUN_MS,
    batch: { quiet: "30s", most: 1_000 },
    twice: TWICE,
    seed: SEED,
  });
  const bill = billOf(toll, events);
  heading(`${events} events for ${FLOWS} flows of 60 s, batch {"quiet": "30s", "most": 1000}`);
  print(toll, bill, events);
  must(toll.runsOfEvents.get(1) === events, "each event in exactly one run");
  must(toll.overtaken === 0, "begins in order of arrival");
  must(!isLarge || toll.requests <= 0.05 * events, "at most 0.05 requests an event");
  must(toll.limited === 0, "no answer 429");
  must(
    toll.lastDelayMs <= QUIET_MS + 180_000,
    "the last event's run ended within quiet + 3 minutes",
  );
  must(!isLarge || sumOf(bill) <= 1.2 * scale, "AWS's bill at most $1.20 for 100,000 events");
}

/** As without lanes: an execution for each event, which waits for its turn by itself. */
async function oneRunPerEvent(): Promise<void> {
  const { share, toll } = await oneRunAnEvent(events, withinMs, SEED);
  heading(`The same events with a run each, of 5 s (1/${share} of them played, and multiplied)`);
  console.log(`  runs                   ${events}
  requests               ${toll.requests} (${(toll.requests / events).toFixed(2)} an event), ${toll.limited} of them 429
  lasted                 ${hours(toll.lastedMs)}
  dollars                ${toll.dollars.toFixed(2)}`);
}

async function windowOfTheQueue(): Promise<void> {
  for (const [windowMs, size] of [
    [30_000, 1_000],
    [300_000, 4_500],
  ] as const) {
    const given = { events, withinMs, flows: FLOWS, runMs: RUN_MS, concurrency: 2, seed: SEED };
    const toll = await playQueueWindow({ ...given, windowMs, size });
    heading(`The same burst through SQS's own batch window of ${windowMs / 1_000} s`);
    console.log(`  runs                   ${toll.runs}
  requests               ${toll.requests} (${(toll.requests / events).toFixed(4)} an event), ${toll.busy} of them refused with code 1
  from event to run's end the last event ${seconds(toll.lastDelayMs)}
  lasted                 ${hours(toll.lastedMs)}
  batches cut by Lambda  ${toll.cut}: their events come again, and are loaded again
  dollars                ${toll.dollars.toFixed(2)}
  (a window knows no flow, no order and no quiet, and nobody can ask what became of an event)`);
  }
}

async function inOrder(): Promise<void> {
  const few = Math.round(2_000 * Math.min(1, scale * 10));
  const toll = await playBurst({
    events: few,
    withinMs: 600_000,
    flows: 1,
    runMs: 5_000,
    twice: TWICE,
    inOrder: true,
    seed: SEED,
  });
  heading(`${few} events for one flow of 5 s, in order, a run each`);
  print(toll, billOf(toll, few), few);
  must(toll.runsOfEvents.get(1) === few, "in order: each event in exactly one run");
  must(toll.overtaken === 0, "in order: begins in order of arrival");
  must(toll.requests <= 8 * toll.runs, "in order: at most 8 requests a run");
  must(toll.busy === 0, "in order: no answer of code 1");
}

/** The other half of docs/cost.md. */
async function spreadOverADay(): Promise<void> {
  const few = Math.round(1_000 * Math.min(1, scale * 10));
  const spread = { withinMs: 24 * HOUR_MS, flows: FLOWS, runMs: RUN_MS, twice: TWICE, seed: SEED };
  const toll = await playBurst({ ...spread, events: few });
  heading(`${few} events over a day for ${FLOWS} flows of 60 s, a run each`);
  print(toll, billOf(toll, few), few);
  must(toll.runsOfEvents.get(1) === few, "over a day: each event in exactly one run");
}

function must(kept: boolean, promise: string): void {
  if (!kept) missed.push(promise);
}

function heading(text: string): void {
  console.log(`\n${text}`);
}

function print(toll: LanesToll, bill: Bill, count: number): void {
  const { delays, durable, table } = toll;
  const percentile = (share: number) => delays[Math.floor(share * (delays.length - 1))] ?? 0;
  console.log(`  runs of an event       ${list(toll.runsOfEvents, " run(s)")}
  runs                   ${toll.runs} (${(count / toll.runs).toFixed(0)} events each), ${list(toll.outcomes, "")}
  requests               ${toll.requests} (${(toll.requests / count).toFixed(4)} an event, ${(toll.requests / toll.runs).toFixed(1)} a run), ${toll.limited} of them 429, ${toll.busy} with code 1
  from event to run's end median ${seconds(percentile(0.5))}, 99 % ${seconds(percentile(0.99))}, the last event ${seconds(toll.lastDelayMs)}
  runs that overtook     ${toll.overtaken}
  lasted                 ${hours(toll.lastedMs)}
  durable operations     ${durable.operations} in ${durable.executions} executions, at most ${durable.mostOperations} in one
  table                  ${table.writeUnits} write units, ${table.readUnits} read units
  dollars                ${sumOf(bill).toFixed(2)}`);
  for (const [item, part] of Object.entries(bill)) {
    console.log(`    ${item.padEnd(21)}${part.toFixed(3)}`);
  }
}

function list(counts: ReadonlyMap<number | string, number>, unit: string): string {
  return [...counts].map(([name, count]) => `${name}${unit}: ${count}`).join(", ");
}

function hours(milliseconds: number): string {
  return `${(milliseconds / HOUR_MS).toFixed(2)} h`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(0)} s`;
}
