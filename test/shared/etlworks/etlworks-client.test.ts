import { describe, expect, it } from "vitest";
import {
  apiKeyCredentials,
  type Credentials,
  loginCredentials,
} from "../../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  type EtlworksClient,
} from "../../../shared/etlworks/etlworks-client.ts";
import type { HttpReply, HttpRequest } from "../../../shared/etlworks/http/http.ts";
import { createTokenCalls } from "../../../shared/etlworks/token-calls.ts";

/** A wire that gives out prepared answers and writes down what it was asked. */
function wired(replies: readonly (HttpReply | ((request: HttpRequest) => HttpReply))[]) {
  const left = [...replies];
  const requests: HttpRequest[] = [];
  let now = 0;
  const dependencies = {
    async send(request: HttpRequest): Promise<HttpReply> {
      requests.push({ ...request, url: request.url });
      const next = left.shift();
      if (next === undefined) throw new Error(`not prepared for ${request.url.href}`);
      return typeof next === "function" ? next(request) : next;
    },
    baseUrl: new URL("https://etl.example.com:8443/etl/rest"),
    redact: (text: string) => text.replaceAll("s3cret", "***"),
    epochMs: () => now,
    monotonicMs: () => now,
  };
  return {
    requests,
    /** The client's clock goes on by this much while the answer is under way. */
    after: (milliseconds: number, reply: HttpReply) => () => {
      now += milliseconds;
      return reply;
    },
    dependencies,
    client: (credentials: Credentials = apiKeyCredentials("k3y")) =>
      createEtlworksClient({ ...dependencies, credentials }),
    tokenCalls: createTokenCalls({ ...dependencies, login: "rob", password: "s3cret" }),
  };
}

