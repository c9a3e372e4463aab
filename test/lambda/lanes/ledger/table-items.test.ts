import { describe, expect, test } from "vitest";
import {
  entryFields,
  holdFields,
  isoTime,
  memberStrings,
  outFields,
  readBatchItem,
  readCounterItem,
  readEntryItem,
  readHeadItem,
  readTicketItem,
  ticketFields,
} from "../../../../lambda/lanes/ledger/table-items.ts";
import { decisionOf, ruleOf } from "../decisions.ts";

const AT = Date.UTC(2026, 10, 26, 21, 0, 0, 123);
const TEXT = "2026-11-26T21:00:00.123Z";
const MEMBERS = [
  { seq: 3, round: 1 },
  { seq: 12, round: 2 },
];

/** How an attribute that is not what it should be is told. */
function unreadable(what: string, name: string, value: unknown): string {
  return `${what} cannot be read: its attribute ${name} is ${JSON.stringify(value)}. Was it changed by hand, or written by another release?`;
}

describe("what is written", () => {
  const out = { kind: "success", verdict: "pass", message: "It ended well.", at: AT } as const;

  test("has times and members that people can read", () => {
    expect(isoTime(AT)).toBe(TEXT);
    expect(memberStrings(MEMBERS)).toEqual(["3.1", "12.2"]);
  });

  test("is an outcome", () => {
    expect(outFields({ ...out, by: "lane" })).toEqual({ ...out, at: TEXT, by: "lane" });
    expect(outFields(out)).toEqual({ ...out, at: TEXT });
  });

  test("is a hold", () => {
    expect(holdFields({ by: "batch 3", why: "It failed.", at: AT })).toEqual({
      by: "batch 3",
      why: "It failed.",
      at: TEXT,
    });
  });

  test("is a ticket and an entry, without what lies elsewhere", () => {
    const ticket = { seq: 3, round: 1, identity: "a", route: "r", by: "b", file: "f" };
    expect(ticketFields({ ...ticket, at: AT, rule: ruleOf() })).toEqual({
      ...ticket,
      at: TEXT,
      rule: ruleOf(),
    });
    const decision = decisionOf({ identity: "a" });
    const entry = { lane: "l", seq: 3, round: 1, decision, state: "told" } as const;
    expect(entryFields({ ...entry, identity: "a", at: AT, outcome: "success" })).toEqual({
      ...entry,
      at: TEXT,
    });
  });
});

test("a ticket that cannot be read is named by its key", () => {
  expect(() => readTicketItem({ pk: "L#orders", sk: "W#000000000000003#1" }, "orders")).toThrow(
    "A ticket of lane orders (W#000000000000003#1) cannot be read: its attribute seq is undefined.",
  );
});

