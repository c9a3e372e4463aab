import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Flow, pastRuns } from "./flow.ts";
import { createModel, type Model, type ModelOptions } from "./model.ts";
import type { ApiReply } from "./reply.ts";
import type { Plan } from "./run.ts";
import { exampleUsers, type Role, roles } from "./users.ts";

const users = exampleUsers();
const start = Date.UTC(2026, 4, 9, 6, 0, 0);
const hour = 3_600_000;

describe("credentials", () => {
  const key = keyOf("Operator");
  it.each([
    ["the key", `Bearer ${key}`, 200],
    ["no header", undefined, 401],
    ["no Bearer", key, 401],
    ["Bearer twice", `Bearer Bearer ${key}`, 401],
    ["two spaces", `Bearer  ${key}`, 401],
    ["quotes", `Bearer "${key}"`, 401],
    ["another case", `Bearer ${key.toLowerCase()}`, 401],
    ["a wrong key", "Bearer nobody", 401],
    ["basic", `Basic ${Buffer.from(`a:${key}`).toString("base64")}`, 401],
  ])("%s → %s", (_name, authorization, status) => {
    const { model } = sandbox();
    const headers = authorization === undefined ? {} : { authorization };
    const reply = model.answer({ method: "GET", path: "/rest/v1/flows", headers, body: "" });
    expect(reply.status).toBe(status);
  });

  it("takes header names in any case, and the key from the query as some articles do", () => {
    const { model } = sandbox();
    const one = { method: "GET", path: "/rest/v1/flows", body: "" };
    const headers = { Authorization: `Bearer ${key}` };
    expect(model.answer({ ...one, headers }).status).toBe(200);
    const path = `/rest/v1/flows?Authorization=Bearer%20${key}`;
    expect(model.answer({ ...one, path, headers: {} }).status).toBe(200);
  });

  it("refuses an expired and a replaced key", () => {
    const robot = { login: "r", password: "p", role: "Operator" as const, apiKey: "k1" };
    const world = sandbox({ users: [{ ...robot, apiKeyExpiresAt: start + hour }] });
    expect(world.get("/v1/flows", "k1").status).toBe(200);
    world.wait(hour);
    expect(world.get("/v1/flows", "k1").status).toBe(401);

    const other = sandbox({ users: [robot] });
    other.model.changeApiKey("r", "k2");
    expect(other.get("/v1/flows", "k1").status).toBe(401);
    expect(other.get("/v1/flows", "k2").status).toBe(200);
  });

  it("issues tokens that expire, and renews only those still valid", () => {
    const world = sandbox({ tokenLifetimeMs: 1000 });
    const first = login(world.model, "/rest/v1/token-auth");
    expect(world.get("/v1/flows", first).status).toBe(200);
    world.wait(999);
    const renewed = fieldOf(world.post("/v1/token-auth/refresh", "", first), "token");
    expect(renewed).not.toBe(first);
    world.wait(1);
    expect(world.get("/v1/flows", first).status).toBe(401);
    expect(world.post("/v1/token-auth/refresh", "", first).status).toBe(401);
    expect(world.get("/v1/flows", String(renewed)).status).toBe(200);
    world.model.expireTokens();
    expect(world.get("/v1/flows", String(renewed)).status).toBe(401);
  });

  it("lives 24 hours by default", () => {
    const world = sandbox();
    const token = login(world.model, "/rest/v1/token-auth");
    world.wait(24 * hour - 1);
    expect(world.get("/v1/flows", token).status).toBe(200);
    world.wait(1);
    expect(world.get("/v1/flows", token).status).toBe(401);
  });

  it("knows the legacy login path, where there is no refresh", () => {
    const world = sandbox({ tokenAuth: "legacy" });
    const token = login(world.model, "/rest/v1/token-auth/issue");
    expect(world.get("/v1/flows", token).status).toBe(200);
    expect(world.post("/v1/token-auth/refresh", "", token).status).toBe(404);
    expect(world.post("/v1/token-auth", "{}").status).toBe(404);
  });

  it.each([
    ["a wrong password", '{"login":"olivia@example.com","password":"no"}', "application/json", 401],
    ["no body", "", "application/json", 400],
    ["not JSON", "login=olivia", "application/json", 400],
    ["a form", "login=olivia", "application/x-www-form-urlencoded", 415],
  ])("login with %s", (_name, body, type, status) => {
    const { model } = sandbox();
    const headers = { "content-type": type };
    const reply = model.answer({ method: "POST", path: "/rest/v1/token-auth", headers, body });
    expect(reply.status).toBe(status);
  });
});

