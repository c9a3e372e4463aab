import type { Decision } from "../../../lambda/decision.ts";
import { FATES } from "../../virtual/virtual-processes.ts";
import type { BrokenPromise } from "../promises.ts";
import type { Defect } from "./defects.ts";
import { play } from "./play.ts";
import { brokenLanePromises } from "./promises.ts";
import { createDecision, type RouteOfWorld, type World } from "./world.ts";

/** A small world in which one thing is done at every operation in turn. */
export interface SmallWorld {
  readonly name: string;
  readonly world: World;
}

/** What breaks in which of them. */
export interface Exhausted {
  readonly worlds: number;
  /** What came to pass in any of them. */
  readonly met: ReadonlySet<string>;
  readonly broken: readonly {
    readonly name: string;
    readonly promises: readonly BrokenPromise[];
  }[];
}

const COMMANDS = ["hold", "resume", "drop", "again"] as const;
/** Longer than whoever comes after it takes to begin, and shorter than its function may run. */
const SLOW_MS = 45_000;
const NEVER = Number.MAX_SAFE_INTEGER;

/** Plays each of these worlds. With a defect, stops at the first that breaks a promise. */
export async function exhaust(worlds: Iterable<SmallWorld>, defect?: Defect): Promise<Exhausted> {
  let count = 0;
  const met = new Set<string>();
  const broken: { name: string; promises: BrokenPromise[] }[] = [];
  for (const { name, world } of worlds) {
    count += 1;
    const protocol = await play(world, defect);
    for (const sight of protocol.met) met.add(sight);
    const promises = brokenLanePromises(protocol);
    if (promises.length > 0) broken.push({ name, promises });
    if (defect !== undefined && broken.length > 0) break;
  }
  return { worlds: count, met, broken };
}

/** One fault of each kind at every operation in turn. */
export async function oneFault(base: World): Promise<readonly SmallWorld[]> {
  const { operations } = await play(base);
  return eachOperation(operations, 1).flatMap(after =>
    FATES.map(kind => ({
      name: `${kind} at operation ${after}`,
      world: { ...base, faults: [{ after, kind }] },
    })),
  );
}

/** One command of each kind at every operation in turn. */
export async function oneCommand(base: World): Promise<readonly SmallWorld[]> {
  const { operations } = await play(base);
  return eachOperation(operations, 1).flatMap(afterOperations =>
    COMMANDS.map(command => ({
      name: `${command} after operation ${afterOperations}`,
      world: commanded(base, [[command, afterOperations]]),
    })),
  );
}

/** One fault and one command, each at every operation; of these every `stride`-th. */
export async function faultAndCommand(base: World, stride: number): Promise<readonly SmallWorld[]> {
  const { operations } = await play(base);
  const places = eachOperation(operations, 1);
  const all = places.flatMap(afterOperations =>
    COMMANDS.flatMap(command =>
      places.flatMap(after =>
        FATES.map(kind => ({
          name: `${command} after operation ${afterOperations}, ${kind} at operation ${after}`,
          world: { ...commanded(base, [[command, afterOperations]]), faults: [{ after, kind }] },
        })),
      ),
    ),
  );
  return all.filter((_, index) => index % stride === 0);
}

/** Two faults, each at every operation; of these every `stride`-th. */
export async function twoFaults(base: World, stride: number): Promise<readonly SmallWorld[]> {
  const { operations } = await play(base);
  const places = eachOperation(operations, 1);
  const all = places.flatMap(first =>
    FATES.flatMap(one =>
      places
        .filter(second => second >= first)
        .flatMap(second =>
          FATES.map(other => ({
            name: `${one} at operation ${first}, ${other} at operation ${second}`,
            world: {
              ...base,
              faults: [
                { after: first, kind: one },
                { after: second, kind: other },
              ],
            },
          })),
        ),
    ),
  );
  return all.filter((_, index) => index % stride === 0);
}

function eachOperation(operations: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil(operations / step) }, (_, index) => index * step);
}

function commanded(
  base: World,
  commands: readonly (readonly [World["commands"][number]["do"], number])[],
): World {
  return {
    ...base,
    commands: [
      ...base.commands,
      ...commands.map(([what, afterOperations]) => ({
        at: NEVER,
        afterOperations,
        lane: "a",
        do: what,
      })),
      // Whatever was held goes on in the end, so that nothing may be left.
      { at: 3_600_000, afterOperations: NEVER, lane: "a", do: "resume" as const },
    ],
  };
}

/** Worlds of one or two events, small enough for two things at every pair of operations. */
export const SMALL_WORLDS = {
  "one event": smallWorld({ deliveries: [["e0"]] }),
  "one event, twice": smallWorld({ deliveries: [["e0"], ["e0"]] }),
  "a failing run that holds": smallWorld({
    deliveries: [["e0"]],
    failing: 1,
    route: { afterFailure: "hold" },
  }),
  "two events in a batch": smallWorld({
    deliveries: [["e0", "e1"], ["e1"]],
    route: {
      rule: { quietMs: 5_000, longestMs: 60_000, most: 10, everyMs: 0, keep: "all" },
      reads: "manifest",
    },
  }),
} satisfies Readonly<Record<string, World>>;

/** A world of one lane, without chance but in how long each operation takes. */
export function smallWorld(given: {
  readonly seed?: number;
  readonly deliveries: readonly (readonly string[])[];
  readonly route?: Partial<RouteOfWorld>;
  readonly failing?: number;
}): World {
  const { seed = 1, deliveries, failing = 0 } = given;
  const route: RouteOfWorld = {
    name: "r",
    afterFailure: "continue",
    reads: "keys",
    ...given.route,
  };
  const decisions = new Map<string, Decision>();
  const decide = (identity: string): Decision => {
    const decision = decisions.get(identity) ?? createDecision(identity, "a", route, "");
    decisions.set(identity, decision);
    return decision;
  };
  return {
    seed,
    deliveries: deliveries.map((identities, index) => ({
      at: index,
      afterOperations: NEVER,
      decisions: identities.map(decide),
    })),
    commands: [],
    faults: [],
    maxPaceMs: 20,
    slowMs: SLOW_MS,
    maxSkewMs: 0,
    pageSize: 100,
    failing,
    maxRunMs: 2_000,
    stale: 0,
    undeleted: 0,
    manyOperations: 1_000,
  };
}
