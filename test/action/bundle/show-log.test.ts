import { describe, it } from "vitest";
import { HISTORY, look, play, type Scene, START, started } from "./play.ts";

const DOWNLOAD = "GET /v1/executions/console/download?flowId=7&auditId=8721934";
const FAILING = { end: "error", message: "no such table", log: "Loading\n\tstep 2  " } as const;
const NEXT = "Open the run's log in Etlworks, or set show-log: on-failure to see it here.";
/** It is set, and the log could not be read. */
const UNREAD = "Open the run's log in Etlworks.";
const PRINTED = [
  "[group] Log of run 8721934",
  "| TIME INFO  Starting flow 'Load orders' (7)",
  "| Loading",
  "| \tstep 2",
  "| TIME ERROR no such table",
  "| TIME ERROR Flow finished with status 'error'",
  "[endgroup]",
];

describe.concurrent("show-log", () => {
  const SHOWN = "The run's log is shown above.";
  interface Row {
    readonly name: string;
    readonly scene: Scene;
    readonly printed: readonly string[];
    readonly asked: boolean;
  }
  const rows: readonly Row[] = [
    { name: "never, by default", scene: { run: FAILING }, printed: [], asked: false },
    {
      name: "on failure, of a run that failed",
      scene: { run: FAILING, inputs: { "show-log": "on-failure" } },
      printed: PRINTED,
      asked: true,
    },
    {
      name: "always, of a run that failed",
      scene: { run: FAILING, inputs: { "show-log": "always" } },
      printed: PRINTED,
      asked: true,
    },
    {
      name: "refused to this role",
      scene: {
        run: FAILING,
        inputs: { "show-log": "always" },
        faults: [{ kind: "answer", when: "before", status: 403, path: /console/ }],
      },
      printed: [
        "[warning] Run log: The log of run 8721934 could not be read (403: Request failed).",
      ],
      asked: true,
    },
    {
      name: "that breaks off",
      scene: {
        run: FAILING,
        inputs: { "show-log": "always" },
        faults: [{ kind: "half-body", path: /console/ }],
      },
      printed: [
        "[warning] Run log: The log of run 8721934 could not be read (HOST/rest/v1/executions/console/download: the answer broke off in the middle).",
      ],
      asked: true,
    },
  ];
  it.for(rows)("$name", async ({ scene, printed, asked }, { expect }) => {
    const { log, exitCode, wire } = await play(scene);
    const notShown = asked ? UNREAD : NEXT;
    expect(log.map(withoutStamp)).toEqual([
      started(),
      "error · Ns",
      ...printed,
      `[error] Etlworks flow 7: error: no such table%0A${printed.length > 1 ? SHOWN : notShown}`,
    ]);
    expect(exitCode).toBe(1);
    expect(wire).toEqual([HISTORY, START, look(), ...(asked ? [DOWNLOAD] : [])]);
  });

  it("on failure, of a run that went well: not asked for", async ({ expect }) => {
    const { log, wire } = await play({ inputs: { "show-log": "on-failure" } });
    expect(log).toEqual([started(), "success · Ns"]);
    expect(wire).toEqual([HISTORY, START, look()]);
  });

  it("on failure, of a warning that is made one", async ({ expect }) => {
    const { log, wire } = await play({
      run: { end: "warning" },
      inputs: { "show-log": "on-failure", "fail-on-warning": "true" },
    });
    expect(log).toContain("[group] Log of run 8721934");
    expect(wire).toEqual([HISTORY, START, look(), DOWNLOAD]);
  });

  it("always, of a run that went well, also when it is empty", async ({ expect }) => {
    const { log, exitCode } = await play({
      inputs: { "show-log": "always" },
      faults: [{ kind: "empty-body", path: /console/ }],
    });
    expect(log).toEqual(
      [started(), "success · Ns", "[group] Log of run 8721934", "| ", "[endgroup]"].map(line =>
        line.trim(),
      ),
    );
    expect(exitCode).toBe(0);
  });

  it("shows the end of a long log", async ({ expect }) => {
    const { log, exitCode } = await play({
      inputs: { "show-log": "always" },
      run: { log: Array.from({ length: 5_000 }, (_, index) => `row ${index + 1}`).join("\n") },
    });
    expect(exitCode).toBe(0);
    expect(log.slice(2, 5)).toEqual([
      "[group] Log of run 8721934",
      "| (the last 2000 of 5002 lines)",
      "| row 3002",
    ]);
    expect(log.slice(-3).map(withoutStamp)).toEqual([
      "| row 5000",
      "| TIME INFO  Flow finished with status 'success'",
      "[endgroup]",
    ]);
    expect(log).toHaveLength(2 + 1 + 1 + 2_000 + 1);
  });

  it("costs no more time than its length", async ({ expect }) => {
    const { exitCode, elapsedMs } = await play({
      inputs: { "show-log": "always" },
      run: { log: `${" ".repeat(400_000)}x` },
    });
    expect(exitCode).toBe(0);
    expect(elapsedMs).toBeLessThan(40_000);
  });

  it("cuts a log that never ends", async ({ expect }) => {
    const { log, exitCode } = await play({
      inputs: { "show-log": "always" },
      faults: [{ kind: "endless-body", path: /console/ }],
    });
    expect(exitCode).toBe(0);
    expect(log).toContain("| (cut after 10 MB)");
    expect(log.length).toBeLessThan(2_010);
  });
});

function withoutStamp(line: string): string {
  return line.replace(/^\| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/, "| TIME");
}

describe.concurrent("a log that never comes", () => {
  it("does not keep the step long past its timeout", async ({ expect }) => {
    const { exitCode, log, elapsedMs } = await play({
      run: { runningMs: 20 },
      inputs: { "show-log": "always", timeout: "4s" },
      faults: [{ kind: "hang", when: "before", path: /console/ }],
    });
    expect(exitCode).toBe(0);
    expect(log).toContainEqual(
      expect.stringMatching(/could not be read \(HOST.*: no complete answer within 5 s\)/),
    );
    expect(elapsedMs).toBeLessThan(25_000);
  });
});