describe("roles", () => {
  const allowed: Readonly<Record<string, readonly Role[]>> = {
    "GET /v1/flows": ["Administrator", "Editor", "Operator", "Viewer"],
    "GET /v1/flows/1": ["Administrator", "Editor", "Operator", "Viewer"],
    "POST /v1/flows/1/run": ["Administrator", "Editor", "Operator"],
    "GET /v1/executions/1": ["Administrator", "Editor", "Operator"],
    "GET /v1/executions/1/history": ["Administrator", "Editor", "Operator"],
    "GET /v1/executions/console/download?flowId=1&auditId=100": [
      "Administrator",
      "Editor",
      "Operator",
    ],
    "POST /v1/flows/1/stop?auditId=100": ["Administrator", "Editor"],
  };
  it.each(Object.entries(allowed))("%s", (call, those) => {
    const [method = "", path = ""] = call.split(" ");
    for (const role of roles) {
      const world = sandbox({ stopRequest, flows: [{ id: 1, name: "Flow", runs: [{}] }] });
      world.model.begin(1, { startedBy: "user", parallel: true });
      if (path.endsWith("/run")) world.wait(hour);
      const reply = world.ask(method, path, "{}", keyOf(role));
      expect([role, reply.status]).toEqual([role, those.includes(role) ? 200 : 403]);
    }
  });
});

