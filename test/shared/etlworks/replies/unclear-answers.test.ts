import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiKeyCredentials, type Credentials } from "../../../../shared/etlworks/credentials.ts";
import { createEtlworksClient } from "../../../../shared/etlworks/etlworks-client.ts";
import type { HttpReply, HttpRequest } from "../../../../shared/etlworks/http/http.ts";
import type { Failure } from "../../../../shared/etlworks/replies/reply.ts";
import { anyString } from "../../../any-string.ts";

/** Answers that can be taken in two ways, and what the client takes them for. */

const PLACE = "etl.example.com/rest/v1";

function clientOf(
  replies: readonly HttpReply[],
  credentials: Credentials = apiKeyCredentials("k"),
) {
  const left = [...replies];
  const requests: HttpRequest[] = [];
  const client = createEtlworksClient({
    async send(request) {
      requests.push(request);
      const reply = left.shift();
      if (reply === undefined) throw new Error(`not prepared for ${request.url.href}`);
      return reply;
    },
    baseUrl: new URL("https://etl.example.com/rest"),
    credentials,
    redact: text => text.replaceAll("s3cret", "***"),
    epochMs: () => 0,
    monotonicMs: () => 0,
  });
  return { client, requests };
}

function answer(
  body: string,
  { status = 200, ...more }: Partial<Extract<HttpReply, { kind: "answer" }>> = {},
): HttpReply {
  return { kind: "answer", status, headers: {}, body, cut: false, ...more };
}

describe("the link to the next page of flows", () => {
  /** The query of the second request; undefined when there was none. */
  async function followed(link: string | undefined): Promise<string | undefined> {
    const headers = link === undefined ? undefined : { link };
    const { client, requests } = clientOf([
      answer('[{"id":1,"name":"a"}]', headers && { headers }),
      answer("[]"),
    ]);
    for await (const page of client.flowPages({ q: "a" })) expect(page.kind).toBe("value");
    expect(requests.map(({ url }) => url.pathname)).toEqual(requests.map(() => "/rest/v1/flows"));
    expect(requests.map(({ url }) => url.host)).toEqual(requests.map(() => "etl.example.com"));
    return requests[1]?.url.search;
  }

  it.each([
    ['<https://inner.example/x?cursor=a%20b>; rel="next"', "?cursor=a%20b"],
    ["</rest/v1/flows?page=2>;rel=next", "?page=2"],
    ["<?page=2> ;\trel = next", "?page=2"],
    ["<?page=2>; REL=Next", "?page=2"],
    ['<?page=2>; title="more"; rel="next"', "?page=2"],
    ['<?page=2>; rel="prev next"', "?page=2"],
    ['<?page=2>; rel="a b next"', "?page=2"],
    ['<?page=2>; rel="next last"', "?page=2"],
    ['<?page=2>; rel="next last first"', "?page=2"],
    ['<?page=1>; rel="prev", <?page=3>; rel="next", <?page=9>; rel="last"', "?page=3"],
    ['<https://inner.example/flows>; rel="next", <?page=2>; rel="next"', "?page=2"],
    ['<http://[>; rel="next", <?page=2>; rel="next"', "?page=2"],
  ])("%s is followed", async (link, query) => {
    expect(await followed(link)).toBe(query);
  });

  it.each([
    undefined,
    "",
    "next",
    "<?page=2>",
    '<?page=2>; rel="last"',
    '<?page=2>; rel="prev"; title="next"',
    '<?page=2>; rel="nextpage"',
    '<?page=2>; rel="notnext"',
    '<?page=2>; rel="not-next"',
    "<?page=2>; rel=nexts",
    "<?page=2>; notrel=next",
    '<https://inner.example/flows>; rel="next"',
    '<http://[>; rel="next"',
  ])("%s leads nowhere", async link => {
    expect(await followed(link)).toBeUndefined();
  });

  it("is never asked of another host, whatever the server names", async () => {
    await fc.assert(
      fc.asyncProperty(webUrl, async url => {
        const query = await followed(`<${url}>; rel="next"`);
        expect(query).toBe(new URL(url).search || undefined);
      }),
    );
  });
});

/** Not `fc.webUrl()`: to be set up it lists every character there is, which takes longer than the test. */
const webUrl = fc
  .tuple(fc.webAuthority(), anyString(), fc.option(anyString()))
  .map(([authority, path, query]) => {
    const page = `https://${authority}/${encodeURIComponent(path)}`;
    return query === null ? page : `${page}?${encodeURIComponent(query)}`;
  });