function answer(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Extract<HttpReply, { kind: "answer" }> {
  return { kind: "answer", status, headers, body: JSON.stringify(body), cut: false };
}

describe("what is sent", () => {
  const flowPath = "https://etl.example.com:8443/etl/rest/v1";
  const cases: Readonly<
    Record<string, [(client: ReturnType<typeof createEtlworksClient>) => unknown, string]>
  > = {
    "all flows": [client => client.flows({}), `GET ${flowPath}/flows`],
    "filtered flows": [
      client =>
        client.flows({
          q: "a b&c",
          tag: ["x/y", "z"],
          sort: "-name",
          since: "2026-05-09T00:00:00Z",
        }),
      `GET ${flowPath}/flows?q=a+b%26c&tag=x%2Fy&tag=z&sort=-name&since=2026-05-09T00%3A00%3A00Z`,
    ],
    "no tags": [client => client.flows({ tag: [] }), `GET ${flowPath}/flows`],
    "a flow": [client => client.flow(7), `GET ${flowPath}/flows/7`],
    "a start": [
      client => client.start(7, { b: "ü", a: "" }, ""),
      `POST ${flowPath}/flows/7/run {"b":"ü","a":""}`,
    ],
    "a start without parameters": [
      client => client.start(7, {}, "parallel=true&x=%20"),
      `POST ${flowPath}/flows/7/run?parallel=true&x=%20 {}`,
    ],
    "a look": [
      client => client.execution(7, "9007199254740993"),
      `GET ${flowPath}/executions/7?auditId=9007199254740993`,
    ],
    "a page of history": [
      client => client.history(7, { limit: 20, offset: 40 }),
      `GET ${flowPath}/executions/7/history?limit=20&offset=40`,
    ],
    "a log": [
      client => client.consoleLog(7, "8&x"),
      `GET ${flowPath}/executions/console/download?flowId=7&auditId=8%26x`,
    ],
    "a stop": [
      client => client.send("POST", "/v1/flows/7/stop?auditId=8"),
      `POST ${flowPath}/flows/7/stop?auditId=8 {}`,
    ],
    "a stop by PUT": [client => client.send("PUT", "/v1/x"), `PUT ${flowPath}/x {}`],
    "a stop by GET": [client => client.send("GET", "/v1/x"), `GET ${flowPath}/x`],
    "a stop by DELETE": [client => client.send("DELETE", "/v1/x"), `DELETE ${flowPath}/x`],
  };

  it.each(Object.entries(cases))("for %s", async (_name, [call, line]) => {
    const { client, requests } = wired([answer([])]);
    await call(client());
    expect(
      requests.map(({ method, url, body }) => [method, url.href, body].filter(Boolean).join(" ")),
    ).toEqual([line]);
  });

  it("carries the key, says what it takes and what it sends", async () => {
    const { client, requests } = wired([answer([]), answer([]), answer([])]);
    await client().start(7, {}, "");
    await client().flow(7);
    await client().consoleLog(7, "8");
    const usual = { authorization: "Bearer k3y", "user-agent": "etlworks-run-flow" };
    const fresh = { ...usual, "cache-control": "no-cache" };
    expect(requests.map(({ headers }) => headers)).toEqual([
      { ...usual, accept: "application/json", "content-type": "application/json" },
      { ...fresh, accept: "application/json" },
      { ...fresh, accept: "*/*" },
    ]);
    expect(requests.map(({ body }) => body)).toEqual(["{}", undefined, undefined]);
  });

  it("has 30 s unless told, and the caller's signal", async () => {
    const { client, requests } = wired([answer([]), answer([])]);
    const { signal } = new AbortController();
    await client().flow(7);
    await client().flow(7, { timeLimitMs: 1_234, signal });
    expect(requests.map(({ timeLimitMs }) => timeLimitMs)).toEqual([30_000, 1_234]);
    expect(requests.map(request => request.signal)).toEqual([undefined, signal]);
  });
});

describe("what comes back", () => {
  it("is read for each call", async () => {
    const { client } = wired([
      answer([{ id: 7, name: "a" }, {}]),
      answer({ id: 7, name: "a" }),
      answer({ status: 0, auditId: 8 }),
      answer({ auditId: 8, status: "running" }),
    ]);
    const calls = client();
    expect(await calls.flows({})).toEqual({ kind: "value", value: [{ id: 7, name: "a" }] });
    expect(await calls.flow(7)).toEqual({ kind: "value", value: { id: 7, name: "a" } });
    const started = { kind: "value", value: { code: "0", auditId: "8" } };
    expect(await calls.start(7, {}, "")).toEqual(started);
    const execution = { kind: "value", value: { auditId: "8", status: "running" } };
    expect(await calls.execution(7, "8")).toEqual(execution);
  });

  it("names host and path in faults, never the query, and hides secrets", async () => {
    const { client } = wired([answer({ message: "s3cret" }, 500)]);
    expect(await client().start(7, {}, "token=s3cret")).toEqual({
      kind: "fault",
      website: false,
      message: "etl.example.com:8443/etl/rest/v1/flows/7/run answered 500: ***",
    });
  });

  const unread = (what = "JSON of an unknown form") => ({
    kind: "fault",
    website: false,
    message: `etl.example.com:8443/etl/rest/v1/executions/7 answered with ${what}`,
  });

  const begun = { code: "0", auditId: "8" };
  const busy = { code: "1", auditId: "8" };

  it.each([
    ["the run", { auditId: 8, status: "running" }, { auditId: "8", status: "running" }],
    ["no id", { status: "success" }, undefined],
    [
      "the run in a list",
      [
        { auditId: 9, status: "error" },
        { auditId: 8, status: "success" },
      ],
      { auditId: "8", status: "success" },
    ],
    ["a list of one without an id", [{ status: "success" }], undefined],
    [
      "a list with the run and one without an id",
      [{ status: "error" }, { auditId: "8", status: "success" }],
      { auditId: "8", status: "success" },
    ],
    ["another run", { auditId: 9, status: "success" }, "run 9 in place of run 8"],
    ["a list of another", [{ auditId: 9, status: "success" }], "run 9 in place of run 8"],
    [
      "a list of others",
      [
        { auditId: 9, status: "success" },
        { auditId: 10, status: "error" },
      ],
      "2 runs, and run 8 is none of them",
    ],
    ["a list of several without an id", [{ status: "error" }, { status: "success" }], undefined],
    [
      "the run behind something else",
      [null, { auditId: 8, status: "success" }],
      { auditId: "8", status: "success" },
    ],
    [
      "the run twice, with the same word",
      [
        { auditId: 8, status: "success" },
        { auditId: "8", status: "Success" },
      ],
      { auditId: "8", status: "success" },
    ],
    ["the run with a no", [{ auditId: 8, status: "success", success: false }], undefined],
    [
      "the run with a no as a text",
      [{ auditId: 8, status: "success", success: "false" }],
      undefined,
    ],
    [
      "a failed run with a no",
      [{ auditId: 8, status: "error", success: false }],
      { auditId: "8", status: "error" },
    ],
    [
      "the run and another with a no",
      [
        { auditId: 8, status: "success" },
        { auditId: 9, success: false },
      ],
      { auditId: "8", status: "success" },
    ],
    [
      "the run twice, with two words",
      [
        { auditId: 8, status: "success" },
        { auditId: 8, status: "error" },
      ],
      "several records of the run that contradict each other",
    ],
    [
      "the run with two words and others between",
      [
        { auditId: 8, status: "success" },
        { auditId: 9, status: "error" },
        { auditId: 8, status: "success" },
        { auditId: 8, status: "running" },
      ],
      "several records of the run that contradict each other",
    ],
    ["no status", { auditId: 8 }, "a record that has no status"],
    [
      "no status of the run among others",
      [{ auditId: 9 }, { auditId: 8 }],
      "a record that has no status",
    ],
  ])("a look that answers with %s", async (_what, body, value) => {
    const { client } = wired([answer(body)]);
    expect(await client().execution(7, "8")).toEqual(
      typeof value === "object" ? { kind: "value", value } : unread(value),
    );
  });

  it.each([
    ["error", "value"],
    ["canceled", "value"],
    ["success", "rejected"],
    ["running", "rejected"],
  ])("success: false beside the status %s is a %s", async (status, kind) => {
    const { client } = wired([answer({ success: false, auditId: 8, status, exception: "boom" })]);
    expect((await client().execution(7, "8")).kind).toBe(kind);
  });

  it("a 401 inside a 200 that names a run is no reason to send the start again", async () => {
    const error = { status: 401, error: "Unauthorized", message: "no" };
    const { client, requests } = wired([answer({ ...error, auditId: 8 }), answer({ status: 0 })]);
    const token = (text: string) => async () => ({ kind: "token" as const, token: text });
    const renewable = client({ token: token("a"), renew: token("b") });
    expect(await renewable.start(7, {}, "")).toEqual({
      kind: "fault",
      website: false,
      message: "etl.example.com:8443/etl/rest/v1/flows/7/run says no, but names run 8",
      naming: {
        auditIds: ["8"],
        no: {
          kind: "unauthorized",
          message: "no",
          fromApi: true,
          host: "etl.example.com:8443",
        },
      },
    });
    expect(requests).toHaveLength(1);
  });

  const renewed: Credentials = {
    token: async () => ({ kind: "token", token: "a" }),
    renew: async () => ({ kind: "token", token: "b" }),
  };
  const denied = { status: 401, error: "Unauthorized", message: "no" };

  it.each([
    [401, { auditId: 8 }, 1],
    [401, { status: 0, auditId: 8 }, 1],
    [401, { ...denied, auditId: 8 }, 1],
    [401, { ...denied, answer: { auditId: 8 } }, 1],
    [401, '{"auditId":8,"status":0,"status":401}', 1],
    [401, { status: 0 }, 2],
    [401, denied, 2],
    [401, { ...denied, auditId: 0 }, 2],
    [200, { ...denied, auditId: 0 }, 2],
    [200, { ...denied, auditId: "null" }, 2],
    [200, { ...denied, answer: { auditId: 8 } }, 1],
  ])("a start that is answered %d %j is sent %d times", async (status, body, times) => {
    const first = answer(body, status);
    const { client, requests } = wired([
      typeof body === "string" ? { ...first, body } : first,
      answer(begun),
    ]);
    await client(renewed).start(7, {}, "");
    expect(requests).toHaveLength(times);
  });

  it.each([200, 401])("a poll is asked again whatever run a 401 under %d names", async status => {
    const { client, requests } = wired([
      answer({ ...denied, auditId: 8 }, status),
      answer({ auditId: 8, status: "running" }),
    ]);
    expect(await client(renewed).execution(7, "8")).toMatchObject({ kind: "value" });
    expect(requests).toHaveLength(2);
  });

  it.each([
    [200, { success: false, status: 0, auditId: 8 }, { kind: "value", value: begun }],
    [200, { success: false, auditId: 8 }, { kind: "fault" }],
    [200, { success: false, status: 1, auditId: 8 }, { kind: "value", value: busy }],
    [200, { success: false, status: 2, auditId: 8 }, { kind: "rejected", status: 200 }],
    [200, { success: false, message: "no" }, { kind: "rejected", message: "no" }],
    [200, { status: 400, error: "Bad", message: "no", auditId: 8 }, { kind: "fault" }],
    [200, { status: 400, error: "Bad", message: "no" }, { kind: "rejected", status: 400 }],
    [409, { status: 1, auditId: 8 }, { kind: "value", value: busy }],
    [422, { status: 0, auditId: 8 }, { kind: "value", value: begun }],
    [403, { auditId: 8 }, { kind: "fault" }],
    [404, { auditId: 8 }, { kind: "fault" }],
    [404, { auditId: null }, { kind: "absent" }],
    [429, { auditId: 8 }, { kind: "fault" }],
    [429, { status: 0, auditId: 8 }, { kind: "value", value: begun }],
    [429, { status: 0 }, { kind: "rate-limited" }],
    [429, { status: 1, auditId: 8 }, { kind: "rate-limited" }],
    [429, { status: "queued" }, { kind: "rate-limited" }],
    [302, { auditId: 8 }, { kind: "fault" }],
    [307, { status: 4, auditId: 8 }, { kind: "value", value: { code: "4", auditId: "8" } }],
    [302, { status: 302 }, { kind: "rejected", status: 302 }],
    [400, [{ status: 0, auditId: 8 }], { kind: "fault" }],
    [500, { status: 0, auditId: 8 }, { kind: "fault" }],
  ])("a start that is answered %d %j", async (status, body, expected) => {
    const { client } = wired([answer(body, status)]);
    expect(await client().start(7, {}, "")).toMatchObject(expected);
  });

  it.each([
    [400, '{"status":0,"auditId":8,"status":400}', "fault"],
    [409, '{"auditId":8,"auditId":9}', "fault"],
    [302, '{"auditId":8,"auditId":9}', "fault"],
    [401, '{"status":0,"status":401}', "unauthorized"],
    [429, '{"status":0,"status":429}', "rate-limited"],
    [429, '{"auditId":8,"status":0,"status":429}', "fault"],
    [401, '{"auditId":8,"status":"error","status":"success"}', "fault"],
    [429, '{"auditId":8,"auditId":null}', "fault"],
    [500, '{"status":0,"status":500}', "fault"],
  ])("a start that is answered %d with two words, %s, is a %s", async (status, body, kind) => {
    const { client } = wired([{ ...answer(null, status), body }]);
    expect((await client().start(7, {}, "")).kind).toBe(kind);
  });

  it.each(["false", "False ", " FALSE"])("a poll that says success: %j is no success", async no => {
    const { client } = wired([answer({ success: no, auditId: 8, status: "success" })]);
    expect((await client().execution(7, "8")).kind).toBe("rejected");
  });

  it("hides secrets in what a refused start says of its run", async () => {
    const { client } = wired([answer({ status: 0, auditId: 8, exception: "s3cret" }, 409)]);
    expect(await client().start(7, {}, "")).toMatchObject({ value: { exception: "***" } });
  });

  it.each([
    [{ auditId: 8, status: "error" }, "value"],
    [{ auditId: 9, status: "error" }, "rejected"],
    [{ auditId: 8, status: "success" }, "rejected"],
  ])("a poll that is answered 422 %j is a %s", async (body, kind) => {
    const { client } = wired([answer(body, 422)]);
    expect((await client().execution(7, "8")).kind).toBe(kind);
  });

  it.each([
    [400, { auditId: 8, status: "error", message: "no" }, "rejected"],
    [403, { auditId: 8, status: "error", message: "no" }, "rejected"],
    [404, { auditId: 8, flowId: 7, status: "error", message: "no such run" }, "absent"],
    [404, { auditId: 8, status: "canceled" }, "absent"],
    [404, { auditId: 8, status: "error", exception: "boom" }, "value"],
    [404, { auditId: 8, status: "error", started: 1_778_300_000_000 }, "value"],
    [404, { auditId: 8, status: "error", ended: 1_778_300_000_000 }, "value"],
    [404, [{ auditId: 8, status: "error" }], "value"],
    [401, { auditId: 8, status: "error", exception: "boom" }, "unauthorized"],
  ])("a poll that is answered %d %j, which may be about the request, is %s", async (...row) => {
    const [status, body, kind] = row;
    const { client } = wired([answer(body, status)]);
    expect((await client().execution(7, "8")).kind).toBe(kind);
  });

  it("an empty list in place of a record says that there is none", async () => {
    const { client } = wired([answer([]), answer([]), answer([])]);
    const none = { kind: "absent", status: 200, message: "the answer is []" };
    expect(await client().execution(7, "8")).toEqual(none);
    expect(await client().latestExecution(7)).toEqual(none);
    expect(await client().start(7, {}, "")).toEqual(none);
  });

  it.each([
    [undefined, undefined],
    ["0", 0],
    ["17", 17],
    ["-1", undefined],
    ["many", undefined],
    ["1234567890123456", undefined],
  ])("a page of history with X-Total-Count %j", async (header, total) => {
    const headers = header === undefined ? {} : { "x-total-count": header };
    const { client } = wired([answer([{ auditId: 1, status: "success" }], 200, headers)]);
    expect(await client().history(7, { limit: 20, offset: 0 })).toStrictEqual({
      kind: "value",
      value: {
        executions: [{ auditId: "1", status: "success" }],
        ...(total === undefined ? {} : { total }),
      },
    });
  });

  it("a history that is no list is a fault", async () => {
    const { client } = wired([answer({ items: [] })]);
    expect(await client().history(7, { limit: 20, offset: 0 })).toMatchObject({ kind: "fault" });
  });
});

describe("the whole history", () => {
  const page = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ auditId: from + index, status: "success" }));

  it.each([
    [
      "ends when the total is reached",
      [
        [200, "450"],
        [200, "450"],
        [50, "450"],
      ],
      [0, 200, 400],
    ],
    [
      "goes on after a short page while the total is not reached",
      [
        [50, "80"],
        [30, "80"],
      ],
      [0, 50],
    ],
    [
      "ends on an empty page, whatever the total says",
      [
        [50, "80"],
        [0, "80"],
      ],
      [0, 50],
    ],
    [
      "ends with a page that is not full, without a total",
      [
        [200, ""],
        [199, ""],
      ],
      [0, 200],
    ],
    [
      "ends with an empty page, without a total",
      [
        [200, ""],
        [0, ""],
      ],
      [0, 200],
    ],
    ["ends at once when there is nothing", [[0, "0"]], [0]],
    [
      "ends when the same page comes again, since the server ignores the offset",
      [
        [200, ""],
        [-200, ""],
      ],
      [0, 200],
    ],
    ["ends with a page of no usual size, without a total", [[47, ""]], [0]],
    [
      "goes on after a page of a usual size, without a total",
      [
        [50, ""],
        [12, ""],
      ],
      [0, 50],
    ],
  ] as const)("%s", async (_name, pages, offsets) => {
    let known = 0;
    const fresh = (count: number) => {
      if (count < 0) return page(1, -count);
      known += count;
      return page(known - count + 1, count);
    };
    const { client, requests } = wired(
      pages.map(([count, total]) =>
        answer(fresh(count), 200, total === "" ? {} : { "x-total-count": total }),
      ),
    );
    const counts = [];
    for await (const reply of client().historyPages(7)) {
      counts.push(reply.kind === "value" ? reply.value.executions.length : reply.kind);
    }
    expect(counts).toEqual(
      pages.map(([count]) => count).filter((count, at) => count > 0 || at === 0),
    );
    expect(requests.map(({ url }) => url.search)).toEqual(
      offsets.map(offset => `?limit=200&offset=${offset}`),
    );
  });

  it("ends with a failure as its last element", async () => {
    const { client } = wired([answer(page(1, 200)), answer({}, 503)]);
    const kinds = [];
    for await (const reply of client().historyPages(7, { timeLimitMs: 9 })) kinds.push(reply.kind);
    expect(kinds).toEqual(["value", "fault"]);
  });
});

