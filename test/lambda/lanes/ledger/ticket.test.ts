import { describe, expect, it } from "vitest";
import {
  compareMembers,
  isWaiting,
  memberOf,
  memberText,
  parseMember,
  ticketOf,
} from "../../../../lambda/lanes/ledger/ticket.ts";
import { decisionOf, ruleOf } from "../decisions.ts";

describe("the ticket of an entry", () => {
  it("of an event without a batch and a file has no rule and empty texts", () => {
    const decision = decisionOf({ identity: "e1" });
    expect(ticketOf({ seq: 7, at: 1_000, decision })).toStrictEqual({
      seq: 7,
      round: 1,
      identity: "e1",
      route: "orders",
      at: 1_000,
      by: "",
      file: "",
    });
  });

  it("has the rule of its batch, and the file's name without folders", () => {
    const decision = decisionOf({
      identity: "e2",
      route: "stock",
      batch: { ...ruleOf({ quietMs: 5, everyMs: 6, most: 9, keep: "last" }), by: "eu" },
      file: { bucket: "landing", key: "in/eu/a.csv" },
    });
    expect(ticketOf({ seq: 8, at: 1_000, decision }, 3, 2_000)).toStrictEqual({
      seq: 8,
      round: 3,
      identity: "e2",
      route: "stock",
      at: 2_000,
      by: "eu",
      file: "a.csv",
      rule: { quietMs: 5, longestMs: 900_000, most: 9, everyMs: 6, keep: "last" },
    });
  });

  it("has the files that its batch waits for", () => {
    const rule = ruleOf({ all: ["a.csv", "b-*.csv"] });
    const decision = decisionOf({
      identity: "e3",
      batch: { ...rule, by: "" },
      file: { bucket: "landing", key: "a.csv" },
    });
    expect(ticketOf({ seq: 1, at: 5, decision })).toStrictEqual({
      seq: 1,
      round: 1,
      identity: "e3",
      route: "orders",
      at: 5,
      by: "",
      file: "a.csv",
      rule,
    });
  });
});

describe("a member's text", () => {
  it.each([
    ["1.1", { seq: 1, round: 1 }],
    ["123456789012345.123456789", { seq: 123_456_789_012_345, round: 123_456_789 }],
  ])("%s is number and round", (text, member) => {
    expect(memberText(member)).toBe(text);
    expect(parseMember(text)).toStrictEqual(member);
  });

  it.each([
    "",
    "1",
    "1.",
    ".1",
    "a1.1",
    "1.1a",
    "1x1",
    "-1.1",
    "1.1.1",
    "1234567890123456.1",
    "1.1234567890",
  ])("%j is none", text => {
    expect(parseMember(text)).toBeUndefined();
  });

  it("is made of the number and the round alone", () => {
    const ticket = { seq: 4, round: 2, identity: "e" };
    expect(memberText(ticket)).toBe("4.2");
    expect(memberOf(ticket)).toStrictEqual({ seq: 4, round: 2 });
  });

  it("stands by number, then by round", () => {
    const texts = ["10.1", "2.10", "2.2", "1.3", "2.2"];
    const members = texts.map(text => parseMember(text) ?? { seq: 0, round: 0 });
    expect(members.toSorted(compareMembers).map(memberText)).toStrictEqual([
      "1.3",
      "2.2",
      "2.2",
      "2.10",
      "10.1",
    ]);
    expect(compareMembers({ seq: 2, round: 2 }, { seq: 2, round: 2 })).toBe(0);
  });
});

describe("an entry waits", () => {
  const decision = decisionOf({ identity: "e" });
  const entry = { identity: "e", lane: "l", seq: 1, round: 2, at: 0, decision };
  it("in its own round, until it is told", () => {
    expect(isWaiting({ ...entry, state: "waiting" }, 2)).toBe(true);
    expect(isWaiting({ ...entry, state: "waiting" }, 1)).toBe(false);
    expect(isWaiting({ ...entry, state: "told" }, 2)).toBe(false);
  });
});
