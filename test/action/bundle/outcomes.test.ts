import { describe, it } from "vitest";
import { readState } from "../../../action/runner/step-state.ts";
import { startSandbox } from "../../sandbox/server.ts";
import { runStep } from "../run-bundle.ts";
import {
  FLOW,
  HISTORY,
  look,
  type Played,
  plain,
  plainOutputs,
  plainSummary,
  play,
  type Scene,
  START,
  started,
} from "./play.ts";

/** Every way a step can end, each seen from all sides: log, outputs, state, summary, wire. */
interface Row {
  readonly name: string;
  readonly scene: Scene;
  readonly exitCode: 0 | 1;
  readonly log: readonly string[];
  readonly wire: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The state `run`; none when no run is known. */
  readonly run?: Readonly<Record<string, unknown>>;
}

const settled = { flowId: 7, auditId: "8721934", origin: "started", phase: "settled" };
const noCounts = { polls: 0, faults: 0, rateLimits: 0 };
/** What the result says of the verdict, by the exit code of the row. */
const verdictOf = (exitCode: 0 | 1) => (exitCode === 0 ? "pass" : "fail");

/** The outputs of a run that was seen to end. */
function ended(status: string, message: string, more: { auditId?: string; records?: number } = {}) {
  const { auditId = "8721934", records } = more;
  return {
    "flow-id": "7",
    "flow-name": "Load orders",
    "audit-id": auditId,
    status,
    outcome: status,
    "duration-seconds": "0",
    "started-at": "TIME",
    "ended-at": "TIME",
    ...(records === undefined ? {} : { records: String(records) }),
    message,
    result: {
      outcome: status,
      flowId: 7,
      flowName: "Load orders",
      auditId,
      status,
      startedAt: "TIME",
      endedAt: "TIME",
      durationSeconds: "N",
      ...(records === undefined ? {} : { records }),
      message,
      ...noCounts,
      polls: 1,
    },
  };
}

/** The outputs of a step that never had a run. */
function withoutRun(
  outcome: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  const result = { outcome, flowId: 7, ...noCounts, message, ...more };
  return { "flow-id": "7", outcome, message, result };
}

const openTheFlow = "Start the flow by hand in Etlworks: it will say what the problem is.";
const seeTheLog = "Open the run's log in Etlworks, or set show-log: on-failure to see it here.";

function notStarted(name: string, scene: Scene, why: string): Row {
  const message = `Flow 7 was not started: ${why}`;
  return {
    name,
    scene,
    exitCode: 1,
    log: [`[error] Etlworks flow 7: not-started: ${message}%0A${openTheFlow}`],
    wire: [HISTORY, START],
    outputs: withoutRun("not-started", message),
  };
}

const unexplained = (code: number, meaning: string) =>
  `the server answered the start with code ${code} (${meaning})`;

/** Somebody else's run, which goes on until the test ends it. */
const othersRun: Pick<Scene, "before"> = {
  before: sandbox => {
    sandbox.model.begin(7, { startedBy: "user", plan: { runningMs: Number.POSITIVE_INFINITY } });
  },
};
const busyWith = { otherAuditId: "8721934" };

