import { describe, expect, test } from "vitest";
import { LedgerFault } from "../../../../lambda/lanes/ledger/ledger-fault.ts";
import { type Glance, watch } from "../../../../lambda/lanes/loop/durable-watch.ts";
import type { LaneOperations } from "../../../../lambda/lanes/loop/lane-dependencies.ts";

const STARTED_AT = 1_000_000;

/** A watch whose looks do one after the other what is said; time passes as the waits ask for it. */
async function watched(...looks: readonly (Glance<string> | Error)[]) {
  let now = STARTED_AT;
  let last: unknown;
  const names: string[] = [];
  const delays: number[] = [];
  const seen: unknown[] = [];
  const decisions: unknown[] = [];
  const waitForCondition: LaneOperations["waitForCondition"] = async (name, check, config) => {
    names.push(name);
    let state = config.initialState;
    for (let attempt = 1; ; attempt += 1) {
      state = await check(state);
      last = state;
      const decision = config.waitStrategy(state, attempt);
      decisions.push(decision);
      if (!decision.shouldContinue) return state;
      const seconds = "seconds" in decision.delay ? decision.delay.seconds : 0;
      delays.push(seconds);
      now += seconds * 1_000;
    }
  };
  const operations: LaneOperations = {
    waitForCondition,
    step: async (_name, work) => work(),
    invoke: () => Promise.reject(new Error("nobody is invoked here")),
  };
  const found = watch<string>("the watch", { operations, epochMs: () => now }, async state => {
    seen.push(state);
    const look = looks[seen.length - 1];
    if (look === undefined) throw new Error("There is one look too many.");
    if (look instanceof Error) throw look;
    return look;
  });
  const result = await found.catch((error: unknown) => error);
  return { result, names, delays, seen, decisions, last: () => last };
}

const found: Glance<string> = { kind: "found", found: "it" };
const wait = (until: number): Glance<string> => ({ kind: "wait", until });
const fault = new LedgerFault("throttled", "too much");
const error = new Error("no right");

describe("a watch", () => {
  test("ends with what the first look finds", async () => {
    const { result, names, decisions, seen } = await watched(found);
    expect(result).toStrictEqual({ found: "it", looks: 1 });
    expect(names).toEqual(["the watch"]);
    expect(decisions).toStrictEqual([{ shouldContinue: false }]);
    expect(seen).toStrictEqual([{ looks: 0, startedAt: STARTED_AT }]);
  });

  test("waits between looks until they want the next one, in whole seconds", async () => {
    const { result, delays, seen, decisions } = await watched(
      wait(STARTED_AT + 1_001),
      wait(STARTED_AT),
      found,
    );
    expect(result).toStrictEqual({ found: "it", looks: 3 });
    expect(delays).toEqual([2, 1]);
    expect(seen).toStrictEqual([0, 1, 2].map(looks => ({ looks, startedAt: STARTED_AT })));
    expect(decisions[0]).toStrictEqual({ shouldContinue: true, delay: { seconds: 2 } });
  });

  test("goes on after any number of faults of the table, each ten seconds later", async () => {
    const { result, delays } = await watched(...Array.from({ length: 9 }, () => fault), found);
    expect(result).toStrictEqual({ found: "it", looks: 10 });
    expect(delays).toEqual(Array.from({ length: 9 }, () => 10));
  });

  test("goes on after five other errors in a row, each time later, and not after six", async () => {
    const five = Array.from({ length: 5 }, () => error);
    const passed = await watched(...five, wait(STARTED_AT), ...five, fault, ...five, found);
    expect(passed.result).toStrictEqual({ found: "it", looks: 18 });
    expect(passed.delays.slice(0, 7)).toEqual([10, 20, 40, 80, 160, 1, 10]);
    const failed = await watched(...five, error);
    expect(failed.result).toStrictEqual(new Error("no right"));
    expect(failed.delays).toEqual([10, 20, 40, 80, 160]);
    expect(failed.decisions.at(-1)).toStrictEqual({ shouldContinue: false });
    expect(failed.last()).toStrictEqual({
      looks: 6,
      startedAt: STARTED_AT,
      faults: 6,
      delaySeconds: 0,
      thrown: "no right",
    });
  });

  test("says so when it was ended without anything found", async () => {
    const operations: LaneOperations = {
      waitForCondition: async (_name, _check, config) => config.initialState,
      step: async (_name, work) => work(),
      invoke: () => Promise.reject(new Error("nobody is invoked here")),
    };
    const ended = watch("w", { operations, epochMs: () => 0 }, async () => found);
    await expect(ended).rejects.toThrow(new Error("The watch found nothing."));
  });
});
