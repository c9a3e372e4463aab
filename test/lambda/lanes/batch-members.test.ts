import { expect, test } from "vitest";
import {
  CALLS_AT_A_TIME,
  deleteTickets,
  readEntriesOf,
  readMembers,
} from "../../../lambda/lanes/batch-members.ts";
import { listLane } from "../../../lambda/lanes/commands/list-lane.ts";
import { type Ledger, MAX_DELETED, MAX_READ } from "../../../lambda/lanes/ledger/ledger.ts";
import type { Member, Ticket } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { LedgerFault } from "../../../lambda/lanes/ledger/ledger-fault.ts";
import { ticketOf } from "../../../lambda/lanes/ledger/ticket.ts";
import { createMemoryLedger } from "../../virtual/memory-ledger.ts";
import { decisionOf } from "./decisions.ts";

const members = (count: number, from = 1): readonly Member[] =>
  Array.from({ length: count }, (_, index) => ({ seq: from + index, round: 1 }));

const ticketAt = ({ seq, round }: Member): Ticket =>
  ticketOf({ seq, at: seq, decision: decisionOf({ identity: `e${seq}` }) }, round);

/** A ledger of which only these calls are known, and a patience that never sleeps for real. */
function partsOf(calls: Partial<Ledger>, attempts = 3) {
  const waits: number[] = [];
  const ledger: Ledger = { ...createMemoryLedger().ledger, ...calls };
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  return { ledger, attempts, sleep, random: () => 0.5, waits, epochMs: () => 42 };
}

test("tickets are read a hundred at a time, and come in their order", async () => {
  const asked: (readonly [string, readonly Member[]])[] = [];
  const parts = partsOf({
    async readTickets(lane, some) {
      asked.push([lane, some]);
      return some.map(ticketAt);
    },
  });
  expect(await readMembers("orders", members(250), parts)).toEqual(members(250).map(ticketAt));
  expect(asked).toEqual([
    ["orders", members(100)],
    ["orders", members(100, 101)],
    ["orders", members(50, 201)],
  ]);
});

test.each([
  [0, []],
  [1, [1]],
  [MAX_READ, [MAX_READ]],
  [MAX_READ + 1, [MAX_READ, 1]],
  [2 * MAX_READ, [MAX_READ, MAX_READ]],
])("%i tickets are read in calls of %j", async (count, sizes) => {
  const asked: number[] = [];
  const parts = partsOf({
    async readTickets(_, some) {
      asked.push(some.length);
      return [];
    },
  });
  expect(await readMembers("orders", members(count), parts)).toEqual([]);
  expect(asked).toEqual(sizes);
});

test("a read that was throttled is made again", async () => {
  let calls = 0;
  const parts = partsOf({
    async readTickets(_, some) {
      calls += 1;
      if (calls === 1) throw new LedgerFault("throttled", "It is busy.");
      return some.map(ticketAt);
    },
  });
  expect(await readMembers("orders", members(2), parts)).toEqual(members(2).map(ticketAt));
  expect(parts.waits).toEqual([50]);
});

test("entries are read by the identities of their tickets, in their order", async () => {
  const asked: (readonly string[])[] = [];
  const parts = partsOf({
    async readEntries(identities) {
      asked.push(identities);
      if (asked.length === 1) throw new LedgerFault("unanswered", "It said nothing.");
      return identities.map(identity => ({
        identity,
        lane: "orders",
        seq: 1,
        round: 1,
        at: 0,
        decision: decisionOf({ identity }),
        state: "waiting" as const,
      }));
    },
  });
  const identities = members(101).map(({ seq }) => `e${seq}`);
  const entries = await readEntriesOf(members(101).map(ticketAt), parts);
  expect(entries.map(({ identity }) => identity)).toEqual(identities);
  expect(asked.toSorted((one, other) => one.length - other.length)).toEqual([
    identities.slice(100),
    identities.slice(0, 100),
    identities.slice(0, 100),
  ]);
  expect(await readEntriesOf([], parts)).toEqual([]);
  expect(asked).toHaveLength(3);
});

test("tickets are deleted 25 at a time, and what was not taken is deleted again", async () => {
  const asked: (readonly [string, readonly Member[]])[] = [];
  const parts = partsOf({
    async deleteTickets(lane, some) {
      asked.push([lane, some]);
      return some.length === MAX_DELETED ? some.slice(20) : [];
    },
  });
  await deleteTickets("orders", members(30), parts);
  expect(asked.toSorted(([, one], [, other]) => other.length - one.length)).toEqual([
    ["orders", members(25)],
    ["orders", members(5, 26)],
    ["orders", members(5, 21)],
  ]);
  expect(parts.waits).toEqual([50]);
});

test("tickets that are never taken are told of", async () => {
  const asked: (readonly Member[])[] = [];
  const parts = partsOf({
    async deleteTickets(_, some) {
      asked.push(some);
      return some.slice(1);
    },
  });
  const failure: unknown = await deleteTickets("orders", members(9), parts).catch(
    (reason: unknown) => reason,
  );
  expect(failure).toBeInstanceOf(LedgerFault);
  expect(failure).toMatchObject({
    reason: "throttled",
    message: "Some tickets were not deleted.",
  });
  expect(asked).toEqual([members(9), members(8, 2), members(7, 3)]);
  expect(parts.waits).toEqual([50, 100]);
});

test("no more calls than the client has connections are under way", async () => {
  let now = 0;
  let most = 0;
  const parts = partsOf({
    async deleteTickets() {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      return [];
    },
  });
  await deleteTickets("orders", members(MAX_DELETED * 50), parts);
  expect(CALLS_AT_A_TIME).toBe(20);
  expect(most).toBe(20);
});

test("a lane is listed as after an event: with one number, now, retryLedger", async () => {
  const asked: unknown[] = [];
  const parts = partsOf({
    async takeNumbers(...given) {
      asked.push(given);
      if (asked.length === 1) throw new LedgerFault("conflict", "Somebody is at it.");
      return { first: 1 };
    },
  });
  expect(await listLane("orders", parts)).toBeUndefined();
  expect(asked).toEqual([
    ["orders", 1, 42],
    ["orders", 1, 42],
  ]);
  expect(parts.waits).toEqual([50]);
});

test("of a large batch two calls of entries are under way, and only the newest keeps its parameters", async () => {
  let underWay = 0;
  let most = 0;
  const parts = partsOf({
    async readEntries(identities) {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return identities.map((identity, index) => ({
        identity,
        lane: "orders",
        seq: index,
        round: 1,
        at: 0,
        decision: decisionOf({ identity, parameters: { body: identity } }),
        state: "waiting" as const,
      }));
    },
  });
  const entries = await readEntriesOf(members(1_000).map(ticketAt), parts);
  expect(most).toBe(2);
  expect(entries.map(({ identity }) => identity)).toEqual(
    members(1_000).map(({ seq }) => `e${seq}`),
  );
  const kept = entries.filter(({ decision }) => Object.keys(decision.parameters).length > 0);
  expect(kept.map(({ decision }) => decision.parameters)).toEqual([{ body: "e1000" }]);
});
