import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BatchRule } from "../../../lambda/decision.ts";
import type { Ticket } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { compareMembers } from "../../../lambda/lanes/ledger/ticket.ts";
import {
  MIN_LOOK_GAP_MS,
  matcherOf,
  type Ripeness,
  ripen,
  ripeWith,
} from "../../../lambda/lanes/ripeness.ts";
import { wakesEarly } from "../../../lambda/lanes/wake-lane.ts";
import { ruleOf } from "./decisions.ts";

const NOW = 1_000_000_000;

function ticket(
  seq: number,
  at: number,
  rule?: Partial<BatchRule>,
  more: Partial<Ticket> = {},
): Ticket {
  const whole = rule && { rule: ruleOf(rule) };
  return {
    seq,
    round: 1,
    identity: `i${seq}`,
    route: "r",
    at,
    by: "",
    file: "",
    ...whole,
    ...more,
  };
}

function ripe(tickets: readonly Ticket[], more: Partial<Parameters<typeof ripen>[0]> = {}) {
  return summary(ripen({ tickets, complete: true, begins: {}, now: NOW, ...more }));
}

function summary(found: Ripeness) {
  return "members" in found ? { ...found, members: found.members.map(({ seq }) => seq) } : found;
}

describe("ripe", () => {
  test("nothing waits", () => {
    expect(ripe([])).toEqual({ kind: "empty" });
  });

  test("without a rule at once, one by one, in order", () => {
    expect(ripe([ticket(4, NOW), ticket(7, NOW - 9)])).toEqual({ kind: "ripe", members: [4] });
    expect(ripe([ticket(4, NOW)], { complete: false })).toEqual({ kind: "ripe", members: [4] });
  });

  test.each<[string, Partial<BatchRule>, readonly number[], unknown]>([
    ["an empty rule takes all that waits", {}, [0, 0, 5], { kind: "ripe", members: [1, 2, 3] }],
    [
      "quiet counts from the last",
      { quietMs: 30 },
      [90, 40, 29],
      { kind: "later", at: NOW + 1, full: 1_000, seen: 3 },
    ],
    ["quiet is over", { quietMs: 30 }, [90, 40, 30], { kind: "ripe", members: [1, 2, 3] }],
    [
      "longest counts from the first",
      { quietMs: 30, longestMs: 100 },
      [99, 1],
      { kind: "later", at: NOW + 1, full: 1_000, seen: 2 },
    ],
    [
      "longest is over",
      { quietMs: 30, longestMs: 100 },
      [100, 1],
      { kind: "ripe", members: [1, 2] },
    ],
    ["full", { quietMs: 30, most: 2 }, [3, 2, 1], { kind: "ripe", members: [1, 2] }],
    [
      "one is missing to be full",
      { quietMs: 30, most: 4 },
      [3, 2, 1],
      { kind: "later", at: NOW + 29, full: 4, seen: 3 },
    ],
  ])("%s", (_name, rule, ages, expected) => {
    const tickets = ages.map((age, index) => ticket(index + 1, NOW - age, rule));
    expect(ripe(tickets)).toEqual(expected);
  });

  test("at most every so often, and a clock that was wrong does not stop the route for longer", () => {
    const tickets = [ticket(1, NOW - 500, { everyMs: 100 })];
    expect(ripe(tickets, { begins: { r: NOW - 99 } })).toEqual({
      kind: "later",
      at: NOW + 1,
      seen: 1,
    });
    expect(ripe(tickets, { begins: { r: NOW - 100 } })).toEqual({ kind: "ripe", members: [1] });
    expect(ripe(tickets, { begins: { other: NOW } })).toEqual({ kind: "ripe", members: [1] });
    expect(ripe(tickets, { begins: { r: NOW + 1e9 } })).toEqual({
      kind: "later",
      at: NOW + 100,
      seen: 1,
    });
  });

  test("a set when each name has come, whatever the quiet", () => {
    const rule = { all: ["a", "b*"], quietMs: 1_000 };
    const a = ticket(1, NOW - 10, rule, { file: "a" });
    expect(ripe([a])).toEqual({
      kind: "later",
      at: NOW - 10 + 900_000,
      seen: 1,
    });
    const b = ticket(2, NOW, rule, { file: "b7" });
    expect(ripe([a, b])).toEqual({ kind: "ripe", members: [1, 2] });
    expect(ripe([a], { now: NOW - 10 + 900_000 })).toEqual({
      kind: "incomplete",
      members: [1],
      missing: ["b*"],
    });
  });

  test("a full batch without the whole set is incomplete at once", () => {
    const rule = { all: ["a", "b"], most: 2 };
    const tickets = [1, 2].map(seq => ticket(seq, NOW, rule, { file: "a" }));
    expect(ripe(tickets)).toEqual({ kind: "incomplete", members: [1, 2], missing: ["b"] });
  });

  test("of two ripe groups the one whose first event is older; an unripe one stands in nobody's way", () => {
    const rule = { quietMs: 10 };
    const one = ticket(1, NOW - 5, rule, { by: "x" });
    const two = ticket(2, NOW - 20, rule, { by: "y" });
    const three = ticket(3, NOW - 20, rule, { by: "z" });
    expect(ripe([one, two, three])).toEqual({ kind: "ripe", members: [2] });
    expect(ripe([one, { ...two, route: "s" }, ticket(4, NOW - 20, rule, { by: "y" })])).toEqual({
      kind: "ripe",
      members: [2],
    });
  });

  test("numbers that may still come count as come, so that a full batch is not missed", () => {
    const tickets = [1, 2, 5].map(seq => ticket(seq, NOW, { quietMs: 30, most: 5 }));
    expect(ripe(tickets)).toEqual({ kind: "later", at: NOW + 30, full: 4, seen: 2 });
  });

  test("numbers that have not come for ten seconds are gaps, so that they wake nobody", () => {
    const rule = { quietMs: 30_000, most: 5 };
    const old = [1, 2, 5].map(seq => ticket(seq, NOW - 10_000, rule));
    expect(ripe(old)).toEqual({ kind: "later", at: NOW + 20_000, full: 7, seen: 5 });
    const mixed = [...old, ticket(7, NOW, rule)];
    expect(ripe(mixed)).toEqual({ kind: "later", at: NOW + 30_000, full: 6, seen: 5 });
  });

  test("the first page decides only what no later page can change", () => {
    const rule = { quietMs: 10, most: 3 };
    const two = [ticket(1, NOW - 50, rule), ticket(2, NOW - 50, rule)];
    expect(ripe(two, { complete: false })).toEqual({ kind: "unknown" });
    const three = [...two, ticket(3, NOW - 50, rule)];
    expect(ripe(three, { complete: false })).toEqual({ kind: "ripe", members: [1, 2, 3] });
    expect(ripe([], { complete: false })).toEqual({ kind: "unknown" });
  });
});

