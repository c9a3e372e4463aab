import { messageOf } from "../../../shared/thrown.ts";
import { wholeSeconds } from "../../whole-seconds.ts";
import { LedgerFault } from "../ledger/ledger-fault.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";

/** What one look finds: the end of the watch, or when to look next. */
export type Glance<Found> =
  | { readonly kind: "found"; readonly found: Found }
  | { readonly kind: "wait"; readonly until: number };

/** What a watch came to. Survives JSON. */
export interface Watched<Found> {
  readonly found: Found;
  /** How many looks it took; each is an operation. */
  readonly looks: number;
}

/** Carried from look to look. */
interface WatchState<Found> {
  readonly looks: number;
  readonly startedAt: number;
  readonly delaySeconds: number;
  readonly found?: Found;
  /** Looks in a row that threw something else than a fault of the table. */
  readonly faults: number;
  /** What they threw, when it does not pass. */
  readonly thrown?: string;
}

/** After a fault of the table that outlasted the patience of one look. */
const FAULT_WAIT_MS = 10_000;

/** A call of AWS that is throttled passes; a right that is missing does not. */
const MAX_FAULTS = 6;

/**
 * Looks until something is found, without compute in between: one operation, and one for each look
 * after the first. A look must not throw there, for reasons of the SDK's: what throws is carried out
 * of it as text. `looks` counts those before this one, `startedAt` is the time of the first.
 */
export async function watch<Found>(
  name: string,
  { operations, epochMs }: Pick<LaneDependencies, "operations" | "epochMs">,
  look: (state: { readonly looks: number; readonly startedAt: number }) => Promise<Glance<Found>>,
): Promise<Watched<Found>> {
  const check = async (state: WatchState<Found>): Promise<WatchState<Found>> => {
    const { looks } = state;
    const startedAt = looks === 0 ? epochMs() : state.startedAt;
    const next = { looks: looks + 1, startedAt, faults: 0 };
    try {
      const glance = await look({ looks, startedAt });
      if (glance.kind === "found") return { ...next, delaySeconds: 0, found: glance.found };
      return { ...next, delaySeconds: wholeSeconds(glance.until - epochMs()) };
    } catch (error) {
      if (error instanceof LedgerFault) {
        return { ...next, delaySeconds: wholeSeconds(FAULT_WAIT_MS) };
      }
      const faults = state.faults + 1;
      if (faults < MAX_FAULTS) {
        return { ...next, faults, delaySeconds: wholeSeconds(FAULT_WAIT_MS * 2 ** (faults - 1)) };
      }
      const thrown = messageOf(error);
      return { ...next, faults, delaySeconds: 0, thrown };
    }
  };
  const last = await operations.waitForCondition<WatchState<Found>>(name, check, {
    initialState: { looks: 0, startedAt: 0, delaySeconds: 0, faults: 0 },
    waitStrategy: ({ found, thrown, delaySeconds }) =>
      found === undefined && thrown === undefined
        ? { shouldContinue: true, delay: { seconds: delaySeconds } }
        : { shouldContinue: false },
  });
  if (last.found === undefined) throw new Error(last.thrown ?? "The watch found nothing.");
  return { found: last.found, looks: last.looks };
}