describe("starting", () => {
  it.each([
    ["no parameters", "{}", "application/json", 200],
    ["a flat map", '{"runDate":"2026-05-09"}', "application/json; charset=utf-8", 200],
    ["a number", '{"n":1}', "application/json", 400],
    ["null", '{"n":null}', "application/json", 400],
    ["nested", '{"params":{"a":"b"}}', "application/json", 400],
    ["a list", "[]", "application/json", 400],
    ["no body", "", "application/json", 400],
    ["cut JSON", '{"a":', "application/json", 400],
    ["text", "{}", "text/plain", 415],
    ["no type", "{}", "", 415],
  ])("%s", (_name, body, type, status) => {
    const { model } = sandbox();
    const headers = { authorization: `Bearer ${keyOf("Operator")}`, "content-type": type };
    const reply = model.answer({ method: "POST", path: "/rest/v1/flows/1/run", headers, body });
    expect(reply.status).toBe(status);
    expect(model.runs).toHaveLength(status === 200 ? 1 : 0);
  });

  it("keeps the truth of a run: parameters, query, who, when", () => {
    const world = sandbox({
      flows: [{ id: 7, name: "F", runs: [{ queuedMs: 5, runningMs: 20 }] }],
    });
    const reply = world.post("/v1/flows/7/run?a=b&c=%20", '{"file":"s3://landing/ä.csv"}');
    expect(JSON.parse(reply.body)).toEqual({ flowId: 7, auditId: 100, status: 0 });
    expect(world.model.runs).toMatchObject([
      {
        flowId: 7,
        auditId: "100",
        parameters: { file: "s3://landing/ä.csv" },
        query: "a=b&c=%20",
        startedBy: "api",
        user: "olivia@example.com",
        startedAt: start,
        endsAt: start + 25,
        end: "success",
        stopRequests: [],
      },
    ]);
  });

  it.each([
    ["the usual", {}, { auditId: 100, status: 0 }, 1],
    ["canceled", { code: 2 }, { status: 2 }, 0],
    ["wasn't running", { code: 3 }, { status: 3 }, 0],
    ["success at once", { code: 4 }, { auditId: 100, status: 4 }, 1],
    ["error", { code: 5, exception: "java.lang.X" }, { status: 5, exception: "java.lang.X" }, 0],
    ["error of a begun run", { code: 5, begins: true }, { auditId: 100, status: 5 }, 1],
    ["unknown", { code: 9 }, { status: 9 }, 0],
    ["no audit id", { withoutAuditId: true }, { status: 0 }, 1],
  ])("answers a start: %s", (_name, answer, fields, begun) => {
    const world = sandbox({ flows: [{ id: 1, name: "F", starts: [answer] }] });
    expect(JSON.parse(world.start().body)).toEqual({ flowId: 1, ...fields });
    expect(world.model.runs).toHaveLength(begun);
  });

  it("refuses inside HTTP 200", () => {
    const refusal = "Daily record limit exceeded";
    const world = sandbox({ flows: [{ id: 1, name: "F", starts: [{ refusal }, {}] }] });
    const reply = world.start();
    expect([reply.status, reply.body]).toEqual([200, `{"success":false,"error":"${refusal}"}`]);
    expect(world.model.runs).toHaveLength(0);
    expect(fieldOf(world.start(), "status")).toBe(0);
  });

  it("writes the audit id as asked, exact beyond 2^53", () => {
    const firstAuditId = "9223372036854775001";
    expect(sandbox({ firstAuditId }).start().body).toContain(`"auditId":${firstAuditId},`);
    const quoted = sandbox({ firstAuditId, auditIdAs: "string" });
    expect(quoted.start().body).toContain(`"auditId":"${firstAuditId}",`);
    expect(quoted.get(`/v1/executions/1?auditId=${firstAuditId}`).body).toContain(
      `"auditId":"${firstAuditId}",`,
    );
  });
});

describe("one run at a time", () => {
  it.each([
    ["other", 100],
    ["unused", 101],
    ["none", undefined],
  ] as const)("says already running with the audit id: %s", (busyAuditId, auditId) => {
    const world = sandbox({ busyAuditId });
    world.start();
    const busy = world.start();
    expect([busy.status, fieldOf(busy, "status"), fieldOf(busy, "auditId")]).toEqual([
      200,
      1,
      auditId,
    ]);
    expect(world.model.runs).toHaveLength(1);
    world.wait(1000);
    expect(fieldOf(world.start(), "status")).toBe(0);
  });

  it("counts runs of the scheduler and of other users, and only those of this flow", () => {
    const world = sandbox({
      flows: [
        { id: 1, name: "F", createdBy: "dana@example.com" },
        { id: 2, name: "G" },
      ],
    });
    expect(world.model.begin(1, { startedBy: "scheduler" })?.user).toBe("dana@example.com");
    expect(world.model.begin(1, { startedBy: "user" })).toBeUndefined();
    expect(world.model.begin(1, { startedBy: "scheduler", parallel: true })).toBeDefined();
    expect(fieldOf(world.start(), "status")).toBe(1);
    expect(fieldOf(world.post("/v1/flows/2/run", "{}"), "status")).toBe(0);
    expect(world.model.runs.map(run => run.startedBy)).toEqual(["scheduler", "scheduler", "api"]);
  });

  it("lets runs go in parallel where the query asks and the flow allows", () => {
    const flows = [
      { id: 1, name: "F" },
      { id: 2, name: "G", allowsParallelRuns: false },
    ];
    const world = sandbox({ flows, parallelQuery: "parallel=true" });
    const codes = [
      "/v1/flows/1/run",
      "/v1/flows/1/run?parallel=true",
      "/v1/flows/1/run?parallel=false",
      "/v1/flows/2/run?parallel=true",
      "/v1/flows/2/run?parallel=true",
    ].map(path => fieldOf(world.post(path, "{}"), "status"));
    expect(codes).toEqual([0, 0, 1, 0, 1]);
  });

  it("holds whatever happens: never two at once, one run for each code 0", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("start" as const) }),
      fc.record({ kind: fc.constant("other" as const) }),
      fc.record({ kind: fc.constant("stop" as const) }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3000 }) }),
    );
    const plan = fc.record({
      queuedMs: fc.integer({ min: 0, max: 500 }),
      runningMs: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.constant(Infinity)),
    });
    const steps = fc.array(step, { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(plan, { minLength: 1, maxLength: 4 }), steps, (runs, sequence) => {
        const world = sandbox({ stopRequest, flows: [{ id: 1, name: "F", runs }] });
        let zeros = 0;
        let others = 0;
        for (const action of sequence) {
          if (action.kind === "wait") world.wait(action.ms);
          if (action.kind === "start" && fieldOf(world.start(), "status") === 0) zeros += 1;
          if (action.kind === "other" && world.model.begin(1, { startedBy: "user" })) others += 1;
          const last = world.model.runs.at(-1)?.auditId ?? "1";
          if (action.kind === "stop") {
            world.post(`/v1/flows/1/stop?auditId=${last}`, "", keyOf("Editor"));
          }
        }
        expect(world.model.runs).toHaveLength(zeros + others);
        for (const [index, run] of world.model.runs.entries()) {
          const next = world.model.runs[index + 1];
          if (next !== undefined) expect(next.startedAt).toBeGreaterThanOrEqual(run.endsAt);
        }
      }),
    );
  });
});