describe("all flows", () => {
  const named = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: from + index,
      name: `flow ${from + index}`,
    }));
  const total = { "x-total-count": "111" };

  async function read(replies: Parameters<typeof wired>[0], filter = {}) {
    const { client, requests } = wired(replies);
    const pages = [];
    for await (const reply of client().flowPages(filter)) {
      pages.push(reply.kind === "value" ? reply.value.flows.length : reply);
    }
    return { pages, queries: requests.map(({ url }) => url.search) };
  }

  it("come in one documented request where the server does not page", async () => {
    expect(await read([answer(named(1, 7))], { q: "a" })).toEqual({
      pages: [7],
      queries: ["?q=a"],
    });
    expect(await read([answer([])])).toEqual({ pages: [0], queries: [""] });
    const all = { "x-total-count": "7" };
    expect(await read([answer(named(1, 7), 200, all)])).toEqual({ pages: [7], queries: [""] });
  });

  it("come page by page where it does, also by fewer than were asked for", async () => {
    expect(
      await read(
        [
          answer(named(1, 50), 200, total),
          answer(named(51, 50), 200, total),
          answer(named(101, 11), 200, total),
        ],
        { q: "a" },
      ),
    ).toEqual({
      pages: [50, 50, 11],
      queries: ["?q=a", "?q=a&limit=200&offset=50", "?q=a&limit=200&offset=100"],
    });
  });

  it("end where the server has no more, whatever it says", async () => {
    expect((await read([answer(named(1, 50)), answer(named(1, 50))])).pages).toEqual([50]);
    expect((await read([answer(named(1, 50), 200, total), answer([])])).pages).toEqual([50]);
    expect((await read([answer(named(1, 50), 200, total), answer(null)])).pages).toEqual([50]);
  });

  it.each([400, 403])("leave it to the caller to go on when q is refused with %d", async status => {
    const reply = answer({ status, error: "x", message: "q is not allowed" }, status);
    expect((await read([reply], { q: "a" })).pages).toEqual([
      {
        kind: "rejected",
        status,
        message: "q is not allowed",
        fromApi: true,
        host: "etl.example.com:8443",
      },
    ]);
  });

  it("are not asked for without end", async () => {
    const endless = { "x-total-count": "999999" };
    const { client } = wired(
      Array.from({ length: 1_100 }, (_, at) => answer([{ id: at + 1, name: "a" }], 200, endless)),
    );
    let count = 0;
    for await (const _ of client().flowPages({})) count += 1;
    expect(count).toBe(1_000);
  });
});

