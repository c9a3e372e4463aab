import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { observeLedger } from "../../virtual/observed-ledger.ts";
import { objectOf } from "./answers.ts";
import { drawAgain, drawBackfill, drawControl } from "./draw-commands.ts";
import { waitingIn } from "./facts.ts";
import { faultyLedger } from "./faulty-ledger.ts";
import { type Effects, noEffects, noteEffects } from "./own-effects.ts";
import type { Scene } from "./scene.ts";

interface Racer {
  readonly event: JsonObject;
  readonly effects: Effects;
  /** How many events waited in a lane at most, of the moments at which it was looked at. */
  readonly waited: Map<string, number>;
  /** Undefined: it died. */
  answer: unknown;
}

/**
 * Some commands at once, while the lanes are at work: each is slow, meets faults, has little time or
 * dies. What each says that it did is held against what the table did for it.
 */
export async function race(scene: Scene, mail: readonly JsonObject[]): Promise<readonly string[]> {
  const { chance, world } = scene;
  await scene.wakeLater();
  const events = [
    ...Array.from({ length: chance.whole(2, 3) }, () => drawCommand(scene)),
    ...mail.filter(() => chance.likely(0.3)),
  ];
  const racers = events.map(event => ({
    event,
    effects: noEffects(),
    waited: new Map<string, number>(),
    answer: undefined,
  }));
  const over = { racers: 0 };
  for (const racer of racers) {
    void start(racer, scene).finally(() => {
      over.racers += 1;
    });
  }
  for (let turn = 0; turn < 200 && over.racers < racers.length; turn += 1) await world.pass(500);
  const hasAgain = racers.some(({ event }) => event["again"] !== undefined);
  return racers.flatMap(racer => {
    const wrong = contradictionIn(racer, hasAgain);
    return wrong === undefined ? [] : `${wrong}: ${JSON.stringify(racer)}`;
  });
}

function drawCommand({ chance, world, routes, epochMs }: Scene): JsonObject {
  const lanes = [...world.table.lanes.keys()];
  const names = routes.list.map(({ name }) => name);
  return chance.pick<JsonObject>([
    drawControl(chance, lanes),
    drawControl(chance, lanes),
    { again: drawAgain(chance, [...world.table.entries.values()], names) },
    { again: {} },
    { backfill: drawBackfill(chance, epochMs()) },
    { lanes: true },
    { sweep: true },
  ]);
}

async function start(racer: Racer, scene: Scene): Promise<void> {
  const { chance, world, epochMs } = scene;
  const { sleep } = world.dependencies;
  const jitter = chance.anyScale(1, 500);
  const noted = noteEffects(world.bare, racer.effects);
  const faulty = faultyLedger(noted, chance, {
    share: chance.pick([0, 0, 0.1]),
    diesAfter: chance.likely(0.2) ? chance.whole(1, 40) : Number.POSITIVE_INFINITY,
  });
  const slow: Ledger = observeLedger(faulty, async (_call, happen) => {
    await sleep(chance.random() * jitter);
    for (const lane of world.table.lanes.keys()) {
      const waiting = waitingIn(lane, world.table).length;
      racer.waited.set(lane, Math.max(waiting, racer.waited.get(lane) ?? 0));
    }
    const answer = await happen();
    await sleep(chance.random() * jitter);
    return answer;
  });
  await sleep(chance.random() * 1_000);
  const beganAt = epochMs();
  const timeMs = chance.pick([60_000, 60_000, 20_000]);
  const remainingMs = () => beganAt + timeMs - epochMs();
  const answer = scene
    .invokeOn(slow, racer.event, remainingMs)
    .catch((error: unknown) => ({ error: String(error) }));
  // AWS ends it.
  racer.answer = await Promise.race([answer, sleep(timeMs).then(() => undefined)]);
}

function contradictionIn(
  { event, effects, waited, answer }: Racer,
  hasAgain: boolean,
): string | undefined {
  if (!isObject(answer)) return undefined;
  const { error, again, dropped, delivered, lanes } = answer;
  const reports: readonly unknown[] = Array.isArray(lanes) && event["lanes"] === true ? lanes : [];
  for (const report of reports) {
    const { lane, waiting } = objectOf(report);
    if (Number(waiting) > (waited.get(String(lane)) ?? 0)) return `more waits in ${String(lane)}`;
  }
  if (typeof error === "string") {
    const said = Number(/began to wait again: (\d+)/.exec(error)?.[1] ?? 0);
    return said === effects.again.length ? undefined : "an error tells of others than wait again";
  }
  if (again !== undefined && again !== effects.again.length) return "other events wait again";
  if (event["do"] === "drop" && !hasAgain && Number(dropped) < effects.dropped.length) {
    return "more was dropped";
  }
  if (event["backfill"] !== undefined && delivered !== effects.added.length) {
    const { failures } = answer;
    const isTold = Array.isArray(failures) && failures.length > 0;
    return isTold && Number(delivered) < effects.added.length
      ? undefined
      : "other events were delivered";
  }
  return undefined;
}