const rows: readonly Row[] = [
  {
    name: "success",
    scene: { run: { records: 48_213 } },
    exitCode: 0,
    log: [started(), "success · Ns"],
    wire: [HISTORY, START, look()],
    outputs: ended("success", "Flow 7 ended with status success.", {
      records: 48_213,
    }),
    run: settled,
  },
  {
    name: "error with a message of several lines",
    scene: { run: { end: "error", message: "SQLException: no such table\n  at line 12, 100%" } },
    exitCode: 1,
    log: [
      started(),
      "error · Ns",
      `[error] Etlworks flow 7: error: SQLException: no such table%0A  at line 12, 100%%0A${seeTheLog}`,
    ],
    wire: [HISTORY, START, look()],
    outputs: ended("error", "SQLException: no such table\n  at line 12, 100%"),
    run: settled,
  },
  {
    name: "error without a message",
    scene: { run: { end: "error" } },
    exitCode: 1,
    log: [
      started(),
      "error · Ns",
      `[error] Etlworks flow 7: error: Flow 7 ended with status error.%0A${seeTheLog}`,
    ],
    wire: [HISTORY, START, look()],
    outputs: ended("error", "Flow 7 ended with status error."),
    run: settled,
  },
  {
    name: "canceled",
    scene: { run: { end: "canceled" } },
    exitCode: 1,
    log: [
      started(),
      "canceled · Ns",
      "[error] Etlworks flow 7: canceled: Flow 7 ended with status canceled.%0ASomebody or something stopped the run in Etlworks. Run the job again when the reason is clear.",
    ],
    wire: [HISTORY, START, look()],
    outputs: ended("canceled", "Flow 7 ended with status canceled."),
    run: settled,
  },
  {
    name: "warning that passes",
    scene: { run: { end: "warning", message: "17 records skipped" } },
    exitCode: 0,
    log: [
      started(),
      "warning · Ns",
      "[warning] Etlworks flow 7: warning: 17 records skipped%0AOpen the run in Etlworks to see the warning. fail-on-warning decides whether it fails the job.",
    ],
    wire: [HISTORY, START, look()],
    outputs: ended("warning", "17 records skipped"),
    run: settled,
  },
  {
    name: "warning that fails",
    scene: {
      run: { end: "warning", message: "17 records skipped" },
      inputs: { "fail-on-warning": "true" },
    },
    exitCode: 1,
    log: [
      started(),
      "warning · Ns",
      "[error] Etlworks flow 7: warning: 17 records skipped%0AOpen the run in Etlworks to see the warning. fail-on-warning decides whether it fails the job.",
    ],
    wire: [HISTORY, START, look()],
    outputs: ended("warning", "17 records skipped"),
    run: settled,
  },
  {
    name: "no wait",
    scene: { inputs: { wait: "false" }, run: { runningMs: Number.POSITIVE_INFINITY } },
    exitCode: 0,
    log: [started()],
    wire: [HISTORY, START],
    outputs: {
      "flow-id": "7",
      "audit-id": "8721934",
      outcome: "started",
      "started-at": "TIME",
      message: "Flow 7 was started (audit id 8721934); not waiting for its end.",
      result: {
        outcome: "started",
        flowId: 7,
        auditId: "8721934",
        startedAt: "TIME",
        ...noCounts,
        message: "Flow 7 was started (audit id 8721934); not waiting for its end.",
      },
    },
    run: settled,
  },
  notStarted("start code 2", { flow: { starts: [{ code: 2 }] } }, unexplained(2, "canceled")),
  notStarted(
    "start code 3",
    { flow: { starts: [{ code: 3 }] } },
    unexplained(3, "was not executed"),
  ),
  notStarted(
    "start code 5 with the server's reason",
    { flow: { starts: [{ code: 5, exception: "The connection 'warehouse' does not exist" }] } },
    "The connection 'warehouse' does not exist",
  ),
  notStarted(
    "start code 9",
    { flow: { starts: [{ code: 9 }] } },
    unexplained(9, "a code we do not know"),
  ),
  notStarted(
    "success false with status 200",
    { flow: { starts: [{ refusal: "The organization is suspended" }] } },
    "The organization is suspended",
  ),
  {
    name: "start code 4, a run that has ended already",
    scene: { flow: { starts: [{ code: 4 }] } },
    exitCode: 0,
    log: [started(), "success · Ns"],
    wire: [HISTORY, START, look()],
    outputs: ended("success", "Flow 7 ended with status success."),
    run: settled,
  },
  {
    name: "busy, policy fail",
    scene: othersRun,
    exitCode: 1,
    log: [
      "[error] Etlworks flow 7: busy: Another run of flow 7 is running (audit id 8721934), so none was started.%0ARun the job again when the other run has ended, or set if-running to wait, attach or skip.",
    ],
    wire: [HISTORY, START],
    outputs: withoutRun(
      "busy",
      "Another run of flow 7 is running (audit id 8721934), so none was started.",
      busyWith,
    ),
  },
  {
    name: "busy, and the server does not say with what",
    scene: { ...othersRun, sandbox: { busyAuditId: "none" } },
    exitCode: 1,
    log: [
      "[error] Etlworks flow 7: busy: Another run of flow 7 is running, so none was started.%0ARun the job again when the other run has ended, or set if-running to wait, attach or skip.",
    ],
    wire: [HISTORY, START],
    outputs: withoutRun("busy", "Another run of flow 7 is running, so none was started."),
  },
  {
    name: "busy, policy skip",
    scene: { ...othersRun, inputs: { "if-running": "skip" } },
    exitCode: 0,
    log: [
      "[warning] Etlworks flow 7: skipped: Skipped: another run of flow 7 is running (audit id 8721934).%0ANothing was started, because if-running is skip.",
    ],
    wire: [HISTORY, START],
    outputs: withoutRun(
      "skipped",
      "Skipped: another run of flow 7 is running (audit id 8721934).",
      busyWith,
    ),
  },
  {
    name: "busy, policy wait",
    scene: {
      ...othersRun,
      inputs: { "if-running": "wait" },
      async whileRunning({ printed, sandbox }) {
        await printed("waiting for it to end");
        sandbox.model.end("8721934", "error", "not ours");
      },
    },
    exitCode: 0,
    log: [
      "Another run of flow 7 is running (audit id 8721934); waiting for it to end",
      started("8721935"),
      "success · Ns",
    ],
    // One look at whether the flow is free, and one at what came in between.
    wire: [HISTORY, START, HISTORY, HISTORY, START, look("8721935")],
    outputs: ended("success", "Flow 7 ended with status success.", {
      auditId: "8721935",
    }),
    run: { ...settled, auditId: "8721935" },
  },
  {
    name: "busy, policy attach",
    scene: {
      ...othersRun,
      inputs: { "if-running": "attach" },
      async whileRunning({ printed, sandbox }) {
        await printed("Following flow");
        sandbox.model.end("8721934", "error", "theirs");
      },
    },
    exitCode: 1,
    log: [
      "Following flow 7 on HOST · audit id 8721934",
      "[warning] Following somebody else's run: Run 8721934 was started by somebody else. This step follows it (if-running: attach); its parameters are not the ones given here.",
      "error · Ns",
      `[error] Etlworks flow 7: error: theirs%0A${seeTheLog}`,
    ],
    wire: [HISTORY, START, HISTORY, look()],
    outputs: {
      ...ended("error", "theirs"),
      // As long as the other run happened to go on.
      "duration-seconds": "ANY",
    },
    run: { ...settled, origin: "attached" },
  },
];

