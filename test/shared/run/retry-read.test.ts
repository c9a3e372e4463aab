import { describe, expect, it } from "vitest";
import type { Reply } from "../../../shared/etlworks/replies/reply.ts";
import { createProcessHost } from "../../../shared/run/process-host.ts";
import { isPassing, retryRead } from "../../../shared/run/retry-read.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";

const fault: Reply<string> = { kind: "fault", message: "500", website: false };
const value: Reply<string> = { kind: "value", value: "v" };

/** Reads from a list of replies, each of which takes 100 ms; the last one stands for ever. */
async function read(
  replies: readonly Reply<string>[],
  options: { random?: number; stopAt?: number; begin?: number; patienceMs?: number } = {},
) {
  const time = createVirtualTime();
  const stop = new AbortController();
  if (options.stopAt !== undefined) time.after(options.stopAt, () => stop.abort());
  const host = createProcessHost({
    clock: { monotonicMs: time.now, epochMs: time.now },
    random: () => options.random ?? 0.5,
    stop: stop.signal,
    abandon: stop.signal,
    sleep: time.sleep,
  });
  const readAt: number[] = [];
  const never = new AbortController().signal;
  // No clock begins at zero when it is asked.
  await time.until(time.sleep(options.begin ?? 0, never));
  const reply = await time.until(
    retryRead(
      host,
      "read",
      async () => {
        readAt.push(time.now());
        await time.sleep(100, never);
        return replies[readAt.length - 1] ?? replies.at(-1) ?? value;
      },
      ...(options.patienceMs === undefined ? [] : [options.patienceMs]),
    ),
  );
  return { reply, readAt };
}

describe("readAgain", () => {
  it.each<[Reply<string>]>([
    [value],
    [{ kind: "unauthorized", message: "", fromApi: true }],
    [{ kind: "rejected", status: 403, message: "", fromApi: true }],
    [{ kind: "absent", status: 404, message: "" }],
    [{ kind: "stopped", mayHaveArrived: true }],
    [{ kind: "unreachable", permanent: true, message: "cert" }],
    [{ kind: "fault", message: "HTML", website: true }],
  ])("takes %j at once", async reply => {
    expect(await read([reply])).toEqual({ reply, readAt: [0] });
  });

  it.each<[Reply<string>]>([
    [fault],
    [{ kind: "rate-limited" }],
    [{ kind: "unreachable", permanent: false, message: "gone" }],
  ])("reads again after %j, and waits longer each time", async passing => {
    expect(await read([passing, passing, passing, passing, passing, passing, value])).toEqual({
      reply: value,
      readAt: [0, 1_100, 3_200, 7_300, 15_400, 25_500, 35_600],
    });
  });

  it("gives up when another read would come after a minute", async () => {
    const { reply, readAt } = await read([fault]);
    expect(reply).toEqual(fault);
    expect(readAt).toEqual([0, 1_100, 3_200, 7_300, 15_400, 25_500, 35_600, 45_700, 55_800]);
  });

  it("counts the minute from its first read", async () => {
    const { readAt } = await read([fault], { begin: 500_000 });
    expect(readAt.map(at => at - 500_000)).toEqual([
      0, 1_100, 3_200, 7_300, 15_400, 25_500, 35_600, 45_700, 55_800,
    ]);
  });

  it("comes to the minute exactly", async () => {
    const asked = (retryAfterMs: number) => read([{ kind: "rate-limited", retryAfterMs }, value]);
    expect((await asked(59_900)).readAt).toEqual([0, 60_000]);
    expect((await asked(59_901)).readAt).toEqual([0]);
  });

  it("waits as long as it is asked to, and no less than usual", async () => {
    expect((await read([{ kind: "rate-limited", retryAfterMs: 9_000 }, value])).readAt).toEqual([
      0, 9_100,
    ]);
    expect((await read([{ kind: "rate-limited", retryAfterMs: 10 }, value])).readAt).toEqual([
      0, 1_100,
    ]);
  });

  it("waits beyond the minute for a server that says when to come back", async () => {
    const asked = (retryAfterMs: number): Reply<string> => ({ kind: "rate-limited", retryAfterMs });
    const patienceMs = 1_000_000;
    expect(await read([asked(300_000), value], { patienceMs })).toEqual({
      reply: value,
      readAt: [0, 300_100],
    });
    const late = await read([asked(300_000), fault, fault, value], { patienceMs });
    expect(late.reply).toEqual(value);
    expect((await read([asked(300_000)], { patienceMs })).readAt).toHaveLength(4);
    expect((await read([asked(1_000_001)], { patienceMs })).readAt).toEqual([0]);
    // Nobody said when.
    expect((await read([{ kind: "rate-limited" }], { patienceMs })).readAt).toHaveLength(9);
    expect((await read([asked(0)], { patienceMs })).readAt).toHaveLength(9);
  });

  it("does not come at the same moment as everybody", async () => {
    expect((await read([fault, value], { random: 0 })).readAt).toEqual([0, 1_000]);
    expect((await read([fault, value], { random: 0.75 })).readAt[1]).toBeCloseTo(1_150, 6);
  });

  it("gives the last reply when it is told to stop", async () => {
    expect(await read([fault], { stopAt: 2_000 })).toEqual({ reply: fault, readAt: [0, 1_100] });
  });

  it("counts the minute from its first read, however much time there is and whenever it began", async () => {
    const { readAt } = await read([fault], { begin: 500_000, patienceMs: 1_000_000 });
    expect(readAt).toHaveLength(9);
    const impatient = await read([fault], { begin: 500_000, patienceMs: 10_000 });
    expect(impatient.readAt.map(at => at - 500_000)).toEqual([0, 1_100, 3_200, 7_300]);
  });

  it("waits beyond the minute for a 429 of a second, and for no service that only may be back", async () => {
    const patienceMs = 200_000;
    const second: Reply<string> = { kind: "rate-limited", retryAfterMs: 1_000 };
    expect((await read([second], { patienceMs })).readAt.at(-1)).toBeGreaterThan(150_000);
    const less: Reply<string> = { kind: "rate-limited", retryAfterMs: 999 };
    expect((await read([less], { patienceMs })).readAt.at(-1)).toBe(55_800);
    const back: Reply<string> = {
      kind: "fault",
      message: "503",
      website: false,
      retryAfterMs: 9e6,
    };
    expect((await read([back, value], { patienceMs })).readAt).toEqual([0, 1_100]);
  });
});

describe("another try", () => {
  it.each<[boolean, Reply<string>]>([
    [true, fault],
    [true, { kind: "rate-limited" }],
    [true, { kind: "unreachable", permanent: false, message: "reset" }],
    [false, { kind: "unreachable", permanent: true, message: "certificate" }],
    [false, { kind: "fault", message: "HTML", website: true }],
    [false, value],
    [false, { kind: "unauthorized", message: "no", fromApi: true }],
    [false, { kind: "rejected", status: 403, message: "no", fromApi: true }],
    [false, { kind: "absent", status: 404, message: "no" }],
    [false, { kind: "stopped", mayHaveArrived: true }],
  ])("may help: %s, after %j", (helps, reply) => {
    expect(isPassing(reply)).toBe(helps);
  });
});