describe("following", () => {
  it("goes from queued over running to its end, by the clock", () => {
    const world = sandbox({
      flows: [
        {
          id: 1,
          name: "Orders — hourly",
          runs: [
            { queuedMs: 10, runningMs: 20, end: "error", message: "ORA-00942", records: 7 },
            { runningMs: 5, end: "warning" },
            { runningMs: Infinity },
          ],
        },
      ],
    });
    world.start();
    const path = "/v1/executions/1?auditId=100";
    const seen = [0, 9, 1, 19, 1].map(ms => {
      world.wait(ms);
      return fieldOf(world.get(path), "status");
    });
    expect(seen).toEqual(["queued", "queued", "running", "running", "error"]);
    expect(JSON.parse(world.get(path).body)).toEqual({
      auditId: 100,
      parentAuditId: null,
      retries: null,
      flowId: 1,
      flowName: "Orders — hourly",
      eventId: null,
      eventName: null,
      messageId: null,
      status: "error",
      user: "olivia@example.com",
      started: start,
      ended: start + 30,
      records: 7,
      exception: "ORA-00942",
    });
    world.start();
    world.wait(5);
    expect(fieldOf(world.get("/v1/executions/1?auditId=101"), "status")).toBe("warning");
    // The third plan serves all later runs.
    world.start();
    world.wait(1000 * hour);
    expect(fieldOf(world.get("/v1/executions/1"), "status")).toBe("running");
    expect(world.model.runs[2]).toMatchObject({ endsAt: Infinity, end: undefined });
    world.model.end("102", "error", "Killed");
    const latest = world.get("/v1/executions/1");
    expect([fieldOf(latest, "status"), fieldOf(latest, "exception")]).toEqual(["error", "Killed"]);
    // Each run keeps its own record.
    const each = ["100", "101", "102"].map(id => {
      const reply = world.get(`/v1/executions/1?auditId=${id}`);
      return [fieldOf(reply, "auditId"), fieldOf(reply, "status")];
    });
    expect(each).toEqual([
      [100, "error"],
      [101, "warning"],
      [102, "error"],
    ]);
  });

  it("hides what is not there yet, in the ways that clients must expect", () => {
    const answers = [
      ["not-found", 404, /"message":"Execution 100 not found"/],
      ["null", 200, /^null$/],
      ["empty-object", 200, /^\{\}$/],
      ["empty-body", 200, /^$/],
    ] as const;
    for (const [answer, status, body] of answers) {
      const missing = [
        { untilMs: 300, answer },
        { fromMs: 500, answer },
      ];
      const world = sandbox({ flows: [{ id: 1, name: "F", runs: [{ missing }] }] });
      world.start();
      const seen = [0, 299, 1, 199, 1].map(ms => {
        world.wait(ms);
        return world.get("/v1/executions/1?auditId=100");
      });
      expect(seen[0]?.status).toBe(status);
      expect(seen[0]?.body).toMatch(body);
      const shown = seen.map(reply => reply.body.includes('"running"'));
      expect(shown).toEqual([false, false, true, true, false]);
    }
  });

  it("shows words as scripted, in the letters and with the fields chosen", () => {
    const statuses = [
      { afterMs: 0, status: "queued" },
      { afterMs: 10, status: "suspended" },
      { afterMs: 20, status: "success" },
    ];
    const world = sandbox({
      statusLetters: "capitalised",
      omittedFields: ["started", "ended", "user", "records", "exception"],
      flows: [{ id: 1, name: "F", runs: [{ statuses }] }],
    });
    world.start();
    const seen = [0, 10, 10].map(ms => {
      world.wait(ms);
      return fieldOf(world.get("/v1/executions/1?auditId=100"), "status");
    });
    expect(seen).toEqual(["Queued", "Suspended", "Success"]);
    const record: unknown = JSON.parse(world.get("/v1/executions/1?auditId=100").body);
    expect(record).not.toHaveProperty("started");
    expect(record).toHaveProperty("flowName");
  });

  it("answers 404 for a run of another flow, and 400 for a word as an id", () => {
    const flows = [
      { id: 1, name: "F" },
      { id: 2, name: "G" },
    ];
    const world = sandbox({ flows });
    world.start();
    expect(world.get("/v1/executions/2?auditId=100").status).toBe(404);
    expect(world.get("/v1/executions/1?auditId=abc").status).toBe(400);
    expect(world.get("/v1/executions/1?auditId=100&status=success").status).toBe(404);
    expect(world.get("/v1/executions/1?status=running").status).toBe(200);
  });

  it("never goes back", () => {
    const rank = ["queued", "running", "success", "warning", "error", "canceled"];
    const plan = fc.record({
      queuedMs: fc.nat(100),
      runningMs: fc.nat(100),
      end: fc.constantFrom("success", "warning", "error", "canceled"),
    });
    fc.assert(
      fc.property(plan, fc.array(fc.nat(40), { maxLength: 20 }), (runPlan, waits) => {
        const world = sandbox({ flows: [{ id: 1, name: "F", runs: [runPlan] }] });
        world.start();
        let before = 0;
        for (const ms of waits) {
          world.wait(ms);
          const status = String(fieldOf(world.get("/v1/executions/1?auditId=100"), "status"));
          expect(rank.indexOf(status)).toBeGreaterThanOrEqual(before);
          before = rank.indexOf(status);
        }
      }),
    );
  });
});

