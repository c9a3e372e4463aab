import { expect } from "vitest";
import type { Decision } from "../../../../lambda/decision.ts";
import type { Ledger, TicketPage, WantedEntries } from "../../../../lambda/lanes/ledger/ledger.ts";
import { KEPT_MS } from "../../../../lambda/lanes/ledger/ledger.ts";
import type {
  Batch,
  Entry,
  Member,
  Out,
  Ticket,
} from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { NEW_HEAD } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { decisionOf, ruleOf } from "../decisions.ts";

/** What every ledger must do, whatever it is made of: each story has a lane of its own. */
export interface LedgerStory {
  readonly name: string;
  readonly play: (parts: LedgerStoryParts) => Promise<void>;
}

export interface LedgerStoryParts {
  readonly ledger: Ledger;
  /** A name that no other story has. */
  readonly lane: string;
  /** How long the item is kept, in seconds since 1970; undefined: for ever, or not to be seen here. */
  readonly expiry?: (pk: string, sk: string) => Promise<number | undefined>;
  /** Whether rival transactions see nothing of each other, as on AWS. */
  readonly isolated?: boolean;
}

const NOW = Date.UTC(2026, 10, 26, 21, 0, 0, 123);

export const LEDGER_STORIES: readonly LedgerStory[] = [
  {
    name: "numbers rise, and no two events have the same one",
    async play({ ledger, lane }) {
      expect(await ledger.readCounter(lane)).toBeUndefined();
      expect(await ledger.takeNumbers(lane, 1, NOW)).toEqual({ first: 1 });
      expect(await ledger.takeNumbers(lane, 3, NOW + 5)).toEqual({ first: 2 });
      expect(await ledger.takeNumbers(lane, 1, NOW + 9)).toEqual({ first: 5 });
      expect(await ledger.readCounter(lane)).toEqual({ next: 5, at: NOW + 9 });
      const taken = await Promise.all(
        Array.from({ length: 20 }, () => ledger.takeNumbers(lane, 2, NOW)),
      );
      const numbers = taken.map(({ first }) => first);
      expect(new Set(numbers).size).toBe(20);
      expect(Math.max(...numbers)).toBe(44);
    },
  },
  {
    name: "an entry is written once, with its ticket, and comes back to whoever asks again",
    async play({ ledger, lane }) {
      const decision = decisionOf({
        identity: `${lane}/a`,
        lane,
        parameters: { file: "a.csv", keys: ["in ", { batch: "keys" }], empty: "" },
        afterFailure: "hold",
        batch: {
          ...ruleOf({ quietMs: 30_000, keep: "last", all: ["a.csv", "*.done"] }),
          by: "2026",
        },
        file: {
          bucket: "landing",
          key: "in/2026/a.csv",
          size: 0,
          etag: "e",
          eventTime: "2026-11-26T21:00:00Z",
        },
      });
      expect(await ledger.putEntry({ seq: 7, at: NOW, decision })).toEqual({ kind: "written" });
      const entry: Entry = {
        identity: `${lane}/a`,
        lane,
        seq: 7,
        round: 1,
        at: NOW,
        decision,
        state: "waiting",
      };
      const other = { ...decision, flow: 1 };
      expect(await ledger.putEntry({ seq: 8, at: NOW + 1, decision: other })).toEqual({
        kind: "known",
        entry,
      });
      expect(await ledger.readEntries([`${lane}/nobody`, `${lane}/a`])).toEqual([entry]);
      const ticket: Ticket = {
        seq: 7,
        round: 1,
        identity: `${lane}/a`,
        route: "orders",
        at: NOW,
        by: "2026",
        file: "a.csv",
        rule: ruleOf({ quietMs: 30_000, keep: "last", all: ["a.csv", "*.done"] }),
      };
      expect(await ledger.queryTickets(lane, {})).toEqual({ tickets: [ticket] });
      expect(await ledger.readTickets(lane, [member(8), member(7)])).toEqual([ticket]);
    },
  },
  {
    name: "of many copies of an event one is written",
    async play({ ledger, lane, isolated = true }) {
      const decision = decisionOf({ identity: `${lane}/a`, lane });
      const copies = Array.from({ length: 12 }, async (_, index) =>
        untilTaken(() => ledger.putEntry({ seq: index + 1, at: NOW, decision })),
      );
      const kinds = (await Promise.all(copies)).map(({ kind }) => kind);
      expect(kinds.filter(kind => kind === "written")).toHaveLength(1);
      if (isolated) expect(await allTickets(ledger, lane)).toHaveLength(1);
    },
  },
  {
    name: "tickets come by number, page by page, up to a number",
    async play({ ledger, lane }) {
      for (const seq of [3, 120, 1, 2, 11]) await put(ledger, lane, seq);
      expect(await allTickets(ledger, lane, 2)).toEqual([1, 2, 3, 11, 120]);
      const upto = await ticketsOf(ledger, lane, { upto: 11, after: member(1) });
      expect(upto.map(({ seq }) => seq)).toEqual([2, 3, 11]);
      expect(await ledger.deleteTickets(lane, [member(3), member(11, 2), member(99)])).toEqual([]);
      expect(await allTickets(ledger, lane)).toEqual([1, 2, 11, 120]);
    },
  },
  {
    name: "a claim is taken once, and not after anything else changed the head",
    async play({ ledger, lane }) {
      expect(await ledger.readHead(lane)).toEqual(NEW_HEAD);
      const open = { id: 1, members: [member(1), member(2, 3)] };
      const claimed = await ledger.claim(lane, 0, open);
      expect(claimed).toEqual({ kind: "done", head: { ...NEW_HEAD, rev: 1, nb: 2, open } });
      expect(await ledger.claim(lane, 0, { id: 1, members: [member(9)] })).toEqual({
        kind: "refused",
        head: claimed.head,
      });
      expect(await ledger.readHead(lane)).toEqual(claimed.head);
      const hold = { by: "ann", why: "the database is full", at: NOW };
      expect((await ledger.hold(lane, hold)).hold).toEqual(hold);
      const incomplete = { id: 2, members: [member(3)], missing: ["b.csv"] };
      expect((await ledger.claim(lane, 1, incomplete)).kind).toBe("refused");
      expect((await ledger.claim(lane, 2, incomplete)).head.open).toEqual(incomplete);
    },
  },
  {
    name: "a generation is raised once, and by nobody who saw another one",
    async play({ ledger, lane }) {
      expect((await ledger.raise(lane, 2)).kind).toBe("refused");
      expect((await ledger.raise(lane, 1, 1)).kind).toBe("refused");
      expect(await ledger.raise(lane, 1, 0)).toMatchObject({
        kind: "done",
        head: { gen: 2, rev: 1 },
      });
      expect(await ledger.raise(lane, 1)).toMatchObject({ kind: "refused", head: { gen: 2 } });
      expect(await ledger.raise(lane, 2)).toMatchObject({ kind: "done", head: { gen: 3, rev: 2 } });
      expect((await ledger.raise(lane, 3, 1)).kind).toBe("refused");
      expect(await ledger.raise(lane, 3, 2)).toMatchObject({ kind: "done", head: { gen: 4 } });
    },
  },
  {
    name: "a lane sleeps until somebody claims or raises",
    async play({ ledger, lane }) {
      const sleep = { until: NOW + 30_000, full: 1_000, seen: 12 };
      expect((await ledger.fallAsleep(lane, 1, sleep)).kind).toBe("refused");
      expect((await ledger.fallAsleep(lane, 0, sleep)).head.sleep).toEqual(sleep);
      expect((await ledger.raise(lane, 1)).head.sleep).toBeUndefined();
      const short = { until: NOW, seen: 0 };
      expect((await ledger.fallAsleep(lane, 2, short)).head.sleep).toEqual(short);
      const open = { id: 1, members: [member(1)] };
      expect((await ledger.claim(lane, 3, open)).head.sleep).toBeUndefined();
    },
  },
  {
    name: "a batch is closed once, and can leave the lane held and the time of its begin",
    async play({ ledger, lane }) {
      await ledger.claim(lane, 0, { id: 1, members: [member(1)] });
      expect((await ledger.close(lane, 2, {})).kind).toBe("refused");
      const hold = { by: "batch 1", why: "it failed", at: NOW };
      const began = { route: "orders, nightly #1", at: NOW + 4 };
      const closed = await ledger.close(lane, 1, { hold, began });
      expect(closed).toEqual({
        kind: "done",
        head: { rev: 2, gen: 1, nb: 2, hold, begins: { "orders, nightly #1": NOW + 4 } },
      });
      expect((await ledger.close(lane, 1, {})).kind).toBe("refused");
      await ledger.claim(lane, 2, { id: 2, members: [member(2)] });
      const later = { by: "batch 2", why: "it failed too", at: NOW + 1 };
      const again = await ledger.close(lane, 2, {
        hold: later,
        began: { route: "other", at: NOW + 9 },
      });
      expect(again.head.hold).toEqual(hold);
      expect(again.head.begins).toEqual({ "orders, nightly #1": NOW + 4, other: NOW + 9 });
      expect((await ledger.resume(lane)).hold).toBeUndefined();
      expect((await ledger.close(lane, 2, {})).kind).toBe("refused");
    },
  },
  {
    name: "one drop at a time, and what it drops it drops whole",
    async play({ ledger, lane }) {
      for (const seq of [1, 2, 3]) await put(ledger, lane, seq);
      const tickets = await ticketsOf(ledger, lane, {});
      expect(await ledger.dropEntries(lane, "d1", tickets, NOW)).toEqual({ kind: "no-drop" });
      const drop = { id: "d1", upto: 3 };
      expect((await ledger.requestDrop(lane, drop)).head.drop).toEqual(drop);
      expect(await ledger.requestDrop(lane, { id: "d2", upto: 9 })).toMatchObject({
        kind: "refused",
        head: { drop },
      });
      expect(await ledger.dropEntries(lane, "d2", tickets, NOW)).toEqual({ kind: "no-drop" });

      await ledger.tellEntry({
        identity: `${lane}/2`,
        round: 1,
        outcome: "success",
        batch: 1,
        at: NOW,
      });
      expect(await ledger.dropEntries(lane, "d1", tickets, NOW)).toEqual({
        kind: "past",
        members: [member(2)],
      });
      expect(await allTickets(ledger, lane)).toEqual([1, 2, 3]);

      const rest = tickets.filter(({ seq }) => seq !== 2);
      expect(await ledger.dropEntries(lane, "d1", rest, NOW + 2)).toEqual({ kind: "dropped" });
      expect(await allTickets(ledger, lane)).toEqual([2]);
      const [dropped] = await ledger.readEntries([`${lane}/1`]);
      expect(dropped).toMatchObject({ state: "told", outcome: "dropped", toldAt: NOW + 2 });

      expect((await ledger.finishDrop(lane, "d2")).kind).toBe("refused");
      expect((await ledger.finishDrop(lane, "d1")).head.drop).toBeUndefined();
      expect((await ledger.finishDrop(lane, "d1")).kind).toBe("refused");
    },
  },
  {
    name: "a batch is armed for a generation and later ones, until it has begun",
    async play({ ledger, lane }) {
      expect(await ledger.readBatch(lane, 4)).toBeUndefined();
      expect(await ledger.armBatch(lane, 4, arming({ gen: 2 }))).toEqual({ kind: "armed" });
      expect(await ledger.armBatch(lane, 4, arming({ gen: 3, at: NOW + 8 }))).toEqual({
        kind: "armed",
      });
      const claimed: Batch = {
        id: 4,
        members: [member(1), member(5, 2)],
        st: "claimed",
        gen: 3,
        route: "orders",
        flow: 12345,
        by: "",
        afterFailure: "hold",
        keep: "all",
        missing: ["b"],
        manifest: "s3://m/4.csv",
        claimedAt: NOW,
      };
      expect(await ledger.readBatch(lane, 4)).toEqual(claimed);
      expect(await ledger.armBatch(lane, 4, arming({ gen: 2 }))).toEqual({
        kind: "refused",
        batch: claimed,
      });

      expect(await ledger.beginBatch(lane, 4, 2, { arn: "r2", at: NOW })).toEqual({
        kind: "refused",
        batch: claimed,
      });
      expect(await ledger.beginBatch(lane, 4, 3, { arn: "r3", at: NOW + 1 })).toEqual({
        kind: "done",
      });
      const begun: Batch = { ...claimed, st: "begun", runner: "r3", begunAt: NOW + 1 };
      expect(await ledger.beginBatch(lane, 4, 3, { arn: "other", at: NOW })).toEqual({
        kind: "refused",
        batch: begun,
      });
      expect(await ledger.armBatch(lane, 4, arming({ gen: 9 }))).toEqual({
        kind: "refused",
        batch: begun,
      });
      expect(await ledger.beginBatch(lane, 5, 3, { arn: "r3", at: NOW })).toEqual({
        kind: "refused",
        batch: undefined,
      });
    },
  },
  {
    name: "audit id and outcome are the batch's own runner's",
    async play({ ledger, lane }) {
      await ledger.armBatch(lane, 1, arming({ gen: 1 }));
      await ledger.beginBatch(lane, 1, 1, { arn: "r1", at: NOW });
      expect((await ledger.noteAuditId(lane, 1, "other", "7")).kind).toBe("refused");
      expect(await ledger.noteAuditId(lane, 1, "r1", "9007199254740993")).toEqual({ kind: "done" });
      expect((await ledger.takeOver(lane, 1, "other", { arn: "r2", at: NOW })).kind).toBe(
        "refused",
      );
      expect(await ledger.takeOver(lane, 1, "r1", { arn: "r2", at: NOW })).toEqual({
        kind: "done",
      });
      expect((await ledger.noteOut(lane, 1, "r1", out("success"))).kind).toBe("refused");
      expect(await ledger.noteOut(lane, 1, "r2", out("error"))).toEqual({ kind: "done" });
      expect((await ledger.noteOut(lane, 1, "r2", out("success"))).kind).toBe("refused");
      expect((await ledger.takeOver(lane, 1, "r2", { arn: "r3", at: NOW })).kind).toBe("refused");
      expect(await ledger.readBatch(lane, 1)).toMatchObject({
        runner: "r2",
        auditId: "9007199254740993",
        out: out("error"),
      });
    },
  },
  {
    name: "a batch is settled only as it was seen",
    async play({ ledger, lane }) {
      await ledger.armBatch(lane, 1, arming({ gen: 1 }));
      const claimed = await read(ledger, lane, 1);
      await ledger.armBatch(lane, 1, arming({ gen: 2 }));
      expect((await ledger.settleBatch(lane, 1, claimed, out("not-started"))).kind).toBe("refused");
      const rearmed = await read(ledger, lane, 1);
      await ledger.beginBatch(lane, 1, 2, { arn: "r", at: NOW });
      expect((await ledger.settleBatch(lane, 1, rearmed, out("not-started"))).kind).toBe("refused");
      const begun = await read(ledger, lane, 1);
      await ledger.noteAuditId(lane, 1, "r", "5");
      expect((await ledger.settleBatch(lane, 1, begun, out("start-unknown"))).kind).toBe("refused");
      const noted = await read(ledger, lane, 1);
      expect((await ledger.settleBatch(lane, 1, noted, out("start-unknown"))).kind).toBe("done");
      expect((await ledger.settleBatch(lane, 1, noted, out("success"))).kind).toBe("refused");

      await ledger.armBatch(lane, 2, arming({ gen: 2 }));
      const fresh = await read(ledger, lane, 2);
      expect((await ledger.settleBatch(lane, 2, fresh, out("not-started"))).kind).toBe("done");
      expect((await ledger.beginBatch(lane, 2, 2, { arn: "r", at: NOW })).kind).toBe("refused");
      await ledger.armBatch(lane, 2, arming({ gen: 3 }));
      expect((await read(ledger, lane, 2)).out).toEqual(out("not-started"));
    },
  },
  {
    name: "an entry is told once in each round, expires then, and waits again in its old place",
    async play({ ledger, lane, expiry }) {
      await put(ledger, lane, 6);
      const identity = `${lane}/6`;
      const telling = { identity, round: 1, outcome: "error", batch: 12, at: NOW };
      expect(await expiry?.(`E#${identity}`, "e")).toBeUndefined();
      expect((await ledger.tellEntry({ ...telling, round: 2 })).kind).toBe("past");
      expect((await ledger.tellEntry(telling)).kind).toBe("told");
      expect((await ledger.tellEntry({ ...telling, outcome: "success" })).kind).toBe("past");
      expect((await ledger.tellEntry({ ...telling, identity: "nobody" })).kind).toBe("past");
      const entry = await readEntry(ledger, identity);
      expect(entry).toMatchObject({ state: "told", outcome: "error", batch: 12, toldAt: NOW });
      if (expiry !== undefined) {
        expect(await expiry(`E#${identity}`, "e")).toBe(Math.floor((NOW + KEPT_MS) / 1_000));
        expect(await expiry(`L#${lane}`, "W#000000000000006#1")).toBeUndefined();
      }

      await ledger.deleteTickets(lane, [member(6)]);
      expect(await ledger.waitAgain(entry, NOW + 60)).toEqual({ kind: "waiting" });
      expect(await ledger.waitAgain(entry, NOW + 61)).toEqual({ kind: "past" });
      const { decision } = entry;
      const waiting: Entry = {
        identity,
        lane,
        seq: 6,
        round: 2,
        at: NOW,
        decision,
        state: "waiting",
      };
      expect(await readEntry(ledger, identity)).toEqual(waiting);
      expect(await expiry?.(`E#${identity}`, "e")).toBeUndefined();
      const { tickets } = await ledger.queryTickets(lane, {});
      expect(tickets).toMatchObject([{ seq: 6, round: 2, at: NOW + 60, identity }]);
      expect((await ledger.tellEntry(telling)).kind).toBe("past");
    },
  },
  {
    name: "lanes are listed from their first event until they are forgotten",
    async play({ ledger, lane }) {
      expect(await lanesOf(ledger)).not.toContain(lane);
      await ledger.takeNumbers(lane, 2, NOW);
      expect(await lanesOf(ledger)).toContain(lane);
      expect(await ledger.forgetLane(lane, { next: 1, at: NOW })).toEqual({ kind: "refused" });
      expect(await lanesOf(ledger)).toContain(lane);
      expect(await ledger.forgetLane(lane, { next: 2, at: NOW })).toEqual({ kind: "done" });
      expect(await lanesOf(ledger)).not.toContain(lane);
      await ledger.takeNumbers(lane, 1, NOW);
      expect(await lanesOf(ledger)).toContain(lane);
    },
  },
  {
    name: "all entries are found, whatever their lane",
    async play({ ledger, lane }) {
      await put(ledger, lane, 1);
      await put(ledger, `${lane}/other`, 2);
      const found: string[] = [];
      for (const { identity } of await scanned(ledger, {})) found.push(identity);
      expect(found.filter(identity => identity.startsWith(`${lane}/`)).toSorted()).toEqual([
        `${lane}/1`,
        `${lane}/other/2`,
      ]);
    },
  },
  {
    name: "of all entries those are found that are wanted, without their parameters",
    async play({ ledger, lane }) {
      const file = { bucket: `${lane}-files`, key: "in/a.csv" };
      const parameters = { file: "in/a.csv" };
      await put(ledger, lane, 1, { route: "orders", parameters });
      await put(ledger, lane, 2, { route: "invoices", file });
      await put(ledger, lane, 3, { route: "invoices", file: { ...file, key: "out/a.csv" } });
      await put(ledger, `${lane}/other`, 4, { route: "orders" });
      for (const [seq, outcome] of [
        [1, "error"],
        [2, "success"],
      ] as const) {
        const identity = `${lane}/${seq}`;
        await ledger.tellEntry({ identity, round: 1, outcome, batch: 7, at: NOW + 1 });
      }
      const here = async (wanted: WantedEntries) =>
        (await scanned(ledger, wanted)).map(({ identity }) => identity).toSorted();
      const numbers = (...seqs: readonly number[]) => seqs.map(seq => `${lane}/${seq}`);
      expect(await here({ lane })).toEqual(numbers(1, 2, 3));
      expect(await here({ lane, route: "orders" })).toEqual(numbers(1));
      expect(await here({ lane, outcomes: ["error"] })).toEqual(numbers(1));
      expect(await here({ lane, outcomes: ["busy", "success", "error"] })).toEqual(numbers(1, 2));
      expect(await here({ lane, outcomes: ["waiting"] })).toEqual([]);
      const { bucket } = file;
      expect(await here({ objects: { bucket, prefix: "" } })).toEqual(numbers(2, 3));
      expect(await here({ objects: { bucket, prefix: "in/" } })).toEqual(numbers(2));
      expect(await here({ objects: { bucket: "other", prefix: "in/" }, lane })).toEqual([]);
      const [entry] = await ledger.readEntries(numbers(1));
      expect(entry?.decision.parameters).toEqual(parameters);
      expect(await scanned(ledger, { lane, route: "orders" })).toEqual([
        { ...entry, decision: { ...entry?.decision, parameters: {} } },
      ]);
    },
  },
];

