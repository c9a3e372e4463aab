import { describe, it } from "vitest";
import type { FaultRule } from "../../sandbox/faults.ts";
import {
  HISTORY,
  look,
  type Played,
  play,
  type Scene,
  START,
  STOP_REQUEST,
  started,
} from "./play.ts";

/**
 * The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later (actions/runner,
 * ProcessInvoker.cs). Whenever the signal comes: gone before that, the truth told, the run stopped.
 * (That 7 s are enough is asked in virtual time, run-flows.test.ts: here the machine may be busy.)
 */
const KILLED_AFTER_MS = 10_000;
const STOPPABLE: Pick<Scene, "sandbox" | "run"> = {
  sandbox: { role: "Editor" },
  run: { runningMs: Number.POSITIVE_INFINITY },
};
const WITH_STOP = { "stop-request": STOP_REQUEST };
const STOP = "POST /v1/flows/7/stop?auditId=8721934 {}";
/** The flow's current run, where the history shows none. */
const CURRENT = "GET /v1/executions/7";
const ASKED = "Etlworks was asked to stop run 8721934; it may need some minutes to end.";
const ABORTED =
  "[error] Etlworks flow 7: aborted: Cancelled: run 8721934 of flow 7 may still be running in Etlworks.%0AEtlworks was asked to stop run 8721934; it may need some minutes to end.";
const NOT_STARTED = "[error] Etlworks flow 7: aborted: Cancelled before flow 7 was started.";
const CLEARED_UP =
  "[warning] Start was in doubt: The answer to the start was lost. Run 8721934 is the only new run in the flow's history, so this step follows it as its own.";
const doubt = (why: string) =>
  `No usable answer to the start (${why}). It is not sent again; looking for the run in the flow's history`;
const UNKNOWN = (why: string) =>
  `[error] Etlworks flow 7: start-unknown: It is not known whether flow 7 was started: ${why}; no new run has appeared in the flow's history. Check the flow's history in Etlworks before you run it again.`;

const STOP_UNKNOWN =
  "It is not known whether Etlworks stops run 8721934: HOST/rest/v1/flows/7/stop answered 200 with an HTML page. Check the path in stop-request, and look at the run in Etlworks.";

interface Moment {
  readonly name: string;
  readonly faults?: readonly FaultRule[];
  /** The request or the line at which the signal is sent. */
  readonly at: RegExp | string;
  /** The how-manieth such request. Default 1. */
  readonly nth?: number;
  readonly scene?: Partial<Scene>;
  readonly log: readonly string[];
  readonly wire: readonly string[];
  readonly outcome: string;
  /** The phase that is left for the post step. */
  readonly phase?: "stopping" | "settled";
}