const rules = fc.record({
  quietMs: fc.integer({ min: 0, max: 60 }),
  longestMs: fc.integer({ min: 0, max: 200 }),
  most: fc.integer({ min: 1, max: 6 }),
  everyMs: fc.constantFrom(0, 0, 50),
  keep: fc.constantFrom("all" as const, "last" as const),
});

/** A route has one rule at a time. */
const lanes = fc
  .record({
    rules: fc.array(fc.option(rules), { minLength: 3, maxLength: 3 }),
    all: fc.option(fc.subarray(["f0", "f1", "f*"], { minLength: 1 })),
    events: fc.array(
      fc.record({
        route: fc.integer({ min: 0, max: 2 }),
        by: fc.constantFrom("", "x"),
        age: fc.integer({ min: 0, max: 250 }),
        file: fc.constantFrom("f0", "f1", "g"),
        gap: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 20 },
    ),
    begun: fc.option(fc.integer({ min: 0, max: 100 })),
  })
  .map(({ rules: given, all, events, begun }) => {
    let seq = 0;
    const tickets = events.map(({ route, by, age, file, gap }): Ticket => {
      seq += gap;
      const rule = given[route];
      const whole = rule && { rule: { ...rule, ...(route === 0 && all && { all }) } };
      return { ...ticket(seq, NOW - age), route: `r${route}`, by, file, ...whole };
    });
    const begins = begun === null ? {} : { r0: NOW - begun, r1: NOW - begun };
    return { tickets, begins };
  });

describe("whatever waits", () => {
  test("a batch is the first events of one group, and not more than its rule allows", () => {
    fc.assert(
      fc.property(lanes, ({ tickets, begins }) => {
        const found = ripen({ tickets, complete: true, begins, now: NOW });
        if (!("members" in found)) return;
        const [first] = found.members;
        if (first === undefined) throw new Error("An empty batch is ripe.");
        const group =
          first.rule === undefined
            ? [first]
            : tickets.filter(({ route, by }) => route === first.route && by === first.by);
        expect(found.members).toEqual(group.slice(0, first.rule?.most ?? 1));
      }),
    );
  });

  test("nothing is ripe before the time that is named, and something is at that time", () => {
    fc.assert(
      fc.property(lanes, fc.nat(), ({ tickets, begins }, early) => {
        const found = ripen({ tickets, complete: true, begins, now: NOW });
        if (found.kind !== "later") return;
        expect(found.at).toBeGreaterThan(NOW);
        const before = NOW + (early % (found.at - NOW));
        expect(ripen({ tickets, complete: true, begins, now: before }).kind).toBe("later");
        const then = ripen({ tickets, complete: true, begins, now: found.at });
        expect(["ripe", "incomplete"]).toContain(then.kind);
      }),
    );
  });

  test("the first page never decides otherwise than all pages", () => {
    fc.assert(
      fc.property(lanes, fc.integer({ min: 1, max: 20 }), ({ tickets, begins }, size) => {
        const page = tickets.slice(0, size);
        const complete = page.length === tickets.length;
        const found = ripen({ tickets: page, complete, begins, now: NOW });
        if (found.kind === "unknown") return;
        expect(found).toEqual(ripen({ tickets, complete: true, begins, now: NOW }));
      }),
    );
  });

  test("a sleeping lane is woken by whatever makes something ripe early, in any order and of any group", () => {
    fc.assert(
      fc.property(
        lanes,
        fc.array(
          fc.record({
            number: fc.integer({ min: -6, max: 6 }),
            of: fc.nat({ max: 1 }),
            isNew: fc.boolean(),
          }),
          { maxLength: 6 },
        ),
        lanes,
        ({ tickets, begins }, arrivals, other) => {
          const asleep = ripen({ tickets, complete: true, begins, now: NOW });
          if (asleep.kind !== "later") return;
          const { at: until, ...rest } = asleep;
          const sleep = { ...rest, until: until + MIN_LOOK_GAP_MS };
          const all = new Map(tickets.map(one => [one.seq, one]));
          const last = tickets.at(-1)?.seq ?? 0;
          for (const { number, of, isNew } of arrivals) {
            const seq = last + number;
            const models = isNew ? other.tickets : tickets;
            const model = models[of % models.length];
            if (seq < 1 || all.has(seq) || model === undefined) continue;
            const route = isNew ? `new ${model.route}` : model.route;
            const news: Ticket = { ...model, seq, at: NOW, route };
            all.set(seq, news);
            const most = news.rule?.most ?? 1;
            const woken = wakesEarly(
              { begins, sleep },
              { last: seq, most, ripeAt: head => ripeWith(news, head.begins) },
            );
            if (woken) return;
          }
          const found = ripen({
            tickets: [...all.values()].toSorted(compareMembers),
            complete: true,
            begins,
            now: until - 1,
          });
          expect(found.kind).toBe("later");
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

test.each([
  ["a.csv", "a.csv", true],
  ["a.csv", "xa.csv", false],
  ["a.csv", "A.csv", false],
  ["*.csv", "a.csv", true],
  ["*.csv", ".csv", true],
  ["*.csv", "a.csv.gz", false],
  ["a*", "a", true],
  ["a*a", "a", false],
  ["a*b*c", "a-b-c", true],
  ["a*b*c", "ac", false],
  ["a*bb*b", "abb", false],
  ["*", "", true],
  ["a.c", "abc", false],
])("%s and %s: %s", (name, file, expected) => {
  expect(matcherOf(name)(file)).toBe(expected);
});
