import { nearestFirst } from "../../../shared/did-you-mean.ts";
import { UserError } from "../../../shared/user-error.ts";
import { beginningOf, cutText } from "../../cut-text.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { NEW_HEAD } from "../ledger/ledger-contents.ts";
import { MAX_LANE_BYTES } from "../ledger/table-keys.ts";
import { type LedgerRetries, retryLedger } from "../retry-ledger.ts";
import { readLanes } from "./read-lanes.ts";

/** What an answer can show, and what comparing takes no time for. */
const MAX_NAMES = 5;
const MAX_NAME = 200;

/**
 * Throws when nobody has heard of the lane: whoever mistypes it would else be told that it is held,
 * and the lane that was meant would go on. `expected` are lanes that may be held before their first
 * event. A lane that was idle for long is not listed any more, but has its head.
 */
export async function refuseUnknownLane(
  lane: string,
  expected: readonly string[],
  dependencies: LedgerRetries & { readonly ledger: Ledger },
): Promise<void> {
  if (expected.includes(lane)) return;
  // The table refuses to be asked for a longer one.
  if (Buffer.byteLength(lane) <= MAX_LANE_BYTES) {
    const head = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
    if (head.rev !== NEW_HEAD.rev) return;
  }
  const known = [...new Set([...(await readLanes(dependencies)), ...expected])];
  if (known.includes(lane)) return;
  throw new UserError(
    `No such lane is known: ${shown(lane)}. ${nearestNames(lane, known) ?? "There is no lane yet."} Invoke the dispatcher with {"lanes": true} to see all lanes.`,
  );
}

/** Throws for a route that is neither in the routes nor in any event that the ledger holds. */
export function refuseUnknownRoute(route: string, known: ReadonlySet<string>): void {
  if (known.has(route)) return;
  throw new UserError(
    `No such route is known: ${shown(route)}. ${nearestNames(route, [...known]) ?? "There is no route yet."}`,
  );
}

function nearestNames(name: string, known: readonly string[]): string | undefined {
  const compared = (text: string) => beginningOf(text, MAX_NAME);
  const asked = compared(name);
  const near = nearestFirst(asked, likeliest(asked, known, compared), compared).slice(0, MAX_NAMES);
  return near.length === 0 ? undefined : `The nearest names are ${near.map(shown).join(", ")}.`;
}

/** Each letter is compared with each: of 10,000 long names that takes longer than an invocation. */
const MAX_COMPARED = 200;

/** Of very many names, those that begin and end alike, as a name does in which little is mistyped. */
function likeliest(
  asked: string,
  known: readonly string[],
  compared: (name: string) => string,
): readonly string[] {
  if (known.length <= MAX_COMPARED) return known;
  return known
    .map(name => ({ name, alike: alikeAtEnds(asked.toLowerCase(), compared(name).toLowerCase()) }))
    .toSorted((one, other) => other.alike - one.alike)
    .slice(0, MAX_COMPARED)
    .map(({ name }) => name);
}

function alikeAtEnds(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return (start + end) / Math.max(one.length, other.length, 1);
}

function shown(name: string): string {
  return JSON.stringify(cutText(name, MAX_NAME));
}
