import { describe, expect, it } from "vitest";
import { finishDrop } from "../../../lambda/lanes/finish-drop.ts";
import {
  createQuietLedger,
  NOW,
  outcomesIn,
  type QuietLedger,
  tell,
  wait,
} from "./quiet-ledger.ts";

const drop = { id: "d1", upto: 4 };

async function waiting(quiet: QuietLedger, count: number): Promise<void> {
  for (let seq = 1; seq <= count; seq += 1) await wait(quiet, seq);
}

describe("a drop", () => {
  it("drops page by page all that has its number or a smaller one, and ends", async () => {
    const quiet = createQuietLedger(2);
    await waiting(quiet, 5);
    await quiet.plain.requestDrop("flow", drop);
    expect(await finishDrop("flow", drop, quiet.dependencies)).toBe(4);
    expect(outcomesIn(quiet)).toEqual({
      e1: "dropped",
      e2: "dropped",
      e3: "dropped",
      e4: "dropped",
      e5: "waiting",
    });
    expect(quiet.table.entries.get("e1")?.toldAt).toBe(NOW);
    const head = await quiet.plain.readHead("flow");
    expect(head).toEqual({ rev: 2, gen: 1, nb: 1, begins: {} });
    expect(quiet.inputs("queryTickets")).toStrictEqual([
      ["flow", { upto: 4 }],
      ["flow", { upto: 4 }],
      ["flow", { upto: 4 }],
    ]);
    expect(quiet.inputs("finishDrop")).toEqual([["flow", "d1"]]);
    expect(quiet.wakes).toEqual([]);
  });

  it("leaves the open batch, and begins again after each page that it has changed", async () => {
    const quiet = createQuietLedger(2);
    await waiting(quiet, 3);
    const open = { id: 1, members: [1, 2].map(seq => ({ seq, round: 1 })) };
    await quiet.plain.claim("flow", 0, open);
    await quiet.plain.requestDrop("flow", drop);
    expect(await finishDrop("flow", drop, quiet.dependencies)).toBe(1);
    expect(outcomesIn(quiet)).toEqual({ e1: "waiting", e2: "waiting", e3: "dropped" });
    expect(quiet.inputs("queryTickets")).toStrictEqual([
      ["flow", { upto: 4 }],
      ["flow", { upto: 4, after: { seq: 2, round: 1 } }],
      ["flow", { upto: 4 }],
    ]);
    const head = await quiet.plain.readHead("flow");
    expect(head).toEqual({ rev: 3, gen: 1, nb: 2, begins: {}, open });
  });

  it.each([
    { pages: 100, count: 60, dropped: [49, 11] },
    { pages: 100, count: 98, dropped: [49, 49] },
  ])("drops $count as $dropped", async ({ pages, count, dropped }) => {
    const quiet = createQuietLedger(pages);
    await waiting(quiet, count);
    const all = { id: "d1", upto: count };
    await quiet.plain.requestDrop("flow", all);
    expect(await finishDrop("flow", all, quiet.dependencies)).toBe(count);
    const calls = quiet.calls
      .filter(({ name }) => name === "dropEntries")
      .map(({ input }) => input);
    expect(calls.map(([lane, id, , at]) => [lane, id, at])).toEqual([
      ["flow", "d1", NOW],
      ["flow", "d1", NOW],
    ]);
    expect(calls.map(([, , some]) => (Array.isArray(some) ? some.length : some))).toEqual(dropped);
  });

  it.each([{ other: undefined }, { other: { id: "d2", upto: 9 } }])(
    "that is over drops nothing, whatever came after it: $other",
    async ({ other }) => {
      const quiet = createQuietLedger();
      await waiting(quiet, 1);
      if (other !== undefined) await quiet.plain.requestDrop("flow", other);
      expect(await finishDrop("flow", drop, quiet.dependencies)).toBe(0);
      expect(quiet.calls.map(({ name }) => name)).toEqual(["queryTickets", "readHead"]);
      expect(outcomesIn(quiet)).toEqual({ e1: "waiting" });
      expect((await quiet.plain.readHead("flow")).drop).toEqual(other);
    },
  );

  it("that another hand ends in the middle ends there", async () => {
    let drops = 0;
    const quiet: QuietLedger = createQuietLedger(100, async ({ name }, happen) => {
      if (name === "dropEntries" && ++drops === 2) await quiet.plain.finishDrop("flow", "d1");
      return happen();
    });
    await waiting(quiet, 60);
    const all = { id: "d1", upto: 60 };
    await quiet.plain.requestDrop("flow", all);
    expect(await finishDrop("flow", all, quiet.dependencies)).toBe(49);
    expect(quiet.calls.map(({ name }) => name)).toEqual([
      "queryTickets",
      "readHead",
      "dropEntries",
      "dropEntries",
    ]);
  });

  it("takes away the tickets of what is told already, and drops the others", async () => {
    const quiet = createQuietLedger(100);
    await waiting(quiet, 4);
    for (const identity of ["e2", "e3"]) {
      await quiet.plain.tellEntry({ identity, round: 1, outcome: "error", batch: 1, at: NOW });
    }
    await quiet.plain.requestDrop("flow", drop);
    expect(await finishDrop("flow", drop, quiet.dependencies)).toBe(2);
    expect(outcomesIn(quiet)).toEqual({ e1: "dropped", e2: "error", e3: "error", e4: "dropped" });
    expect(quiet.table.lanes.get("flow")?.tickets.size).toBe(0);
    expect(quiet.inputs("deleteTickets")).toEqual([
      ["flow", [2, 3].map(seq => ({ seq, round: 1 }))],
    ]);
  });

  it("ends where nothing waits", async () => {
    const quiet = createQuietLedger();
    await waiting(quiet, 1);
    await tell(quiet, "e1", "success");
    await quiet.plain.requestDrop("flow", drop);
    expect(await finishDrop("flow", drop, quiet.dependencies)).toBe(0);
    expect(quiet.calls.map(({ name }) => name)).toEqual(["queryTickets", "readHead", "finishDrop"]);
  });
});
