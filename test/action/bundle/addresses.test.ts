import { describe, it } from "vitest";
import { HISTORY, look, play, type Scene, START, started } from "./play.ts";

describe.concurrent("base-url", () => {
  const forms = ["{origin}", "{origin}/", "{origin}/rest/"];
  it.for(forms)("takes %s", async (form, { expect }) => {
    const { exitCode, wire } = await play({
      inputs: ({ origin }) => ({ "base-url": form.replace("{origin}", origin) }),
    });
    expect(exitCode).toBe(0);
    expect(wire).toEqual([HISTORY, START, look()]);
  });

  it("takes localhost", async ({ expect }) => {
    const { exitCode, log } = await play({
      inputs: ({ baseUrl }) => ({ "base-url": baseUrl.replace("127.0.0.1", "localhost") }),
    });
    expect(exitCode).toBe(0);
    expect(log[0]).toMatch(/^Started flow 7 on localhost:\d+ · audit id 8721934$/);
  });

  it("keeps a path in front of /rest", async ({ expect }) => {
    const { exitCode, wire, log } = await play({
      inputs: ({ origin }) => ({ "base-url": `${origin}/etlworks/` }),
    });
    expect(exitCode).toBe(1);
    expect(wire).toEqual([
      "GET /etlworks/rest/v1/executions/7/history?limit=20&offset=0",
      "POST /etlworks/rest/v1/flows/7/run {}",
    ]);
    expect(log).toEqual([
      "[error] Etlworks flow 7: refused: Flow 7 on HOST was not found (404: No message available). Check flow-id, that the user behind api-key can see the flow, and that base-url is your instance's address, ending in /rest.",
    ]);
  });

  interface Refused {
    readonly name: string;
    readonly scene: Scene;
    readonly sentence: string;
  }
  const refused: readonly Refused[] = [
    {
      name: "a web site in place of the API",
      scene: { faults: [{ kind: "html", when: "before", times: Number.POSITIVE_INFINITY }] },
      sentence:
        "HOST/rest/v1/flows/7/run answered with an HTML page instead of JSON. That is a web site, not the API: check base-url.",
    },
    {
      name: "a redirect to the right place",
      scene: {
        faults: [
          {
            kind: "redirect",
            when: "before",
            status: 308,
            location: "https://acme.etlworks.com/rest/v1",
            times: Number.POSITIVE_INFINITY,
          },
        ],
      },
      sentence:
        "Etlworks did not answer: the server redirects to https://acme.etlworks.com, and a redirect is not followed with credentials. Set base-url to the address that it redirects to.",
    },
    {
      name: "a flow that is not there",
      scene: { sandbox: { flows: [] } },
      sentence:
        "Flow 7 on HOST was not found (404: Flow 7 not found). Check flow-id, that the user behind api-key can see the flow, and that base-url is your instance's address, ending in /rest.",
    },
  ];
  it.for(refused)("explains $name", async ({ scene, sentence }, { expect }) => {
    const played = await play(scene);
    expect(played.log).toEqual([`[error] Etlworks flow 7: refused: ${sentence}`]);
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual([HISTORY, START]);
    expect(played.sandbox.model.runs).toEqual([]);
  });

  it("tries again for a while when nobody listens, within the timeout", async ({ expect }) => {
    const { exitCode, log, outputs, elapsedMs } = await play({
      inputs: { "base-url": "http://127.0.0.1:1", timeout: "3s" },
    });
    expect(exitCode).toBe(1);
    const waiting =
      /^Not started yet \(cannot reach HOST\/rest\/v1\/flows\/7\/run: connection refused \(ECONNREFUSED\)\); retrying in [12]s$/;
    expect(log.length).toBeGreaterThan(1);
    for (const line of log.slice(0, -1)) expect(line).toMatch(waiting);
    expect(log.at(-1)).toBe(
      "[error] Etlworks flow 7: timed-out: Flow 7 was not started: cannot reach HOST/rest/v1/flows/7/run: connection refused (ECONNREFUSED) when the 3s timeout ended.%0ACheck base-url and the connection to Etlworks, or run the job again later.",
    );
    expect(outputs["outcome"]).toBe("timed-out");
    expect(elapsedMs).toBeLessThan(20_000);
  });
});

describe.concurrent("the request on the wire", () => {
  interface Sent {
    readonly name: string;
    readonly parameters: string;
    readonly body: Readonly<Record<string, string>>;
    readonly warning?: string;
  }
  const sent: readonly Sent[] = [
    { name: "nothing", parameters: "", body: {} },
    { name: "blank lines and remarks only", parameters: "\n  \n# a = 1\n", body: {} },
    { name: "an empty object", parameters: "{}", body: {} },
    {
      name: "a JSON object",
      parameters: '{"day": "2026-05-09", "limit": 1.50, "id": 9007199254740993, "full": true}',
      body: { day: "2026-05-09", limit: "1.50", id: "9007199254740993", full: "true" },
    },
    {
      name: "lines",
      parameters: "day=2026-05-09\r\n\r\n# not this\nwhere = id >= 7 or 'x=' \nempty=",
      body: { day: "2026-05-09", where: "id >= 7 or 'x='", empty: "" },
      warning: '"empty"',
    },
    {
      name: "several empty values",
      parameters: '{"one": "", "two": "x", "three": ""}',
      body: { one: "", two: "x", three: "" },
      warning: '"one", "three"',
    },
    {
      name: "what must be escaped",
      parameters: JSON.stringify({ täg: 'a"b\\c\nd\t{e}', __proto: "x", "%": "☃ 100%" }),
      body: { täg: 'a"b\\c\nd\t{e}', __proto: "x", "%": "☃ 100%" },
    },
  ];
  it.for(sent)("carries $name", async ({ parameters, body, warning }, { expect }) => {
    const { exitCode, log, sandbox } = await play({ inputs: { parameters } });
    expect(exitCode).toBe(0);
    expect(sandbox.model.runs[0]?.parameters).toEqual(body);
    expect(JSON.parse(sandbox.requests[1]?.body ?? "")).toEqual(body);
    expect(log).toEqual([
      ...(warning === undefined
        ? []
        : [
            `[warning] Check the inputs: Empty parameter ${warning}: Etlworks skips empty values, so the flow will see the literal text {${warning.split('"')[1]}}.`,
          ]),
      started(),
      "success · Ns",
    ]);
  });

  it("carries the query of the start, with and without its question mark", async ({ expect }) => {
    for (const query of ["parallel=true&tag=a%20b", "?parallel=true&tag=a%20b"]) {
      const { exitCode, wire, sandbox } = await play({
        inputs: { "run-query": query },
        sandbox: { parallelQuery: "parallel=true" },
        before: ({ model }) => {
          model.begin(7, { startedBy: "user", plan: { runningMs: 60_000 } });
        },
      });
      expect(exitCode).toBe(0);
      expect(wire[1]).toBe("POST /v1/flows/7/run?parallel=true&tag=a%20b {}");
      expect(sandbox.model.runs).toHaveLength(2);
    }
  });

  it("names its sender, its type and its length, and nothing else of ours", async ({ expect }) => {
    const { sandbox } = await play({ inputs: { parameters: "täg=☃" } });
    const [, start] = sandbox.requests;
    const { authorization, host, connection, ...rest } = start?.headers ?? {};
    expect([authorization, host, connection].every(header => header !== undefined)).toBe(true);
    expect(rest).toEqual({
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "etlworks-run-flow",
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(start?.body ?? "")),
    });
  });
});