describe("the user's own headers", () => {
  it("go with each request, and change none of ours", async () => {
    const wire = wired([answer({ token: "t1" }), answer([]), answer({ status: 0, auditId: 8 })]);
    const requestHeaders = {
      "CF-Access-Client-Id": "abc",
      AUTHORIZATION: "Bearer evil",
      Accept: "text/html",
      "Content-Type": "text/plain",
      host: "evil.example",
      "Content-Length": "7",
    };
    const dependencies = { ...wire.dependencies, requestHeaders };
    const calls = createTokenCalls({ ...dependencies, login: "rob", password: "pw" });
    const client = createEtlworksClient({
      ...dependencies,
      credentials: loginCredentials(calls, () => undefined),
    });
    await client.flows({});
    await client.start(7, {}, "");
    const ours = { "CF-Access-Client-Id": "abc", accept: "application/json" };
    const agent = { "user-agent": "etlworks-run-flow" };
    const json = { "content-type": "application/json" };
    expect(wire.requests.map(({ headers }) => headers)).toEqual([
      { ...ours, ...agent, ...json },
      { ...ours, ...agent, authorization: "Bearer t1", "cache-control": "no-cache" },
      { ...ours, ...agent, ...json, authorization: "Bearer t1" },
    ]);
  });
});

describe("a connection of its own", () => {
  it("has everything but what is only read", async () => {
    const replies = Array.from({ length: 6 }, () => answer([]));
    const { client, requests } = wired(replies);
    const calls = client();
    await calls.start(7, {}, "");
    await calls.send("POST", "/v1/stop");
    await calls.send("DELETE", "/v1/stop");
    await calls.execution(7, "8");
    await calls.history(7, { limit: 1, offset: 0 });
    await calls.flows({});
    expect(requests.map(({ connection }) => connection)).toEqual([
      "own",
      "own",
      "own",
      "pooled",
      "pooled",
      "pooled",
    ]);
  });
});

