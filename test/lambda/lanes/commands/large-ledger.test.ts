import { describe, expect, it } from "vitest";
import { backfill } from "../../../../lambda/lanes/commands/backfill.ts";
import { readLedger } from "../../../../lambda/lanes/commands/read-ledger.ts";
import { type AgainCommand, runAgain } from "../../../../lambda/lanes/commands/run-again.ts";
import type { Entry } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { UserError } from "../../../../shared/user-error.ts";
import { decisionOf } from "../decisions.ts";
import {
  createQuietLedger,
  type Meet,
  NOW,
  outcomesIn,
  type QuietLedger,
  tell,
  wait,
} from "../quiet-ledger.ts";

const command: AgainCommand = { outcomes: ["error"], dryRun: false };

const TOO_LARGE = new UserError(
  "The ledger is too large to be read in the time of one invocation, so nothing was changed. Give the dispatcher a longer Timeout, at most 300 seconds, and run the same command again.",
);

async function failed(count: number, pageSize = 2, meet?: Meet): Promise<QuietLedger> {
  const quiet = createQuietLedger(pageSize, meet);
  for (let seq = 1; seq <= count; seq += 1) {
    await wait(quiet, seq);
    await tell(quiet, `e${seq}`, "error");
  }
  return quiet;
}

/** So much time is left of an invocation, and less with each of these calls. */
function createInvocation(milliseconds: number) {
  let remaining = milliseconds;
  return {
    remainingMs: () => remaining,
    spend: (cost: number) => {
      remaining -= cost;
    },
  };
}

/** Each call of that name takes so long. */
function slow(
  invocation: { spend: (cost: number) => void },
  slowName: string,
  costMs: number,
): Meet {
  return async ({ name }, happen) => {
    if (name === slowName) invocation.spend(costMs);
    return happen();
  };
}

describe("a ledger that is too large for one invocation", () => {
  it.each([true, false])(
    "is refused by again, and nothing has changed (dry run: %s)",
    async dryRun => {
      const invocation = createInvocation(60_000);
      const quiet = await failed(40, 2, slow(invocation, "scanEntries", 3_000));
      const dependencies = { ...quiet.dependencies, ...invocation };
      await expect(runAgain({ ...command, dryRun }, dependencies)).rejects.toThrow(TOO_LARGE);
      expect(new Set(Object.values(outcomesIn(quiet)))).toEqual(new Set(["error"]));
      expect(quiet.wakes).toEqual([]);
      // It ends early enough to say so.
      expect(invocation.remainingMs()).toBeGreaterThan(0);
    },
  );

  it("is refused by a backfill, which has delivered nothing", async () => {
    const invocation = createInvocation(60_000);
    const quiet = await failed(40, 2, slow(invocation, "scanEntries", 3_000));
    const asked = backfill(
      { bucket: "landing", prefix: "", dryRun: false },
      {
        ...quiet.dependencies,
        ...invocation,
        listObjects: () => {
          throw new Error("The bucket is not listed.");
        },
        decide: () => ({ decisions: [], failures: [] }),
      },
    );
    await expect(asked).rejects.toThrow(TOO_LARGE);
  });

  it("is read with a longer time", async () => {
    const invocation = createInvocation(300_000);
    const quiet = await failed(40, 2, slow(invocation, "scanEntries", 3_000));
    const answer = await runAgain(command, { ...quiet.dependencies, ...invocation });
    expect(answer).toMatchObject({ again: 40, complete: true });
  });

  it("is no matter of a function with a short time and a small ledger", async () => {
    const quiet = await failed(3);
    const answer = await runAgain(command, { ...quiet.dependencies, remainingMs: () => 3_000 });
    expect(answer).toMatchObject({ again: 3, complete: true });
  });

  it("is left alone by all when one of its parts cannot be read", async () => {
    let scans = 0;
    const quiet = await failed(200, 1, async ({ name }, happen) => {
      if (name === "scanEntries" && ++scans === 6) throw new Error("no right to read");
      return happen();
    });
    const read = readLedger({}, quiet.dependencies, () => {});
    await expect(read).rejects.toThrow("no right to read");
    await new Promise(resolve => setImmediate(resolve));
    expect(scans).toBeLessThan(12);
  });
});

