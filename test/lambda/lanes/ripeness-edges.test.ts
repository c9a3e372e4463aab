import { describe, expect, test } from "vitest";
import type { BatchRule } from "../../../lambda/decision.ts";
import { matcherOf, ripen, ripeWith } from "../../../lambda/lanes/ripeness.ts";
import { ruleOf } from "./decisions.ts";

const NOW = 1_000_000_000;

function ticket(seq: number, rule: Partial<BatchRule>, by = "") {
  const whole = ruleOf(rule);
  return { seq, round: 1, identity: `i${seq}`, route: "r", at: NOW, by, file: "", rule: whole };
}

function ripe(tickets: readonly ReturnType<typeof ticket>[], begins = {}, complete = true) {
  return ripen({ tickets, complete, begins, now: NOW });
}

describe("what waits", () => {
  const rule = { quietMs: 30, most: 5 };

  test("of a group that cannot be full early hides nothing of one that can", () => {
    const set = ticket(1, { all: ["a"], longestMs: 20 }, "x");
    expect(ripe([set, ticket(2, rule)])).toStrictEqual({
      kind: "later",
      at: NOW + 20,
      full: 6,
      seen: 2,
    });
  });

  test("is unknown when a route must wait and there are more pages", () => {
    const full = ticket(1, { most: 1, everyMs: 100 });
    expect(ripe([full], { r: NOW - 1 }, false)).toStrictEqual({ kind: "unknown" });
    expect(ripe([full], { r: NOW - 1 })).toStrictEqual({ kind: "later", at: NOW + 99, seen: 1 });
  });

  test("is not ripe earlier by being full when the route must wait as long as it", () => {
    const tickets = [ticket(1, { ...rule, everyMs: 100 })];
    expect(ripe(tickets, { r: NOW - 70 })).toStrictEqual({ kind: "later", at: NOW + 30, seen: 1 });
    expect(ripe(tickets, { r: NOW - 71 })).toStrictEqual({
      kind: "later",
      at: NOW + 30,
      full: 5,
      seen: 1,
    });
  });

  test.each<[string, readonly number[], number]>([
    ["none is missing", [1, 2, 3], 3],
    ["those before the first", [3], 0],
    ["those in the middle", [1, 2, 5, 6], 2],
    ["two gaps: the first counts", [1, 3, 5], 1],
    ["50 and more before the last are gaps", [60], 10],
    ["a gap before the 50 last", Array.from({ length: 51 }, (_, index) => index + 10), 60],
    ["a gap within the 50 last", Array.from({ length: 50 }, (_, index) => index + 11), 10],
  ])("may still be joined by numbers: %s", (_what, numbers, seen) => {
    const tickets = numbers.map(seq => ticket(seq, { quietMs: 30, most: 100 }));
    expect(ripe(tickets)).toMatchObject({ kind: "later", seen });
  });
});

test.each([
  ["*a*b", "ab", true],
  ["*a*b", "aab", true],
  ["*a*b", "b", false],
  ["*ab*ab*", "ab", false],
  ["*ab*ab*", "abab", true],
  ["*ab*ab*", "ab-ab", true],
  ["a*bc*c", "abcc", true],
  ["a*bc*c", "abc", false],
])("%s and %s: %s", (name, file, expected) => {
  expect(matcherOf(name)(file)).toBe(expected);
});

test.each<[string, Partial<BatchRule> | undefined, number, number]>([
  ["without a rule", undefined, NOW, 0],
  ["with a set", { all: ["a"], quietMs: 30 }, NOW, 0],
  ["when it is quiet", { quietMs: 30, longestMs: 90 }, NOW, 30],
  ["after the longest wait", { quietMs: 90, longestMs: 30 }, NOW, 30],
  ["alone", { quietMs: 90, most: 1 }, NOW, 0],
  ["as one of two", { quietMs: 90, most: 2 }, NOW, 90],
  ["when its route may run", { quietMs: 30, everyMs: 100 }, NOW - 20, 80],
  ["when its route may run, by a clock that was wrong", { everyMs: 100 }, NOW + 50, 100],
])("one event is ripe by itself %s", (_when, rule, begun, after) => {
  const news = { at: NOW, route: "r", ...(rule !== undefined && { rule: ruleOf(rule) }) };
  expect(ripeWith(news, { r: begun })).toBe(NOW + after);
});