async function scanned(ledger: Ledger, wanted: WantedEntries): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for (const part of [0, 1, 2]) {
    let after: string | undefined;
    do {
      const page = await ledger.scanEntries(wanted, { part, parts: 3 }, after);
      found.push(...page.entries);
      after = page.after;
    } while (after !== undefined);
  }
  return found;
}

function member(seq: number, round = 1): Member {
  return { seq, round };
}

function arming(changes: { gen: number; at?: number }) {
  return {
    members: [member(1), member(5, 2)],
    route: "orders",
    flow: 12345,
    by: "",
    afterFailure: "hold" as const,
    keep: "all" as const,
    missing: ["b"],
    manifest: "s3://m/4.csv",
    at: NOW,
    ...changes,
  };
}

function out(kind: string): Out {
  return {
    kind,
    verdict: kind === "success" ? "pass" : "fail",
    message: `it was ${kind}`,
    at: NOW,
  };
}

async function put(
  ledger: Ledger,
  lane: string,
  seq: number,
  changes: Partial<Decision> = {},
): Promise<void> {
  const decision = decisionOf({ identity: `${lane}/${seq}`, lane, ...changes });
  expect(await ledger.putEntry({ seq, at: NOW, decision })).toEqual({ kind: "written" });
}

async function read(ledger: Ledger, lane: string, id: number): Promise<Batch> {
  const batch = await ledger.readBatch(lane, id);
  if (batch === undefined) throw new Error(`There is no batch ${id}.`);
  return batch;
}

