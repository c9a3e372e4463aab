import { StepError, StepSemantics } from "@aws/durable-execution-sdk-js";
import { describe, expect, it } from "vitest";
import { createDurableHost } from "../../../lambda/follow/durable-host.ts";
import type { Host } from "../../../shared/run/host.ts";
import { UserError } from "../../../shared/user-error.ts";
import { createCallerTime } from "../../virtual/caller-time.ts";
import { createKeptOperations } from "./kept-operations.ts";

const minute = 60_000;

function create(interrupted: readonly string[] = []) {
  const time = createCallerTime();
  const operations = createKeptOperations(time, interrupted);
  const newHost = () =>
    createDurableHost({ context: operations.context, epochMs: time.now, random: () => 0.25 });
  return { time, ...operations, newHost, host: newHost() };
}

describe("a durable host", () => {
  it("has one clock, the wall clock, and the chance that it was given", () => {
    const { host, time } = create();
    time.advanceTo(time.now() + 1);
    expect(host.clock.monotonicMs()).toBe(time.now());
    expect(host.clock.epochMs()).toBe(time.now());
    expect(host.random()).toBe(0.25);
  });

  it("never lets AWS run a start or a failed read again", async () => {
    const { host, begun } = create();
    await host.once("start 1", async () => 1);
    await host.read("history 1", async () => 1);
    expect(begun).toEqual([
      {
        name: "start 1",
        semantics: StepSemantics.AtMostOncePerRetry,
        afterError: { shouldRetry: false },
      },
      {
        name: "history 1",
        semantics: StepSemantics.AtLeastOncePerRetry,
        afterError: { shouldRetry: false },
      },
    ]);
  });

  it("tells of a start that a process before it has left behind", async () => {
    const { host } = create(["start 1"]);
    expect(await host.once("start 1", async () => 1)).toEqual({ kind: "interrupted" });
  });

  it.each([
    ["the SDK's own error", new Error("checkpoint failed")],
    ["a step's error without a cause", new StepError("Step failed")],
    ["a step's error with another cause", new StepError("Step failed", new Error("no"))],
    ["an error with that cause that is no step's", withCause(new Error("no"))],
  ])("takes nothing else for an interruption: %s", async (_what, error) => {
    const { context, time } = create();
    const host = createDurableHost({
      context: { ...context, step: () => Promise.reject(error) },
      epochMs: time.now,
      random: () => 0,
    });
    await expect(host.once("start 1", async () => 1)).rejects.toBe(error);
  });

  it("remembers what it has read, and what went wrong", async () => {
    const { host, newHost } = create();
    let reads = 0;
    const read = async () => (reads += 1);
    expect(await host.read("history 1", read)).toBe(1);
    expect(await newHost().read("history 1", read)).toBe(1);
    const fail = async () => {
      reads += 1;
      throw new RangeError("out of range");
    };
    await expect(host.read("history 2", fail)).rejects.toMatchObject({
      name: "RangeError",
      message: "out of range",
    });
    await expect(newHost().read("history 2", fail)).rejects.toMatchObject({ name: "RangeError" });
    expect(reads).toBe(2);
  });

  it("gives each error its name back, and a mistake of the user its class", async () => {
    const { host } = create();
    const caught = (name: string, thrown: unknown): Promise<unknown> =>
      host.once(name, () => Promise.reject(thrown)).catch((error: unknown) => error);
    const mistake = await caught("1", new UserError("Set it."));
    expect(mistake).toBeInstanceOf(UserError);
    expect(mistake).toMatchObject({ name: "UserError", message: "Set it." });
    const other = await caught("2", new TypeError("x"));
    expect(other).not.toBeInstanceOf(UserError);
    expect(other).toMatchObject({ name: "TypeError", message: "x" });
    const word = await caught("3", "a word");
    expect(word).toMatchObject({ name: "Error", message: "a word" });
  });

  it("keeps no more of an error's text than a checkpoint can hold many times", async () => {
    const { host } = create();
    const long = "x".repeat(300_000);
    await expect(host.once("1", () => Promise.reject(new Error(long)))).rejects.toMatchObject({
      message: `${long.slice(0, 4_000)}… (300000 characters)`,
    });
  });

  it("carries an error out of a check, and checks no more", async () => {
    const { host, newHost, waits } = create();
    let checks = 0;
    const until = (on: Host) =>
      on.until(
        "follow",
        0,
        async count => {
          checks += 1;
          if (count === 2) throw new TypeError("x");
          return count + 1;
        },
        () => 1_000,
      );
    await expect(until(host)).rejects.toMatchObject({ name: "TypeError", message: "x" });
    await expect(until(newHost())).rejects.toMatchObject({ name: "TypeError", message: "x" });
    expect(checks).toBe(3);
    expect(waits).toEqual([{ seconds: 1 }, { seconds: 1 }]);
  });
});

