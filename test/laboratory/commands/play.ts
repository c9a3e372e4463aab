import { isDeepStrictEqual } from "node:util";
import type { Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import type { JsonObject } from "../../../shared/json.ts";
import { gaveUp, idsOf, isRefused, json, objectOf, pendingDrops } from "./answers.ts";
import { comeToRest } from "./come-to-rest.ts";
import type { Defect } from "./defects.ts";
import { drawAgain, drawBackfill, drawControl, drawDelivery } from "./draw-commands.ts";
import { againAnswer, controlAnswer, expectedLanes, takenAgain, withoutDryRun } from "./expect.ts";
import { expectedBackfill } from "./expect-backfill.ts";
import { changesBetween, factsOf, waitingIn } from "./facts.ts";
import type { Faults } from "./faulty-ledger.ts";
import { race } from "./race.ts";
import { createScene } from "./scene.ts";

export interface Played {
  readonly found: readonly string[];
  readonly commands: number;
  /** Which commands did something, and how often. */
  readonly met: Readonly<Record<string, number>>;
}

/**
 * A night at the lanes, command by command: what each answers is held against the pages and against
 * what became of the table, and each dry run against the command that follows it.
 */
export async function play(
  seed: number,
  { defect, trace }: { readonly defect?: Defect; readonly trace?: (line: string) => void } = {},
): Promise<Played> {
  const scene = createScene(seed, defect);
  const { chance, world, bucket } = scene;
  const { table } = world;
  const found: string[] = [];
  const met: Record<string, number> = {};
  const since = new Map<string, number>();
  /** Events that were sent and have not come yet. */
  const mail: JsonObject[] = [];
  let commands = 0;
  let before = factsOf(table);

  const wrong = (what: string, more: unknown) =>
    void found.push(`${what}: ${JSON.stringify(more)}`);
  const meet = (what: string, times = 1) => {
    met[what] = (met[what] ?? 0) + times;
  };
  const waitsSince = ({ identity, at }: Entry) => since.get(identity) ?? at;

  /** Invokes, and says what came of it in the table. */
  const act = async (event: JsonObject, faults?: Faults) => {
    before = factsOf(table);
    commands += 1;
    const answer = await scene
      .invoke(event, faults)
      .catch((error: unknown) => ({ error: String(error) }));
    const after = factsOf(table);
    const changes = changesBetween(before, after);
    for (const { identity } of [...changes.again, ...changes.added]) {
      since.set(identity, scene.epochMs());
    }
    trace?.(`${JSON.stringify(event)}\n    ${JSON.stringify(answer)}`);
    return { answer, changes, before, after };
  };

  /** A dry run changes nothing, and says what the command then does. */
  const actTwice = async (event: JsonObject) => {
    const faults = chance.likely(0.2) ? FAULTS : undefined;
    const dry = await act({ ...event, dryRun: true }, faults);
    if (dry.before.text !== dry.after.text) wrong("a dry run changed the table", event);
    const real = await act(event, faults);
    return { dry, real };
  };

  const same = (what: string, answer: unknown, expected: unknown) => {
    if (!isDeepStrictEqual(json(answer), json(expected))) wrong(what, { answer, expected });
  };

  const acts: Readonly<Record<string, () => Promise<void>>> = {
    async put() {
      mail.push(bucket.put(drawDelivery(chance)));
    },
    async touch() {
      const key = chance.pick(["", ...bucket.keys()]);
      const event = chance.likely(0.5) ? bucket.touch(key) : bucket.remove(key);
      if (event !== undefined) mail.push(event);
    },
    async mail() {
      const place = chance.whole(0, mail.length - 1);
      const event = mail[place];
      if (event === undefined) return;
      // Some come twice, and some never.
      if (chance.likely(0.8)) mail.splice(place, 1);
      if (chance.likely(0.2)) return;
      await deliverTwice(
        chance.likely(0.15) ? { force: chance.pick(["one", "two"]), event } : event,
      );
    },
    async flow() {
      const id = chance.pick([undefined, "one", "two"]);
      await deliverTwice({
        flow: chance.pick([11, 12, 99]),
        ...(id !== undefined && { id }),
      });
    },
    async pass() {
      await scene.wakeLater();
      await world.pass(chance.anyScale(100, 1_200_000));
    },
    async stop() {
      // Runners die by themselves in this world.
      const running = [...world.executions].filter(
        ([name, { state }]) => state.kind === "running" && !name.startsWith("runner-"),
      );
      const [name] = running[chance.whole(0, running.length - 1)] ?? [];
      if (name !== undefined) world.stop(name);
    },
    async sweep() {
      const listed = [...table.lanes].filter(([, lane]) => lane.listed).length;
      const lanes = expectedLanes(table, waitsSince);
      const waiting = lanes.reduce((sum, lane) => sum + Number(lane["waiting"]), 0);
      const oldest = [...table.lanes.keys()].flatMap(lane =>
        waitingIn(lane, table).map(waitsSince),
      );
      const { answer } = await act({ sweep: true });
      const { lanes: all, held, waiting: counted, oldestWaitingSeconds } = objectOf(answer);
      const waitedMs = oldest.length === 0 ? 0 : scene.epochMs() - Math.min(...oldest);
      same(
        "a sweep",
        { all, held, counted, oldestWaitingSeconds },
        {
          all: listed,
          held: lanes.filter(lane => lane["held"] !== undefined).length,
          counted: waiting,
          oldestWaitingSeconds: Math.round(waitedMs / 1_000),
        },
      );
    },
    async cut() {
      const lanes = [...table.lanes.keys()];
      const routes = scene.routes.list.map(({ name }) => name);
      const event = chance.pick<JsonObject>([
        { ...drawControl(chance, lanes), do: chance.pick(["drop", "drop", "hold", "resume"]) },
        { again: drawAgain(chance, [...table.entries.values()], routes) },
        { backfill: drawBackfill(chance, scene.epochMs()) },
      ]);
      const diesAfter = Math.floor(chance.anyScale(1, 60));
      await act(event, { share: 0, diesAfter });
    },
    async race() {
      found.push(...(await race(scene, mail)));
      for (const entry of table.entries.values()) {
        const ticket = table.lanes.get(entry.lane)?.tickets.get(`${entry.seq}.${entry.round}`);
        if (ticket !== undefined) since.set(entry.identity, ticket.at);
      }
      meet("race");
    },
    async lanes() {
      const expected = { lanes: expectedLanes(table, waitsSince) };
      const { answer, before: one, after } = await act({ lanes: true });
      same("lanes", answer, expected);
      if (one.text !== after.text) wrong("lanes changed the table", "");
    },
    async control() {
      const cut = [...table.lanes].flatMap(([lane, { head }]) => (head.drop ? [lane] : []));
      const event = drawControl(chance, cut.length > 0 ? cut : [...table.lanes.keys()]);
      if (event === undefined) return;
      const expected = controlAnswer(event, table, false);
      const { dry, real } = await actTwice(event);
      if (gaveUp(real) || gaveUp(dry)) return;
      const lane = String(event["lane"]);
      const known = dry.before.text.includes(JSON.stringify(lane));
      if (!known && !isRefused(real.answer)) {
        const isFlow = scene.routes.list.some(({ flow }) => String(flow) === lane);
        if (!isFlow) wrong("an unknown lane is not refused", event);
      }
      if (isRefused(real.answer)) return same("dry refused", dry.answer, real.answer);
      same("control", real.answer, expected);
      same("a dry run of control", withoutDryRun(dry.answer), withoutDryRun(real.answer));
      const { dropped, again, added } = real.changes;
      if (dropped.length !== expected["dropped"]) wrong("dropped in the table", dropped.length);
      if (again.length + added.length > 0) wrong("control changed more", event);
      const { head } = table.lanes.get(lane) ?? {};
      if (event["do"] === "hold" && head?.hold?.why !== event["why"]) wrong("not held", event);
      if (event["do"] === "resume" && head?.hold !== undefined) wrong("not resumed", event);
      if (event["do"] === "drop" && head?.drop !== undefined) wrong("a drop is left", event);
      meet(String(event["do"]), event["do"] === "drop" ? dropped.length : 1);
    },
    async again() {
      const entries = [...table.entries.values()];
      const asked = drawAgain(
        chance,
        entries,
        scene.routes.list.map(({ name }) => name),
      );
      const taken = takenAgain(asked, table);
      const pending = pendingDrops(table);
      const { dry, real } = await actTwice({ again: asked });
      if (gaveUp(real) || gaveUp(dry)) return;
      if (isRefused(real.answer)) {
        if (taken.length > 0) wrong("again is refused", { asked, answer: real.answer });
        return same("dry refused", dry.answer, real.answer);
      }
      const dropped = real.changes.dropped;
      const lanes = new Set(taken.map(entry => entry.lane));
      const meant = pending.filter(entry => lanes.has(entry.lane));
      same("a drop that was under way", idsOf(dropped), idsOf(meant));
      // What such a drop dropped may be what was asked for, and came too late for it.
      const isAll = !(dropped.length > 0 && JSON.stringify(asked).includes("dropped"));
      same("again", real.answer, { ...againAnswer(taken, false), complete: isAll });
      same("again, dry", dry.answer, againAnswer(taken, true));
      same("what waits again", idsOf(real.changes.again), idsOf(taken));
      for (const entry of real.changes.again) {
        const old = taken.find(({ identity }) => identity === entry.identity);
        same("its old place", [entry.seq, entry.lane, entry.at], [old?.seq, old?.lane, old?.at]);
      }
      if (real.changes.added.length + real.changes.others.length > 0)
        wrong("again changed more", asked);
      meet("again", taken.length);
    },
    async backfill() {
      const asked = drawBackfill(chance, scene.epochMs());
      const event = { backfill: asked };
      for (let turn = 1; ; turn += 1) {
        const expected = expectedBackfill(asked, scene);
        const { dry, real } = await actTwice(event);
        if (gaveUp(real) || gaveUp(dry)) return;
        if (isRefused(real.answer)) return wrong("backfill refused", real.answer);
        same("backfill", real.answer, { ...expected, dryRun: false });
        same("backfill, dry", withoutDryRun(dry.answer), withoutDryRun(real.answer));
        const { added } = real.changes;
        if (added.length !== objectOf(real.answer)["delivered"]) wrong("backfilled", added.length);
        meet("backfill", added.length);
        if (objectOf(real.answer)["complete"] === true) return;
        // Each turn gets on.
        if (added.length === 0 || turn > 50) return wrong("backfill does not go on", asked);
      }
    },
  };

  /** An event, a direct invoke, a forced event: first dry. */
  const deliverTwice = async (event: JsonObject) => {
    const { dry, real } = await actTwice(event);
    if (gaveUp(dry) || isRefused(real.answer)) return;
    const planned = objectOf(dry.answer);
    const runs = Array.isArray(planned["runs"]) ? planned["runs"] : [];
    const identities = runs.map(run => objectOf(run)["identity"]);
    // Without an id of its own, each invoke is another event.
    if (event["flow"] === undefined || event["id"] !== undefined) {
      same(
        "what a dry run says will start",
        identities.map(String).toSorted(),
        real.changes.added.map(({ identity }) => identity).toSorted(),
      );
    }
    if (runs.length === 0 && planned["remarks"] === undefined) wrong("no remark", event);
    meet("delivered", real.changes.added.length);
  };

  for (let turn = 0; turn < TURNS && found.length === 0; turn += 1) {
    const name = WEIGHTED[chance.whole(0, WEIGHTED.length - 1)] ?? "pass";
    trace?.(`${new Date(scene.epochMs()).toISOString()} ${name}`);
    await acts[name]?.();
  }
  if (found.length === 0) found.push(...(await comeToRest(scene)));
  return { found, commands, met };
}

const TURNS = 60;

/** As often as they stand here. */
const WEIGHTED = (
  "put put put mail mail mail mail flow touch pass pass pass stop sweep lanes lanes control control " +
  "again again backfill cut cut race"
).split(" ");

/** So few that each operation gets through in the end. */
const FAULTS: Faults = { share: 0.2, diesAfter: Number.POSITIVE_INFINITY };