describe("a log", () => {
  it("is text, cut or not, without secrets", async () => {
    const log = {
      kind: "answer",
      status: 200,
      headers: {},
      body: "a s3cret\n",
      cut: true,
    } as const;
    const { client } = wired([log, { ...log, body: "", cut: false }]);
    const calls = client();
    const value = { text: "a ***\n", cut: true };
    expect(await calls.consoleLog(7, "8")).toEqual({ kind: "value", value });
    expect(await calls.consoleLog(7, "8")).toEqual({
      kind: "value",
      value: { text: "", cut: false },
    });
  });

  it.each(['{"status":"success"}', "{}", "{ began", "[1]", "<row/>", "null"])(
    "is taken as it is: %s",
    async body => {
      const { client } = wired([{ kind: "answer", status: 200, headers: {}, body, cut: false }]);
      expect(await client().consoleLog(7, "8")).toEqual({
        kind: "value",
        value: { text: body, cut: false },
      });
    },
  );

  it.each([
    [answer({ message: "no" }, 403), { kind: "rejected", status: 403, message: "no" }],
    [answer({ message: "no" }, 404), { kind: "absent", status: 404, message: "no" }],
    [answer("x", 206), { kind: "fault" }],
    [answer({ status: 500, error: "a", message: "b" }), { kind: "fault", website: false }],
    [answer({ success: false, error: "no" }), { kind: "rejected", status: 200, message: "no" }],
    [
      answer({ status: 404, error: "Not Found", message: "no log" }),
      { kind: "absent", status: 404, message: "no log" },
    ],
    [
      {
        kind: "answer",
        status: 200,
        headers: {},
        body: "\n<!DOCTYPE html><p>Sign in",
        cut: false,
      } as const,
      { kind: "fault", website: true },
    ],
    [{ kind: "broken", reason: "reset" } as const, { kind: "fault" }],
  ])("that does not come: %j", async (reply, expected) => {
    const { client } = wired([reply]);
    expect(await client().consoleLog(7, "8")).toMatchObject(expected);
  });
});