const HANG = { kind: "hang", when: "before" } as const;
const moments: readonly Moment[] = [
  {
    name: "while the flow is looked up",
    faults: [{ ...HANG, path: /flows\?q=/ }],
    at: /flows\?q=/,
    scene: { inputs: { ...WITH_STOP, "flow-id": "", "flow-name": "Load orders" } },
    log: [
      "[error] Etlworks flow: aborted: The job was cancelled before the flow was found; nothing was started.",
    ],
    wire: ["GET /v1/flows?q=Load+orders"],
    outcome: "aborted",
  },
  {
    name: "while the history is read",
    faults: [{ ...HANG, path: /history/ }],
    at: /history/,
    log: [NOT_STARTED],
    wire: [HISTORY],
    outcome: "aborted",
  },
  {
    name: "during the start, which is answered in time",
    faults: [{ kind: "delay", ms: 1_000, when: "after", path: /run$/ }],
    at: /run$/,
    log: [started(), ASKED, ABORTED],
    wire: [HISTORY, START, look(), STOP],
    outcome: "aborted",
    phase: "stopping",
  },
  {
    name: "during a start that would not be waited for",
    faults: [{ kind: "delay", ms: 1_000, when: "after", path: /run$/ }],
    at: /run$/,
    scene: { inputs: { ...WITH_STOP, wait: "false" } },
    log: [started(), ASKED, ABORTED],
    wire: [HISTORY, START, look(), STOP],
    outcome: "aborted",
    phase: "stopping",
  },
  {
    name: "during the start, whose answer is lost",
    faults: [{ kind: "hang", when: "after", path: /run$/ }],
    at: /run$/,
    log: [doubt("cancelled before the server answered"), started(), CLEARED_UP, ASKED, ABORTED],
    wire: [HISTORY, START, HISTORY, look(), STOP],
    outcome: "aborted",
    phase: "stopping",
  },
  {
    name: "during the start, which never arrives",
    faults: [{ ...HANG, path: /run$/ }],
    at: /run$/,
    log: [
      doubt("cancelled before the server answered"),
      UNKNOWN("cancelled before the server answered"),
    ],
    wire: [HISTORY, START, HISTORY, CURRENT],
    outcome: "start-unknown",
  },
  {
    name: "in doubt, while the history is read",
    faults: [
      { kind: "reset", when: "after", path: /run$/ },
      { ...HANG, path: /history/, skip: 1 },
    ],
    at: "looking for the run",
    log: [
      doubt("HOST/rest/v1/flows/7/run: connection reset (ECONNRESET)"),
      started(),
      CLEARED_UP,
      ASKED,
      ABORTED,
    ],
    wire: [HISTORY, START, HISTORY, HISTORY, look(), STOP],
    outcome: "aborted",
    phase: "stopping",
  },
  {
    name: "in doubt, between two looks at the history",
    faults: [{ kind: "reset", when: "before", path: /run$/ }],
    at: /history/,
    nth: 2,
    log: [
      doubt("HOST/rest/v1/flows/7/run: connection reset (ECONNRESET)"),
      UNKNOWN("HOST/rest/v1/flows/7/run: connection reset (ECONNRESET)"),
    ],
    wire: [HISTORY, START, HISTORY, CURRENT, HISTORY, CURRENT],
    outcome: "start-unknown",
  },
  {
    name: "while it waits before it starts again",
    faults: [{ kind: "rate-limited", seconds: 30, path: /run$/ }],
    at: "retrying in",
    log: ["Not started yet (429, too many requests); retrying in Ns", NOT_STARTED],
    wire: [HISTORY, START],
    outcome: "aborted",
  },
  {
    name: "while it waits for another run to end",
    at: "waiting for it to end",
    scene: {
      inputs: { ...WITH_STOP, "if-running": "wait" },
      before: ({ model }) => {
        model.begin(7, { startedBy: "user", plan: { runningMs: Number.POSITIVE_INFINITY } });
      },
    },
    log: [
      "Another run of flow 7 is running (audit id 8721934); waiting for it to end",
      NOT_STARTED,
    ],
    wire: [HISTORY, START],
    outcome: "aborted",
  },
  {
    name: "while it waits for the end",
    at: "Started flow",
    log: [started(), ASKED, ABORTED],
    wire: [HISTORY, START, look(), STOP],
    outcome: "aborted",
    phase: "stopping",
  },
  {
    name: "while it waits for the end, and a page answers the stop request",
    faults: [{ kind: "html", when: "before", path: /stop/ }],
    at: "Started flow",
    log: [
      started(),
      `[warning] Stop request: ${STOP_UNKNOWN}`,
      `[error] Etlworks flow 7: aborted: Cancelled: run 8721934 of flow 7 may still be running in Etlworks.%0A${STOP_UNKNOWN}`,
    ],
    wire: [HISTORY, START, look(), STOP],
    outcome: "aborted",
    phase: "stopping",
  },
  {
    name: "while a look hangs",
    faults: [{ ...HANG, path: /auditId/ }],
    at: /GET .*auditId/,
    log: [started(), ASKED, ABORTED],
    wire: [HISTORY, START, look(), look(), STOP],
    outcome: "aborted",
    phase: "stopping",
  },
  {
    name: "without a stop request",
    at: "Started flow",
    scene: { inputs: { "stop-request": "" } },
    log: [
      started(),
      "[error] Etlworks flow 7: aborted: Cancelled: run 8721934 of flow 7 may still be running in Etlworks.%0ASet stop-request to stop the run together with the job.",
    ],
    wire: [HISTORY, START],
    outcome: "aborted",
    phase: "settled",
  },
  {
    name: "while it follows the run of another",
    at: "Following flow",
    scene: {
      inputs: { ...WITH_STOP, "if-running": "attach" },
      before: ({ model }) => {
        model.begin(7, { startedBy: "user", plan: { runningMs: Number.POSITIVE_INFINITY } });
      },
    },
    log: [
      "Following flow 7 on HOST · audit id 8721934",
      "[warning] Following somebody else's run: Run 8721934 was started by somebody else. This step follows it (if-running: attach); its parameters are not the ones given here.",
      "Not stopping run 8721934: this step did not start it.",
      "[error] Etlworks flow 7: aborted: Cancelled: run 8721934 of flow 7 may still be running in Etlworks.%0ANot stopping run 8721934: this step did not start it.",
    ],
    wire: [HISTORY, START, HISTORY],
    outcome: "aborted",
    phase: "stopping",
  },
];