describe("the head of a lane", () => {
  const what = "The head of lane orders";

  test("is new where nothing is said", () => {
    expect(readHeadItem({ rev: 1 }, "orders")).toStrictEqual({
      rev: 1,
      gen: 1,
      nb: 1,
      begins: {},
    });
    expect(readHeadItem({ rev: 1, begins: "none" }, "orders").begins).toEqual({});
  });

  test("has all that is said", () => {
    expect(
      readHeadItem(
        {
          rev: 7,
          gen: 2,
          nb: 5,
          begins: { a: TEXT, "b c": TEXT },
          open: { id: 4, members: ["3.1", "12.2"], missing: ["a.csv"] },
          hold: { by: "batch 3", why: "It failed.", at: TEXT },
          drop: { id: "drop", upto: 9 },
          sleep: { until: TEXT, seen: 12, full: 20 },
          other: "is ignored",
        },
        "orders",
      ),
    ).toStrictEqual({
      rev: 7,
      gen: 2,
      nb: 5,
      begins: { a: AT, "b c": AT },
      open: { id: 4, members: MEMBERS, missing: ["a.csv"] },
      hold: { by: "batch 3", why: "It failed.", at: AT },
      drop: { id: "drop", upto: 9 },
      sleep: { until: AT, seen: 12, full: 20 },
    });
  });

  test("has nothing of what may be missing", () => {
    const head = { rev: 1, open: { id: 4, members: [] }, sleep: { until: TEXT, seen: 0 } };
    expect(readHeadItem(head, "orders")).toStrictEqual({
      rev: 1,
      gen: 1,
      nb: 1,
      begins: {},
      open: { id: 4, members: [] },
      sleep: { until: AT, seen: 0 },
    });
  });

  test.each([
    [{}, what, "rev", undefined],
    [{ rev: "1" }, what, "rev", "1"],
    [{ rev: 1, gen: null }, what, "gen", null],
    [{ rev: 1, nb: "2" }, what, "nb", "2"],
    [{ rev: 1, begins: { a: "soon" } }, "orders: begins", "a", "soon"],
    [{ rev: 1, open: { id: 1 } }, `${what}, in open,`, "members", undefined],
    [{ rev: 1, open: { members: [] } }, `${what}, in open,`, "id", undefined],
    [{ rev: 1, open: { id: 1, members: ["3.1", 4] } }, `${what}, in open,`, "members", ["3.1", 4]],
    [{ rev: 1, open: { id: 1, members: ["3"] } }, `${what}, in open,`, "members", ["3"]],
    [{ rev: 1, open: { id: 1, members: [], missing: "a" } }, `${what}, in open,`, "missing", "a"],
    [{ rev: 1, hold: { why: "", at: TEXT } }, `${what}, in hold,`, "by", undefined],
    [{ rev: 1, hold: { by: "", at: TEXT } }, `${what}, in hold,`, "why", undefined],
    [{ rev: 1, hold: { by: "", why: "", at: 1 } }, `${what}, in hold,`, "at", 1],
    [{ rev: 1, hold: "yes" }, `${what}, in hold,`, "by", undefined],
    [{ rev: 1, drop: { upto: 1 } }, `${what}, in drop,`, "id", undefined],
    [{ rev: 1, drop: { id: "" } }, `${what}, in drop,`, "upto", undefined],
    [{ rev: 1, sleep: { seen: 1 } }, `${what}, in sleep,`, "until", undefined],
    [{ rev: 1, sleep: { until: TEXT } }, `${what}, in sleep,`, "seen", undefined],
    [{ rev: 1, sleep: { until: TEXT, seen: 1, full: "2" } }, `${what}, in sleep,`, "full", "2"],
  ])("is never guessed: %j", (item, where, name, value) => {
    expect(() => readHeadItem(item, "orders")).toThrow(new Error(unreadable(where, name, value)));
  });
});

describe("a ticket", () => {
  const what = "A ticket of lane orders";
  const item = { seq: 3, round: 1, identity: "a", route: "r", at: TEXT, by: "", file: "f.csv" };

  test("is read with its rule, or without", () => {
    expect(readTicketItem(item, "orders")).toStrictEqual({ ...item, at: AT });
    expect(readTicketItem({ ...item, rule: ruleOf(), more: 1 }, "orders")).toStrictEqual({
      ...item,
      at: AT,
      rule: ruleOf(),
    });
  });

  test.each([
    ["seq", "3"],
    ["round", undefined],
    ["identity", 1],
    ["route", undefined],
    ["at", "soon"],
    ["by", undefined],
    ["file", null],
    ["rule", { quietMs: 0 }],
    ["rule", "none"],
  ])("is never guessed: %s is %j", (name, value) => {
    expect(() => readTicketItem({ ...item, [name]: value }, "orders")).toThrow(
      new Error(unreadable(what, name, value)),
    );
  });
});

