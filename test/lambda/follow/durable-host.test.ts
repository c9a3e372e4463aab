import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createDurableHost } from "../../../lambda/follow/durable-host.ts";
import type { Host } from "../../../shared/run/host.ts";
import { UserError } from "../../../shared/user-error.ts";
import { createDurableService } from "../../conformance/durable-service.ts";
import { createCallerTime } from "../../virtual/caller-time.ts";

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
});
afterAll(() => {
  vi.useRealTimers();
});

/** Runs a story on a durable host; a process ends at each wait, so all of it is replayed. */
async function play(
  story: (host: Host) => Promise<unknown>,
  waits: "suspend" | "stay" = "suspend",
) {
  const time = createCallerTime();
  const service = createDurableService({
    time,
    waits,
    input: {},
    handler: (_input, context) =>
      story(createDurableHost({ context, epochMs: time.now, random: () => 0.5 })),
  });
  const begun = time.now();
  const end = await service.run();
  return { end, service, elapsed: time.now() - begun };
}

describe.each(["suspend", "stay"] as const)("a durable host (%s)", waits => {
  it("does work once and remembers it over every replay", async () => {
    let done = 0;
    const { end, service } = await play(async host => {
      const first = await host.once("work", async () => (done += 1));
      await pause(host, "one", 60_000);
      await pause(host, "two", 60_000);
      return first;
    }, waits);
    expect(end).toEqual({ status: "SUCCEEDED", result: { kind: "done", value: 1 } });
    expect(done).toBe(1);
    expect(service.invocations).toBe(waits === "suspend" ? 3 : 1);
  });

  it("waits whole seconds, at least one, never less than asked", async () => {
    for (const [asked, waited] of [
      [0, 1_000],
      [1, 1_000],
      [1_000, 1_000],
      [1_001, 2_000],
      [59_999.5, 60_000],
    ] as const) {
      expect((await play(host => pause(host, "wait", asked), waits)).elapsed).toBe(waited);
    }
  });

  it.each(["check", "nextDelay"] as const)(
    "carries a mistake out of %s, on the first check and on a later one",
    async where => {
      for (const at of [1, 3]) {
        const { end } = await play(async host => {
          await pause(host, "before", 1_000);
          try {
            await host.until(
              "follow",
              0,
              async count => {
                if (where === "check" && count + 1 === at) throw new UserError("change this");
                return count + 1;
              },
              count => {
                if (where === "nextDelay" && count === at) throw new UserError("change this");
                return 5_000;
              },
            );
          } catch (error) {
            return { isUserError: error instanceof UserError, message: String(error) };
          }
          return "no error";
        }, waits);
        expect(end).toMatchObject({
          result: { isUserError: true, message: "UserError: change this" },
        });
      }
    },
  );

  it("carries a mistake out of work, also when it is replayed", async () => {
    const { end } = await play(async host => {
      const caught: string[] = [];
      await host
        .once("work", async () => Promise.reject(new UserError("change this")))
        .catch((error: unknown) => caught.push(String(error), String(error instanceof UserError)));
      await pause(host, "later", 1_000);
      return caught;
    }, waits);
    expect(end).toMatchObject({ result: ["UserError: change this", "true"] });
  });
});

it("is told nothing to stop", async () => {
  await play(async host => {
    expect(host.stop.aborted).toBe(false);
    expect(host.abandon.aborted).toBe(false);
  });
});

function pause(host: Host, name: string, milliseconds: number): Promise<number> {
  return host.until(
    name,
    0,
    async count => count + 1,
    count => (count > 1 ? "done" : milliseconds),
  );
}
