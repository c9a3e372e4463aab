import { describe, expect, it } from "vitest";
import type { HistoryPage } from "../../../../shared/etlworks/etlworks-client.ts";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { Reply } from "../../../../shared/etlworks/replies/reply.ts";
import { readNewestRuns } from "../../../../shared/run/start/newest-runs.ts";
import { fault, type Play, stage } from "../stage.ts";

const runs = (from: number, to: number): Execution[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    auditId: String(from + index),
    status: "success",
  }));

function page(executions: readonly Execution[], total?: number): Reply<HistoryPage> {
  return { kind: "value", value: { executions, ...(total === undefined ? {} : { total }) } };
}

async function read(history: readonly Reply<HistoryPage>[], play: Play = {}) {
  const { task, time, calls, limits } = stage({ history, ...play });
  const reply = await time.until(readNewestRuns(task, { timeLimitMs: 3_000 }));
  const ids = reply.kind === "value" ? reply.value.executions.map(run => run.auditId) : [];
  return { reply, ids, calls, limits };
}

describe("the newest runs of a history", () => {
  it.each<[string, Execution[], number | undefined]>([
    ["comes with the newest first", runs(1, 20).toReversed(), 90],
    ["is whole, in whatever order", runs(1, 20), 20],
    ["does not say how long it is", runs(1, 20), undefined],
    ["has one page of one run", runs(1, 1), 2],
    ["is empty", [], 0],
  ])("are on its first page where it %s", async (_how, listed, total) => {
    const { ids, calls } = await read([page(listed, total)]);
    expect(ids).toHaveLength(listed.length);
    expect(calls).toEqual(["history 0"]);
  });

  it("are at its end where it comes with the oldest first, with room for new ones", async () => {
    const { ids, calls } = await read([page(runs(1, 20), 90), page(runs(81, 91), 91)]);
    expect(ids).toEqual([...runs(1, 20), ...runs(81, 91)].map(run => run.auditId));
    expect(calls).toEqual(["history 0", "from 80", "history 0"]);
  });

  it("are each there once, and as they were last", async () => {
    const ended = { auditId: "20", status: "success" };
    const before = [...runs(1, 19), { ...ended, status: "running" }];
    const { reply } = await read([page(before, 25), page([ended, ...runs(21, 25)], 25)]);
    const executions = reply.kind === "value" ? reply.value.executions : [];
    expect(executions).toEqual([...runs(1, 19), ended, ...runs(21, 25)]);
  });

  it("are not known when the end cannot be read", async () => {
    const { reply } = await read([page(runs(1, 20), 90), fault("502")]);
    expect(reply).toEqual(fault("502"));
  });

  it.each([
    [1_200, [3_000, 1_800]],
    [3_000, [3_000]],
  ])("share the time of the call when a page takes %d ms", async (history, asked) => {
    const { limits } = await read([page(runs(1, 20), 90), page(runs(81, 90), 90)], {
      tripMs: { history },
    });
    expect(limits.map(({ timeLimitMs }) => timeLimitMs)).toEqual(asked);
  });
});
