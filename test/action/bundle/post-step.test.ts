import { describe, it } from "vitest";
import type { FaultRule } from "../../sandbox/faults.ts";
import { runStep } from "../run-bundle.ts";
import { playNight } from "./many-flows.ts";
import { FLOW, look, playBoth, type Scene, STOP_REQUEST, started } from "./play.ts";

/** What the post step does, after whatever became of the step. It never fails the job. */
const ENDLESS = { runningMs: Number.POSITIVE_INFINITY };
const STOP = "POST /v1/flows/7/stop?auditId=8721934 {}";
const ASKED = "Etlworks was asked to stop run 8721934; it may need some minutes to end.";
const kill =
  (name: NodeJS.Signals): NonNullable<Scene["whileRunning"]> =>
  async ({ signal, printed }) => {
    await printed(" flow 7 on ");
    signal(name);
  };
const SETTINGS = '{"baseUrl":"http://127.0.0.1:9/rest","failOnWarning":false}';
const stoppable = {
  sandbox: { role: "Editor" },
  run: ENDLESS,
  inputs: { "stop-request": STOP_REQUEST },
} as const;

describe.concurrent("the post step", () => {
  interface Row {
    readonly name: string;
    readonly scene: Scene;
    readonly log: readonly string[];
    readonly wire: readonly string[];
  }
  const rows: readonly Row[] = [
    { name: "after success: nothing to do", scene: {}, log: [], wire: [] },
    { name: "after a failure", scene: { run: { end: "error" } }, log: [], wire: [] },
    {
      name: "after a start without waiting",
      scene: { ...stoppable, inputs: { ...stoppable.inputs, wait: "false" } },
      log: [],
      wire: [],
    },
    {
      name: "after a start that was none",
      scene: { flow: { starts: [{ code: 3 }] }, inputs: stoppable.inputs },
      log: [],
      wire: [],
    },
    {
      name: "after a timeout without a stop request",
      scene: { run: ENDLESS, inputs: { timeout: "3s" } },
      log: [],
      wire: [],
    },
    {
      name: "after a cancelled job whose run has stopped: looks, and leaves it",
      scene: { ...stoppable, whileRunning: kill("SIGINT") },
      log: ["Run 8721934 of flow 7 has ended: canceled"],
      wire: [look()],
    },
    {
      name: "after a cancelled job whose run goes on: asks once more",
      scene: {
        ...stoppable,
        run: { ...ENDLESS, whenStopped: { ignored: true } },
        whileRunning: kill("SIGTERM"),
      },
      log: [ASKED],
      wire: [look(), STOP],
    },
    {
      name: "after a timeout whose stop was lost: asks once more",
      scene: {
        ...stoppable,
        inputs: { ...stoppable.inputs, timeout: "8s" },
        faults: [{ kind: "reset", when: "before", path: /stop/ }],
      },
      log: [ASKED],
      wire: [look(), STOP],
    },
    {
      name: "after a step that was killed outright: stops its run",
      scene: { ...stoppable, whileRunning: kill("SIGKILL") },
      log: [ASKED],
      wire: [look(), STOP],
    },
    {
      name: "after a step that was killed, and whose run has ended since",
      scene: {
        ...stoppable,
        whileRunning: kill("SIGKILL"),
        post: ({ model }) => model.end("8721934", "success"),
      },
      log: ["Run 8721934 of flow 7 has ended: success"],
      wire: [look()],
    },
    {
      name: "after a step that was killed, without a stop request: says so",
      scene: { run: ENDLESS, whileRunning: kill("SIGKILL") },
      log: [
        "Run 8721934 of flow 7 was never seen to end and may still be running. Set stop-request to stop it with the job",
      ],
      wire: [look()],
    },
    {
      name: "after a step that was killed while it followed the run of another: never stops it",
      scene: {
        ...stoppable,
        inputs: { ...stoppable.inputs, "if-running": "attach" },
        before: ({ model }) => {
          model.begin(7, { startedBy: "user", plan: ENDLESS });
        },
        whileRunning: kill("SIGKILL"),
      },
      log: ["Not stopping run 8721934: this step did not start it."],
      wire: [look()],
    },
    {
      name: "after a step that was killed while it followed the run of another: advises on no stop",
      scene: {
        run: ENDLESS,
        inputs: { "if-running": "attach" },
        before: ({ model }) => {
          model.begin(7, { startedBy: "user", plan: ENDLESS });
        },
        whileRunning: kill("SIGKILL"),
      },
      log: ["Run 8721934 of flow 7 was never seen to end and may still be running"],
      wire: [look()],
    },
    {
      name: "for a user who may not stop: a warning that names the role",
      scene: { ...stoppable, sandbox: { role: "Operator" }, whileRunning: kill("SIGKILL") },
      log: [
        "[warning] Stop request: Etlworks refused to stop run 8721934 (403: Access is denied: role 'Operator' cannot perform this operation). Stopping needs the Editor or Administrator role; Operator may run flows, but not stop them. The run is still running.",
      ],
      wire: [look(), STOP],
    },
    {
      name: "on a server that answers nothing but 500",
      scene: {
        ...stoppable,
        whileRunning: kill("SIGKILL"),
        post: sandbox => {
          sandbox.fault({
            kind: "answer",
            when: "before",
            status: 500,
            times: Number.POSITIVE_INFINITY,
          });
        },
      },
      log: [
        "[warning] Stop request: The stop request for run 8721934 had no usable answer (HOST/rest/v1/flows/7/stop answered 500: Could not open JPA EntityManager for transaction). The run may still be running.",
      ],
      wire: [look(), STOP],
    },
    {
      name: "on a server that answers the stop request with a page: says that it is not known",
      scene: {
        ...stoppable,
        whileRunning: kill("SIGKILL"),
        post: sandbox => {
          sandbox.fault({ kind: "html", when: "before", path: /stop/ });
        },
      },
      log: [
        "[warning] Stop request: It is not known whether Etlworks stops run 8721934: HOST/rest/v1/flows/7/stop answered 200 with an HTML page. Check the path in stop-request, and look at the run in Etlworks.",
      ],
      wire: [look(), STOP],
    },
    {
      name: "with a key that no longer works",
      scene: {
        ...stoppable,
        whileRunning: kill("SIGKILL"),
        post: ({ model }) => model.changeApiKey("edgar@example.com", undefined),
      },
      log: [
        "[warning] Stop request: Etlworks did not accept the credentials of the stop request for run 8721934 (401). The run is still running.",
      ],
      wire: [look(), STOP],
    },
  ];
  it.for(rows)("$name", async ({ scene, log, wire }, { expect }) => {
    const { main, post } = await playBoth(scene);
    if (scene.flow?.starts === undefined)
      expect(main.log[0]).toContain(" flow 7 on HOST · audit id");
    expect(post.log).toEqual(log);
    expect(post.wire).toEqual(wire);
    expect(post.exitCode).toBe(0);
  });

  it("stops an endless run for somebody who logs in", async ({ expect }) => {
    const { main, post } = await playBoth({
      ...stoppable,
      inputs: {
        ...stoppable.inputs,
        "api-key": "",
        username: "edgar@example.com",
        password: "edgar-likes-cold-brew-7",
      },
      whileRunning: kill("SIGKILL"),
    });
    expect(main.log).toEqual([started()]);
    expect(post.log).toEqual([ASKED]);
    expect(post.wire.slice(1)).toEqual([look(), STOP]);
    expect(post.sandbox.model.runs[0]?.end).toBe("canceled");
  });

  it("gives up on a server that hangs", async ({ expect }) => {
    const { post } = await playBoth({
      ...stoppable,
      whileRunning: kill("SIGKILL"),
      post: sandbox => {
        sandbox.fault({ kind: "hang", when: "before", times: Number.POSITIVE_INFINITY });
      },
    });
    expect(post.exitCode).toBe(0);
    expect(post.log).toEqual([
      "[warning] Stop request: The stop request for run 8721934 had no usable answer (HOST/rest/v1/flows/7/stop: no complete answer within 5 s). The run may still be running.",
    ]);
    expect(post.elapsedMs).toBeLessThan(30_000);
  });

  const strange = [
    {},
    { "run-1": '{"flowId":"7","auditId":1}', settings: SETTINGS },
    {
      "run-1": '{"flowId":7,"auditId":"8","origin":"started","phase":"unknown"}',
      settings: SETTINGS,
    },
    { "run-1": "{", settings: "null" },
  ];
  it.for(strange)("does nothing with the state %j", async (state, { expect }) => {
    const { exitCode, lines, commands } = await runStep({
      phase: "post",
      state,
      inputs: { "base-url": "http://127.0.0.1:1", "api-key": "abcdefgh12345678", "flow-id": "7" },
    });
    expect(exitCode).toBe(0);
    expect([...lines, ...commands]).toEqual([]);
  });

  it("warns when it has no credentials, and asks nobody", async ({ expect }) => {
    const run = { flowId: 7, auditId: "8721934", origin: "started", phase: "following" };
    const { exitCode, commands } = await runStep({
      phase: "post",
      state: {
        settings: JSON.stringify({ baseUrl: "http://127.0.0.1:9/rest", failOnWarning: false }),
        "run-1": JSON.stringify(run),
      },
      inputs: { "flow-id": "7" },
    });
    expect(exitCode).toBe(0);
    expect(commands.map(({ name, text }) => `${name}: ${text.slice(0, 82)}`)).toEqual([
      "warning: Run 8721934 of flow 7 was never seen to end and may still be running. The clean-up",
    ]);
  });
});

