import { describe, expect, it } from "vitest";
import { createProgressLog } from "../../../action/report/progress-log.ts";
import { IF_RUNNING, WAITS_FOR_TURN } from "../../../shared/run/if-running.ts";
import type { RunEvent } from "../../../shared/run/run-request.ts";
import { fakeRunner } from "../fake-runner.ts";

/** A log on a clock that the test moves. */
function startLog(settings: { readonly wait?: boolean } = {}) {
  const lines: string[] = [];
  let now = 0;
  const beats = new Set<{ readonly everyMs: number; readonly beat: () => void; next: number }>();
  const runner = fakeRunner({
    line: text => lines.push(text),
    debug: text => lines.push(`debug: ${text}`),
    warning: async (text, title) => void lines.push(`${title}: ${text}`),
  });
  const log = createProgressLog({
    runner,
    clock: { monotonicMs: () => now, epochMs: () => now },
    flow: '7 "Load orders"',
    baseUrl: new URL("https://acme.example.com/rest"),
    ...settings,
    every(everyMs, beat) {
      const entry = { everyMs, beat, next: now + everyMs };
      beats.add(entry);
      return () => beats.delete(entry);
    },
  });
  return {
    lines,
    log,
    pass: (milliseconds: number) => {
      for (const end = now + milliseconds; now < end; now += 1_000) {
        for (const entry of beats) {
          if (entry.next > now) continue;
          entry.next += entry.everyMs;
          entry.beat();
        }
      }
    },
  };
}

const begun: RunEvent = { kind: "started", auditId: "8", origin: "started", pastSeconds: [] };

describe("the log of a run", () => {
  it("says that no check is answered, and that a run is not ours; then it says no more", async () => {
    const { log, lines, pass } = startLog();
    await log.report(begun);
    await log.report({ kind: "polls-failing", auditId: "8", reason: "502", failingMs: 63_000 });
    await log.report({
      kind: "not-ours",
      auditId: "8",
      reason: "it began 2h 00m before the start was sent",
    });
    pass(600_000);
    log.close();
    expect(lines.slice(1)).toEqual([
      "No usable answer to a status check for 1m 03s (502); still trying",
      "Run 8 is not the one that this step started, so it is left alone: it began 2h 00m before the start was sent",
    ]);
  });

  it("does not claim to follow somebody else's run for which it does not wait", async () => {
    const attached = { ...begun, origin: "attached" } as const;
    const { log, lines } = startLog({ wait: false });
    await log.report(attached);
    log.close();
    expect(lines).toEqual([
      'Found a run of flow 7 "Load orders" on acme.example.com · audit id 8',
      "Nothing was started: Run 8 was started by somebody else. This step started none (if-running: attach), and does not wait for that one.",
    ]);
    const waiting = startLog({ wait: true });
    await waiting.log.report(attached);
    waiting.log.close();
    expect(waiting.lines[1]).toContain("This step follows it");
  });

  it("says of a start in doubt that it is not sent again, and whether the history may tell", async () => {
    const { log, lines } = startLog();
    await log.report({ kind: "in-doubt", reason: "x answered 500", searching: true });
    await log.report({ kind: "in-doubt", reason: "x answered 500", searching: false });
    log.close();
    expect(lines).toEqual([
      "No usable answer to the start (x answered 500). It is not sent again; looking for the run in the flow's history",
      "It is not known whether the start began a run (x answered 500). It is not sent again",
    ]);
  });

  it("shows a sign of life each minute, with the status and how long it usually takes", async () => {
    const { log, lines, pass } = startLog();
    await log.report({ ...begun, pastSeconds: [500, 600, 700] });
    pass(60_001);
    await log.report({
      kind: "status",
      auditId: "11",
      status: "running",
      known: true,
      elapsedMs: 61_000,
    });
    pass(120_000);
    log.close();
    pass(600_000);
    expect(lines).toEqual([
      'Started flow 7 "Load orders" on acme.example.com · audit id 8 · usually 10m 00s ± 50s',
      "still started · 1m 00s · usually 10m 00s ± 50s",
      "running · 1m 01s",
      "still running · 2m 00s · usually 10m 00s ± 50s",
      "still running · 3m 00s · usually 10m 00s ± 50s",
    ]);
  });

  it("says once what it waits for, and shows life meanwhile", async () => {
    const { log, lines, pass } = startLog();
    const busy: RunEvent = { kind: "busy", policy: "wait", otherAuditId: "5" };
    await log.report(busy);
    pass(60_001);
    await log.report(busy);
    pass(60_000);
    await log.report(begun);
    pass(60_001);
    log.close();
    expect(lines).toEqual([
      'Another run of flow 7 "Load orders" is running (audit id 5); waiting for it to end',
      "still waiting · 1m 00s for another run to end",
      "still waiting · 2m 00s for another run to end",
      'Started flow 7 "Load orders" on acme.example.com · audit id 8',
      "still started · 1m 00s",
    ]);
  });

  it("has nothing to say of a busy flow that it does not wait for", async () => {
    for (const policy of IF_RUNNING.filter(one => !WAITS_FOR_TURN[one])) {
      const { log, lines, pass } = startLog();
      await log.report({ kind: "busy", policy });
      pass(120_000);
      expect(lines).toEqual([]);
    }
  });

  it("keeps what is survived for those who debug", async () => {
    const { log, lines } = startLog();
    await log.report({ kind: "poll-failed", auditId: "11", reason: "500", delayMs: 4_000 });
    await log.report({ kind: "rate-limited", auditId: "11", delayMs: 9_000 });
    expect(lines).toEqual([
      "debug: status check failed: 500; next in 4s",
      "debug: 429; next status check in 9s",
    ]);
  });

  it("warns once of words that it does not know, and shows the others", async () => {
    const { log, lines } = startLog();
    for (const status of ["paused", "resumed", ""]) {
      await log.report({ kind: "status", auditId: "11", status, known: false, elapsedMs: 1 });
    }
    expect(lines).toEqual([
      'Unknown status: Etlworks reports the status "paused", which this Action does not know. The run counts as still running.',
      "resumed · 0s",
      "without a status · 0s",
    ]);
  });
});
