import { describe, expect, it } from "vitest";
import type { Call, Reply } from "../../../shared/etlworks/replies/reply.ts";
import { askInTime, limitedBy } from "../../../shared/run/deadline.ts";
import { UserError } from "../../../shared/user-error.ts";
import { stage } from "./stage.ts";

const { task } = stage({ begin: 100_000 });
const { host } = task;

describe("the time limit of a request", () => {
  it.each([
    ["is the usual one far from the deadline", 200_000, 30_000],
    ["ends with the deadline", 107_000, 7_000],
    ["is a second at least", 100_300, 1_000],
    ["is a second also after it", 90_000, 1_000],
  ])("%s", (_what, deadline, limitMs) => {
    expect(limitedBy(deadline, host, 30_000)).toBe(limitMs);
  });

  it("may be longer at least where the caller says so", () => {
    expect(limitedBy(100_300, host, 30_000, 5_000)).toBe(5_000);
    expect(limitedBy(100_300, host, 4_000, 5_000)).toBe(4_000);
  });
});

describe("a question", () => {
  const ask = async (deadline: number) => {
    const calls: Call[] = [];
    const reply = await askInTime(deadline, host, 5_000, async (call): Promise<Reply<string>> => {
      calls.push(call);
      return { kind: "value", value: "v" };
    });
    return { reply, calls };
  };

  it.each([
    [104_000, 4_000],
    [200_000, 5_000],
    [100_001, 1_000],
  ])(
    "is asked before the deadline at %d, with %d ms and the signal to stop",
    async (at, limitMs) => {
      expect(await ask(at)).toEqual({
        reply: { kind: "value", value: "v" },
        calls: [{ timeLimitMs: limitMs, signal: host.stop }],
      });
    },
  );

  it("is answered by a mistake that comes up inside the call, and by no defect of ours", async () => {
    const asked = (thrown: Error) =>
      askInTime(200_000, host, 5_000, (): Promise<Reply<string>> => Promise.reject(thrown));
    expect(await asked(new UserError("The function may not read the secret."))).toEqual({
      kind: "unreachable",
      permanent: false,
      message: "The function may not read the secret.",
    });
    await expect(asked(new TypeError("ours"))).rejects.toThrow(new TypeError("ours"));
  });

  it.each([100_000, 99_999])("is not asked any more at the deadline: %d", async deadline => {
    expect(await ask(deadline)).toEqual({
      reply: { kind: "unreachable", permanent: false, message: "there was no time left to ask" },
      calls: [],
    });
  });
});
