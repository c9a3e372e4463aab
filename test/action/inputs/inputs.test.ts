import { describe, expect, it } from "vitest";
import { readInputs } from "../../../action/inputs/inputs.ts";
import { createSecrets } from "../../../shared/secrets.ts";
import { UserError } from "../../../shared/user-error.ts";
import { declaredInputs } from "../action-metadata.ts";
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
  const outcome = attempt(() => readInputs({ ...variables, ...environment }, secrets));
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

  it("has the defaults of action.yml, whether the runner passes them or not", () => {
    const { value: passed } = read({ ...declaredInputs(), ...usable });
    const { value: absent } = read(usable);
    expect(absent).toEqual(passed);
    expect(passed).toEqual({
      baseUrl: new URL("https://app.etlworks.com/rest"),
      login: { kind: "api-key", key: KEY },
      flow: { kind: "id", id: 7 },
      parameters: {},
      wait: true,
      timeoutMs: 3_600_000,
      pollIntervalMs: undefined,
      ifRunning: "fail",
      failOnWarning: false,
      stopRequest: undefined,
      runQuery: "",
      showLog: "never",
      summary: true,
      dryRun: false,
      githubToken: undefined,
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
      "poll-interval": "45",
      "if-running": "attach",
      "fail-on-warning": "TRUE",
      "stop-request": "DELETE  /rest/v1/runs/{audit-id}",
      "run-query": "?a=b",
      "show-log": "on-failure",
      summary: "false",
      "dry-run": "true",
      "github-token": "ghs_1234567890",
    });
    expect(value).toEqual({
      baseUrl: new URL("https://acme.example.com:8443/etl/rest"),
      login: { kind: "password", username: "olivia", password: "tell-nobody" },
      flow: { kind: "name", name: "Load orders" },
      parameters: { a: "1" },
      wait: false,
      timeoutMs: 5_400_000,
      pollIntervalMs: 45_000,
      ifRunning: "attach",
      failOnWarning: true,
      stopRequest: { method: "DELETE", path: "/v1/runs/{audit-id}" },
      runQuery: "a=b",
      showLog: "on-failure",
      summary: false,
      dryRun: true,
      githubToken: "ghs_1234567890",
      names: { baseUrl: "base-url", credentials: "username and password", flow: "flow-name" },
    });
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