describe("more events than there is time for", () => {
  it("wait again in order, and the same command goes on", async () => {
    const invocation = createInvocation(60_000);
    const quiet = await failed(30, 9, slow(invocation, "waitAgain", 4_000));
    const first = await runAgain(command, { ...quiet.dependencies, ...invocation });
    expect(first).toEqual({
      dryRun: false,
      again: 13,
      lanes: { flow: 13 },
      outcomes: { error: 13 },
      complete: false,
    });
    expect(quiet.wakes).toEqual(["flow-1"]);
    const numbers = () => [...(quiet.table.lanes.get("flow")?.tickets.values() ?? [])];
    expect(numbers().map(({ seq }) => seq)).toEqual(Array.from({ length: 13 }, (_, at) => at + 1));
    const answers = [
      await runAgain(command, quiet.dependencies),
      await runAgain(command, quiet.dependencies),
    ];
    expect(answers).toMatchObject([
      { again: 17, complete: true },
      { again: 0, complete: true },
    ]);
  });

  it("leave other lanes for the next time", async () => {
    const invocation = createInvocation(60_000);
    const quiet = createQuietLedger(9, slow(invocation, "waitAgain", 60_000));
    for (const lane of ["b", "a"]) {
      await wait(quiet, 1, { lane, identity: lane });
      await tell(quiet, lane, "error");
    }
    const answer = await runAgain(command, { ...quiet.dependencies, ...invocation });
    expect(answer).toMatchObject({ lanes: { a: 1 }, complete: false });
    expect(quiet.wakes).toEqual(["a-1"]);
    expect(outcomesIn(quiet)).toEqual({ a: "waiting", b: "error" });
  });

  it("are taken from the first place on, of more than a memory holds", async () => {
    const quiet = createQuietLedger(5_000);
    const last = 45_000;
    for (let seq = last; seq >= 1; seq -= 1) quiet.table.entries.set(`e${seq}`, toldEntry(seq));
    const answer = await runAgain(command, quiet.dependencies);
    expect(answer).toMatchObject({ again: 20_000, complete: false });
    const seqs = [...(quiet.table.lanes.get("flow")?.tickets.values() ?? [])].map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 20_000 }, (_, at) => at + 1));
    const dry = await runAgain({ ...command, dryRun: true }, quiet.dependencies);
    expect(dry).toMatchObject({ again: last - 20_000, complete: true });
  });
});

describe("a command that is cut off", () => {
  it("says how many events wait again before what went wrong", async () => {
    const quiet = await failed(3, 9, async ({ name, input: [entry] }, happen) => {
      if (name === "waitAgain" && JSON.stringify(entry).includes('"e3"')) {
        throw new Error("The ledger refused a call.");
      }
      return happen();
    });
    await expect(runAgain(command, quiet.dependencies)).rejects.toThrow(
      new Error(
        "The ledger refused a call. Before that, events began to wait again: 2. Their lane sees them within 5 minutes. Run the same command again for the others.",
      ),
    );
  });

  it("says no more than what went wrong when nothing was done", async () => {
    const quiet = await failed(1, 9, async ({ name }, happen) => {
      if (name === "waitAgain") throw new Error("The ledger refused a call.");
      return happen();
    });
    await expect(runAgain(command, quiet.dependencies)).rejects.toThrow(
      new Error("The ledger refused a call."),
    );
  });
});

it("of more files than a memory holds, a backfill asks for narrower prefixes", async () => {
  const quiet = createQuietLedger();
  const page = Array.from({ length: 100_000 }, () => toldEntry(1));
  const asked = backfill(
    { bucket: "landing", prefix: "in/", dryRun: false },
    {
      ...quiet.dependencies,
      ledger: { ...quiet.plain, scanEntries: async () => ({ entries: page }) },
      listObjects: () => {
        throw new Error("The bucket is not listed.");
      },
      decide: () => ({ decisions: [], failures: [] }),
    },
  );
  await expect(asked).rejects.toThrow(
    new UserError(
      'The ledger knows more than 250000 events of objects whose keys begin with "in/", and that is too much for one command. Nothing was delivered. Run the command for narrower prefixes, one after the other.',
    ),
  );
});

function toldEntry(seq: number): Entry {
  const identity = `e${seq}`;
  const decision = decisionOf({ identity, lane: "flow" });
  const told = { state: "told", outcome: "error", batch: 1, toldAt: NOW } as const;
  return { identity, lane: "flow", seq, round: 1, at: NOW, decision, ...told };
}