describe("history", () => {
  const durations = Array.from({ length: 230 }, (_, index) => 1000 + index);
  const flows: readonly Flow[] = [
    { id: 1, name: "F", past: pastRuns(start, hour, durations), runs: [{ listedAfterMs: 50 }] },
  ];

  it.each([
    ["", 50, 330],
    ["?limit=20", 20, 330],
    ["?limit=500", 200, 330],
    ["?limit=20&offset=220", 10, 110],
    ["?offset=230", 0, undefined],
  ])("%j", (query, count, newest) => {
    const world = sandbox({ flows, firstAuditId: "101" });
    const reply = world.get(`/v1/executions/1/history${query}`);
    expect(reply.headers["x-total-count"]).toBe("230");
    const list = listOf(reply);
    expect(list).toHaveLength(count);
    expect(list[0]?.["auditId"]).toBe(newest);
  });

  it("is newest first, marks the scheduler's runs, and may lag behind", () => {
    const world = sandbox({ flows });
    world.start();
    expect(listOf(world.get("/v1/executions/1/history?limit=1"))[0]).toMatchObject({
      started: start - hour,
      ended: start - hour + 1229,
      eventName: "F (schedule)",
    });
    world.wait(50);
    const [newest] = listOf(world.get("/v1/executions/1/history?limit=1"));
    expect(newest).toMatchObject({ auditId: 330, status: "running", eventName: null });
    expect(world.model.runs).toHaveLength(1);
  });

  it.each(["limit=x", "limit=-1", "offset=1.5"])("refuses %s", query => {
    expect(sandbox().get(`/v1/executions/1/history?${query}`).status).toBe(400);
  });
});

