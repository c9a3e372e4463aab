import { describe, expect, it } from "vitest";
import { createRunLog } from "../../action/run-log.ts";
import type { WorkflowRunner } from "../../action/workflow-runner.ts";
import type { RunEvent } from "../../shared/run-request.ts";
import { nextGapSeconds } from "../../shared/schedule.ts";
import { readPage } from "./pages.ts";

/** The log that README.md shows is what the Action writes for such a run, letter by letter. */
describe("the log in README.md", () => {
  it("is the log of a run of 4m 14s, whose past runs took about as long", async () => {
    const pastSeconds = [252, 241, 259, 247, 266, 238];
    const length = 254;
    const lines: string[] = [];
    let now = 0;
    let beat = () => {};
    const log = createRunLog({
      runner: runnerThatWrites(line => lines.push(line)),
      clock: { now: () => now * 1_000, wall: () => now * 1_000 },
      flow: "12345",
      baseUrl: new URL("https://your-instance.etlworks.com/rest"),
      every(_milliseconds, callback) {
        beat = callback;
        return () => {};
      },
    });
    await log.report({ kind: "begun", auditId: "8721934", origin: "started", pastSeconds });
    let seen = "";
    while (seen !== "success") {
      const gap = nextGapSeconds({ ageSeconds: now, pastSeconds, lookCostSeconds: 0.5 });
      const next = now + gap;
      for (let minute = Math.floor(now / 60) + 1; minute * 60 < next; minute++) {
        now = minute * 60;
        beat();
      }
      now = next;
      const status = now < length ? "running" : "success";
      const change: RunEvent = { kind: "status", status, known: true, elapsedMs: now * 1_000 };
      if (status !== seen) await log.report(change);
      seen = status;
    }
    const shown = readPage("README.md").blocks.filter(({ language }) => language === "log");
    expect(shown.map(({ text }) => text.split("\n"))).toEqual([lines]);
  });
});

function runnerThatWrites(line: (text: string) => void): WorkflowRunner {
  const unexpected = () => {
    throw new Error("the log writes lines only");
  };
  return {
    line,
    markPhase: unexpected,
    prepare: unexpected,
    mask: unexpected,
    debug: unexpected,
    group: unexpected,
    warning: unexpected,
    error: unexpected,
    output: unexpected,
    saveState: unexpected,
    summary: unexpected,
  };
}