describe.concurrent("a start that the server answers with the id of an old run", () => {
  const OLD = "41";
  const old: readonly FaultRule[] = [
    { kind: "body", path: /run$/, body: JSON.stringify({ status: 0, auditId: OLD, flowId: 7 }) },
    {
      kind: "answer",
      when: "before",
      status: 200,
      path: /auditId=41/,
      times: Number.POSITIVE_INFINITY,
      body: JSON.stringify({
        auditId: OLD,
        flowId: 7,
        status: "running",
        started: Date.now() - 3_600_000,
      }),
    },
  ];
  const scene: Scene = { ...stoppable, faults: old };
  const BEFORE = /it began .* before the start was sent/;

  it("is left alone, and no later step gets its id", async ({ expect }) => {
    const { main, post } = await playBoth({
      ...scene,
      inputs: { ...stoppable.inputs, "poll-interval": "1s" },
    });
    expect(main.outputs["outcome"]).toBe("start-unknown");
    expect(main.outputs["audit-id"]).toBe("");
    expect(main.state["run-1"]).toContain('"phase":"not-ours"');
    expect(main.log[1]).toMatch(/^Run 41 is not the one that this step started/);
    expect(main.log[1]).toMatch(BEFORE);
    expect(post.wire).toEqual([]);
    expect(post.log).toEqual([]);
  });

  it("is not stopped either when the step is killed before it knows", async ({ expect }) => {
    const { main, post } = await playBoth({ ...scene, whileRunning: kill("SIGKILL") });
    expect(main.state["run-1"]).toContain('"phase":"following"');
    expect(post.wire).toEqual([look(OLD)]);
    expect(post.log).toHaveLength(1);
    expect(post.log[0]).toMatch(/Run 41 of flow 7 is not the one that this step started/);
    expect(post.log[0]).toMatch(BEFORE);
  });

  it.for(["SIGINT", "SIGTERM"] as const)(
    "is not stopped by %s before the first poll",
    async (signal, { expect }) => {
      const { main, post } = await playBoth({ ...scene, whileRunning: kill(signal) });
      expect(main.wire.at(-1)).toBe(look(OLD));
      expect(main.wire.join()).not.toContain("stop");
      expect(main.outputs["outcome"]).toBe("start-unknown");
      expect(main.outputs["audit-id"]).toBe("");
      expect(main.state["run-1"]).toContain('"phase":"not-ours"');
      expect(main.log.at(-1)).toMatch(BEFORE);
      expect(post.wire).toEqual([]);
    },
  );

  it("is not stopped by a step with several flows", async ({ expect }) => {
    const { main, postRequests } = await playNight({
      flows: [FLOW, { ...FLOW, id: 8, name: "Load customers" }],
      inputs: { ...stoppable.inputs, flows: "7\n8", "poll-interval": "1s" },
      faults: old.map(fault => ({
        ...fault,
        ...(fault.kind === "body" ? { path: /7.run$/ } : {}),
      })),
      post: true,
    });
    expect(Object.values(main.state).join("\n")).toContain(
      '"auditId":"41","origin":"started","phase":"not-ours"',
    );
    expect(main.outputs["audit-id"] ?? "").toBe("");
    expect(main.exitCode).toBe(1);
    expect(postRequests).toEqual([]);
  });
});