describe("a call in the user's words", () => {
  const raw = (status: number, body: string) =>
    ({ kind: "answer", status, headers: {}, body, cut: false }) as const;

  it.each([
    [raw(200, '{"status":2}'), { kind: "value", value: true }],
    [raw(200, ""), { kind: "value", value: true }],
    [raw(204, ""), { kind: "value", value: true }],
    [raw(299, "null"), { kind: "value", value: true }],
    [raw(200, '{"success":false,"error":"no"}'), { kind: "rejected", status: 200, message: "no" }],
    [
      raw(200, '{"success"  :  false,"error":"no"}'),
      { kind: "rejected", status: 200, message: "no" },
    ],
    [raw(200, '{"success":true}'), { kind: "value", value: true }],
    [
      raw(200, '{"status":403,"error":"Forbidden","message":"no","path":"/x"}'),
      { kind: "rejected", status: 403, message: "no" },
    ],
    [raw(200, '{"status":500,"error":"a","message":"b"}'), { kind: "fault", website: false }],
    [raw(200, "<!DOCTYPE html><p>Sign in</p>"), { kind: "fault", website: true }],
    [raw(200, " <html></html>"), { kind: "fault", website: true }],
    [raw(200, "\uFEFF<!-- a --><HTML>"), { kind: "fault", website: true }],
    [raw(200, "<body>"), { kind: "fault", website: true }],
    [raw(202, "OK"), { kind: "value", value: true }],
    [raw(202, "<stopped/>"), { kind: "value", value: true }],
    [raw(200, '{"status":400,"status":200}'), { kind: "fault" }],
    [raw(200, '{"status":200,"status":200}'), { kind: "value", value: true }],
    [raw(202, "{}"), { kind: "value", value: true }],
    [raw(300, ""), { kind: "rejected", status: 300 }],
    [
      raw(403, '{"message":"Editor only"}'),
      { kind: "rejected", status: 403, message: "Editor only" },
    ],
    [raw(404, ""), { kind: "absent", status: 404 }],
    [raw(500, '{"success":true}'), { kind: "fault" }],
    [raw(199, ""), { kind: "absent" }],
    [
      { kind: "unreachable", reason: "rejected", permanent: false } as const,
      { kind: "unreachable" },
    ],
  ])("answered by %j", async (reply, expected) => {
    const { client } = wired([reply]);
    expect(await client().send("POST", "/v1/stop")).toMatchObject(expected);
  });
});

