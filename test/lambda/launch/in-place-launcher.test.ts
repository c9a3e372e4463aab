import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Decision } from "../../../lambda/decision.ts";
import { readEnvironment } from "../../../lambda/environment.ts";
import { createInPlaceLauncher, inPlaceRequest } from "../../../lambda/launch/in-place-launcher.ts";
import type { LaunchRequest } from "../../../lambda/launch/launcher.ts";
import { createSecrets } from "../../../shared/secrets.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { decisionOf, ruleOf } from "../lanes/decisions.ts";
import { textWith } from "../stand-ins/matchers.ts";
import { createRecorded } from "../stand-ins/recorded-log.ts";
import { type SecretsManager, startSecretsManager } from "../stand-ins/secrets-manager.ts";

let etlworks: Sandbox;
let secretsManager: SecretsManager;

beforeEach(async () => {
  [etlworks, secretsManager] = await Promise.all([
    startSandbox({
      flows: [
        // Parallel runs.
        { id: 1, name: "load", starts: [{ code: 4 }] },
        { id: 2, name: "one at a time", runs: [{ runningMs: 60_000 }] },
      ],
    }),
    startSecretsManager(),
  ]);
  secretsManager.secrets.set("key", { text: etlworks.apiKey });
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.origin);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "example");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all([etlworks.close(), secretsManager.close()]);
});

function create() {
  const { metrics, values, log, lines } = createRecorded();
  const variables = {
    ETLWORKS_BASE_URL: etlworks.baseUrl,
    ETLWORKS_SECRET_ID: "key",
    ETLWORKS_RUN_QUERY: "pool=large",
  };
  const launcher = createInPlaceLauncher({
    environment: readEnvironment(variables, "/"),
    variables,
    secrets: createSecrets(() => {}),
    metrics,
  });
  const requestOf = (changes: Partial<Decision>): LaunchRequest => ({
    decision: decisionOf({ identity: "x", flow: 1, parameters: {}, ...changes }),
    log,
  });
  return {
    launcher,
    lines,
    requestOf,
    started: () => values.filter(([name]) => name === "Started"),
    launchOne: async (changes: Partial<Decision>, remainingMs = 60_000) => {
      const results = await launcher.launch([[requestOf(changes)]], () => remainingMs);
      return results[0]?.[0];
    },
  };
}

const policy = { ifRunning: "wait", timeout: 60_000, failOnWarning: false } as const;

describe("a launch in place", () => {
  it("starts the runs of each record, and answers in their shape", async () => {
    const { launcher, requestOf, started, lines } = create();
    const record = (name: string) =>
      ["1", "2"].map(number => requestOf({ parameters: { file: `${name}${number}` } }));
    const results = await launcher.launch([record("a"), [], record("b")], () => 60_000);
    const launched = { kind: "launched", result: { outcome: { kind: "started", flowId: 1 } } };
    expect(results).toMatchObject([[launched, launched], [], [launched, launched]]);
    expect(results.map(list => list.length)).toEqual([2, 0, 2]);
    const files = etlworks.model.runs.map(({ parameters }) => parameters["file"] ?? "");
    expect(files.toSorted()).toEqual(["a1", "a2", "b1", "b2"]);
    expect(files.indexOf("a1")).toBeLessThan(files.indexOf("a2"));
    expect(files.indexOf("b1")).toBeLessThan(files.indexOf("b2"));
    for (const { query } of etlworks.model.runs) expect(query).toBe("pool=large");
    expect(started()).toEqual(files.map(() => ["Started", 1, { Route: "orders" }]));
    expect(lines).toContainEqual(expect.objectContaining({ message: "run began" }));
  });

  it("asks for each start how much time is left", async () => {
    const { launcher, requestOf } = create();
    const left = [60_000, 9_000];
    const results = await launcher.launch(
      [[requestOf({}), requestOf({})]],
      () => left.shift() ?? 0,
    );
    expect(results).toMatchObject([[{ kind: "launched" }, { kind: "failed" }]]);
  });

  it("fails a decision that needs a batch", async () => {
    const { launchOne } = create();
    const batch = { ...ruleOf(), by: "" };
    const parameters = { list: ["s3://", { batch: "manifest" }] };
    expect(await launchOne({ batch, parameters })).toEqual({
      kind: "failed",
      message:
        "The route has a batch, which needs lanes. Set ETLWORKS_LEDGER and ETLWORKS_LANE, or remove the batch.",
    });
    expect(etlworks.requests).toEqual([]);
  });

  it("sends nothing with less than five seconds and the reserve left", async () => {
    const { launchOne } = create();
    expect(await launchOne({}, 9_999)).toEqual({
      kind: "failed",
      message:
        "There was no time left in this invocation, so nothing was sent. If this happens often, give the dispatcher a timeout of 60 seconds.",
    });
    expect(etlworks.requests).toEqual([]);
    expect(await launchOne({}, 10_000)).toMatchObject({ kind: "launched" });
  });

  it("fails with the outcome's sentence when a flow is busy", async () => {
    const { launchOne, started } = create();
    etlworks.model.begin(2, { startedBy: "user", plan: { runningMs: 60_000 } });
    expect(await launchOne({ flow: 2, policy })).toEqual({
      kind: "failed",
      message: textWith(/^Another run of flow 2 is running.*, so none was started\.$/),
    });
    expect(started()).toEqual([]);
  });

  it("counts no run that it did not begin", async () => {
    const { launchOne, started } = create();
    const other = etlworks.model.begin(2, { startedBy: "user", plan: { runningMs: 60_000 } });
    const attach = { ...policy, ifRunning: "attach" } as const;
    expect(await launchOne({ flow: 2, policy: attach })).toMatchObject({
      kind: "launched",
      result: { outcome: { kind: "started", origin: "attached", auditId: other?.auditId } },
    });
    const skip = { ...policy, ifRunning: "skip" } as const;
    expect(await launchOne({ flow: 2, policy: skip })).toMatchObject({
      kind: "launched",
      result: { outcome: { kind: "skipped" } },
    });
    expect(started()).toEqual([]);
  });

  it("checks flows, and starts none", async () => {
    const { launcher } = create();
    expect(await launcher.check([1, 2], "request-1")).toEqual({
      ok: true,
      flows: { 1: "load", 2: "one at a time" },
      problems: [],
    });
    expect(etlworks.model.runs).toEqual([]);
    launcher.finish();
  });
});

