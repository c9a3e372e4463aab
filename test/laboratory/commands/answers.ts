import type { Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import { waitingIn } from "./facts.ts";

/** The ledger did not answer, however often it was asked. */
export function gaveUp({ answer }: { readonly answer: unknown }): boolean {
  return /LedgerFault|: (throttled|unanswered)/.test(JSON.stringify(answer));
}

export function idsOf(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ identity }) => identity).toSorted();
}

/** What waits and is to be dropped by a command that was cut off. */
export function pendingDrops(table: MemoryTable): readonly Entry[] {
  return [...table.lanes].flatMap(
    ([
      lane,
      {
        head: { drop },
      },
    ]) => (drop === undefined ? [] : waitingIn(lane, table).filter(({ seq }) => seq <= drop.upto)),
  );
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function isRefused(answer: unknown): boolean {
  return isObject(answer) && typeof answer["error"] === "string";
}

/** As whoever invoked gets it. */
export function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
