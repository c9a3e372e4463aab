import { SAFE_OUTCOMES } from "../../../lambda/lanes/commands/run-again.ts";
import type { Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import type { JsonObject } from "../../../shared/json.ts";
import type { Chance } from "../../virtual/chance.ts";
import { BUCKET } from "./bucket.ts";
import { FILES, FOLDERS } from "./draw-routes.ts";

export function drawDelivery(chance: Chance): string {
  return `${chance.pick([...FOLDERS])}/${chance.pick([...FILES])}`;
}

export function drawControl(chance: Chance, lanes: readonly string[]): JsonObject {
  const lane = chance.pick(["13", "no such lane", "a/Ü #2", ...lanes]);
  const what = chance.pick(["hold", "resume", "drop"]);
  return { lane, do: what, ...(what === "hold" && { why: chance.pick(["repair", "Grund: 📦"]) }) };
}

const OTHERS = ["dropped", "success", "superseded", "start-unknown", "timed-out", "refused"];

export function drawAgain(
  chance: Chance,
  entries: readonly Entry[],
  routes: readonly string[],
): JsonObject {
  const some = <Item>(item: Item): [] | [Item] => (chance.likely(0.3) ? [item] : []);
  const at = () => {
    const { at: came = 0 } = entries[chance.whole(0, entries.length - 1)] ?? {};
    return new Date(came + chance.pick([-1, 0, 0, 0, 1, 3_600_000])).toISOString();
  };
  const [route] = some(chance.pick(["direct", "ordres", ...routes]));
  const [lane] = some(chance.pick(["11", ...entries.map(entry => entry.lane)]));
  const [one] = some(at());
  const [other] = some(at());
  const [since, until] =
    one !== undefined && other !== undefined && one > other ? [other, one] : [one, other];
  const all = [...SAFE_OUTCOMES, ...OTHERS];
  const [outcomes] = chance.likely(0.5) ? [all.filter(() => chance.likely(0.5))] : [];
  return {
    ...(route !== undefined && { route }),
    ...(lane !== undefined && { lane }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(outcomes !== undefined && {
      outcomes: outcomes.length === 0 ? ["error", "error"] : outcomes,
    }),
  };
}

export function drawBackfill(chance: Chance, now: number): JsonObject {
  const time = () => new Date(now - chance.anyScale(1, 3_600_000)).toISOString();
  return {
    bucket: BUCKET,
    prefix: chance.pick(["", "", "a/", "b/📦", "c/1/x", "nothing/"]),
    ...(chance.likely(0.2) && { since: time() }),
    ...(chance.likely(0.2) && { until: new Date(now + chance.whole(0, 1_000)).toISOString() }),
    ...(chance.likely(0.4) && { limit: chance.whole(1, 3) }),
  };
}
