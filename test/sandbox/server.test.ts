import { afterEach, describe, expect, it } from "vitest";
import type { FaultRule } from "./faults.ts";
import { type Exchange, exchange, type RawRequest } from "./raw-client.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./server.ts";

const open: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(sandbox => sandbox.close()));
});

describe("the server", () => {
  it("answers as the model does, byte for byte", async () => {
    let at = Date.UTC(2026, 4, 9, 6, 0, 0);
    const sandbox = await started({ now: () => at, requestsPerMinute: 9 });
    const twin = await started({ now: () => at, requestsPerMinute: 9 });
    const calls: readonly (RawRequest & { readonly wait?: number })[] = [
      { path: "/rest/v1/flows?q=stripe&sort=-name" },
      { path: "/rest/v1/flows/12345/run", method: "POST", body: '{"run date":"2026-05-09 — ü"}' },
      { path: "/rest/v1/flows/12345/run", method: "POST", body: "{}" },
      { path: "/rest/v1/executions/12345?auditId=8721944", wait: 5_000 },
      { path: "/rest/v1/executions/12345?auditId=8721944", wait: 5_000 },
      { path: "/rest/v1/executions/12345/history?limit=3" },
      { path: "/rest/v1/executions/console/download?flowId=12345&auditId=8721944" },
      { path: "/rest/v1/flows/999/run", method: "POST", body: "{}" },
      { path: "/v1/flows" },
      { path: "/rest/v1/flows", headers: { authorization: "Bearer wrong" } },
      { path: "/rest/v1/flows" },
    ];
    for (const { wait = 0, ...call } of calls) {
      at += wait;
      const { method = "GET", path, body = "" } = call;
      const headers = { ...credentials(sandbox), ...call.headers };
      const expected = twin.model.answer({ method, path, headers, body });
      const seen = await exchange(sandbox.origin, { ...call, headers });
      expect(seen).toMatchObject({ kind: "reply", status: expected.status, body: expected.body });
      if (seen.kind === "reply") expect(seen.headers).toMatchObject(expected.headers);
    }
    expect(sandbox.model.runs).toEqual(twin.model.runs);
    expect(sandbox.requests.map(request => request.status)).toEqual([
      200, 200, 200, 200, 200, 200, 200, 404, 404, 401, 429,
    ]);
  });

  it("records each request whole", async () => {
    const seen: string[] = [];
    const onRequest: SandboxOptions["onRequest"] = ({ method, path }) =>
      seen.push(`${method} ${path}`);
    const sandbox = await started({ onRequest, now: () => 1_000 });
    await startRun(sandbox, "{}", { "user-agent": "test/1" });
    expect(seen).toEqual(["POST /rest/v1/flows/1/run"]);
    expect(sandbox.requests).toMatchObject([
      {
        method: "POST",
        path: "/rest/v1/flows/1/run",
        headers: { "user-agent": "test/1", authorization: `Bearer ${sandbox.apiKey}` },
        body: "{}",
        at: 1_000,
        fault: undefined,
        status: 404,
      },
    ]);
  });

  it("gives the key of the role asked for", async () => {
    const sandbox = await started({ ...one, role: "Viewer" });
    expect(await startRun(sandbox)).toMatchObject({ kind: "reply", status: 403 });
  });

  it("says so when its port is taken", async () => {
    const sandbox = await started();
    const port = Number(new URL(sandbox.origin).port);
    await expect(startSandbox({ port })).rejects.toThrow("EADDRINUSE");
  });

  it("closes at once, with answers pending and connections open", async () => {
    const timers = countTimers();
    const sandbox = await startSandbox(one);
    sandbox.fault({ kind: "hang", when: "before" });
    sandbox.fault({ kind: "delay", ms: 60_000 });
    sandbox.fault({ kind: "slow-drip", everyMs: 60_000 });
    const calls = [1, 2, 3].map(() => startRun(sandbox));
    while (sandbox.requests.length < 3) await new Promise(resolve => setImmediate(resolve));
    const before = performance.now();
    await sandbox.close();
    // Of the minute that two of the answers still had to wait.
    expect(performance.now() - before).toBeLessThan(20_000);
    const ends = await Promise.all(calls);
    expect(ends.map(end => end.kind)).toEqual(expect.arrayContaining(["failed", "failed"]));
    expect(ends.every(end => end.kind !== "reply")).toBe(true);
    // Not the same number: vitest has timers of its own in this process, and those may end meanwhile.
    expect(countTimers()).toBeLessThanOrEqual(timers);
  });
});