describe.concurrent("a run that a killed step had adopted", () => {
  const adopting: Scene = {
    ...stoppable,
    faults: [{ kind: "reset", when: "after", path: /run$/ }],
    whileRunning: kill("SIGKILL"),
  };

  it("is stopped when its record says nothing against it", async ({ expect }) => {
    const { main, post } = await playBoth(adopting);
    expect(main.state["run-1"]).toContain('"origin":"adopted"');
    expect(post.log).toEqual([ASKED]);
    expect(post.wire).toEqual([look(), STOP]);
  });

  it.for([
    ["a listener began it", { messageId: "m-1" }, "a message to a listener started it"],
    ["it is of another flow", { flowId: 8 }, "it is a run of flow 8"],
  ] as const)("is left alone when %s", async ([, more, why], { expect }) => {
    const { post } = await playBoth({
      ...adopting,
      post: sandbox => {
        const record = { auditId: "8721934", flowId: 7, status: "running", ...more };
        sandbox.fault({ kind: "body", path: /auditId=/, body: JSON.stringify(record) });
      },
    });
    expect(post.wire).toEqual([look()]);
    expect(post.log).toEqual([
      `[warning] Run Etlworks Flow: Run 8721934 of flow 7 is not the one that this step started, so it is left alone: ${why}`,
    ]);
  });

  it("is left alone when no record can be read", async ({ expect }) => {
    const { post } = await playBoth({
      ...adopting,
      post: sandbox => {
        sandbox.fault({ kind: "answer", when: "before", status: 500, path: /auditId=/ });
      },
    });
    expect(post.wire).toEqual([look()]);
    expect(post.log).toEqual([
      expect.stringMatching(
        /^\[warning\] Stop request: The record of run 8721934 could not be read/,
      ),
    ]);
  });
});