describe("the latest run", () => {
  const unknown = {
    kind: "fault",
    website: false,
    message: `${PLACE}/executions/7 answered with JSON of an unknown form`,
  };
  const running = { auditId: 8, status: "running" };

  it.each([
    ["the run", running, { auditId: "8", status: "running" }],
    [
      "a list of runs",
      [running, { auditId: 7, status: "error" }],
      { auditId: "8", status: "running" },
    ],
    [
      "a list that begins with something else",
      [null, 1, { auditId: 9 }, { status: "success" }, running],
      { auditId: "8", status: "running" },
    ],
    [
      "a list with the oldest first",
      [{ auditId: 7, status: "error" }, running],
      { auditId: "8", status: "running" },
    ],
    [
      "a list in which a later one has ended",
      [{ auditId: 10, status: "success" }, running, { auditId: 9, status: "success" }],
      { auditId: "8", status: "running" },
    ],
    [
      "a list of ended runs, by their ids",
      ["9", "10", "8"].map(auditId => ({ auditId, status: "success" })),
      { auditId: "10", status: "success" },
    ],
    ["a status without a run", { status: "success" }, undefined],
    ["a run without a status", { auditId: 8 }, undefined],
    ["a list of nothing that is a run", [null, { status: "success" }, { auditId: 8 }], undefined],
    ["a number", 8, undefined],
  ])("is read from %s", async (_what, body, value) => {
    const { client, requests } = clientOf([answer(JSON.stringify(body))]);
    expect(await client.latestExecution(7)).toEqual(
      value === undefined ? unknown : { kind: "value", value },
    );
    expect(requests[0]?.url.href).toBe(`https://${PLACE}/executions/7`);
  });

  it("is none of several that are active", async () => {
    const { client } = clientOf([
      answer(JSON.stringify([running, { auditId: 9, status: "queued" }])),
    ]);
    const message = `${PLACE}/executions/7 answered with several runs that are active`;
    expect(await client.latestExecution(7)).toEqual({ ...unknown, message });
  });
});

describe("a stop that is answered with a good status", () => {
  it.each([
    ['{"ok":false,"message":"s3cret is no run"}', "*** is no run"],
    ['{"stopped":"false"}', "it says no without a reason"],
    ["false", "false"],
  ])("and %s was refused", async (body, message) => {
    const { client } = clientOf([answer(body, { status: 202 })]);
    expect(await client.send("POST", "/v1/stop")).toEqual({
      kind: "rejected",
      status: 202,
      message,
      fromApi: true,
      host: "etl.example.com",
    });
  });

  it("is refused in few words", async () => {
    const { client } = clientOf([
      answer(JSON.stringify({ ok: false, message: "x".repeat(5_000) })),
    ]);
    const reply = await client.send("POST", "/v1/stop");
    expect(reply.kind === "rejected" && reply.message.length).toBe(1_001);
  });

  it.each([
    '{"result":{"success":false}}',
    '{"result":{"success" : false}}',
    '{"result":{"success"  :\n  false}}',
    '[{"success":false}]',
  ])("and a refusal deeper inside is in doubt: %j", async body => {
    const { client } = clientOf([answer(body)]);
    expect(await client.send("POST", "/v1/stop")).toMatchObject({ kind: "fault" });
  });

  it.each(['{"result":{"success":true}}', '{"success":"no more than a word"}', '{"false":1}'])(
    "and %j was accepted",
    async body => {
      const { client } = clientOf([answer(body)]);
      expect(await client.send("POST", "/v1/stop")).toEqual({ kind: "value", value: true });
    },
  );
});

describe("a log that cannot be had", () => {
  it("is a fault when its bytes could not be read", async () => {
    const unread = "its bytes are no gzip";
    const { client } = clientOf([answer("half of it", { unread })]);
    expect(await client.consoleLog(7, "8")).toEqual({
      kind: "fault",
      message: `${PLACE}/executions/console/download answered, but ${unread}`,
      website: false,
    });
  });

  it.each([
    [404, "absent"],
    [403, "rejected"],
    [500, "fault"],
    [204, "fault"],
    [206, "fault"],
  ])("is not what an answer %d says", async (status, kind) => {
    const { client } = clientOf([answer("INFO began", { status })]);
    expect(await client.consoleLog(7, "8")).toMatchObject({ kind });
  });
});

describe("a refused token that cannot be renewed", () => {
  const words = { kind: "unauthorized", message: "the token has expired", fromApi: false };

  it.each<[string, Failure, object]>([
    [
      "because the login is refused",
      { kind: "unauthorized", message: "login: no", fromApi: true },
      words,
    ],
    [
      "because a page is in the way",
      { kind: "unauthorized", message: "login: a page", fromApi: false },
      { kind: "unauthorized", message: "login: a page", fromApi: false },
    ],
    [
      "because the login is refused in another way",
      { kind: "rejected", status: 403, message: "login: locked", fromApi: true },
      { kind: "rejected", status: 403, message: "login: locked" },
    ],
    ["because too much was asked", { kind: "rate-limited" }, { kind: "rate-limited" }],
  ])("%s", async (_why, second, expected) => {
    const refused = answer('{"message":"the token has expired"}', { status: 401 });
    const { client, requests } = clientOf([refused], {
      token: async () => ({ kind: "token", token: "old" }),
      renew: async () => second,
    });
    expect(await client.start(7, {}, "")).toMatchObject(expected);
    expect(requests).toHaveLength(1);
  });
});
