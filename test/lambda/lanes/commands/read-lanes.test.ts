import { describe, expect, it } from "vitest";
import { readLanes, readPlaces } from "../../../../lambda/lanes/commands/read-lanes.ts";
import { createQuietLedger, NOW, wait } from "../quiet-ledger.ts";

describe("reading around", () => {
  it("finds the lanes of all pages", async () => {
    const quiet = createQuietLedger(2);
    for (const lane of ["a", "b", "c", "d", "e"]) await quiet.plain.takeNumbers(lane, 1, NOW);
    expect(await readLanes(quiet.dependencies)).toEqual(["a", "b", "c", "d", "e"]);
    expect(quiet.inputs("listLanes")).toEqual([[undefined], ["b"], ["d"]]);
  });

  it("finds no lane where there is none", async () => {
    const quiet = createQuietLedger(2);
    expect(await readLanes(quiet.dependencies)).toEqual([]);
    expect(quiet.inputs("listLanes")).toEqual([[undefined]]);
  });

  it.each([
    { most: undefined, found: [1, 2, 3, 4, 5] },
    { most: 1, found: [1, 2] },
    { most: 2, found: [1, 2] },
    { most: 3, found: [1, 2, 3, 4] },
    { most: 9, found: [1, 2, 3, 4, 5] },
  ])("finds the places of whole pages, about the first $most", async ({ most, found }) => {
    const quiet = createQuietLedger(2);
    for (const seq of [1, 2, 3, 4, 5]) await wait(quiet, seq);
    const places = await readPlaces("flow", quiet.dependencies, most);
    // And no more of each: whole tickets of a large backlog have no place in memory.
    expect(places).toStrictEqual(found.map(seq => ({ seq, round: 1, at: NOW - 60_000 })));
    const pages = [{}, { after: { seq: 2, round: 1 } }, { after: { seq: 4, round: 1 } }];
    expect(quiet.inputs("queryTickets")).toStrictEqual(
      pages.slice(0, Math.ceil(found.length / 2)).map(page => ["flow", page]),
    );
  });
});
