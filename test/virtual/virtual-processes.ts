import type { Chance } from "./chance.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One piece of code at work somewhere: an invocation of a function, or a command of a person. */
export interface Process {
  readonly name: string;
  /** What its clock is ahead of the true time, milliseconds. */
  readonly skewMs: number;
  /** How long its operations take on average, milliseconds. */
  paceMs: number;
  /** It does nothing any more, and nobody hears of it again. */
  isOver: boolean;
  /** Lambda ends it then, wherever it is. */
  readonly endsAt: number;
  /** Told when it died before its end: at once to the service that invoked it. */
  readonly onDeath: () => void;
  /** Told when the service gives it up although it goes on. */
  readonly onGivenUp: () => void;
  /** Told when somebody stops its execution, which it notices at its next checkpoint. */
  readonly onStop: (() => void) | undefined;
}

/** What happens to one operation on something outside the process. */
export const FATES = [
  "throttled",
  "lost before",
  "lost after",
  "dies before",
  "dies after",
  "given up",
  "stopped",
  "slow",
] as const;
export type Fate = (typeof FATES)[number];

export const FAULTS = ["death", "zombie", "stop", "lost", "throttle"] as const;
export type FaultKind = (typeof FAULTS)[number];

/** A fault that meets the first operation it can after so many in the whole world. */
export interface Fault {
  readonly after: number;
  readonly kind: FaultKind | Fate;
}

/** One operation of one process: the `nth` of this name by a process whose name begins so. */
export interface Moment {
  readonly who: string;
  readonly call: string;
  /** The first one, where it is missing. */
  readonly nth?: number;
}

/** What a named trace has happen at a moment. */
export interface Twist extends Moment {
  /** So long it takes until the operation comes to pass. */
  readonly waitMs?: number;
  readonly fate?: Fate;
  /** So long it stands still when it is slow, given up or stopped. */
  readonly slowMs?: number;
}

/** An operation whose request was refused for its number, or whose answer never came. */
export class Interference extends Error {
  readonly kind: "throttled" | "unanswered";
  constructor(kind: "throttled" | "unanswered") {
    super(kind);
    this.kind = kind;
  }
}

export interface Processes {
  start(about: {
    readonly name: string;
    readonly timeoutMs: number;
    readonly onDeath?: () => void;
    readonly onGivenUp?: () => void;
    readonly onStop?: () => void;
  }): Process;
  /** One operation, with an effect at one moment. Never resolves for a process that is over. */
  operate<T>(process: Process, what: string, effect: () => T | Promise<T>): Promise<T>;
  sleep(process: Process, milliseconds: number): Promise<void>;
  epochMs(process: Process): number;
}

/** A new one each time: one that many wait for would keep them all. */
export const never = (): Promise<never> => new Promise(() => {});

/**
 * Processes that share a virtual time. Each has a pace of its own that changes now and then: with
 * uniform chance for each operation, races that need one slow process are never met.
 */