describe("the list of flows", () => {
  const flows: readonly Flow[] = [
    { id: 3, name: "Stripe to Snowflake — daily", tags: ["production", "stripe"], modified: 30 },
    { id: 1, name: "stripe refunds", tags: ["staging"], created: 10, modified: 20 },
    { id: 2, name: "Payroll", tags: ["production"], created: 5, modified: 10 },
  ];
  it.each([
    ["", [3, 1, 2]],
    ["?limit=1", [3, 1, 2]],
    ["?q=Stripe", [3, 1]],
    ["?q=Stripe+to+Snowflake+%E2%80%94+daily", [3]],
    ["?tag=production", [3, 2]],
    ["?tag=staging&tag=stripe", [3, 1]],
    ["?sort=name", [2, 3, 1]],
    ["?sort=-createdAt", [3, 1, 2]],
    ["?since=1970-01-01T00:00:00.015Z", [3, 1]],
    ["?since=1970-01-01T00:00:00.020Z", [3]],
    ["?q=zebra", []],
  ])("%j", (query, ids) => {
    const world = sandbox({ flows });
    expect(listOf(world.get(`/v1/flows${query}`)).map(flow => flow["id"])).toEqual(ids);
  });

  it("may ignore every filter", () => {
    const world = sandbox({ flows, ignoresFilters: true });
    expect(listOf(world.get("/v1/flows?q=zebra"))).toHaveLength(3);
  });

  it.each(["sort=colour", "since=yesterday"])("refuses %s", query => {
    expect(sandbox().get(`/v1/flows?${query}`).status).toBe(400);
  });

  it("shows one flow with the status of its latest finished run", () => {
    const world = sandbox({ flows: [{ id: 1, name: "F", runs: [{ end: "warning" }] }] });
    expect(fieldOf(world.get("/v1/flows/1"), "latestFinishedStatus")).toBeNull();
    world.start();
    world.wait(1000);
    expect(fieldOf(world.get("/v1/flows/1"), "latestFinishedStatus")).toBe("warning");
  });
});

