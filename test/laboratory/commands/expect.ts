import type { Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import { waitingIn } from "./facts.ts";

/** What docs/lanes.md says that an answer holds, from what lies in the table alone. */

const SAFE = ["error", "canceled", "busy", "not-started", "incomplete"];

/** `since`: from when on each event waits. */
export function expectedLanes(table: MemoryTable, since: (entry: Entry) => number): JsonObject[] {
  return [...table.lanes]
    .filter(([, { listed }]) => listed)
    .map(([lane, { head, batches }]) => {
      const waiting = waitingIn(lane, table);
      const oldest = Math.min(...waiting.map(since));
      const running = head.open && batches.get(head.open.id);
      const last = batches.get(head.nb - (head.open === undefined ? 1 : 2));
      let state = waiting.length > 0 ? "waiting" : "idle";
      if (head.hold !== undefined) state = "held";
      if (head.open !== undefined) state = "running";
      if (head.drop !== undefined) state = "dropping";
      const ofBatch = (batch: NonNullable<typeof last>) => ({
        batch: batch.id,
        route: batch.route,
        flow: batch.flow,
        events: batch.members.length,
        ...(batch.auditId !== undefined && { auditId: batch.auditId }),
        ...(batch.manifest !== undefined && { manifest: batch.manifest }),
        ...(batch.out && { outcome: batch.out.kind, message: batch.out.message }),
      });
      return {
        lane,
        state,
        waiting: waiting.length,
        ...(waiting.length > 0 && { oldest: new Date(oldest).toISOString() }),
        ...(running && { running: ofBatch(running) }),
        ...(last && { last: ofBatch(last) }),
        ...(head.hold && {
          held: {
            by: head.hold.by,
            why: head.hold.why,
            at: new Date(head.hold.at).toISOString(),
          },
        }),
      };
    })
    .toSorted((one, other) => (one.lane < other.lane ? -1 : 1));
}

/** Which entries `again` takes. */
export function takenAgain(asked: JsonObject, table: MemoryTable): readonly Entry[] {
  const { route, lane, outcomes = SAFE, since, until } = asked;
  return [...table.entries.values()].filter(
    entry =>
      entry.state === "told" &&
      Array.isArray(outcomes) &&
      outcomes.includes(entry.outcome) &&
      (route === undefined || entry.decision.route === route) &&
      (lane === undefined || entry.lane === lane) &&
      (since === undefined || entry.at >= timeOf(since)) &&
      (until === undefined || entry.at <= timeOf(until)),
  );
}

export function againAnswer(taken: readonly Entry[], dryRun: boolean): JsonObject {
  const count = (nameOf: (entry: Entry) => string) =>
    Object.fromEntries(
      [...Map.groupBy(taken, nameOf)].map(([name, list]) => [name, list.length] as const),
    );
  return {
    dryRun,
    again: taken.length,
    lanes: count(({ lane }) => lane),
    outcomes: count(({ outcome = "" }) => outcome),
    complete: true,
  };
}

/** Before the command. */
export function controlAnswer(asked: JsonObject, table: MemoryTable, dryRun: boolean): JsonObject {
  const lane = String(asked["lane"]);
  const head = table.lanes.get(lane)?.head;
  const waiting = waitingIn(lane, table).length;
  const what = asked["do"];
  return {
    lane,
    do: what,
    dryRun,
    held: what === "hold" || (what === "drop" && head?.hold !== undefined),
    running: head?.open?.id ?? null,
    waiting: what === "drop" ? 0 : waiting,
    dropped: what === "drop" ? waiting : 0,
  };
}

export function withoutDryRun(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  const { dryRun: _, ...rest } = answer;
  return rest;
}

export function timeOf(text: unknown): number {
  return typeof text === "string" ? Date.parse(text) : Number.NaN;
}