export function createProcesses(given: {
  readonly time: VirtualTime;
  readonly chance: Chance;
  /** In the order of `after`. */
  readonly faults: readonly Fault[];
  readonly twists?: readonly Twist[];
  /** Told of each operation after it, with how many there were before. */
  readonly onOperation: (count: number, process: Process, what: string) => void;
  /** Told of each death, also of one that took longer than it may. */
  readonly onDeath?: () => void;
  readonly epochMs: number;
  /** The largest skew of a clock, milliseconds. */
  readonly maxSkewMs: number;
  readonly maxPaceMs: number;
  /** How long something slow, given up or stopped stands still. Missing: by chance. */
  readonly slowMs?: number;
  readonly trace?: ((line: string) => void) | undefined;
}): Processes {
  const { time, chance, trace, twists = [] } = given;
  const pace = () => chance.anyScale(1, given.maxPaceMs);
  const slowness = () => given.slowMs ?? -Math.log(1 - chance.random()) * given.maxPaceMs * 3;
  const faults = [...given.faults];
  const twisted = createMomentCounter(twists);
  let count = 0;

  const draw = (process: Process): Fate | undefined => {
    const next = faults.findIndex(
      ({ after, kind }) =>
        count >= after && ((kind !== "stop" && kind !== "stopped") || process.onStop !== undefined),
    );
    const [fault] = next < 0 ? [] : faults.splice(next, 1);
    switch (fault?.kind) {
      case "death":
        return chance.pick(["dies before", "dies after"]);
      case "zombie":
        return "given up";
      case "stop":
        return "stopped";
      case "lost":
        return chance.pick(["lost before", "lost after"]);
      case "throttle":
        return "throttled";
      case undefined:
      case "throttled":
      case "lost before":
      case "lost after":
      case "dies before":
      case "dies after":
      case "given up":
      case "stopped":
      case "slow":
        return fault?.kind;
    }
  };
  const die = (process: Process): Promise<never> => {
    if (!process.isOver) {
      process.isOver = true;
      trace?.(`${process.name} dies`);
      given.onDeath?.();
      process.onDeath();
    }
    return never();
  };
  const pass = async (process: Process, milliseconds: number): Promise<void> => {
    if (process.isOver) return never();
    const left = process.endsAt - time.now();
    await new Promise<void>(resolve => time.after(Math.min(milliseconds, left), resolve));
    if (process.isOver) return never();
    return milliseconds >= left ? die(process) : undefined;
  };

  return {
    start: ({ name, timeoutMs, onDeath = () => {}, onGivenUp = () => {}, onStop }) => ({
      name,
      skewMs: Math.round((chance.random() * 2 - 1) * given.maxSkewMs),
      paceMs: pace(),
      isOver: false,
      endsAt: time.now() + timeoutMs,
      onDeath,
      onGivenUp,
      onStop,
    }),
    async operate(process, what, effect) {
      if (chance.likely(0.1)) process.paceMs = pace();
      const twist = twisted(process, what);
      const paced = -Math.log(1 - chance.random()) * process.paceMs;
      await pass(process, twist?.waitMs ?? paced);
      let fate = draw(process) ?? twist?.fate;
      if (fate === "given up" || fate === "stopped" || fate === "slow") {
        trace?.(`${process.name} is ${fate} at: ${what}`);
        if (fate === "stopped") process.onStop?.();
        if (fate === "given up") process.onGivenUp();
        // It goes on all the same, and slower than others.
        await pass(process, twist?.slowMs ?? slowness());
        process.paceMs = given.maxPaceMs;
        fate = undefined;
      }
      count += 1;
      if (fate !== undefined) trace?.(`${process.name} · ${what}: ${fate}`);
      const told = () => given.onOperation(count, process, what);
      if (fate === "throttled" || fate === "lost before") {
        told();
        throw new Interference(fate === "throttled" ? "throttled" : "unanswered");
      }
      if (fate === "dies before") {
        told();
        return die(process);
      }
      const result = await effect();
      trace?.(`${process.name} · ${what} → ${JSON.stringify(result)?.slice(0, 300) ?? ""}`);
      told();
      if (fate === "lost after") throw new Interference("unanswered");
      if (fate === "dies after") return die(process);
      return result;
    },
    sleep: async (process, milliseconds) => pass(process, milliseconds),
    epochMs: process => given.epochMs + Math.floor(time.now()) + process.skewMs,
  };
}

/** Finds the first of some moments that an operation is. */
export function createMomentCounter<Item extends Moment>(
  moments: readonly Item[],
): (process: Pick<Process, "name">, what: string) => Item | undefined {
  const counts = moments.map(() => 0);
  return (process, what) => {
    let found: Item | undefined;
    for (const [index, moment] of moments.entries()) {
      if (what !== moment.call || !process.name.startsWith(moment.who)) continue;
      counts[index] = (counts[index] ?? 0) + 1;
      if (counts[index] === (moment.nth ?? 1)) found ??= moment;
    }
    return found;
  };
}
