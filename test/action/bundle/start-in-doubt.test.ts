import { describe, it } from "vitest";
import type { FaultRule } from "../../sandbox/faults.ts";
import { HISTORY, look, play, type Scene, START, started } from "./play.ts";

const AT_THE_START = { method: "POST", path: /\/run$/ };
const NOT_AGAIN = "It is not sent again; looking for the run in the flow's history";
const CLEARED_UP =
  "[warning] Start was in doubt: The answer to the start was lost. Run 8721934 is the only new run in the flow's history, so this step follows it as its own.";

/** The server began a run, and its answer was lost. */
const lostAnswers: readonly { name: string; fault: FaultRule; why: string }[] = [
  {
    name: "a reset",
    fault: { kind: "reset", when: "after" },
    why: "HOST/rest/v1/flows/7/run: connection reset (ECONNRESET)",
  },
  {
    name: "a close",
    fault: { kind: "hang-up", when: "after" },
    why: "HOST/rest/v1/flows/7/run: connection reset (ECONNRESET)",
  },
  {
    name: "500",
    fault: { kind: "answer", when: "after", status: 500 },
    why: "HOST/rest/v1/flows/7/run answered 500: Could not open JPA EntityManager for transaction",
  },
  {
    name: "503",
    fault: { kind: "answer", when: "after", status: 503 },
    why: "HOST/rest/v1/flows/7/run answered 503: Service Temporarily Unavailable",
  },
  {
    name: "502 with a page",
    fault: { kind: "html", when: "after", status: 502 },
    why: "HOST/rest/v1/flows/7/run answered 502: an HTML page",
  },
  {
    name: "half a body",
    fault: { kind: "half-body" },
    why: "HOST/rest/v1/flows/7/run: the answer broke off in the middle",
  },
  {
    name: "JSON cut short",
    fault: { kind: "cut-json" },
    why: "HOST/rest/v1/flows/7/run answered with something that is not JSON",
  },
  { name: "an empty body", fault: { kind: "empty-body" }, why: "the answer is empty" },
  {
    name: "a 408 of a balancer",
    fault: { kind: "answer", when: "after", status: 408 },
    why: "HOST/rest/v1/flows/7/run answered 408: Request failed",
  },
];

describe.concurrent("a start whose answer is lost", () => {
  it.for(lostAnswers)(
    "by $name: sent once, found, followed",
    async ({ fault, why }, { expect }) => {
      const played = await play({ faults: [{ ...fault, ...AT_THE_START }] });
      expect(played.log).toEqual([
        `No usable answer to the start (${why}). ${NOT_AGAIN}`,
        started(),
        CLEARED_UP,
        "success · Ns",
      ]);
      expect(played.exitCode).toBe(0);
      expect(played.wire).toEqual([HISTORY, START, HISTORY, look()]);
      expect(played.outputs["outcome"]).toBe("success");
      expect(played.state["run-1"]).toContain('"origin":"adopted"');
      expect(played.summary).toContain("<code>8721934</code>, found in the history");
      expect(played.sandbox.model.runs).toHaveLength(1);
    },
  );

  it("and that the history shows only later", async ({ expect }) => {
    const { log, wire, exitCode, sandbox } = await play({
      run: { listedAfterMs: 2_500 },
      faults: [{ kind: "reset", when: "after", ...AT_THE_START }],
    });
    expect(exitCode).toBe(0);
    expect(log).toHaveLength(4);
    expect(wire.filter(call => call === START)).toHaveLength(1);
    expect(sandbox.model.runs).toHaveLength(1);
  });

  it("is not taken for a run that the scheduler began", async ({ expect }) => {
    const { exitCode, wire, outputs, sandbox } = await play({
      inputs: { timeout: "4s" },
      faults: [{ kind: "reset", when: "before", ...AT_THE_START }],
      async whileRunning({ asked, sandbox: server }) {
        await asked(/POST .*\/run$/);
        server.model.begin(7, { startedBy: "scheduler" });
      },
    });
    expect(exitCode).toBe(1);
    expect(outputs["outcome"]).toBe("start-unknown");
    expect(wire.filter(call => call === START)).toHaveLength(1);
    expect(sandbox.model.runs).toHaveLength(1);
  });

  it("is not guessed when two runs are new", async ({ expect }) => {
    const { exitCode, log, wire } = await play({
      run: { runningMs: Number.POSITIVE_INFINITY },
      faults: [{ kind: "reset", when: "after", ...AT_THE_START }],
      async whileRunning({ asked, sandbox: server }) {
        await asked(/POST .*\/run$/);
        server.model.begin(7, { startedBy: "user", parallel: true });
      },
    });
    expect(exitCode).toBe(1);
    expect(log.at(-1)).toBe(
      "[error] Etlworks flow 7: start-unknown: It is not known whether flow 7 was started: HOST/rest/v1/flows/7/run: connection reset (ECONNRESET); several new runs have appeared (8721935, 8721934). Check the flow's history in Etlworks before you run it again.",
    );
    expect(wire).toEqual([HISTORY, START, HISTORY]);
  });

  it("stays unknown without a history to compare with", async ({ expect }) => {
    const { exitCode, outputs, wire, sandbox } = await play({
      faults: [
        { kind: "answer", when: "before", status: 403, path: /history/ },
        { kind: "reset", when: "after", ...AT_THE_START },
      ],
    });
    expect(exitCode).toBe(1);
    expect(outputs["outcome"]).toBe("start-unknown");
    expect(wire).toEqual([HISTORY, START]);
    expect(sandbox.model.runs).toHaveLength(1);
  });
});