async function readEntry(ledger: Ledger, identity: string): Promise<Entry> {
  const [entry] = await ledger.readEntries([identity]);
  if (entry === undefined) throw new Error(`There is no entry ${identity}.`);
  return entry;
}

async function allTickets(
  ledger: Ledger,
  lane: string,
  limit?: number,
): Promise<readonly number[]> {
  const tickets = await ticketsOf(ledger, lane, { ...(limit !== undefined && { limit }) });
  return tickets.map(({ seq }) => seq);
}

async function ticketsOf(
  ledger: Ledger,
  lane: string,
  page: TicketPage,
): Promise<readonly Ticket[]> {
  const { tickets, after } = await ledger.queryTickets(lane, page);
  if (after === undefined) return tickets;
  return [...tickets, ...(await ticketsOf(ledger, lane, { ...page, after }))];
}

async function lanesOf(ledger: Ledger): Promise<readonly string[]> {
  const names: string[] = [];
  let after: string | undefined;
  do {
    const page = await ledger.listLanes(after);
    names.push(...page.lanes);
    after = page.after;
  } while (after !== undefined);
  return names;
}

/** Two copies that come at once may both be refused for the moment. */
async function untilTaken<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 20 || !(error instanceof Error) || error.name !== "LedgerFault") throw error;
      await new Promise(resolve => setTimeout(resolve, 20 * attempt));
    }
  }
}