/** From the 1,451st operation on, each costs 1/120 of the execution's age. */
describe("the budget of operations", () => {
  it("leaves the first 1,450 alone and slows down what comes after them", async () => {
    const { host, waits } = create();
    expect(await checkTimes(host, "follow", 1_453, 1_000)).toBe(1_453);
    expect(waits.slice(0, 1_450)).toEqual(Array.from({ length: 1_450 }, () => ({ seconds: 1 })));
    // The 1,451st check ended 1,450 s after the first.
    expect(waits.slice(1_450)).toEqual([{ seconds: 13 }, { seconds: 13 }]);
  });

  it("never shortens a wait that was asked for", async () => {
    const { host, waits } = create();
    await checkTimes(host, "follow", 1_452, minute);
    expect(waits.at(-1)).toEqual({ seconds: 725 });
    const late = create();
    await readTimes(late.host, 1_450);
    await checkTimes(late.host, "follow", 2, minute);
    expect(late.waits).toEqual([{ seconds: 60 }]);
  });

  it.each(["read", "once"] as const)("counts each %s, and the age from the first", async kind => {
    const { host, time, waits } = create();
    await host.read("first", async () => 1);
    const work = async () => time.advanceTo(time.now() + 1_000);
    for (let count = 2; count <= 1_450; count++) await host[kind](`${count}`, work);
    await checkTimes(host, "pause", 2, 0);
    // 1,451 operations since the last wait, which there never was, at an age of 1,449 s.
    expect(waits).toEqual([{ seconds: Math.ceil((1_451 * 1_449) / 120) }]);
  });

  it("counts from the last wait on: the last check of several was followed by none", async () => {
    const { host, time, waits } = create();
    await host.read("first", async () => 1);
    await checkTimes(host, "pause 1", 1_446, 0);
    time.advanceTo(time.now() + 2_000 * minute);
    await readTimes(host, 3, "more");
    const before = time.now();
    const age = before - begunAt;
    await checkTimes(host, "pause 2", 2, 0);
    // The last check of the pause, three reads, and the check that has just been made.
    expect(waits.at(-1)).toEqual({ seconds: Math.ceil((5 * age) / 120 / 1_000) });
  });

  it("counts a pause of one check as no wait", async () => {
    const { host, time, waits } = create();
    await readTimes(host, 1_450);
    await checkTimes(host, "done at once", 1, 0);
    time.advanceTo(time.now() + 120_000);
    await checkTimes(host, "pause", 2, 0);
    expect(waits).toEqual([{ seconds: 1_452 }]);
  });

  it("counts the checks of a pause that ended with an error", async () => {
    const { host, time, waits } = create();
    await host.read("first", async () => 1);
    const failing = host.until(
      "pause 1",
      1,
      async count => {
        if (count === 1_450) throw new UserError("Set it.");
        return count + 1;
      },
      () => 0,
    );
    await expect(failing).rejects.toThrow("Set it.");
    const age = time.now() - begunAt;
    await checkTimes(host, "pause 2", 2, 0);
    // The check that failed, and the one after it.
    expect(waits.at(-1)).toEqual({ seconds: Math.ceil((2 * age) / 120 / 1_000) });
  });

  it("takes the age from the first check where nothing was read before it", async () => {
    const { host, time, waits } = create();
    time.advanceTo(begunAt + minute);
    await checkTimes(host, "pause 1", 1_450, 1_000);
    await readTimes(host, 1, "late");
    const age = time.now() - begunAt - minute;
    await checkTimes(host, "pause 2", 2, 0);
    expect(waits.at(-1)).toEqual({ seconds: Math.ceil((3 * age) / 120 / 1_000) });
  });

  it("is the same on every replay", async () => {
    const { newHost, time, waits } = create();
    const story = async (host: Host) => {
      await readTimes(host, 5);
      await checkTimes(host, "pause 1", 1_450, 1_000);
      await host.once("start 1", async () => 1);
    };
    await story(newHost());
    time.advanceTo(time.now() + 1_000 * minute);
    const age = time.now() - begunAt;
    const replayed = newHost();
    await story(replayed);
    await checkTimes(replayed, "pause 2", 2, 0);
    expect(waits.at(-1)).toEqual({ seconds: Math.ceil((3 * age) / 120 / 1_000) });
  });
});

const begunAt = createCallerTime().now();

function withCause(error: Error): Error {
  error.cause = Object.assign(new Error("The step was interrupted."), {
    name: "StepInterruptedError",
  });
  return error;
}

async function readTimes(host: Host, count: number, name = "read"): Promise<void> {
  for (let number = 1; number <= count; number++) {
    await host.read(`${name} ${number}`, async () => number);
  }
}

/** So many checks, with the same wait between them. */
function checkTimes(host: Host, name: string, count: number, delayMs: number): Promise<number> {
  return host.until(
    name,
    0,
    async before => before + 1,
    done => (done === count ? "done" : delayMs),
  );
}