describe("credentials", () => {
  const unauthorized = { kind: "unauthorized", fromApi: false, host: "etl.example.com:8443" };
  const expired = answer({ message: "Token expired" }, 401);

  function login(...replies: Parameters<typeof wired>[0]) {
    const wire = wired(replies);
    const told: string[] = [];
    const credentials = loginCredentials(wire.tokenCalls, token => told.push(token));
    return { ...wire, told, client: wire.client(credentials) };
  }

  const isUsual = (method: string, url: URL) =>
    method === (url.pathname.includes("/token-auth") ? "POST" : "GET");
  const bearers = (requests: readonly HttpRequest[]) =>
    requests.map(({ method, url, headers }) =>
      [
        isUsual(method, url) ? "" : `by ${method}`,
        url.pathname.replace("/etl/rest/v1", ""),
        headers["authorization"],
      ]
        .filter(Boolean)
        .join(" "),
    );

  it("are asked for first, and then used", async () => {
    const { client, requests, told } = login(answer({ token: "t1" }), answer([]), answer([]));
    await client.flows({});
    await client.flows({});
    expect(bearers(requests)).toEqual(["/token-auth", "/flows Bearer t1", "/flows Bearer t1"]);
    expect(requests[0]?.body).toBe('{"login":"rob","password":"s3cret"}');
    expect(requests[0]?.headers["content-type"]).toBe("application/json");
    expect(told).toEqual(["t1"]);
  });

  it("that cannot be had fail every call", async () => {
    const locked = () => login(answer({ message: "locked" }, 401)).client;
    const failure = { ...unauthorized, message: "locked" };
    expect(await locked().flows({})).toEqual(failure);
    expect(await locked().start(7, {}, "")).toEqual(failure);
    expect(await locked().history(7, { limit: 1, offset: 0 })).toEqual(failure);
    expect(await locked().consoleLog(7, "8")).toEqual(failure);
    expect(await locked().send("POST", "/v1/stop")).toEqual(failure);
  });

  it("are renewed on a 401, and the call is sent once more", async () => {
    const { client, requests } = login(
      answer({ token: "t1" }),
      expired,
      answer({ token: "t2" }),
      answer([]),
    );
    expect(await client.flows({})).toEqual({ kind: "value", value: [] });
    expect(bearers(requests)).toEqual([
      "/token-auth",
      "/flows Bearer t1",
      "/token-auth/refresh Bearer t1",
      "/flows Bearer t2",
    ]);
    expect(requests[2]?.body).toBe("{}");
  });

  const page = (status: number, body: string) => ({ ...answer("", status), body });
  const errorOf = (status: number) => ({ status, error: "No", message: "no", path: "/rest" });

  it.each([
    ["a 401 under a status of success", answer(errorOf(401))],
    ["a 403 of a read in the server's own words", answer(errorOf(403), 403)],
    ["the same under a status of success", answer(errorOf(403))],
  ])("are renewed on %s", async (_what, refusal) => {
    const { client, requests } = login(
      answer({ token: "t1" }),
      refusal,
      answer({ token: "t2" }),
      answer([]),
    );
    expect(await client.flows({})).toEqual({ kind: "value", value: [] });
    expect(bearers(requests).at(-1)).toBe("/flows Bearer t2");
  });

  it("are renewed once for a 403, which may be meant", async () => {
    const forbidden = answer(errorOf(403), 403);
    const { client, requests } = login(
      answer({ token: "t1" }),
      forbidden,
      answer({ token: "t2" }),
      forbidden,
    );
    expect(await client.flows({})).toMatchObject({ kind: "rejected", status: 403 });
    expect(requests).toHaveLength(4);
    const lost = login(answer({ token: "t1" }), forbidden, answer("", 503), answer("", 503));
    expect(await lost.client.flows({})).toMatchObject({ kind: "rejected", status: 403 });
  });

  it.each([
    ["the start", (client: EtlworksClient) => client.start(7, {}, ""), answer(errorOf(403), 403)],
    ["a firewall's page", (client: EtlworksClient) => client.flows({}), page(403, "<html>403")],
    ["a run's error", (client: EtlworksClient) => client.flows({}), page(400, "401 and 403")],
  ])("are not renewed on the refusal of %s", async (_what, call, refusal) => {
    const { client, requests } = login(answer({ token: "t1" }), refusal);
    expect((await call(client)).kind).toBe("rejected");
    expect(requests).toHaveLength(2);
  });

  it("are refused when the fresh ones are refused too", async () => {
    const { client, requests } = login(
      answer({ token: "t1" }),
      expired,
      answer({ token: "t2" }),
      expired,
    );
    expect(await client.flows({})).toEqual({ ...unauthorized, message: "Token expired" });
    expect(requests).toHaveLength(4);
  });

  it("that cannot be renewed leave the server's own words", async () => {
    const { client, requests } = wired([expired]);
    expect(await client().flow(7)).toEqual({ ...unauthorized, message: "Token expired" });
    expect(requests).toHaveLength(1);
  });

  it("are looked for at the older address when the newer one is not there", async () => {
    const nothing = answer({ message: "No message available" }, 404);
    const { client, requests } = login(nothing, answer({ token: "t1" }), answer([]));
    expect(await client.flows({})).toEqual({ kind: "value", value: [] });
    expect(bearers(requests)).toEqual(["/token-auth", "/token-auth/issue", "/flows Bearer t1"]);
  });

  it("are not looked for elsewhere when the answer was only empty", async () => {
    const { client, requests } = login(answer(null));
    expect(await client.flows({})).toEqual({
      kind: "rejected",
      status: 404,
      message: "login: the answer is null",
      fromApi: false,
    });
    expect(requests).toHaveLength(1);
  });

  it("that fail mean that the call was not sent", async () => {
    const { client, requests } = login(answer({ message: "down" }, 500));
    expect(await client.start(7, {}, "")).toEqual({
      kind: "unreachable",
      permanent: false,
      message: "login: etl.example.com:8443/etl/rest/v1/token-auth answered 500: down",
      cause: "login",
    });
    expect(requests).toHaveLength(1);
  });

  it("that fail while they are renewed mean that the call did nothing", async () => {
    const { client } = login(
      answer({ token: "t1" }),
      expired,
      answer({}, 503),
      answer({ message: "locked" }, 429, { "retry-after": "9" }),
    );
    expect(await client.start(7, {}, "")).toEqual({ kind: "rate-limited", retryAfterMs: 9_000 });
  });

  it("never show a password that the server repeats", async () => {
    const echo = { message: "Cannot parse login=rob&password=s3cret" };
    for (const status of [400, 401, 403, 429, 500]) {
      const { client } = login(answer(echo, status));
      expect(JSON.stringify(await client.flows({}))).not.toContain("s3cret");
    }
    const { client } = login(
      answer({ token: "t1" }),
      expired,
      answer(echo, 500),
      answer(echo, 500),
    );
    expect(JSON.stringify(await client.flows({}))).not.toContain("s3cret");
  });

  it("are not used any more when told to stop while signing in", async () => {
    const stopped = { kind: "stopped", mayHaveArrived: false };
    for (const replies of [
      [answer({ token: "t1" })],
      [answer({ token: "t1" }), expired, answer({ token: "t2" })],
    ]) {
      const stop = new AbortController();
      const stopping = replies.map((reply, index) => () => {
        if (index === replies.length - 1) stop.abort();
        return reply;
      });
      const { client, requests } = login(...stopping);
      expect(await client.start(7, {}, "", { unsentSignal: stop.signal })).toEqual(stopped);
      expect(requests).toHaveLength(replies.length);
    }
  });

  it("are signed in for with the signal that counts until the call is sent", async () => {
    const { signal } = new AbortController();
    const { signal: unsentSignal } = new AbortController();
    const both = login(answer({ token: "t1" }), answer([]));
    await both.client.flows({}, { signal, unsentSignal });
    expect(both.requests.map(request => request.signal)).toEqual([unsentSignal, signal]);
    expect(both.requests.map(request => request.unsentSignal)).toEqual([undefined, unsentSignal]);
    const one = login(answer({ token: "t1" }), answer([]));
    await one.client.flows({}, { signal });
    expect(one.requests.map(request => request.signal)).toEqual([signal, signal]);
  });

  it("may be a token that is a known secret", async () => {
    const { client, requests } = login(answer({ token: "s3cret" }), answer([]));
    await client.flows({});
    expect(bearers(requests)).toEqual(["/token-auth", "/flows Bearer s3cret"]);
  });
});