describe.concurrent("a start that was lost before it arrived", () => {
  it("is sent once, looked for during 30 s, and then not known", async ({ expect }) => {
    const { exitCode, log, wire, outputs, state, elapsedMs, sandbox } = await play({
      faults: [{ kind: "reset", when: "before", ...AT_THE_START }],
    });
    const message =
      "It is not known whether flow 7 was started: HOST/rest/v1/flows/7/run: connection reset (ECONNRESET); no new run has appeared in the flow's history. Check the flow's history in Etlworks before you run it again.";
    expect(log).toEqual([
      `No usable answer to the start (HOST/rest/v1/flows/7/run: connection reset (ECONNRESET)). ${NOT_AGAIN}`,
      `[error] Etlworks flow 7: start-unknown: ${message}`,
    ]);
    expect(exitCode).toBe(1);
    expect(wire.filter(call => call === START)).toHaveLength(1);
    expect(wire.filter(call => call === HISTORY).length).toBeLessThan(15);
    expect(outputs["outcome"]).toBe("start-unknown");
    expect(state).toEqual({ "start-1": '{"flowId":7,"unanswered":false}' });
    expect(elapsedMs).toBeGreaterThan(29_000);
    expect(elapsedMs).toBeLessThan(45_000);
    expect(sandbox.model.runs).toEqual([]);
  }, 60_000);

  it("is given up at the timeout, if that comes first", async ({ expect }) => {
    const { outputs, elapsedMs } = await play({
      inputs: { timeout: "3s" },
      faults: [{ kind: "reset", when: "before", ...AT_THE_START }],
    });
    expect(outputs["outcome"]).toBe("start-unknown");
    expect(elapsedMs).toBeLessThan(20_000);
  });
});

describe.concurrent("a start that was provably refused", () => {
  const refusals: readonly { name: string; scene: Scene; why: string; times: number }[] = [
    {
      name: "429 twice, with seconds to wait",
      scene: { faults: [{ kind: "rate-limited", seconds: 1, times: 2, ...AT_THE_START }] },
      why: "429, too many requests",
      times: 3,
    },
    {
      name: "429 with a date",
      scene: { faults: [{ kind: "rate-limited", seconds: 2, as: "date", ...AT_THE_START }] },
      why: "429, too many requests",
      times: 2,
    },
  ];
  it.for(refusals)(
    "by $name is sent again, and one run begins",
    async ({ scene, why, times }, { expect }) => {
      const { exitCode, log, wire, sandbox } = await play(scene);
      expect(exitCode).toBe(0);
      expect(log.map(line => line.replace(/in [1-4]s$/, "in Ns"))).toEqual([
        ...Array<string>(times - 1).fill(`Not started yet (${why}); retrying in Ns`),
        started(),
        "success · Ns",
      ]);
      // What began meanwhile must not be taken for ours, so the history is read before each start.
      const pairs = Array.from({ length: times }, () => [HISTORY, START]);
      expect(wire).toEqual([...pairs.flat(), look()]);
      expect(sandbox.model.runs).toHaveLength(1);
    },
  );

  it("is not sent again before the server's time", async ({ expect }) => {
    const { sandbox } = await play({
      faults: [{ kind: "rate-limited", seconds: 3, ...AT_THE_START }],
    });
    const [first, second] = sandbox.requests.filter(({ method }) => method === "POST");
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_950);
  });

  it("is not waited for past the timeout", async ({ expect }) => {
    const { exitCode, outputs, elapsedMs, wire } = await play({
      inputs: { timeout: "5s" },
      faults: [{ kind: "rate-limited", seconds: 60, ...AT_THE_START }],
    });
    expect(exitCode).toBe(1);
    expect(outputs["outcome"]).toBe("timed-out");
    expect(elapsedMs).toBeLessThan(20_000);
    expect(wire).toEqual([HISTORY, START]);
  });
});

describe.concurrent("the history before the start", () => {
  const troubles: readonly { name: string; fault: FaultRule; again: boolean }[] = [
    { name: "500", fault: { kind: "answer", when: "before", status: 500 }, again: true },
    { name: "a reset", fault: { kind: "reset", when: "before" }, again: true },
    { name: "403", fault: { kind: "answer", when: "before", status: 403 }, again: false },
    { name: "an empty body", fault: { kind: "empty-body" }, again: false },
  ];
  it.for(troubles)("is a help and no condition: $name", async ({ fault, again }, { expect }) => {
    const { exitCode, log, wire } = await play({ faults: [{ ...fault, path: /history/ }] });
    expect(exitCode).toBe(0);
    expect(log).toEqual([started(), "success · Ns"]);
    expect(wire).toEqual([HISTORY, ...(again ? [HISTORY] : []), START, look()]);
  });

  it("holds the start up for 3 s and no longer", async ({ expect }) => {
    const { exitCode, log, sandbox } = await play({
      faults: [{ kind: "hang", when: "before", path: /history/, times: 5 }],
    });
    expect(exitCode).toBe(0);
    expect(log).toEqual([started(), "success · Ns"]);
    const [history, start] = sandbox.requests;
    expect((start?.at ?? 0) - (history?.at ?? 0)).toBeLessThan(15_000);
  });
});
