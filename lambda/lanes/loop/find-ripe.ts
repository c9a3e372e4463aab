import type { TicketPage } from "../ledger/ledger.ts";
import type { Head, Member, Ticket } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import { type Ripeness, ripen } from "../ripeness.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";

/** Enough for a lane without batches, whose first ticket decides. */
const FIRST_PAGE = 20;

/**
 * What is ripe in a lane whose head is free. Reads no more pages than it needs: in a burst the first
 * one holds a full batch, and the other hundred thousand tickets need not be read for it.
 *
 * `lookingSince` is when the lane began to look for its next batch.
 */
export async function findRipe(
  lane: string,
  { begins }: Head,
  dependencies: Pick<LaneDependencies, "ledger" | "epochMs" | "attempts" | "sleep" | "random">,
  lookingSince: number,
): Promise<Exclude<Ripeness, { kind: "unknown" }>> {
  const begun = begunBefore(lookingSince, begins);
  const tickets: Ticket[] = [];
  let after: Member | undefined;
  for (let pages = 0; ; pages += 1) {
    const page: TicketPage = {
      ...(after !== undefined && { after }),
      ...(pages === 0 && { limit: FIRST_PAGE }),
    };
    const found = await retryLedger(dependencies, () =>
      dependencies.ledger.queryTickets(lane, page),
    );
    tickets.push(...found.tickets);
    after = found.after;
    const complete = after === undefined;
    const ripeness = ripen({
      tickets,
      complete,
      begins: begun,
      now: dependencies.epochMs(),
    });
    if (ripeness.kind !== "unknown") return ripeness;
  }
}

/**
 * The last run of a route began before the lane looks for the next one, whatever the clock said that
 * noted it: one that was an hour ahead would else stop the route for that hour, look by look.
 */
function begunBefore(lookingSince: number, begins: Head["begins"]): Head["begins"] {
  return Object.fromEntries(
    Object.entries(begins).map(([route, at]) => [route, Math.min(at, lookingSince)]),
  );
}