describe("one time limit for a call with its signing in", () => {
  async function limits(
    delays: readonly number[],
    call: { timeLimitMs?: number } = {},
    asked: "read" | "start" = "read",
  ): Promise<{ limits: number[]; reply: unknown }> {
    const expired = answer({}, 401);
    const wire = wired([]);
    let now = 1_000_000;
    const replies = [
      answer({ token: "t1" }),
      expired,
      answer({}, 401),
      answer({ token: "t2" }),
      answer([]),
    ];
    const seen: number[] = [];
    const dependencies = {
      ...wire.dependencies,
      // However the wall clock jumps, it is the time that has passed that counts.
      epochMs: () => (now % 2 === 0 ? 0 : 1_000_000_000_000),
      monotonicMs: () => now,
      async send(request: HttpRequest): Promise<HttpReply> {
        const index = seen.length;
        seen.push(request.timeLimitMs);
        now += delays[index] ?? 0;
        const reply = replies[index];
        if (reply === undefined) throw new Error("too many requests");
        return reply;
      },
    };
    const calls = createTokenCalls({ ...dependencies, login: "rob", password: "pw" });
    const credentials = loginCredentials(calls, () => undefined);
    const client = createEtlworksClient({ ...dependencies, credentials });
    const reply = await (asked === "read" ? client.flows({}, call) : client.start(7, {}, "", call));
    return { limits: seen, reply };
  }

  it("gives each request what is left", async () => {
    const { limits: seen, reply } = await limits([1_000, 2_000, 3_000, 4_000], {});
    // The refresh gets a third of it, so that something is left for a login where it hangs.
    expect(seen).toEqual([30_000, 29_000, 9_000, 24_000, 20_000]);
    expect(reply).toEqual({ kind: "value", value: [] });
  });

  it.each([
    ["before the first sending", [5_001], 1],
    ["before the second sending", [0, 2_000, 2_000, 1_001], 4],
  ])("does not send a start with less than half of it: %s", async (_when, delays, sent) => {
    const { limits: seen, reply } = await limits(delays, { timeLimitMs: 10_000 }, "start");
    expect(seen).toHaveLength(sent);
    expect(reply).toEqual({
      kind: "unreachable",
      permanent: false,
      message: "signing in took too long",
    });
  });

  it("sends a start with half of it", async () => {
    const { limits: seen } = await limits([5_000], { timeLimitMs: 10_000 }, "start");
    expect(seen.slice(0, 2)).toEqual([10_000, 5_000]);
    const late = [0, 2_000, 2_000, 1_000];
    expect((await limits(late, { timeLimitMs: 10_000 }, "start")).limits).toHaveLength(5);
  });

  it("sends a read with whatever is left, since a token may live for seconds only", async () => {
    const { limits: seen, reply } = await limits([9_000], { timeLimitMs: 10_000 });
    expect(seen.slice(0, 2)).toEqual([10_000, 1_000]);
    expect(reply).toMatchObject({ kind: "value" });
  });

  it("is a moment when nothing is left", async () => {
    expect((await limits([0, 3_600_001], {})).limits).toEqual([30_000, 30_000, 1, 1, 1]);
  });
});