describe.concurrent("told to stop", () => {
  const rows = moments.flatMap((moment, index) => {
    // Both signals do the same; half of the moments see the one, half the other, the main ones both.
    const both =
      moment.name === "while it waits for the end" || moment.name === "while a look hangs";
    const signals = (["SIGINT", "SIGTERM"] as const).filter(
      (_signal, which) => both || index % 2 === which,
    );
    return signals.map(signal => ({ ...moment, signal }));
  });

  it.for(rows)("$name ($signal)", async (row, { expect }) => {
    const { played, left } = await interrupt(row, async step => {
      step.signal(row.signal);
    });
    expect(played.log.map(line => line.replace(/retrying in \d+s$/, "retrying in Ns"))).toEqual(
      row.log,
    );
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual(row.wire);
    expect(played.outputs["outcome"]).toBe(row.outcome);
    expect(left).toBeLessThan(KILLED_AFTER_MS);
    expect(phaseOf(played)).toBe(row.phase);
    const stops = played.sandbox.model.runs.flatMap(run => run.stopRequests);
    // What answers in the server's place keeps the request from it.
    const kept = row.faults?.some(({ kind }) => kind === "html") === true;
    expect(stops).toHaveLength(kept ? 0 : row.wire.filter(call => call === STOP).length);
  });

  it("before it could do anything at all", async ({ expect }) => {
    const played = await play({
      ...STOPPABLE,
      inputs: WITH_STOP,
      whileRunning: async ({ signal, printed }) => {
        await printed("::add-mask::");
        signal("SIGINT");
      },
    });
    // The signal may come before or during the history; never a start after it.
    expect(played.exitCode).toBe(1);
    expect(played.log).toEqual([NOT_STARTED]);
    expect(played.wire.filter(call => call === START)).toEqual([]);
    expect(played.outputs["outcome"]).toBe("aborted");
  });

  it("while the log of a run that failed is fetched: the outcome stays", async ({ expect }) => {
    const row = {
      at: /console/,
      scene: { run: { end: "error", message: "no such table" }, inputs: { "show-log": "always" } },
      faults: [{ ...HANG, path: /console/ }],
    } as const;
    const { played, left } = await interrupt(row, async step => {
      step.signal("SIGINT");
    });
    expect(played.outputs["outcome"]).toBe("error");
    expect(played.exitCode).toBe(1);
    expect(left).toBeLessThan(KILLED_AFTER_MS);
  });

  it("while the run that was asked for was started without waiting", async ({ expect }) => {
    const row = {
      at: /run$/,
      scene: { inputs: { ...WITH_STOP, wait: "false" } },
      faults: [{ kind: "delay", ms: 500, when: "after", path: /run$/ }],
    } as const;
    const { played } = await interrupt(row, async step => {
      step.signal("SIGINT");
    });
    expect(played.wire).toEqual([HISTORY, START, look(), STOP]);
    expect(played.outputs["outcome"]).toBe("aborted");
  });

  it("in the middle of a dry run", async ({ expect }) => {
    const played = await play({
      inputs: { "dry-run": "true" },
      faults: [{ ...HANG, path: /flows\/7$/ }],
      whileRunning: async ({ signal, asked }) => {
        await asked(/flows\/7$/);
        signal("SIGINT");
      },
    });
    expect(played.exitCode).toBe(1);
    expect(played.log.at(-1)).toMatch(/^\[error\] Etlworks flow: aborted: /);
    expect(played.wire).toEqual(["GET /v1/flows/7"]);
    expect(played.elapsedMs).toBeLessThan(15_000);
  });

  it("again and again while it stops the run: one request, and time for its answer", async ({
    expect,
  }) => {
    const row = {
      at: "Started flow",
      faults: [{ kind: "delay", ms: 2_000, when: "after", path: /stop/ }],
    } as const;
    const { played, left } = await interrupt(row, async step => {
      step.signal("SIGINT");
      await step.asked(/stop/);
      for (const signal of ["SIGINT", "SIGTERM", "SIGINT"] as const) step.signal(signal);
    });
    expect(played.log).toEqual([started(), ASKED, ABORTED]);
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual([HISTORY, START, look(), STOP]);
    expect(left).toBeLessThan(KILLED_AFTER_MS);
  });

  it("while the timeout's own stop request is under way", async ({ expect }) => {
    const row = {
      at: /stop/,
      scene: { inputs: { ...WITH_STOP, timeout: "3s" } },
      faults: [{ kind: "delay", ms: 1_000, when: "after", path: /stop/ }],
    } as const;
    const { played } = await interrupt(row, async step => {
      step.signal("SIGTERM");
    });
    expect(played.wire.filter(call => call === STOP)).toHaveLength(1);
    expect(played.outputs["outcome"]).toBe("timed-out");
    expect(played.exitCode).toBe(1);
  });

  const troubles: readonly { name: string; fault: FaultRule; warning: RegExp }[] = [
    {
      name: "hangs",
      fault: { kind: "hang", when: "before" },
      warning:
        /had no usable answer \(HOST\/rest\/v1\/flows\/7\/stop: no complete answer within \d s\)\. The run may still be running\.$/,
    },
    {
      name: "is refused with 404",
      fault: { kind: "answer", when: "before", status: 404 },
      warning:
        /found nothing \(404: Request failed\)\. Check stop-request\. The run may still be running\.$/,
    },
    {
      name: "is answered with 429",
      fault: { kind: "rate-limited", seconds: 60 },
      warning:
        /^\[warning\] Stop request: Etlworks answered 429 \(too many requests\) to the stop request for run 8721934\. The run is still running\.$/,
    },
    {
      name: "is answered with 500",
      fault: { kind: "answer", when: "before", status: 500 },
      warning:
        /had no usable answer \(HOST\/rest\/v1\/flows\/7\/stop answered 500: .*\)\. The run may still be running\.$/,
    },
    {
      name: "is refused with 401",
      fault: { kind: "answer", when: "before", status: 401 },
      warning:
        /did not accept the credentials of the stop request for run 8721934 \(401\)\. The run is still running\.$/,
    },
  ];
  it.for(troubles)("and the stop request $name", async ({ fault, warning }, { expect }) => {
    const row = { at: "Started flow", faults: [{ ...fault, path: /stop/ }] };
    const { played, left } = await interrupt(row, async step => {
      step.signal("SIGINT");
    });
    const [, warned = "", error = ""] = played.log;
    expect(played.log).toEqual([started(), expect.stringMatching(warning), error]);
    // Error, outputs and summary say what became of the request, and that the run goes on.
    const sentence = warned.replace("[warning] Stop request: ", "");
    expect(error).toMatch(/^\[error\] Etlworks flow 7: aborted: /);
    expect(error).toContain(`still be running in Etlworks.%0A${sentence}`);
    expect(played.summary).toMatch(/run is still running|may still be running/);
    expect(played.exitCode).toBe(1);
    expect(played.wire.filter(call => call === STOP)).toHaveLength(1);
    expect(left).toBeLessThan(KILLED_AFTER_MS);
  });

  it("by somebody who may run flows, but not stop them", async ({ expect }) => {
    const row = { at: "Started flow", scene: { sandbox: { role: "Operator" } } } as const;
    const { played } = await interrupt(row, async step => {
      step.signal("SIGINT");
    });
    expect(played.summary).toContain("The run is still running.");
    expect(played.log).toEqual([
      started(),
      "[warning] Stop request: Etlworks refused to stop run 8721934 (403: Access is denied: role 'Operator' cannot perform this operation). Stopping needs the Editor or Administrator role; Operator may run flows, but not stop them. The run is still running.",
      expect.stringMatching(
        /aborted: .*%0AEtlworks refused to stop run 8721934 \(403: .*The run is still running\.$/,
      ),
    ]);
  });
});

/** Plays a scene up to a moment, does something to the step, and says how long the step lived on. */
async function interrupt(
  row: Pick<Moment, "at" | "nth" | "faults" | "scene">,
  act: (step: Parameters<NonNullable<Scene["whileRunning"]>>[0]) => Promise<void>,
): Promise<{ played: Played; left: number }> {
  let begun = 0;
  const { at, nth = 1, faults = [], scene = {} } = row;
  const played = await play({
    ...STOPPABLE,
    inputs: WITH_STOP,
    ...scene,
    faults,
    async whileRunning(step) {
      if (typeof at === "string") await step.printed(at);
      else for (let count = 0; count < nth; count++) await step.asked(at);
      begun = performance.now();
      await act(step);
    },
  });
  return { played, left: performance.now() - begun };
}

function phaseOf({ state }: Played): unknown {
  const run: unknown = JSON.parse(state["run-1"] ?? "{}");
  return typeof run === "object" && run !== null && "phase" in run ? run.phase : undefined;
}
