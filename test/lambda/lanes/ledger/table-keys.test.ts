import { describe, expect, it } from "vitest";
import {
  batchKey,
  batchText,
  counterKey,
  entryKey,
  headKey,
  LANES_INDEX,
  LISTED,
  laneOfKey,
  memberOfKey,
  ticketKey,
  ticketRange,
} from "../../../../lambda/lanes/ledger/table-keys.ts";

describe("the keys of the table", () => {
  it("are a contract", () => {
    expect({
      counter: counterKey("orders"),
      head: headKey("orders"),
      entry: entryKey("e#1"),
      ticket: ticketKey("orders", { seq: 12, round: 3 }),
      batch: batchKey("orders", 7),
      index: LANES_INDEX,
      listed: LISTED,
    }).toStrictEqual({
      counter: { pk: "L#orders", sk: "next" },
      head: { pk: "L#orders", sk: "head" },
      entry: { pk: "E#e#1", sk: "e" },
      ticket: { pk: "L#orders", sk: "W#000000000000012#3" },
      batch: { pk: "B#orders", sk: "0000000007" },
      index: "lanes",
      listed: "1",
    });
    expect(batchText(12_345)).toBe("0000012345");
    expect(laneOfKey("L#a#b")).toBe("a#b");
  });

  it("hold all tickets up to a number in one range", () => {
    expect(ticketRange(12)).toStrictEqual(["W#", "W#000000000000012#~"]);
  });
});

describe("the member of a key", () => {
  it.each([
    { seq: 1, round: 1 },
    { seq: 10, round: 12 },
    { seq: 0, round: 1 },
    { seq: 123_456_789_012_345, round: 123_456_789 },
  ])("%j is read as it was written", member => {
    expect(memberOfKey(ticketKey("orders", member).sk)).toStrictEqual(member);
  });

  it("is read without leading zeros too", () => {
    expect(memberOfKey("W#12#3")).toStrictEqual({ seq: 12, round: 3 });
  });

  it.each(["", "next", "head", "xW#1#1", "W#1#1x", "W#1", "W##1", "W#a#1", "W#1#", "W#1#1#1"])(
    "%j has none",
    sk => {
      expect(memberOfKey(sk)).toBeUndefined();
    },
  );
});
