import { describe, expect, it } from "vitest";
import { LedgerFault } from "../../../lambda/lanes/ledger/ledger-fault.ts";
import { LEDGER_ATTEMPTS, retryLedger } from "../../../lambda/lanes/retry-ledger.ts";

function tried(failures: readonly unknown[], attempts = LEDGER_ATTEMPTS, random = 0.5) {
  const waits: number[] = [];
  let calls = 0;
  const answer = retryLedger(
    { attempts, random: () => random, sleep: async wait => void waits.push(wait) },
    async () => {
      calls += 1;
      if (calls <= failures.length) throw failures[calls - 1];
      return "done";
    },
  );
  return { answer, waits, calls: () => calls };
}

const fault = new LedgerFault("throttled", "slow down");

describe("an operation on the ledger", () => {
  it("is done once when it is done", async () => {
    const { answer, waits, calls } = tried([]);
    expect(await answer).toBe("done");
    expect(waits).toStrictEqual([]);
    expect(calls()).toBe(1);
  });

  it("is done again after waits that double", async () => {
    const { answer, waits, calls } = tried([
      fault,
      new LedgerFault("conflict", "another was there"),
      new LedgerFault("unanswered", "no answer"),
      fault,
      fault,
    ]);
    expect(await answer).toBe("done");
    expect(waits).toStrictEqual([50, 100, 200, 400, 800]);
    expect(calls()).toBe(6);
  });

  it.each([
    [0, [25, 50]],
    [0.25, [37.5, 75]],
    [0.75, [62.5, 125]],
  ])("waits between half and one and a half as long: %d", async (random, expected) => {
    const { answer, waits } = tried([fault, fault], 3, random);
    await answer;
    expect(waits).toStrictEqual(expected);
  });

  it("is given up with the last fault, without another wait", async () => {
    const last = new LedgerFault("conflict", "still there");
    const { answer, waits, calls } = tried([fault, fault, last, fault], 3);
    await expect(answer).rejects.toBe(last);
    expect(waits).toStrictEqual([50, 100]);
    expect(calls()).toBe(3);
  });

  it("is given up when the table is silent for the second time", async () => {
    const silence = new LedgerFault("unanswered", "not a word", true);
    const { answer, waits, calls } = tried([silence, fault, silence, fault]);
    await expect(answer).rejects.toBe(silence);
    expect(waits).toStrictEqual([50, 100]);
    expect(calls()).toBe(3);
    expect(await tried([silence, fault, fault]).answer).toBe("done");
  });

  it("is not done again after another error", async () => {
    const error = new Error("AccessDenied");
    const { answer, waits, calls } = tried([fault, error]);
    await expect(answer).rejects.toBe(error);
    expect(waits).toStrictEqual([50]);
    expect(calls()).toBe(2);
  });

  it("takes six attempts", () => {
    expect(LEDGER_ATTEMPTS).toBe(6);
  });
});
