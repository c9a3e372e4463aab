import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { IF_RUNNING } from "../../shared/run/if-running.ts";
import type { RunRequest } from "../../shared/run/run-request.ts";
import type { Fault, FaultRule } from "../sandbox/faults.ts";
import type { Flow } from "../sandbox/flow.ts";
import type { User } from "../sandbox/users.ts";
import { playOverSockets, playVirtually, type Scene, type Stage } from "./two-worlds.ts";

/**
 * The laboratory's wire against the sandbox over real sockets: every call meets every fault, and
 * whole runs go through, with the same replies, events, outcomes, requests and truth on both. Where
 * they agree, what the laboratory finds is true of the real thing.
 */

const editor: User = { login: "eve", password: "p4ss", role: "Editor", apiKey: "key-0451" };
const viewer: User = { login: "vic", password: "p4ss", role: "Viewer", apiKey: "key-0007" };

const FAULTS: Readonly<Record<string, Fault>> = {
  "a delay before": { kind: "delay", when: "before", ms: 20 },
  "a delay after": { kind: "delay", when: "after", ms: 20 },
  "a reset before": { kind: "reset", when: "before" },
  "a reset after": { kind: "reset", when: "after" },
  "a hang-up before": { kind: "hang-up", when: "before" },
  "a hang-up after": { kind: "hang-up", when: "after" },
  "a hang before": { kind: "hang", when: "before" },
  "a hang after": { kind: "hang", when: "after" },
  "500 before": { kind: "answer", when: "before", status: 500 },
  "503 after": { kind: "answer", when: "after", status: 503 },
  "502 as HTML": { kind: "html", when: "after", status: 502 },
  "a web site": { kind: "html", when: "before" },
  "429 in seconds": { kind: "rate-limited", seconds: 7 },
  "429 as a date": { kind: "rate-limited", seconds: 7, as: "date" },
  "429 alone": { kind: "answer", when: "before", status: 429 },
  "a redirect": { kind: "redirect", when: "before", location: "https://other.example.com/login" },
  "303": { kind: "redirect", when: "after", location: "/elsewhere", status: 303 },
  "half a body": { kind: "half-body" },
  "cut JSON": { kind: "cut-json" },
  "no body": { kind: "empty-body" },
  null: { kind: "null" },
  "{}": { kind: "empty-object" },
  garbage: { kind: "garbage" },
  "success: false": { kind: "body", body: '{"success":false,"error":"Down for the night"}' },
  "an endless body": { kind: "endless-body" },
  "a slow drip": { kind: "slow-drip", everyMs: 1, bytes: 40 },
  "another run": { kind: "other-audit-id" },
  "an odd word": { kind: "status-word", word: "suspended" },
  "400": { kind: "answer", when: "before", status: 400 },
  "401": { kind: "answer", when: "before", status: 401 },
  "403": { kind: "answer", when: "before", status: 403 },
  "404": { kind: "answer", when: "before", status: 404 },
  "408": { kind: "answer", when: "before", status: 408 },
};

// Sockets need none of these; time limits and the faults that wait do.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterAll(() => {
  vi.useRealTimers();
});
const timers = { advance: (milliseconds: number) => void vi.advanceTimersByTime(milliseconds) };

const CALLS: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  flows: ({ client }) => client.flows({ q: "nightly", tag: ["a b", "c"], sort: "-name" }),
  flow: ({ client }) => client.flow(7),
  start: ({ client }) => client.start(7, { file: "ü & ?" }, "parallel=true"),
  execution: ({ client, model }) => client.execution(7, model.runs[0]?.auditId ?? ""),
  history: ({ client }) => client.history(7, { limit: 3, offset: 1 }),
  async consoleLog({ client, model }) {
    const reply = await client.consoleLog(7, model.runs[0]?.auditId ?? "");
    // Blanks for ever are 10 MB of them on the one side and fewer on the other.
    return reply.kind === "value" ? { ...reply.value, text: squeezed(reply.value.text) } : reply;
  },
  stop: ({ client }) => client.send("POST", "/v1/flows/7/stop?auditId=8721937"),
};

describe.each(Object.keys(CALLS))("%s agrees in both worlds", name => {
  const call = CALLS[name];
  it.each(Object.keys(FAULTS))("with %s", async fault => {
    const rule = FAULTS[fault];
    if (call === undefined || rule === undefined) throw new Error("unknown");
    await agree({ ...sceneWith([rule]) }, async stage => {
      stage.model.begin(7, { startedBy: "user", plan: { runningMs: 500 } });
      await stage.wait(1_000);
      return [await call(stage), await call(stage)];
    });
  });
});

