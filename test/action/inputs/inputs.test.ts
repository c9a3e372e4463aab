import { describe, expect, it } from "vitest";
import { readInputs } from "../../../action/inputs/inputs.ts";
import { createSecrets } from "../../../shared/secrets.ts";
import { UserError } from "../../../shared/user-error.ts";
import { declaredInputs } from "../action-metadata.ts";
import { emptyWorkspace } from "../empty-workspace.ts";
import { mistakes } from "../rejected-inputs.ts";

const KEY = "abcdefghijklmnop";
const usable = { "api-key": KEY, "flow-id": "7" };

function read(
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
) {
  const masked: string[] = [];
  const secrets = createSecrets(form => masked.push(form));
  const variables = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const outcome = attempt(() =>
    readInputs({ ...variables, ...environment }, secrets, emptyWorkspace),
  );
  return { ...outcome, masked, secrets };
}

function attempt<Value>(work: () => Value): { value?: Value; mistake?: string } {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { mistake: error.message };
  }
}

describe("readInputs", () => {
  it.for(mistakes)("refuses $inputs", ({ inputs, sentence }) => {
    expect(read({ ...declaredInputs(), ...usable, ...inputs }).mistake).toBe(sentence);
  });

  it.for(Object.keys(declaredInputs()))(
    "sends nothing when %s holds an expression that nobody replaced",
    name => {
      const flow = ["flow-name", "flows", "flow-tag"].includes(name) ? { "flow-id": "" } : {};
      const login = { username: "olivia", password: "tell-nobody", "api-key": "" };
      const signIn = ["username", "password"].includes(name) ? login : {};
      // With blanks and without; what refuses it may have its own words.
      for (const text of [`\${{ vars.TYPO }}`, `\${{vars.TYPO}}`]) {
        const inputs = { ...declaredInputs(), ...usable, ...flow, ...signIn, [name]: text };
        const sentences = read(inputs).mistake?.split("\n") ?? [];
        const about = sentences.filter(sentence => sentence.startsWith(`${name}: `));
        expect(about, sentences.join("\n")).toHaveLength(1);
      }
    },
  );

  it.for(["", " ", "\n", "\u00a0", "\t \r\n"])("takes %j for an empty value", empty => {
    for (const [name, standard] of Object.entries(declaredInputs())) {
      if (standard === "") continue;
      const { mistake } = read({ ...declaredInputs(), ...usable, [name]: empty });
      expect(mistake).toMatch(`${name} is given, but empty.`);
    }
  });

  it("has the defaults of action.yml, whether the runner passes them or not", () => {
    const { value: passed } = read({ ...declaredInputs(), ...usable });
    const { value: absent } = read(usable);
    expect(absent).toEqual(passed);
    expect(passed).toEqual({
      baseUrl: new URL("https://app.etlworks.com/rest"),
      login: { kind: "api-key", key: KEY },
      flow: { kind: "one", choice: { kind: "id", id: 7 }, auditId: undefined },
      maxParallel: 3,
      failFast: false,
      parameters: {},
      wait: true,
      timeoutMs: 3_600_000,
      pollIntervalMs: undefined,
      ifRunning: "fail",
      retryOnError: 0,
      failOnWarning: false,
      stopRequest: undefined,
      runQuery: "",
      requestHeaders: {},
      showLog: "never",
      logFile: undefined,
      summary: true,
      dryRun: false,
      githubToken: undefined,
      statusContext: undefined,
      warnings: [],
      names: { baseUrl: "base-url", credentials: "api-key", flow: "flow-id" },
    });
  });

  it("reads every input", () => {
    const { value } = read({
      "base-url": " https://acme.example.com:8443/etl/ ",
      username: "olivia",
      password: "tell-nobody",
      "flow-name": " Load orders ",
      parameters: '{"a": 1}',
      wait: "False",
      timeout: "1h30m",
      "poll-interval": "45s",
      "if-running": "attach",
      "fail-on-warning": "TRUE",
      "stop-request": "DELETE  /rest/v1/runs/{audit-id}",
      "run-query": "?a=b",
      "request-headers": "CF-Access-Client-Id: abc.access\r\n# remark\nX-Gate:  two words ",
      "retry-on-error": "0",
      "max-parallel": "10",
      "fail-fast": "true",
      "log-file": "logs/run.txt",
      "status-context": "nightly load",
      "show-log": "on-failure",
      summary: "false",
      "dry-run": "true",
      "github-token": "ghs_1234567890",
    });
    expect(value).toEqual({
      baseUrl: new URL("https://acme.example.com:8443/etl/rest"),
      login: { kind: "password", username: "olivia", password: "tell-nobody" },
      flow: { kind: "one", choice: { kind: "name", name: "Load orders" }, auditId: undefined },
      maxParallel: 10,
      failFast: true,
      parameters: { a: "1" },
      wait: false,
      timeoutMs: 5_400_000,
      pollIntervalMs: 45_000,
      ifRunning: "attach",
      retryOnError: 0,
      failOnWarning: true,
      stopRequest: { method: "DELETE", path: "/v1/runs/{audit-id}" },
      runQuery: "a=b",
      requestHeaders: { "cf-access-client-id": "abc.access", "x-gate": "two words" },
      logFile: "logs/run.txt",
      statusContext: "nightly load",
      warnings: [],
      showLog: "on-failure",
      summary: false,
      dryRun: true,
      githubToken: "ghs_1234567890",
      names: { baseUrl: "base-url", credentials: "username and password", flow: "flow-name" },
    });
  });

  it.for([
    [
      "12345\n\n# remark\n Load  orders \n",
      [{ choice: { kind: "id", id: 12_345 } }, { choice: { kind: "name", name: "Load  orders" } }],
    ],
    [
      "#1 Load\n#\n## all others\n#7\n",
      [{ choice: { kind: "name", name: "#1 Load" } }, { choice: { kind: "name", name: "#7" } }],
    ],
    [
      '[7, "Load orders", "7"]',
      [
        { choice: { kind: "id", id: 7 } },
        { choice: { kind: "name", name: "Load orders" } },
        { choice: { kind: "name", name: "7" } },
      ],
    ],
    [
      '[{"flow": 7, "parameters": {"id": 12345678901234567890, "f": 1.50}, "timeout": "30m"}, {"flow": "Load", "timeout": "0"}, {"flow": 7}]',
      [
        {
          choice: { kind: "id", id: 7 },
          parameters: { id: "12345678901234567890", f: "1.50" },
          timeoutMs: 1_800_000,
        },
        { choice: { kind: "name", name: "Load" }, timeoutMs: 0 },
        { choice: { kind: "id", id: 7 } },
      ],
    ],
  ] as const)("reads the flows %s", ([flows, entries]) => {
    const { value } = read({ "api-key": KEY, flows });
    expect(value?.flow).toEqual({ kind: "several", entries });
    expect(value?.names.flow).toBe("flows");
  });

  it("reads tags and the run to follow", () => {
    expect(read({ "api-key": KEY, "flow-tag": "nightly\n eu west\nnightly" }).value?.flow).toEqual({
      kind: "tag",
      tags: ["nightly", "eu west"],
    });
    expect(read({ "api-key": KEY, "flow-tag": "# those of the\n#nightly" }).value?.flow).toEqual({
      kind: "tag",
      tags: ["#nightly"],
    });
    expect(read({ ...usable, "audit-id": "9223372036854775807" }).value?.flow).toEqual({
      kind: "one",
      choice: { kind: "id", id: 7 },
      auditId: "9223372036854775807",
    });
  });

  it("tells that a flow is given twice with what all flows get in mind", () => {
    const flows = '[{"flow": 7, "parameters": {"a": "1"}}, 7]';
    expect(read({ "api-key": KEY, flows }).mistake).toBeUndefined();
    expect(read({ "api-key": KEY, flows, parameters: "a=1" }).mistake).toMatch(/^flows: "7" is/);
  });

  it.for([
    ["a=1 b=2", /^parameters: the value of "a" contains what looks like the next name=value/],
    ["a=1\n  b=2", /^parameters: line 2 is indented as if it continued the line above/],
    ["a=", /^Empty parameter "a": Etlworks skips empty values/],
  ] as const)("warns of %j", ([parameters, warning]) => {
    const { value } = read({ ...usable, parameters });
    expect(value?.warnings).toEqual([expect.stringMatching(warning)]);
  });

  it("warns of an empty parameter of one of several flows, and of parameters without effect", () => {
    const flows = '[{"flow": 7, "parameters": {"a": ""}}, 8]';
    expect(read({ "api-key": KEY, flows }).value?.warnings).toEqual([
      expect.stringMatching(/^flows: entry 1: Empty parameter "a": /),
    ]);
    expect(read({ ...usable, "audit-id": "5", parameters: "a=1" }).value?.warnings).toEqual([
      "audit-id starts nothing, so the parameters have no effect.",
    ]);
  });

  it("warns of names that differ in capitals only, also beside those that all flows get", () => {
    const both = /"runDate" and "rundate" differ only in capitals, and both are passed on/;
    for (const parameters of ["runDate=1\nrundate=2", '{"runDate": 1, "rundate": 2}']) {
      expect(read({ ...usable, parameters }).value?.warnings).toEqual([
        expect.stringMatching(both),
      ]);
    }
    const flows =
      '[{"flow": 7, "parameters": {"rundate": 2}}, {"flow": 8, "parameters": {"a": 1}}]';
    const given = read({ "api-key": KEY, flows, parameters: "runDate=1" }).value;
    expect(given?.warnings).toEqual([expect.stringMatching(/^flows: entry 1: The parameters /)]);
  });

  it("takes names that look the same for one, also in the parameters of one flow", () => {
    const entry = { flow: 7, parameters: { "e\u0301": 2 } };
    const flows = JSON.stringify([entry, { ...entry, parameters: { "\u00e9": 2 } }]);
    const { mistake } = read({ "api-key": KEY, flows, parameters: "\u00e9=1" });
    expect(mistake).toContain("is given twice with the same parameters");
  });

  it.for(["a=1\nb=2", "  a=1\n  b=2\n", "q=select * from t", "u=https://x/?a=b&c=d"])(
    "does not warn of %j",
    parameters => {
      expect(read({ ...usable, parameters }).value?.warnings).toEqual([]);
    },
  );

  it("masks every header value, also of a line that is wrong", () => {
    const { mistake, masked } = read({
      ...usable,
      "request-headers": "X-Gate: Basic the-first-secret\nthe second secret\nHost: third-secret",
    });
    expect(mistake?.split("\n")).toHaveLength(2);
    for (const value of ["the-first-secret", "the second secret", "third-secret"]) {
      expect(masked).toContain(value);
      expect(mistake).not.toContain(value);
    }
  });

  it("takes a number of retries", () => {
    expect(read({ ...usable, "retry-on-error": "2" }).value?.retryOnError).toBe(2);
  });

  it("takes no limit at all", () => {
    expect(read({ ...usable, timeout: "0" }).value?.timeoutMs).toBe(0);
  });

  it("takes http for a network that somebody vouches for", () => {
    const inputs = { ...usable, "base-url": "http://etl.internal" };
    expect(read(inputs, { ETLWORKS_ALLOW_HTTP: "true" }).value?.baseUrl.href).toBe(
      "http://etl.internal/rest",
    );
    expect(read(inputs, { ETLWORKS_ALLOW_HTTP: "1" }).mistake).toMatch(/^base-url: http would/);
  });

  it("masks every secret before it can refuse anything", () => {
    const { mistake, masked } = read({
      "api-key": 'Bearer "key-number-one"',
      password: "the-pass-word",
      "github-token": "ghs_1234567890",
      "flow-id": "x",
    });
    expect(mistake).toBeDefined();
    expect(masked).toContain('Bearer "key-number-one"');
    expect(masked).toContain("key-number-one");
    expect(masked).toContain("the-pass-word");
    expect(masked).toContain("ghs_1234567890");
    expect(masked).toContain(Buffer.from("the-pass-word").toString("base64"));
  });

  it("masks no empty text", () => {
    expect(read({ "api-key": "", "flow-id": "7" }).masked).toEqual([]);
  });
});
