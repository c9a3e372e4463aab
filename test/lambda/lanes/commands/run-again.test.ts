import { describe, expect, it } from "vitest";
import {
  type AgainCommand,
  runAgain,
  SAFE_OUTCOMES,
} from "../../../../lambda/lanes/commands/run-again.ts";
import { LedgerFault } from "../../../../lambda/lanes/ledger/ledger-fault.ts";
import { UserError } from "../../../../shared/user-error.ts";
import {
  createQuietLedger,
  NOW,
  outcomesIn,
  type QuietLedger,
  tell,
  wait,
} from "../quiet-ledger.ts";

const command: AgainCommand = { outcomes: ["error", "lost"], dryRun: false };

/** Told out of order, in two lanes, by two routes, at five times. */
async function told(quiet: QuietLedger): Promise<void> {
  const a = { lane: "a" };
  const b = { lane: "b", route: "invoices" };
  await wait(quiet, 9, { ...b, identity: "b9" }, NOW - 5);
  await wait(quiet, 2, { ...a, identity: "a2" }, NOW - 4);
  await wait(quiet, 1, { ...b, identity: "b1" }, NOW - 3);
  await wait(quiet, 12, { ...a, identity: "a12" }, NOW - 2);
  await wait(quiet, 3, { ...b, identity: "b3" }, NOW - 1);
  await wait(quiet, 4, { ...a, identity: "a4" }, NOW);
  await tell(quiet, "b9", "error");
  await tell(quiet, "a2", "lost");
  await tell(quiet, "b1", "lost");
  await tell(quiet, "a12", "error");
  await tell(quiet, "b3", "success");
}

