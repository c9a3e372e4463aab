import { spawn } from "node:child_process";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ASSUMPTIONS, type Assumption } from "../../scripts/probe/assumptions.ts";
import { probeInstance } from "../../scripts/probe/probe-instance.ts";
import type { HttpReply, SendHttp } from "../../shared/etlworks/http/http.ts";
import { COMPILE_CACHE } from "../compile-cache.ts";
import { type Flow, pastRuns } from "../sandbox/flow.ts";
import { createModel, type Model, type ModelOptions } from "../sandbox/model.ts";
import type { Plan } from "../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { exampleUsers, type Role } from "../sandbox/users.ts";

const START = Date.parse("2026-05-09T10:00:00Z");
const FLOW = 12345;

describe("a probe that only reads", () => {
  it("confirms what the documentation says", async () => {
    const { page, requests } = await probe();
    expect(verdicts(page, "contradicted")).toEqual([]);
    expect(verdicts(page, "confirmed")).toEqual(
      expect.arrayContaining<Assumption>(["listed", "wrongKey", "historyOrder", "recordTimes"]),
    );
    expect(page).toContain("- `auditId`: whole number");
    // The list of commands is the one call that is a POST and reads.
    const writes = requests.filter(request => !request.startsWith("GET "));
    expect(writes).toEqual(["POST /rest/v1/ai-agent/api/tools/host_list_commands/execute"]);
  });

  it.each<[string, Setting, readonly Assumption[]]>([
    ["the list ignores filters", { ignoresFilters: true }, ["listFilters"]],
    ["audit ids are in quotes", { auditIdAs: "string" }, ["auditIdNumber"]],
    ["status words have capitals", { statusLetters: "capitalised" }, ["statusWords"]],
    ["runs have no end", { omittedFields: ["ended"] }, ["recordTimes"]],
    ["runs have no user", { omittedFields: ["user"] }, ["recordUser"]],
    ["runs have no records", { omittedFields: ["records"] }, ["recordRecords"]],
    ["runs have no exception", { omittedFields: ["exception"] }, ["recordMessage"]],
    ["audit ids are longer than a number", { firstAuditId: "9007199254740993001" }, []],
    ["logins are the old ones", { tokenAuth: "legacy" }, []],
    ["two flows share a name", { flows: [flow(1), flow(2)] }, ["namesUnique"]],
  ])("sees that %s", async (_case, setting, contradicted) => {
    const { page } = await probe(setting);
    expect(verdicts(page, "contradicted")).toEqual(contradicted);
  });

  it.each<[Role, readonly Assumption[]]>([
    ["Administrator", []],
    ["Operator", []],
    ["Viewer", ["historyList"]],
    ["API User", ["listed", "flowAbsent"]],
  ])("sees what the role %s may do", async (role, contradicted) => {
    const { page } = await probe({ role });
    expect(verdicts(page, "contradicted")).toEqual(contradicted);
  });

  it("sees a limit of requests, waits, and goes on", async () => {
    const { page, slept } = await probe({ requestsPerMinute: 5 });
    expect(verdicts(page, "contradicted")).toEqual([]);
    expect(verdicts(page, "confirmed")).toContain("rateLimit");
    expect(slept).toBeGreaterThan(0);
  });

  it("names the commands of the AI tools and the calls of the manual, and nothing else of them", async () => {
    const commands = ["run-flow", "stop-flow", "delete-customer-acme", "run-acme", "list-flows"];
    const text =
      "POST /rest/v1/flows/{flowId}/stop?parallel=acme and /v1/acme/run, /v1/flows/acme/stop";
    const answer = { success: true, output: commands.join("; "), text };
    const { page, requests } = await probe({ instead: [/ai-agent/, JSON.stringify(answer)] });
    expect(page).toContain("| confirmed | run-flow, stop-flow |");
    expect(page).toContain(
      'The manual, asked for "stop flow API", names: `/v1/flows/{flowId}/stop?parallel`.',
    );
    expect(page).not.toContain("acme");
    const writes = requests.filter(request => !request.startsWith("GET "));
    expect(writes.every(request => request.includes("/ai-agent/api/tools/"))).toBe(true);
  });

  it.each([
    "[]",
    "{}",
    "null",
    "",
    "<html>",
    '{"content": [], "total": 0}',
    '[{"a": 1}]',
    "[[[[",
    "7",
  ])("survives %j in place of everything but the list", async body => {
    const { page } = await probe({ instead: [/executions|flows\//, body] });
    expect(page).toContain("Contradicted:");
  });
});

describe("a probe with a run", () => {
  it.each<[string, Setting & { readonly plan: Plan }, readonly Assumption[]]>([
    ["all is as documented", { plan: { queuedMs: 2_000, runningMs: 20_000 } }, []],
    ["a run is over at once", { plan: { runningMs: 0 } }, []],
    ["a run fails", { plan: { runningMs: 9_000, end: "error", message: "no" } }, []],
    ["code 1 names no run", { plan: { runningMs: 20_000 }, busyAuditId: "none" }, ["busyAuditId"]],
    [
      "code 1 names a fresh id",
      { plan: { runningMs: 20_000 }, busyAuditId: "unused" },
      ["busyAuditId"],
    ],
    [
      "canceled turns into error",
      {
        plan: {
          statuses: [
            { afterMs: 0, status: "running" },
            { afterMs: 6_000, status: "canceled" },
            { afterMs: 12_000, status: "error" },
          ],
        },
      },
      ["endStays"],
    ],
    [
      "a new run is not there at first",
      { plan: { runningMs: 9_000, missing: [{ untilMs: 3_000, answer: "null" }] } },
      ["startRecord"],
    ],
    [
      "the history hides active runs",
      { plan: { runningMs: 9_000, listedAfterMs: 9_000 } },
      ["historyActive"],
    ],
  ])("sees that %s", async (_case, { plan, ...setting }, contradicted) => {
    const { page, model } = await probe({ ...setting, run: true, flows: [flow(FLOW, plan)] });
    expect(verdicts(page, "contradicted")).toEqual(contradicted);
    expect(verdicts(page, "confirmed")).toContain("startCode");
    expect(model.runs).toHaveLength(1);
  });

  it("says what the status call said over time", async () => {
    const plan = { queuedMs: 5_000, runningMs: 9_000, end: "warning" } as const;
    const { page } = await probe({ run: true, flows: [flow(FLOW, plan)] });
    expect(page).toContain("over time: queued, then running, then warning.");
  });

  it("gives up a run that does not end, and stops nothing", async () => {
    const plan = { runningMs: Number.POSITIVE_INFINITY };
    const { page, requests } = await probe({ run: true, flows: [flow(FLOW, plan)] });
    expect(page).toContain("over time: running.");
    expect(requests.filter(request => request.startsWith("POST /rest/v1/flows"))).toHaveLength(2);
  });

  it("starts nothing a second time when a start was no start", async () => {
    const refused = { ...flow(FLOW), starts: [{ refusal: "suspended" }] };
    const { page, requests } = await probe({ run: true, flows: [refused] });
    expect(verdicts(page, "contradicted")).toEqual(["startAnswer", "startCode"]);
    expect(requests.filter(request => request.endsWith("/run"))).toHaveLength(1);
  });
});

describe("the page", () => {
  const token = fc
    .string({ unit: fc.constantFrom(..."bcdfghjkmpqvwxz".split("")), minLength: 8, maxLength: 14 })
    .map(text => `${text}q`);
  const id = fc.integer({ min: 100_000_000, max: 900_000_000 });

  it("holds no value, no name, no key and no address", async () => {
    const secrets = fc.record({
      tokens: fc.uniqueArray(token, { minLength: 6, maxLength: 6 }),
      id,
      firstAuditId: fc.integer({ min: 10_000_000, max: 90_000_000 }),
      readings: fc.record({
        auditIdAs: fc.constantFrom("number", "string"),
        statusLetters: fc.constantFrom("lower", "capitalised"),
        busyAuditId: fc.constantFrom("other", "unused", "none"),
        ignoresFilters: fc.boolean(),
      }),
      shape: fc.constantFrom("usual", "keyed by names", "listed by names", "tools", "error"),
      end: fc.constantFrom("success", "warning", "error", "canceled"),
    });
    await fc.assert(
      fc.asyncProperty(
        secrets,
        async ({ tokens, id: flowId, firstAuditId, readings, shape, end }) => {
          const [name = "", text = "", tag = "", user = "", message = "", key = ""] = tokens;
          const secret: Flow = {
            ...flow(flowId, { runningMs: 9_000, end, message }),
            name,
            description: text,
            tags: [tag],
            createdBy: user,
          };
          const bodies: Readonly<Record<string, unknown>> = {
            "keyed by names": { [name]: { [tag]: text }, [user]: [message], status: key },
            "listed by names": [{ [name]: text, auditId: name, status: tag, started: user }],
            tools: {
              output: `run-flow; stop-${name}; stop-flow ${tag}`,
              text: `/v1/${tag}/stop /v1/flows/${name}/run?${text}=${key} /v1/flows/{id}/stop?${user}`,
            },
            error: { success: false, error: message, [name]: key },
          };
          const body = bodies[shape];
          const { page, requests } = await probe({
            ...readings,
            flows: [secret],
            firstAuditId: String(firstAuditId),
            run: true,
            runId: flowId,
            users: [{ login: user, password: text, role: "Operator", apiKey: key }],
            ...(body !== undefined && { instead: [/./, JSON.stringify(body)] }),
          });
          expect(requests.length).toBeGreaterThan(3);
          for (const value of [...tokens, String(flowId), "sandbox.example", "40123"]) {
            expect(page.toLowerCase()).not.toContain(value);
          }
          for (const number of page.match(/\d{4,}/g) ?? []) {
            expect(["8601"]).toContain(number);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("npm run probe", () => {
  let sandbox: Sandbox | undefined;
  afterEach(() => sandbox?.close());

  it("prints a page with nothing but a key", async () => {
    sandbox = await startSandbox();
    const { code, output, errors } = await probeByCommand(sandbox);
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toContain("Contradicted: 0.");
    for (const value of [sandbox.apiKey, "127.0.0.1", new URL(sandbox.origin).port, "stripe"]) {
      expect(output.toLowerCase()).not.toContain(value.toLowerCase());
    }
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ["no key", { ETLWORKS_API_KEY: "" }, [], "ETLWORKS_API_KEY is empty"],
    ["a wrong key", { ETLWORKS_API_KEY: "wrong" }, [], "Etlworks refused the key"],
    ["no server", { ETLWORKS_BASE_URL: "http://127.0.0.1:9" }, [], "There is no answer at this"],
    ["an unknown word", {}, ["--start", "1"], "Usage:"],
    ["no id", {}, ["--run", "orders"], "Usage:"],
  ])("refuses %s", async (_case, environment, words, sentence) => {
    sandbox = await startSandbox();
    const { code, output, errors } = await probeByCommand(sandbox, environment, words);
    expect(code).toBe(1);
    expect(output).toBe("");
    expect(errors).toContain(sentence);
    expect(sandbox.requests.every(request => request.method === "GET")).toBe(true);
  });

  it("knows a web site from an instance", async () => {
    sandbox = await startSandbox();
    sandbox.fault({ kind: "html", when: "before", times: Number.POSITIVE_INFINITY });
    const { code, errors } = await probeByCommand(sandbox);
    expect(code).toBe(1);
    expect(errors).toContain("There is a web site at this address, but no Etlworks API.");
  });
});

type Setting = Partial<ModelOptions> & {
  readonly role?: Role;
  readonly run?: boolean;
  readonly runId?: number;
  /** Requests whose path matches are answered with this body, after the first two. */
  readonly instead?: readonly [path: RegExp, body: string];
};

/** Probes a sandbox without a socket, on a clock that only sleeping moves. */
async function probe({ role = "Operator", run, runId = FLOW, instead, ...options }: Setting = {}) {
  let now = START;
  let slept = 0;
  const users = options.users ?? exampleUsers();
  const flows = options.flows ?? [flow(FLOW), { ...flow(FLOW + 1), name: "Another" }];
  const model: Model = createModel({ ...options, now: () => now, users, flows });
  const requests: string[] = [];
  const send: SendHttp = async ({ method, url, headers, body = "" }): Promise<HttpReply> => {
    const path = url.pathname + url.search;
    requests.push(`${method} ${path}`);
    now += 50;
    const answer = model.answer({ method, path, headers, body });
    const spoilt = instead?.[0].test(path) === true && requests.length > 2;
    return {
      kind: "answer",
      ...(spoilt ? { status: 200, headers: {}, body: instead[1] } : answer),
      cut: false,
    };
  };
  const page = await probeInstance(
    {
      baseUrl: new URL("https://sandbox.example:40123/rest"),
      key: users.find(user => user.role === role)?.apiKey ?? "",
      ...(run === true && { run: String(runId) }),
    },
    {
      send,
      now: () => now,
      async sleep(milliseconds) {
        slept += milliseconds;
        now += milliseconds;
      },
    },
  );
  return { page, requests, model, slept };
}

function flow(id: number, plan: Plan = {}): Flow {
  return {
    id,
    name: "Load orders",
    runs: [plan],
    past: pastRuns(START, 3_600_000, [60_000, 70_000, 65_000]),
  };
}

function verdicts(page: string, verdict: string): readonly Assumption[] {
  return Object.keys(ASSUMPTIONS)
    .filter(isAssumption)
    .filter(name => {
      const row = page.split("\n").find(line => line.startsWith(`| ${ASSUMPTIONS[name]} |`));
      expect(row, name).toBeDefined();
      return row?.slice(`| ${ASSUMPTIONS[name]} |`.length).split("|")[0]?.includes(verdict);
    });
}

function isAssumption(name: string): name is Assumption {
  return name in ASSUMPTIONS;
}

function probeByCommand(
  { baseUrl, apiKey }: Sandbox,
  environment: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const script = join(import.meta.dirname, "..", "..", "scripts", "probe.ts");
  const child = spawn(process.execPath, [script, ...words], {
    env: { ETLWORKS_BASE_URL: baseUrl, ETLWORKS_API_KEY: apiKey, ...COMPILE_CACHE, ...environment },
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (output += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (errors += part));
  return new Promise(resolve => child.on("close", code => resolve({ code, output, errors })));
}