describe("a fault hits the start call", () => {
  const html = /^<!DOCTYPE html>/;
  const whole = '{"flowId":1,"auditId":8721934,"status":0}';
  const table: readonly (readonly [string, FaultRule, Expected])[] = [
    ["delay", { kind: "delay", ms: 5 }, { status: 200, body: whole, runs: 1 }],
    ["delay after", { kind: "delay", ms: 5, when: "after" }, { status: 200, body: whole, runs: 1 }],
    ["reset before", { kind: "reset", when: "before" }, { failed: "read ECONNRESET", runs: 0 }],
    ["reset after", { kind: "reset", when: "after" }, { failed: "read ECONNRESET", runs: 1 }],
    ["hang-up before", { kind: "hang-up", when: "before" }, { failed: "socket hang up", runs: 0 }],
    ["hang-up after", { kind: "hang-up", when: "after" }, { failed: "socket hang up", runs: 1 }],
    ["hang before", { kind: "hang", when: "before" }, { failed: "silence", runs: 0 }],
    ["hang after", { kind: "hang", when: "after" }, { failed: "silence", runs: 1 }],
    [
      "500 before",
      { kind: "answer", when: "before", status: 500 },
      { status: 500, body: /"error":"Internal Server Error"/, runs: 0 },
    ],
    ["500 after", { kind: "answer", when: "after", status: 500 }, { status: 500, runs: 1 }],
    ["503", { kind: "answer", when: "after", status: 503, body: "busy" }, busy()],
    [
      "502 HTML",
      { kind: "html", when: "after", status: 502 },
      { status: 502, body: html, runs: 1 },
    ],
    ["200 HTML", { kind: "html", when: "before" }, { status: 200, body: html, runs: 0 }],
    [
      "429 with seconds",
      { kind: "rate-limited", seconds: 2 },
      { status: 429, headers: { "retry-after": "2" }, runs: 0 },
    ],
    [
      "429 with a date",
      { kind: "rate-limited", seconds: 2, as: "date" },
      { status: 429, headers: { "retry-after": "Thu, 01 Jan 1970 00:00:03 GMT" }, runs: 0 },
    ],
    [
      "redirect",
      { kind: "redirect", when: "before", location: "http://other.example/rest" },
      { status: 302, headers: { location: "http://other.example/rest" }, body: "", runs: 0 },
    ],
    ["half body", { kind: "half-body" }, { cut: whole.slice(0, 20), runs: 1 }],
    ["cut JSON", { kind: "cut-json" }, { status: 200, body: whole.slice(0, 20), runs: 1 }],
    ["empty body", { kind: "empty-body" }, { status: 200, body: "", runs: 1 }],
    ["null", { kind: "null" }, { status: 200, body: "null", runs: 1 }],
    ["{}", { kind: "empty-object" }, { status: 200, body: "{}", runs: 1 }],
    ["garbage", { kind: "garbage" }, { status: 200, body: /not json/, runs: 1 }],
    ["a body", { kind: "body", body: "[1]" }, { status: 200, body: "[1]", runs: 1 }],
    ["endless body", { kind: "endless-body" }, { cut: /^ {9999}/, runs: 1 }],
    [
      "slow drip",
      { kind: "slow-drip", everyMs: 1, bytes: 7 },
      { status: 200, body: whole, runs: 1 },
    ],
    [
      "another audit id",
      { kind: "other-audit-id", auditId: "7" },
      { status: 200, body: whole.replace("8721934", "7"), runs: 1 },
    ],
  ];

  it.each(table)("%s", async (_name, rule, expected) => {
    const sandbox = await started({ ...one, now: () => 1_000 });
    const handle = sandbox.fault({ ...rule, method: "POST", path: /\/run$/ });
    const seen = await startRun(sandbox, "{}", {}, expected.failed === "silence" ? 100 : 10_000);
    expectExchange(seen, expected);
    expect(sandbox.model.runs).toHaveLength(expected.runs);
    expect(sandbox.requests[0]?.fault).toBe(rule.kind);
    expect(handle.hits).toBe(1);
    // Used up: the next call is served as usual, by the same sandbox.
    expect(await startRun(sandbox)).toMatchObject({ kind: "reply", status: 200 });
  });
});