describe("running again", () => {
  it("lets what was told so wait again, lane by lane, in order of arrival", async () => {
    const quiet = createQuietLedger(2);
    await told(quiet);
    expect(await runAgain(command, quiet.dependencies)).toEqual({
      dryRun: false,
      again: 4,
      lanes: { a: 2, b: 2 },
      outcomes: { lost: 2, error: 2 },
      complete: true,
    });
    expect(outcomesIn(quiet)).toEqual({
      b9: "waiting",
      a2: "waiting",
      b1: "waiting",
      a12: "waiting",
      b3: "success",
      a4: "waiting",
    });
    const again = quiet.calls.filter(({ name }) => name === "waitAgain").map(({ input }) => input);
    expect(again).toMatchObject(["a2", "a12", "b1", "b9"].map(identity => [{ identity }, NOW]));
    expect(quiet.wakes).toEqual(["a-1", "b-1"]);
    expect(quiet.table.lanes.get("a")?.tickets.get("2.2")).toMatchObject({ at: NOW, seq: 2 });
  });

  it("says in a dry run what would wait again, and changes nothing", async () => {
    const quiet = createQuietLedger(2);
    await told(quiet);
    const before = outcomesIn(quiet);
    expect(await runAgain({ ...command, dryRun: true }, quiet.dependencies)).toEqual({
      dryRun: true,
      again: 4,
      lanes: { a: 2, b: 2 },
      outcomes: { lost: 2, error: 2 },
      complete: true,
    });
    expect(outcomesIn(quiet)).toEqual(before);
    expect(new Set(quiet.calls.map(({ name }) => name))).toEqual(new Set(["scanEntries"]));
    expect(quiet.wakes).toEqual([]);
  });

  it.each([
    { asked: { route: "invoices" }, found: ["b1", "b9"] },
    { asked: { route: "orders" }, found: ["a2", "a12"] },
    { asked: { route: "none" }, found: [] },
    { asked: { lane: "a" }, found: ["a2", "a12"] },
    { asked: { lane: "b" }, found: ["b1", "b9"] },
    { asked: { since: NOW - 3 }, found: ["a12", "b1"] },
    { asked: { until: NOW - 4 }, found: ["a2", "b9"] },
    { asked: { since: NOW - 4, until: NOW - 3 }, found: ["a2", "b1"] },
    { asked: { lane: "a", since: NOW - 3 }, found: ["a12"] },
    { asked: { outcomes: ["success"] }, found: ["b3"] },
    { asked: { outcomes: [""] }, found: [] },
    { asked: { outcomes: SAFE_OUTCOMES }, found: ["a12", "b9"] },
  ])("takes of all entries those of $asked: $found", async ({ asked, found }) => {
    const quiet = createQuietLedger(2);
    await told(quiet);
    const { again } = await runAgain({ ...command, ...asked }, quiet.dependencies, ["none"]);
    const identities = quiet.calls
      .filter(({ name }) => name === "waitAgain")
      .map(({ input }) => input[0]);
    expect(identities).toMatchObject(found.map(identity => ({ identity })));
    expect(again).toBe(found.length);
  });

  it.each([
    { route: "invoces", nearest: "invoices" },
    { route: "return", nearest: "returns" },
    { route: "Order", nearest: "orders" },
  ])(
    "refuses $route, a route that nobody knows, and names $nearest",
    async ({ route, nearest }) => {
      const quiet = createQuietLedger(2);
      await told(quiet);
      const before = outcomesIn(quiet);
      const asked = runAgain({ ...command, route }, quiet.dependencies, ["returns"]);
      const sentence = `No such route is known: "${route}". The nearest names are "${nearest}", `;
      await expect(asked).rejects.toThrow(sentence);
      await expect(asked).rejects.toBeInstanceOf(UserError);
      expect(outcomesIn(quiet)).toEqual(before);
    },
  );

  it("refuses any route when nothing is deployed and nothing has come", async () => {
    const quiet = createQuietLedger(2);
    await expect(runAgain({ ...command, route: "orders" }, quiet.dependencies)).rejects.toThrow(
      new UserError('No such route is known: "orders". There is no route yet.'),
    );
  });

  it("takes a route that is deployed and had no event yet", async () => {
    const quiet = createQuietLedger(2);
    const answer = await runAgain({ ...command, route: "new" }, quiet.dependencies, ["new"]);
    expect(answer).toMatchObject({ again: 0 });
  });

  it("knows an entry that was told without an outcome by the empty one", async () => {
    const quiet = createQuietLedger(2);
    await wait(quiet, 1);
    const entry = quiet.table.entries.get("e1");
    if (entry !== undefined) quiet.table.entries.set("e1", { ...entry, state: "told" });
    const asked = { dryRun: true, outcomes: [""] };
    expect(await runAgain(asked, quiet.dependencies)).toEqual({
      dryRun: true,
      again: 1,
      lanes: { flow: 1 },
      outcomes: { "": 1 },
      complete: true,
    });
  });

  it("does not count what somebody else let wait before", async () => {
    const quiet: QuietLedger = createQuietLedger(2, async ({ name }, happen) => {
      if (name === "waitAgain") {
        const [entry] = await quiet.plain.readEntries(["e1"]);
        if (entry !== undefined) await quiet.plain.waitAgain(entry, NOW);
      }
      return happen();
    });
    for (const seq of [1, 2]) {
      await wait(quiet, seq);
      await tell(quiet, `e${seq}`, "error");
    }
    expect(await runAgain(command, quiet.dependencies)).toEqual({
      dryRun: false,
      again: 1,
      lanes: { flow: 1 },
      outcomes: { error: 1 },
      complete: true,
    });
    expect(quiet.wakes).toEqual(["flow-1"]);
  });

  it("asks for the same transaction again when the answer to it was lost, whatever the time is then", async () => {
    let now = NOW;
    let asked = 0;
    const quiet = createQuietLedger(2, async ({ name }, happen) => {
      now += 10;
      if (name !== "waitAgain" || ++asked > 1) return happen();
      throw new LedgerFault("unanswered", "It did not answer.");
    });
    await wait(quiet, 1);
    await tell(quiet, "e1", "error");
    const answer = await runAgain(command, { ...quiet.dependencies, epochMs: () => now });
    expect(answer).toMatchObject({ again: 1 });
    const [first, second] = quiet.inputs("waitAgain");
    expect(second).toEqual(first);
  });

  it("first finishes a drop that was asked for before, so that it drops nothing new", async () => {
    const quiet = createQuietLedger(9);
    for (const seq of [1, 2]) await wait(quiet, seq);
    await tell(quiet, "e1", "error");
    await quiet.plain.requestDrop("flow", { id: "d1", upto: 9 });
    expect(await runAgain(command, quiet.dependencies)).toMatchObject({ again: 1 });
    expect(outcomesIn(quiet)).toEqual({ e1: "waiting", e2: "dropped" });
    expect((await quiet.plain.readHead("flow")).drop).toBeUndefined();
  });

  it.each([
    [["error"], true],
    [["error", "dropped"], false],
  ])(
    "of %j has not all when such a drop dropped more only then: %s",
    async (outcomes, complete) => {
      const quiet = createQuietLedger(9);
      for (const seq of [1, 2]) await wait(quiet, seq);
      await tell(quiet, "e1", "error");
      await quiet.plain.requestDrop("flow", { id: "d1", upto: 9 });
      const asked = { ...command, outcomes };
      expect(await runAgain(asked, quiet.dependencies)).toMatchObject({ again: 1, complete });
      // The same command goes on.
      const rest = complete ? 0 : 1;
      expect(await runAgain(asked, quiet.dependencies)).toMatchObject({
        again: rest,
        complete: true,
      });
    },
  );

  it("puts the lane back on the list, and wakes it though it sleeps", async () => {
    const quiet = createQuietLedger(9);
    await wait(quiet, 1);
    await tell(quiet, "e1", "error");
    await quiet.plain.forgetLane("flow", { next: 1, at: NOW });
    await quiet.plain.fallAsleep("flow", 0, { until: NOW + 3_600_000, seen: 1 });
    await runAgain(command, quiet.dependencies);
    expect((await quiet.plain.listLanes()).lanes).toEqual(["flow"]);
    expect(quiet.wakes).toEqual(["flow-2"]);
  });

  it("holds as safe what a run has not begun or has ended by its own word", () => {
    expect(SAFE_OUTCOMES).toEqual(["error", "canceled", "not-started", "incomplete", "busy"]);
  });
});