describe("a batch", () => {
  const item = {
    members: ["3.1", "12.2"],
    st: "claimed",
    gen: 2,
    route: "r",
    flow: 12_345,
    by: "b",
    afterFailure: "continue",
    keep: "all",
    claimedAt: TEXT,
  };
  const read = { ...item, id: 4, members: MEMBERS, claimedAt: AT };
  const out = { kind: "success", verdict: "pass", message: "It ended well.", at: TEXT };

  test("is read as it was claimed", () => {
    expect(readBatchItem(item, "orders", 4)).toStrictEqual(read);
  });

  test("is read with all that may be said", () => {
    const more = { missing: ["a.csv"], manifest: "s3://m", runner: "arn", auditId: "9" };
    const words = { st: "begun", afterFailure: "hold", keep: "last" };
    const settled = { ...out, verdict: "fail", by: "lane" };
    expect(
      readBatchItem({ ...item, ...more, ...words, begunAt: TEXT, out: settled }, "orders", 4),
    ).toStrictEqual({ ...read, ...more, ...words, begunAt: AT, out: { ...settled, at: AT } });
  });

  test("is read with an outcome that a runner tells of", () => {
    expect(readBatchItem({ ...item, out }, "orders", 4)).toStrictEqual({
      ...read,
      out: { ...out, at: AT },
    });
  });

  test.each([
    ["members", "3.1"],
    ["members", ["3.1", "one"]],
    ["st", "ended"],
    ["gen", undefined],
    ["route", undefined],
    ["flow", "12345"],
    ["by", undefined],
    ["afterFailure", ""],
    ["keep", ""],
    ["claimedAt", undefined],
    ["missing", [1]],
    ["manifest", 1],
    ["runner", 1],
    ["auditId", 1],
    ["begunAt", "soon"],
  ])("is never guessed: %s is %j", (name, value) => {
    expect(() => readBatchItem({ ...item, [name]: value }, "orders", 4)).toThrow(
      new Error(unreadable("Batch 4 of lane orders", name, value)),
    );
  });

  test.each([
    ["kind", undefined],
    ["verdict", ""],
    ["verdict", "unknown"],
    ["message", undefined],
    ["at", AT],
    ["by", ""],
    ["by", "runner"],
  ])("is never guessed: %s of its outcome is %j", (name, value) => {
    expect(() => readBatchItem({ ...item, out: { ...out, [name]: value } }, "orders", 4)).toThrow(
      new Error(unreadable("Batch 4 of lane orders, in out,", name, value)),
    );
  });
});

describe("an entry", () => {
  const decision = decisionOf({ identity: "a#b" });
  const item = { pk: "E#a#b", lane: "l", seq: 3, round: 1, at: TEXT, decision, state: "waiting" };
  const { pk: _, ...fields } = item;
  const read = { ...fields, identity: "a#b", at: AT };

  test("is read while it waits", () => {
    expect(readEntryItem(item)).toStrictEqual(read);
  });

  test("is read when it is told", () => {
    const told = { state: "told", outcome: "success" };
    expect(readEntryItem({ ...item, ...told, batch: "0000000012", toldAt: TEXT })).toStrictEqual({
      ...read,
      ...told,
      batch: 12,
      toldAt: AT,
    });
  });

  test.each([undefined, 7])("has no name where its key is %j", pk => {
    expect(readEntryItem({ ...item, pk }).identity).toBe("");
    expect(() => readEntryItem({ ...item, pk, seq: "3" })).toThrow(
      new Error(unreadable("The entry ", "seq", "3")),
    );
  });

  test.each([
    ["lane", undefined],
    ["seq", undefined],
    ["round", undefined],
    ["at", ""],
    ["decision", undefined],
    ["decision", { route: "r" }],
    ["state", "gone"],
    ["outcome", 1],
    ["batch", 12],
    ["toldAt", 1],
  ])("is never guessed: %s is %j", (name, value) => {
    expect(() => readEntryItem({ ...item, [name]: value })).toThrow(
      new Error(unreadable("The entry a#b", name, value)),
    );
  });
});

describe("a counter", () => {
  test("is read", () => {
    expect(readCounterItem({ next: 3, at: TEXT, lanes: "1" }, "orders")).toStrictEqual({
      next: 3,
      at: AT,
    });
  });

  test.each([
    ["next", undefined],
    ["at", 3],
  ])("is never guessed: %s is %j", (name, value) => {
    expect(() => readCounterItem({ next: 3, at: TEXT, [name]: value }, "orders")).toThrow(
      new Error(unreadable("The counter of lane orders", name, value)),
    );
  });
});