describe("stopping", () => {
  const path = "/v1/flows/1/stop?auditId=100";

  it("cancels, counts every request, and answers 403 to an Operator", () => {
    const world = sandbox({ stopRequest, flows: endless() });
    world.start();
    expect(world.post(path, "").status).toBe(403);
    expect(fieldOf(world.get("/v1/executions/1"), "status")).toBe("running");
    world.wait(5);
    const stopped = world.post(path, "", keyOf("Editor"));
    expect(JSON.parse(stopped.body)).toEqual({ flowId: 1, auditId: 100, status: 2 });
    expect(fieldOf(world.post(path, "", keyOf("Editor")), "status")).toBe(3);
    expect(world.model.runs[0]).toMatchObject({
      end: "canceled",
      endsAt: start + 5,
      stopRequests: [
        { at: start, status: 403 },
        { at: start + 5, status: 200 },
        { at: start + 5, status: 200 },
      ],
    });
    expect(world.post("/v1/flows/1/stop?auditId=999", "", keyOf("Editor")).status).toBe(404);
  });

  it("passes through canceled to error, is busy until then, or does nothing", () => {
    const settles = { afterMs: 100, status: "error" } as const;
    const world = sandbox({ stopRequest, flows: endless({ afterMs: 50, settles }) });
    world.start();
    world.post(path, "", keyOf("Editor"));
    const seen = [0, 50, 99, 1].map(ms => {
      world.wait(ms);
      return fieldOf(world.get("/v1/executions/1?auditId=100"), "status");
    });
    expect(seen).toEqual(["running", "canceled", "canceled", "error"]);

    const stubborn = sandbox({ stopRequest, flows: endless({ ignored: true }) });
    stubborn.start();
    stubborn.post(path, "", keyOf("Editor"));
    stubborn.wait(hour);
    expect(fieldOf(stubborn.get("/v1/executions/1?auditId=100"), "status")).toBe("running");
  });

  it("comes too late for a run that ends first, and a second one changes nothing", () => {
    const runs = [{ runningMs: 30, end: "warning", whenStopped: { afterMs: 50 } }] as const;
    const late = sandbox({ stopRequest, flows: [{ id: 1, name: "F", runs }] });
    late.start();
    late.post(path, "", keyOf("Editor"));
    expect(late.model.runs[0]).toMatchObject({ end: "warning", endsAt: start + 30 });

    const twice = sandbox({ stopRequest, flows: endless({ afterMs: 50 }) });
    twice.start();
    twice.post(path, "", keyOf("Editor"));
    twice.wait(10);
    twice.post(path, "", keyOf("Editor"));
    expect(twice.model.runs[0]).toMatchObject({ end: "canceled", endsAt: start + 50 });
  });

  it("does not exist unless chosen, and then in any form", () => {
    const world = sandbox({ flows: endless() });
    world.start();
    expect(world.post(path, "", keyOf("Editor")).status).toBe(404);
    const other = sandbox({ flows: endless(), stopRequest: "DELETE /v2/running/{flow-id}" });
    other.start();
    expect(other.ask("DELETE", "/v2/running/1", "", keyOf("Editor")).status).toBe(200);
    expect(other.model.runs[0]?.end).toBe("canceled");
    expect(() => sandbox({ stopRequest: "/v1/stop" })).toThrow("a method, a space and a path");
  });
});

describe("the log of a run", () => {
  it("is a file", () => {
    const runs = [{ log: "Loading 12 records", end: "error", message: "ORA-1\n  at x" }] as const;
    const world = sandbox({ flows: [{ id: 1, name: "F", runs }] });
    world.post("/v1/flows/1/run", '{"region":"eu"}');
    world.wait(1000);
    const reply = world.get("/v1/executions/console/download?flowId=1&auditId=100");
    expect(reply.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="1-100.log"',
    });
    expect(reply.body).toBe(
      [
        "2026-05-09 06:00:00.000 INFO  Starting flow 'F' (1)",
        "2026-05-09 06:00:00.000 INFO  Flow variable region = eu",
        "Loading 12 records",
        "2026-05-09 06:00:01.000 ERROR ORA-1",
        "  at x",
        "2026-05-09 06:00:01.000 ERROR Flow finished with status 'error'",
        "",
      ].join("\n"),
    );
    const missing = world.get("/v1/executions/console/download?flowId=1&auditId=5");
    expect(missing.status).toBe(404);
  });
});