it("delays the request itself, or only its answer", async () => {
  const sandbox = await started(one);
  sandbox.fault({ kind: "delay", ms: 1, when: "before" });
  sandbox.fault({ kind: "delay", ms: 1, when: "after" });
  await startRun(sandbox);
  await startRun(sandbox);
  // What the model had answered when the request was recorded, on its arrival.
  expect(sandbox.requests.map(request => request.status)).toEqual([undefined, 200]);
});

describe("a fault hits the status call", () => {
  it.each([
    [
      "status word",
      { kind: "status-word", word: 'half "done" $&' },
      '"status":"half \\"done\\" $&"',
    ],
    ["another audit id", { kind: "other-audit-id" }, '"auditId":4040404,'],
  ] as const)("%s", async (_name, rule, text) => {
    const sandbox = await started(one);
    await startRun(sandbox);
    sandbox.fault(rule);
    const path = "/rest/v1/executions/1?auditId=8721934";
    const seen = await exchange(sandbox.origin, { path, headers: credentials(sandbox) });
    expect(seen.kind === "reply" && seen.body).toContain(text);
    expect(seen.kind === "reply" && JSON.parse(seen.body)).toHaveProperty("flowName", "F");
  });
});

describe("fault rules", () => {
  it("match by method and path, skip, repeat, and go in order", async () => {
    const sandbox = await started(one);
    sandbox.fault({ ...status(501), method: "DELETE", times: Infinity });
    sandbox.fault({ ...status(502), path: /history/, times: Infinity });
    sandbox.fault({ ...status(503), path: /flows\?q=/, skip: 1, times: 2 });
    const later = sandbox.fault({ ...status(504), path: /flows/ });
    const get = async (path: string): Promise<number> => {
      const seen = await exchange(sandbox.origin, { path, headers: credentials(sandbox) });
      return seen.kind === "reply" ? seen.status : 0;
    };
    const seen: number[] = [];
    for (let count = 0; count < 5; count += 1) seen.push(await get("/rest/v1/flows?q=F"));
    expect(seen).toEqual([504, 503, 503, 200, 200]);
    expect(later.hits).toBe(1);
    expect(await get("/rest/v1/executions/1/history")).toBe(502);
    expect(await get("/rest/v1/executions/1/history")).toBe(502);
  });

  it("can be taken back", async () => {
    const sandbox = await started(one);
    const handle = sandbox.fault({ ...status(500), times: Infinity });
    expect(await startRun(sandbox)).toMatchObject({ status: 500 });
    handle.remove();
    handle.remove();
    expect(await startRun(sandbox)).toMatchObject({ status: 200 });
    expect(handle.hits).toBe(1);
  });
});

interface Expected {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | RegExp;
  readonly cut?: string | RegExp;
  readonly failed?: string;
  /** How many runs have begun. */
  readonly runs: number;
}

function expectExchange(seen: Exchange, expected: Expected): void {
  if (expected.failed !== undefined) {
    expect(seen).toEqual({ kind: "failed", reason: expected.failed });
  } else if (expected.cut !== undefined) {
    expect(seen.kind).toBe("cut");
    expectText(seen, expected.cut);
  } else {
    expect(seen).toMatchObject({ kind: "reply", status: expected.status });
    if (expected.headers !== undefined) expect(seen).toMatchObject({ headers: expected.headers });
    if (expected.body !== undefined) expectText(seen, expected.body);
  }
}

function expectText(seen: Exchange, wanted: string | RegExp): void {
  const text = seen.kind === "failed" ? "" : seen.body;
  if (typeof wanted === "string") expect(text).toBe(wanted);
  else expect(text).toMatch(wanted);
}

const one: SandboxOptions = {
  flows: [{ id: 1, name: "F", runs: [{ runningMs: 60_000 }] }],
};

async function started(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  open.push(sandbox);
  return sandbox;
}

function credentials(sandbox: Sandbox): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${sandbox.apiKey}`, "content-type": "application/json" };
}

function startRun(
  sandbox: Sandbox,
  body = "{}",
  headers = {},
  patienceMs = 10_000,
): Promise<Exchange> {
  return exchange(sandbox.origin, {
    method: "POST",
    path: "/rest/v1/flows/1/run",
    headers: { ...credentials(sandbox), ...headers },
    body,
    patienceMs,
    enough: 200_000,
  });
}

/** Timers that keep this process alive. */
function countTimers(): number {
  return process.getActiveResourcesInfo().filter(name => name === "Timeout").length;
}

function status(code: number): FaultRule {
  return { kind: "answer", when: "before", status: code };
}

function busy(): Expected {
  return { status: 503, body: "busy", runs: 1 };
}
