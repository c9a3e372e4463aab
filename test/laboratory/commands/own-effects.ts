import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import { isObject } from "../../../shared/json.ts";
import { observeLedger } from "../../virtual/observed-ledger.ts";

/** What one process did to the entries, by what the table answered it. */
export interface Effects {
  readonly again: string[];
  readonly dropped: string[];
  readonly added: string[];
}

export function noEffects(): Effects {
  return { again: [], dropped: [], added: [] };
}

export function noteEffects(ledger: Ledger, effects: Effects): Ledger {
  return observeLedger(ledger, async ({ name, input }, happen) => {
    const answer = await happen();
    const kind = isObject(answer) ? answer["kind"] : undefined;
    if (name === "waitAgain" && kind === "waiting") effects.again.push(...identitiesIn(input[0]));
    if (name === "dropEntries" && kind === "dropped")
      effects.dropped.push(...identitiesIn(input[2]));
    if (name === "putEntry" && kind === "written") effects.added.push(...identitiesIn(input[0]));
    return answer;
  });
}

function identitiesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(identitiesIn);
  if (!isObject(value)) return [];
  const { identity, decision } = value;
  return typeof identity === "string" ? [identity] : identitiesIn(decision);
}