describe("errors", () => {
  it.each([
    ["GET", "/v1/flows", 404, "Not Found", "No message available"],
    ["GET", "/rest", 404, "Not Found", "No message available"],
    ["GET", "/api/v1/flows", 404, "Not Found", "No message available"],
    ["GET", "/rest/v1/flow", 404, "Not Found", "No message available"],
    ["GET", "/rest//v1/flows", 404, "Not Found", "No message available"],
    ["GET", "/rest/v1/flows/99", 404, "Not Found", "Flow 99 not found"],
    ["POST", "/rest/v1/flows/99/run", 404, "Not Found", "Flow 99 not found"],
    ["GET", "/rest/v1/flows/my-flow", 400, "Bad Request", "Failed to convert"],
    ["GET", "/rest/v1/flows/1/run", 405, "Method Not Allowed", "'GET' not supported"],
    ["DELETE", "/rest/v1/flows/1", 405, "Method Not Allowed", "'DELETE' not supported"],
  ])("%s %s → %i", (method, path, status, error, message) => {
    const { model } = sandbox();
    const headers = { authorization: `Bearer ${keyOf("Operator")}` };
    const reply = model.answer({ method, path: `${path}?x=1`, headers, body: "" });
    expect(reply.status).toBe(status);
    const text = String(fieldOf(reply, "message"));
    expect(text).toContain(message);
    expect(JSON.parse(reply.body)).toEqual({ status, error, message: text, path });
  });

  it("carries a Date, by the server's clock", () => {
    expect(sandbox().get("/v1/flows").headers["date"]).toBe("Sat, 09 May 2026 06:00:00 GMT");
  });
});

describe("the rate limit", () => {
  it("belongs to all callers and ends with the minute", () => {
    const world = sandbox({ requestsPerMinute: 3 });
    world.wait(hour);
    for (const role of ["Operator", "Viewer", "API User"] as const) {
      expect(world.get("/v1/flows", keyOf(role)).status).not.toBe(429);
    }
    world.wait(20_500);
    const reply = world.start();
    expect([reply.status, reply.headers["retry-after"]]).toEqual([429, "40"]);
    expect(world.model.runs).toHaveLength(0);
    world.wait(39_499);
    expect(world.start().headers["retry-after"]).toBe("1");
    world.wait(1);
    expect(world.start().status).toBe(200);
  });
});

const stopRequest = "POST /v1/flows/{flow-id}/stop?auditId={audit-id}";

function endless(whenStopped: Plan["whenStopped"] = {}): readonly Flow[] {
  return [{ id: 1, name: "F", runs: [{ runningMs: Infinity, whenStopped }] }];
}

/** A model with a clock of its own, and short ways to ask it. */
function sandbox(options: Partial<ModelOptions> = {}) {
  let at = start;
  const model = createModel({
    users,
    flows: [{ id: 1, name: "F" }],
    firstAuditId: "100",
    ...options,
    now: () => at,
  });
  const ask = (method: string, path: string, body: string, key: string): ApiReply => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    return model.answer({ method, path: `/rest${path}`, headers, body });
  };
  const operator = keyOf("Operator");
  return {
    model,
    ask,
    get: (path: string, key = operator) => ask("GET", path, "", key),
    post: (path: string, body: string, key = operator) => ask("POST", path, body, key),
    start: () => ask("POST", "/v1/flows/1/run", "{}", operator),
    wait: (ms: number) => {
      at += ms;
    },
  };
}

function keyOf(role: Role): string {
  return users.find(user => user.role === role)?.apiKey ?? "";
}

function login(model: Model, path: string): string {
  const { login: name, password } = users[2] ?? { login: "", password: "" };
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ login: name, password });
  return String(fieldOf(model.answer({ method: "POST", path, headers, body }), "token"));
}

function fieldOf(reply: ApiReply, name: string): unknown {
  const value: unknown = JSON.parse(reply.body);
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function listOf(reply: ApiReply): readonly Readonly<Record<string, unknown>>[] {
  const value: unknown = JSON.parse(reply.body);
  return Array.isArray(value) ? value.map((item: object) => ({ ...item })) : [];
}