describe.concurrent("a step", () => {
  it.for(rows)("$name", async (row, { expect }) => {
    const played = await play(row.scene);
    expect(played.log).toEqual(row.log);
    expect(played.exitCode).toBe(row.exitCode);
    expect(played.wire).toEqual(row.wire);
    expect({ ...plainOutputs(played), ...anyOf(row.outputs) }).toEqual({
      ...row.outputs,
      result: { ...resultIn(row.outputs), verdict: verdictOf(row.exitCode) },
    });
    const run = row.run === undefined ? [] : [row.run];
    expect(readState(prefixed(played.state)).runs).toEqual(run);
    const file = `summaries/${row.name.replaceAll(/\W+/g, "-")}.md`;
    await expect(stable(plainSummary(played))).toMatchFileSnapshot(file);
  });
});

describe.concurrent("on the way", () => {
  it("writes one line for each status", async ({ expect }) => {
    const { log, exitCode } = await play({ run: { queuedMs: 4_000, runningMs: 4_000 } });
    expect(log).toEqual([started(), "queued · Ns", "running · Ns", "success · Ns"]);
    expect(exitCode).toBe(0);
  });

  it("warns once of a status it does not know, and goes on", async ({ expect }) => {
    const statuses = [
      { afterMs: 0, status: "paused" },
      { afterMs: 3_500, status: "success" },
    ];
    const { log, exitCode } = await play({ run: { statuses } });
    expect(log).toEqual([
      started(),
      '[warning] Unknown status: Etlworks reports the status "paused", which this Action does not know. The run counts as still running.',
      "success · Ns",
    ]);
    expect(exitCode).toBe(0);
  });

  it("writes no summary when it is told not to, or has no place for it", async ({ expect }) => {
    const quiet = await play({ inputs: { summary: "false" } });
    expect([quiet.exitCode, quiet.summary]).toEqual([0, ""]);
    const nowhere = await play({ environment: { GITHUB_STEP_SUMMARY: undefined } });
    expect([nowhere.exitCode, nowhere.summary]).toEqual([0, ""]);
  });

  interface Broken {
    readonly names: readonly string[];
    readonly file: string;
    readonly files: readonly string[];
  }
  const broken: readonly Broken[] = ["/no-such-folder/file", "/dev/full", "/proc"].flatMap(file => [
    { names: ["GITHUB_OUTPUT"], file, files: ["outputs"] },
    { names: ["GITHUB_STATE"], file, files: ["state"] },
    { names: ["GITHUB_STEP_SUMMARY"], file, files: ["summaries"] },
    {
      names: ["GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"],
      file,
      files: ["state", "outputs", "summaries"],
    },
  ]);
  it.for(broken)(
    "follows the run to its verdict when $names cannot be written to $file",
    async ({ names, file, files }, { expect }) => {
      for (const end of ["success", "error"] as const) {
        const sandbox = await startSandbox({
          flows: [{ ...FLOW, runs: [{ runningMs: 20, end }] }],
        });
        try {
          const { exitCode, lines, commands } = await runStep({
            inputs: { "base-url": sandbox.baseUrl, "api-key": sandbox.apiKey, "flow-id": "7" },
            environment: Object.fromEntries(names.map(name => [name, file])),
          });
          expect(exitCode).toBe(end === "success" ? 0 : 1);
          expect(lines.map(plain)).toEqual([started(), `${end} · Ns`]);
          const warnings = commands.filter(command => command.name === "warning");
          expect(warnings.map(({ text }) => /file for (\w+) could not/.exec(text)?.[1])).toEqual(
            files,
          );
        } finally {
          await sandbox.close();
        }
      }
    },
  );

  it("leaves as soon as it has seen the end", async ({ expect }) => {
    let seen = 0;
    const { exitCode } = await play({
      inputs: { "poll-interval": "9s" },
      async whileRunning({ asked }) {
        await asked(/auditId/);
        seen = performance.now();
      },
    });
    expect(exitCode).toBe(0);
    expect(performance.now() - seen).toBeLessThan(8_900);
  });

  it("says how long the flow usually takes", async ({ expect }) => {
    const begun = Date.now();
    const past = [100, 110, 130].map((seconds, index) => ({
      startedAt: begun - (index + 1) * 3_600_000,
      durationMs: seconds * 1_000,
    }));
    const { log, summary } = await play({ flow: { past }, inputs: { "poll-interval": "1s" } });
    expect(log[0]).toBe("Started flow 7 on HOST · audit id 8721937 · usually 1m 50s ± 8s");
    expect(summary).toContain("0s (usually 1m 50s)");
  });

  it("keeps an id beyond 2^53 exact, quoted or not, and takes capitalised statuses", async ({
    expect,
  }) => {
    for (const auditIdAs of ["number", "string"] as const) {
      const { exitCode, outputs, wire } = await play({
        sandbox: { firstAuditId: "9007199254740993", auditIdAs, statusLetters: "capitalised" },
      });
      expect(exitCode).toBe(0);
      expect(outputs["audit-id"]).toBe("9007199254740993");
      expect(wire).toEqual([HISTORY, START, look("9007199254740993")]);
    }
  });

  it("measures the time itself where the server does not tell", async ({ expect }) => {
    const { outputs, exitCode } = await play({
      sandbox: { omittedFields: ["started", "ended", "flowName", "user", "records"] },
    });
    expect(exitCode).toBe(0);
    expect(Object.keys(outputs)).not.toContain("flow-name");
    const { "started-at": from = "", "ended-at": to = "" } = outputs;
    const length = Date.parse(to) - Date.parse(from);
    expect(length).toBeGreaterThanOrEqual(900);
    expect(Number(outputs["duration-seconds"])).toBe(Math.round(length / 1_000));
  });
});

function anyOf(outputs: Row["outputs"]): Row["outputs"] {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value === "ANY"));
}

function resultIn({ result }: Row["outputs"]): object {
  return typeof result === "object" && result !== null ? result : {};
}

/** As the runner passes it on. */
function prefixed(state: Played["state"]): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, text]) => [`STATE_${name}`, text]));
}

/** The run of another may be a second or two old when it is ended; then it also has a picture. */
function stable(summary: string): string {
  const [table = ""] = summary.split("\n```mermaid");
  return `${table.trimEnd().replace(/(?<=<td>Duration<\/td><td>)\d+s/, "Ns")}\n`;
}