/** A time that no other timer has: the invocation's rest without the reserve, and the grace. */
const REMAINING_MS = 43_210;
const DEADLINE_MS = 39_210;

describe("the deadline of a launch in place", () => {
  it("is forgotten when the start has its answer", async () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    await create().launchOne({}, REMAINING_MS);
    const index = set.mock.calls.findIndex(([, delay]) => delay === DEADLINE_MS);
    expect(index).toBeGreaterThanOrEqual(0);
    const timer: unknown = set.mock.results[index]?.value;
    expect(cleared.mock.calls).toContainEqual([timer]);
  });

  it.each([
    ["the start", "POST", /run/, "cancelled before the server answered"],
    ["the history before it", "GET", /history/, "Cancelled before flow 1 was started."],
  ])("ends %s that has no answer", async (_what, method, path, sentence) => {
    etlworks.fault({ kind: "hang", when: "before", method, path });
    const real = globalThis.setTimeout;
    // The history has three seconds of its own, which must not be what ends it.
    const set = vi
      .spyOn(globalThis, "setTimeout")
      .mockImplementation((work, delay = 0, ...values) =>
        real(work, delay > 2_000 && delay <= 3_000 ? 60_000 : delay, ...values),
      );
    const { launchOne } = create();
    const launched = launchOne({}, REMAINING_MS);
    const isHanging = () => expect(etlworks.requests.at(-1)).toMatchObject({ fault: "hang" });
    await vi.waitFor(isHanging, { timeout: 20_000 });
    const deadline = set.mock.calls.find(([, delay]) => delay === DEADLINE_MS);
    deadline?.[0]();
    expect(await launched).toEqual({ kind: "failed", message: textWith(sentence) });
    expect(etlworks.model.runs).toEqual([]);
  });
});

describe("what the core is asked for in place", () => {
  const decision = { route: "orders", flow: 1, parameters: { a: "b" }, policy };

  it("is a start within the time that is left, in which a busy flow is a failure", () => {
    expect(inPlaceRequest(decision, "pool=large", 30_000)).toEqual({
      flowId: 1,
      parameters: { a: "b" },
      runQuery: "pool=large",
      ifRunning: "fail",
      wait: false,
      adoption: "never",
      timeoutMs: 30_000,
      patienceMs: 5_000,
    });
  });

  it("has no more patience than time", () => {
    expect(inPlaceRequest(decision, "", 4_000)).toMatchObject({ patienceMs: 4_000 });
  });

  it.each(["fail", "attach", "skip"] as const)("keeps the policy %s", ifRunning => {
    const given = { ...decision, policy: { ...policy, ifRunning } };
    expect(inPlaceRequest(given, "", 30_000)).toMatchObject({ ifRunning });
  });
});
