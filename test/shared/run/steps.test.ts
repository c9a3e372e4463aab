import { describe, expect, it } from "vitest";
import { followExistingRun } from "../../../shared/run/follow-existing-run.ts";
import type { Host } from "../../../shared/run/host.ts";
import { runFlow } from "../../../shared/run/run-flow.ts";
import { answered, fault, historyOf, NOT_FOUND, type Play, stage, status, WALL } from "./stage.ts";

/** Plays it, and lists the operations of the host in their order. */
async function steps(play: Play, existing = false): Promise<string[]> {
  const names: string[] = [];
  const named = (host: Host): Host => ({
    ...host,
    once: (name, work) => {
      names.push(`once ${name}`);
      return host.once(name, work);
    },
    read: (name, work) => {
      names.push(`read ${name}`);
      return host.read(name, work);
    },
    until: (name, first, check, nextDelay) => {
      names.push(`until ${name}`);
      return host.until(name, first, check, nextDelay);
    },
  });
  const { task, time } = stage({ execution: [status("success")], ...play, host: named });
  await time.until(existing ? followExistingRun(task, "11") : runFlow(task));
  return names;
}

const active = historyOf([{ auditId: "10", status: "running" }]);
const idle = historyOf([{ auditId: "10", status: "success" }]);
const ours = historyOf([{ auditId: "11", status: "running", startedAt: WALL }]);
const limited = { kind: "rate-limited" } as const;

/** A durable execution finds what it remembers by these names, also after the code was replaced. */
describe("what a host remembers of a run has a name of its own", () => {
  it.each<[string, Play, string[]]>([
    [
      "of one that is started at once",
      { start: [answered("0", "11")] },
      ["read history 1", "once start 1", "until follow"],
    ],
    [
      "of one that is started after a 429",
      { start: [limited, limited, answered("0", "11")] },
      [
        "read history 1",
        "once start 1",
        "until pause 1",
        "read history 2",
        "once start 2",
        "until pause 2",
        "read history 3",
        "once start 3",
        "until follow",
      ],
    ],
    [
      "of one that waits for another",
      {
        start: [answered("1", "10"), answered("1", "10"), answered("0", "11")],
        history: [active, idle],
        request: { ifRunning: "wait" },
      },
      [
        "read history 1",
        "once start 1",
        "until free 1",
        "read history 2",
        "once start 2",
        "until free 2",
        "read history 3",
        "once start 3",
        "until follow",
      ],
    ],
    [
      "of another's that is attached to",
      { start: [answered("1", "10")], history: [active], request: { ifRunning: "attach" } },
      [
        "read history 1",
        "once start 1",
        "read history to attach 1",
        "once attach 1",
        "until follow",
      ],
    ],
    [
      "of one whose answer was lost",
      { start: [fault()], history: [idle, ours] },
      ["read history 1", "once start 1", "until resolve doubt 1", "once adopt 1", "until follow"],
    ],
    [
      "of one whose answer was lost when told to stop",
      { start: [fault()], history: [idle], stopAt: 500 },
      ["read history 1", "once start 1", "until resolve doubt 1", "read last search"],
    ],
    [
      "of one that may be another's",
      { start: [answered("1", "99")], history: [idle], execution: [NOT_FOUND] },
      ["read history 1", "once start 1", "until whose 1"],
    ],
  ])("%s", async (_what, play, names) => {
    expect(await steps(play)).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
  });

  it("of one that is there already", async () => {
    expect(await steps({ history: [ours] }, true)).toEqual([
      "read history 1",
      "once follow the run",
      "until follow",
    ]);
  });
});