describe("a login agrees in both worlds", () => {
  it.each(Object.keys(FAULTS))("with %s", async fault => {
    const rule = FAULTS[fault];
    if (rule === undefined) throw new Error("unknown");
    const faults = [{ ...rule, path: /token-auth/, skip: 1, times: 2 }];
    const scene: Scene = { ...sceneWith(faults), signIn: "login" };
    await agree({ ...scene, server: { ...scene.server, tokenLifetimeMs: 1_000 } }, async stage => {
      const replies = [];
      for (let round = 0; round < 4; round++) {
        replies.push(await stage.client.flow(7));
        await stage.wait(1_000);
      }
      return replies;
    });
  });
});

const request: RunRequest = {
  flowId: 7,
  parameters: { file: "a.csv" },
  runQuery: "",
  ifRunning: "fail",
  wait: true,
  timeoutMs: 600_000,
  patienceMs: 60_000,
};

const look = /executions\/7\?/;
const start = /\/run/;
const history = /\/history/;

const RUNS: Readonly<Record<string, Partial<Scene> & { readonly request?: Partial<RunRequest> }>> =
  {
    "a plain run": {},
    "a run that fails": {
      server: server({ runs: [{ runningMs: 9_000, end: "error", message: "x" }] }),
    },
    "not waiting": { request: { wait: false } },
    "a start that another start keeps from running": {},
    "code 3": { server: server({ starts: [{ code: 3 }] }) },
    "success: false": { server: server({ starts: [{ refusal: "The flow is disabled" }] }) },
    "a role that is too small": { user: viewer },
    "a flow that is not there": { request: { flowId: 8 } },
    "429 twice": { faults: [{ kind: "rate-limited", seconds: 7, path: start, times: 2 }] },
    "an answer lost": { faults: [{ kind: "reset", when: "after", path: start }] },
    "an answer never given": { faults: [{ kind: "hang", when: "after", path: start }] },
    "a start lost": { faults: [{ kind: "hang-up", when: "before", path: start }] },
    "a web site": { faults: [{ kind: "html", when: "before", times: 9 }] },
    "no history": {
      faults: [{ kind: "answer", when: "before", status: 500, path: history, times: 9 }],
    },
    "eight poll faults in a row": {
      faults: [
        { kind: "reset", when: "after", path: look },
        { kind: "answer", when: "before", status: 500, path: look },
        { kind: "html", when: "before", path: look },
        { kind: "half-body", path: look },
        { kind: "cut-json", path: look },
        { kind: "hang", when: "before", path: look },
        { kind: "rate-limited", seconds: 30, as: "date", path: look },
        { kind: "other-audit-id", path: look },
        { kind: "null", path: look },
      ],
    },
    "a record that comes late": {
      server: server({
        runs: [{ runningMs: 60_000, missing: [{ untilMs: 20_000, answer: "null" }] }],
      }),
    },
    "a record that never comes": {
      server: server({ runs: [{ missing: [{ answer: "not-found" }] }] }),
    },
    "a deadline": {
      server: server({ runs: [{ runningMs: Number.POSITIVE_INFINITY }] }),
      request: { timeoutMs: 30_000 },
    },
  };

describe("a run agrees in both worlds", () => {
  it.each(Object.keys(RUNS))("%s", async name => {
    const { request: changes, ...scene } = RUNS[name] ?? {};
    await agree({ ...sceneWith([]), ...scene }, ({ run }) => run({ ...request, ...changes }));
  });

  it.each(IF_RUNNING)("when another is running: %s", async ifRunning => {
    await agree(sceneWith([]), async ({ run, model }) => {
      model.begin(7, { startedBy: "user", plan: { runningMs: 20_000 } });
      return run({ ...request, ifRunning });
    });
  });

  it("with tokens that live a second", async () => {
    const scene = sceneWith([]);
    const lifetime = { ...scene, server: { ...scene.server, tokenLifetimeMs: 1_000 } };
    await agree({ ...lifetime, signIn: "login" }, ({ run }) => run(request));
  });
});

async function agree<Result>(scene: Scene, play: (stage: Stage) => Promise<Result>): Promise<void> {
  const real = await playOverSockets(scene, play, timers);
  const virtual = await playVirtually(scene, play);
  expect(virtual).toEqual(real);
}

function sceneWith(faults: readonly FaultRule[]): Scene {
  return { server: server({}), faults };
}

function server(flow: Partial<Flow>): Scene["server"] {
  const usual: Flow = {
    id: 7,
    name: "Orders nightly",
    past: [1, 2, 3].map(day => ({
      startedAt: Date.UTC(2026, 4, day),
      durationMs: 30_000 + day * 1_000,
    })),
    runs: [{ queuedMs: 2_000, runningMs: 31_000, records: 12 }],
    ...flow,
  };
  return {
    users: [editor, viewer],
    flows: [usual],
    stopRequest: "POST /v1/flows/{flow-id}/stop?auditId={audit-id}",
    parallelQuery: "parallel=true",
  };
}

/** Without what differs: how many blanks there are, and where long lines of them are cut. */
function squeezed(text: string): string {
  return text.replace(/[\s…]+/g, " ").trim();
}
