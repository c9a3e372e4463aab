import { describe, expect, it } from "vitest";
import { createProgressLog } from "../../action/report/progress-log.ts";
import type { WorkflowRunner } from "../../action/runner/workflow-runner.ts";
import type { RunEvent } from "../../shared/run/run-request.ts";
import { tellInProcess } from "../conformance/hosts.ts";
import { pastRuns } from "../sandbox/flow.ts";
import { readPage } from "./pages.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The log that README.md shows is what the Action writes for such a run, letter by letter. */
describe("the log in README.md", () => {
  it("is the log of a run of 4m 14s, whose past runs took about as long", async () => {
    const past = pastRuns(
      Date.UTC(2026, 4, 9),
      DAY_MS,
      [238, 266, 247, 259, 241, 252].map(seconds => seconds * 1_000),
    );
    const flow = { id: 12345, name: "Load orders", past, runs: [{ runningMs: 254_000 }] };
    const { events } = await tellInProcess({ name: "", world: { flows: [flow] }, ends: "success" });
    const shown = readPage("README.md").blocks.filter(({ language }) => language === "log");
    expect(shown.map(({ text }) => text.split("\n"))).toEqual([await logOf(events)]);
  });
});

/** What the Action writes while these events happen, a sign of life each minute included. */
async function logOf(events: readonly RunEvent[]): Promise<readonly string[]> {
  const lines: string[] = [];
  let now = 0;
  let beat = () => {};
  const log = createProgressLog({
    runner: runnerThatWrites(line => lines.push(line)),
    clock: { monotonicMs: () => now, epochMs: () => now },
    flow: "12345",
    baseUrl: new URL("https://your-instance.etlworks.com/rest"),
    every(_milliseconds, callback) {
      beat = callback;
      return () => {};
    },
  });
  for (const event of events) {
    const at = event.kind === "status" ? event.elapsedMs : 0;
    for (let minute = Math.floor(now / MINUTE_MS) + 1; minute * MINUTE_MS < at; minute++) {
      now = minute * MINUTE_MS;
      beat();
    }
    now = at;
    await log.report(event);
  }
  return lines;
}

function runnerThatWrites(line: (text: string) => void): WorkflowRunner {
  const unexpected = () => {
    throw new Error("the log writes lines only");
  };
  return {
    line,
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
