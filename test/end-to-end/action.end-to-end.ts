import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exampleFlows } from "../sandbox/example-flows.ts";
import type { Flow } from "../sandbox/flow.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { actionProcess, type JobLog, readJobs, startAct } from "./act.ts";
import type { Child } from "./child.ts";

/** Our workflows in a real workflow engine, against the stand-in. */
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "etlworks-act-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

describe("scenarios.yml", () => {
  let sandbox: Sandbox;
  let act: Child;
  let jobs: readonly JobLog[];

  beforeAll(async () => {
    sandbox = await startSandbox({ flows: quickFlows() });
    act = startAct({ workflow: "scenarios.yml", sandbox, home });
    await act.ended;
    jobs = readJobs(act.output);
  }, 120_000);
  afterAll(() => sandbox.close());

  const job = (name: string) => jobs.find(candidate => candidate.name.startsWith(name));

  it("ends green as a whole", async () => {
    expect(await act.ended, act.output).toBe(0);
    expect(jobs.map(({ verdict }) => verdict)).toEqual(jobs.map(() => "succeeded"));
    expect(jobs).toHaveLength(6);
  });

  it("hands the outputs to a later step", () => {
    const run = sandbox.model.runs.find(({ parameters }) => parameters["runDate"] !== undefined);
    expect(run?.parameters).toEqual({ runDate: "2026-05-09", filter: "a=b & c" });
    expect(job("A run that succeeds")?.lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`^ {2}\\| run ${run?.auditId} ended in success \\(success\\) after \\d+ s$`),
      ),
    );
  });

  it("lets a job go on after a failed run, and a later job read the outcome", () => {
    const survivor = job("A failed run that the job survives");
    expect(survivor?.lines).toContain("  | step outcome failure, conclusion success");
    expect(job("A later job")?.lines).toContain("  | the other job's outcome is error");
  });

  it("runs one flow for each cell of a matrix", () => {
    expect(job("One flow for each cell (Stripe")?.lines).toContain(
      "  | outcome success, expected success",
    );
    expect(job("One flow for each cell (Salesforce")?.lines).toContain(
      "  | outcome warning, expected warning",
    );
  });

  it("masks the password in every form, so that a careless step shows nothing", () => {
    const lines = job("A log without secrets")?.lines;
    expect(lines).toContain("  | plain: ***");
    expect(lines).toContain("  | in a URL: user:***@example.com");
    expect(lines).toContain("  | as base64: ***");
  });

  it("has no key, password or token in its log, in any form", () => {
    const tokens = sandbox.requests.flatMap(
      ({ headers }) => headers["authorization"]?.replace(/^Bearer /, "") ?? [],
    );
    expect(new Set(tokens).size).toBeGreaterThan(1);
    for (const secret of [...tokens, sandbox.apiKey, "olivia-likes-cold-brew-7"]) {
      for (const form of [secret, encodeURIComponent(secret), btoa(secret)]) {
        expect(act.output.includes(form)).toBe(false);
      }
    }
  });
});

describe("scenarios-red.yml", () => {
  let sandbox: Sandbox;
  let act: Child | undefined;

  beforeEach(async () => {
    sandbox = await startSandbox({ flows: quickFlows(), stopRequest });
  });
  afterEach(async () => {
    await act?.stop("SIGKILL");
    await sandbox.close();
  });

  function start(job: string): Child {
    act = startAct({ workflow: "scenarios-red.yml", job, sandbox, home });
    return act;
  }

  /** Resolves when the run has begun and the Action has looked at it once. */
  async function followed(): Promise<void> {
    const seen = () =>
      sandbox.requests.some(({ path }) => path.includes("?auditId=") && path.includes("12349"));
    await expect.poll(seen, { timeout: 30_000, interval: 50 }).toBe(true);
  }

  it("turns the job red when the run fails, and skips later steps", async () => {
    const child = start("failure");
    expect(await child.ended).toBe(1);
    const { output } = child;
    expect(
      readJobs(output).map(({ verdict }) => verdict),
      output,
    ).toEqual(["failed"]);
    expect(output).not.toContain("this step must never run");
    expect(output).toContain("somebody was told about java.sql.BatchUpdateException");
    expect(output.match(/::error/g)).toHaveLength(1);
  });

  it("stops the run from the post step when the job is cancelled and the step killed", async () => {
    const child = start("cancellation");
    await followed();
    await child.stop("SIGINT");
    expect(child.output).toContain("the job was cancelled");
    expect(child.output).not.toContain("this step must never run");
    expect(readJobs(child.output).map(({ verdict }) => verdict)).toEqual(["failed"]);
    expect(sandbox.model.runs.map(({ stopRequests }) => stopRequests.length)).toEqual([1]);
    expect(sandbox.model.runs[0]?.stopRequests[0]?.status).toBe(200);
  });

  it("stops the run at once when the step gets SIGINT, as from GitHub's runner", async () => {
    const child = start("cancellation");
    await followed();
    const signalled = Date.now();
    process.kill(actionProcess(child), "SIGINT");
    expect(await child.ended).toBe(1);
    const stops = sandbox.model.runs[0]?.stopRequests ?? [];
    expect(stops[0]?.status).toBe(200);
    expect((stops[0]?.at ?? Number.POSITIVE_INFINITY) - signalled).toBeLessThan(2_000);
    expect(child.output).toContain("outcome=aborted");
    expect(child.output).not.toContain("this step must never run");
  });

  it("stops the run from the post step when the step's time is up", {
    timeout: 150_000,
  }, async () => {
    const child = start("timeout");
    expect(await child.ended).toBe(1);
    expect(child.output).not.toContain("this step must never run");
    expect(sandbox.model.runs.map(({ stopRequests }) => stopRequests.length)).toEqual([1]);
  });
});

/** Not the real one, which is not public; it is what the scenarios give as `stop-request`. */
const stopRequest = "POST /v1/flows/{flow-id}/stop?auditId={audit-id}";

/** The example flows, with runs of a moment; the endless one stays endless. */
function quickFlows(): readonly Flow[] {
  return exampleFlows(Date.now()).map(flow => ({
    ...flow,
    past: [],
    runs: (flow.runs ?? []).map(plan =>
      plan.runningMs === Number.POSITIVE_INFINITY ? plan : { ...plan, queuedMs: 0, runningMs: 300 },
    ),
  }));
}
