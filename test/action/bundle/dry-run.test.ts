import { describe, it } from "vitest";
import { HISTORY, look, play, type Scene } from "./play.ts";

const DRY = { "dry-run": "true" };
const FLOW = "GET /v1/flows/7";
const BEGIN = ["Dry run: nothing will be started", "ok · the inputs are complete and well-formed"];
const OF_FLOW_8 = '{"auditId":8721999,"flowId":8,"status":"running"}';
const NOT_CHECKED =
  "not checked · whether the role may run the flow, and whether the flow knows these parameters";

describe.concurrent("a dry run", () => {
  interface Row {
    readonly name: string;
    readonly scene: Scene;
    readonly log: readonly string[];
    readonly wire: readonly string[];
    readonly outputs: Readonly<Record<string, string>>;
  }
  const reached = {
    "flow-id": "7",
    "flow-name": "Load orders",
    outcome: "skipped",
    message: "Dry run: flow 7 can be reached; nothing was started.",
  };
  const rows: readonly Row[] = [
    {
      name: "says what would be sent",
      scene: { inputs: { ...DRY, parameters: "day=2026-05-09" } },
      log: [
        ...BEGIN,
        "ok · HOST answers and accepts api-key",
        'ok · flow 7 is "Load orders"',
        "ok · history: no run yet",
        'would send · POST /v1/flows/7/run {"day":"2026-05-09"}',
        NOT_CHECKED,
      ],
      wire: [FLOW, HISTORY],
      outputs: reached,
    },
    {
      name: "shows the query of the start",
      scene: { inputs: { ...DRY, "run-query": "?parallel=true" } },
      log: [
        ...BEGIN,
        "ok · HOST answers and accepts api-key",
        'ok · flow 7 is "Load orders"',
        "ok · history: no run yet",
        "would send · POST /v1/flows/7/run?parallel=true {}",
        NOT_CHECKED,
      ],
      wire: [FLOW, HISTORY],
      outputs: reached,
    },
    {
      name: "with an audit id says which run would be followed",
      scene: {
        inputs: { ...DRY, "audit-id": "8721934" },
        before: ({ model }) => {
          model.begin(7, { startedBy: "scheduler", plan: { runningMs: 60_000 } });
        },
      },
      log: [
        ...BEGIN,
        "ok · HOST answers and accepts api-key",
        'ok · flow 7 is "Load orders"',
        "ok · history: last run 8721934 running",
        "ok · run 8721934 is running",
        "would follow · run 8721934; nothing is started",
      ],
      wire: [FLOW, HISTORY, look()],
      outputs: reached,
    },
    {
      name: "looks the name up",
      scene: { inputs: { ...DRY, "flow-id": "", "flow-name": "Load orders" } },
      log: [
        ...BEGIN,
        "ok · HOST answers and accepts api-key",
        'ok · flow 7 is "Load orders"',
        "ok · history: no run yet",
        "would send · POST /v1/flows/7/run {}",
        NOT_CHECKED,
      ],
      wire: ["GET /v1/flows?q=Load+orders", FLOW, HISTORY],
      outputs: reached,
    },
    {
      name: "tells of the last run and of one that is running",
      scene: {
        inputs: { ...DRY, "if-running": "wait" },
        before: ({ model }) => {
          model.begin(7, { startedBy: "scheduler", plan: { runningMs: 60_000 } });
        },
      },
      log: [
        ...BEGIN,
        "ok · HOST answers and accepts api-key",
        'ok · flow 7 is "Load orders"',
        "ok · history: last run 8721934 running",
        "note · a run of this flow is running now; if-running is wait",
        "would send · POST /v1/flows/7/run {}",
        NOT_CHECKED,
      ],
      wire: [FLOW, HISTORY],
      outputs: reached,
    },
    {
      name: "goes on without a history",
      scene: {
        inputs: DRY,
        faults: [{ kind: "answer", when: "before", status: 403, path: /history/ }],
      },
      log: [
        ...BEGIN,
        "ok · HOST answers and accepts api-key",
        'ok · flow 7 is "Load orders"',
        "not checked · the history cannot be read, so if the answer to the start is lost, nobody can tell whether it worked",
        "would send · POST /v1/flows/7/run {}",
        NOT_CHECKED,
      ],
      wire: [FLOW, HISTORY],
      outputs: reached,
    },
    {
      name: "goes on where the role may not read flows",
      scene: {
        inputs: DRY,
        faults: [{ kind: "answer", when: "before", status: 403, path: /flows\/7$/ }],
      },
      log: [
        ...BEGIN,
        "ok · HOST answers and accepts api-key",
        "not checked · the name of flow 7: this role may not read it",
        "ok · history: no run yet",
        "would send · POST /v1/flows/7/run {}",
        NOT_CHECKED,
      ],
      wire: [FLOW, HISTORY],
      outputs: {
        "flow-id": "7",
        outcome: "skipped",
        message: "Dry run: flow 7 can be reached; nothing was started.",
      },
    },
  ];
  it.for(rows)("$name", async ({ scene, log, wire, outputs }, { expect }) => {
    const played = await play(scene);
    expect(played.log).toEqual(log);
    expect(played.exitCode).toBe(0);
    expect(played.wire).toEqual(wire);
    const { result, results, ...others } = played.outputs;
    expect(others).toEqual(outputs);
    expect(JSON.parse(result ?? "")).toMatchObject({ outcome: "skipped", verdict: "pass" });
    expect(results).toBe(`[${result}]`);
    expect(played.state).toEqual({});
    expect(played.summary).toContain("Dry run: flow 7 can be reached; nothing was started.");
    expect(played.sandbox.model.runs.filter(run => run.startedBy === "api")).toEqual([]);
  });

  const refused = [
    {
      name: "a flow that is not there",
      scene: { inputs: { ...DRY, "flow-id": "8" } },
      sentence:
        "Flow 8 on HOST was not found (404: Flow 8 not found). Check flow-id, that the user behind api-key can see the flow, and that base-url is your instance's address, ending in /rest.",
    },
    {
      name: "a wrong key",
      scene: { inputs: { ...DRY, "api-key": "W".repeat(64) } },
      sentence:
        "Etlworks did not accept api-key on HOST (401: Full authentication is required to access this resource). Check it, or make a new API key under Settings → Users → Edit → API Key.",
    },
    {
      name: "the key of an API User",
      scene: { inputs: DRY, sandbox: { role: "API User" } },
      sentence:
        "The user behind api-key may not read the flow on HOST (403: Access is denied: role 'API User' cannot perform this operation). Give that user the Operator role; a key of an \"API User\" can call user-defined APIs only.",
    },
    {
      name: "a name that nobody has",
      scene: { inputs: { ...DRY, "flow-id": "", "flow-name": "Lode orders" } },
      sentence:
        'flow-name: no flow is called "Lode orders"; similar names: "Load orders" (7). Names are compared exactly, capitals included.',
    },
    {
      name: "a web site",
      scene: {
        inputs: DRY,
        faults: [{ kind: "html", when: "before", times: Number.POSITIVE_INFINITY }],
      },
      sentence:
        "HOST/rest/v1/flows/7 answered with an HTML page instead of JSON. That is a web site, not the API: check base-url.",
    },
  ] as const;
  it.for(refused)("refuses $name", async ({ scene, sentence }, { expect }) => {
    const played = await play(scene);
    expect(played.log).toEqual([...BEGIN, `[error] Etlworks flow: refused: ${sentence}`]);
    expect(played.exitCode).toBe(1);
    expect(played.sandbox.model.runs).toEqual([]);
    expect(played.wire.filter(call => call.startsWith("POST"))).toEqual([]);
  });

  const unfollowed = [
    {
      name: "that is not there",
      faults: [],
      sentence:
        "audit-id: Etlworks has no record of run 8721999 of flow 7 (Execution 8721999 not found). Use the audit-id output of the step that started the run, and check flow-id.",
    },
    {
      name: "of another flow",
      faults: [{ kind: "answer", when: "before", status: 200, body: OF_FLOW_8 }],
      sentence:
        "audit-id: run 8721999 is a run of flow 8, not of flow 7. Check audit-id and flow-id.",
    },
    {
      name: "whose status may not be read",
      faults: [{ kind: "answer", when: "before", status: 403 }],
      sentence:
        'The user behind api-key may not read the status of the run on HOST (403: Request failed). Give that user the Operator role; a key of an "API User" can call user-defined APIs only.',
    },
  ] as const;
  it.for(unfollowed)("refuses to follow a run $name", async ({ faults, sentence }, { expect }) => {
    const played = await play({
      inputs: { ...DRY, "audit-id": "8721999" },
      faults: faults.map(fault => ({ ...fault, path: /auditId=/ })),
    });
    expect(played.log.at(-1)).toBe(`[error] Etlworks flow: refused: ${sentence}`);
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual([FLOW, HISTORY, look("8721999")]);
  });
});
