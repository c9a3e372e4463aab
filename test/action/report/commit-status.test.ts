import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isObject } from "../../../shared/json.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { type GithubStandIn, startGithub } from "../github-stand-in.ts";
import { runStep } from "../run-bundle.ts";

const flows = [
  { id: 1, name: "Quick", runs: [{ runningMs: 200 }] },
  {
    id: 2,
    name: "Broken",
    runs: [{ runningMs: 200, end: "error" as const, message: "no such table\nat line 2" }],
  },
];
const TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

function descriptionOf(body: unknown): string {
  return isObject(body) ? String(body["description"]) : "";
}

describe("github-token", () => {
  let sandbox: Sandbox;
  let folder: string;
  beforeEach(async () => {
    sandbox = await startSandbox({ flows });
    folder = mkdtempSync(join(tmpdir(), "etlworks-event-"));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  const run = (
    github: GithubStandIn,
    flowId: string,
    event: { name: string; payload: unknown },
  ) => {
    const file = join(folder, "event.json");
    writeFileSync(file, JSON.stringify(event.payload));
    return runStep({
      inputs: {
        "base-url": sandbox.baseUrl,
        "api-key": sandbox.apiKey,
        "flow-id": flowId,
        "github-token": TOKEN,
      },
      environment: {
        GITHUB_API_URL: github.url,
        GITHUB_SERVER_URL: "https://github.example.com",
        GITHUB_REPOSITORY: "acme/warehouse",
        GITHUB_SHA: "a".repeat(40),
        GITHUB_RUN_ID: "77",
        GITHUB_EVENT_NAME: event.name,
        GITHUB_EVENT_PATH: file,
      },
    });
  };

  it("shows pending, then success, on the commit", async () => {
    const github = await startGithub();
    try {
      const result = await run(github, "1", { name: "push", payload: {} });
      expect(result.exitCode).toBe(0);
      expect(github.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
        Array(2).fill(`POST /repos/acme/warehouse/statuses/${"a".repeat(40)}`),
      );
      expect(github.requests.map(({ body }) => body)).toEqual([
        expect.objectContaining({ state: "pending", context: "etlworks/flow-1" }),
        expect.objectContaining({
          state: "success",
          target_url: "https://github.example.com/acme/warehouse/actions/runs/77",
        }),
      ]);
      expect(descriptionOf(github.requests.at(-1)?.body)).toMatch(/^success after \d+s$/);
      expect(result.stdout.replaceAll(/::add-mask::.*/g, "")).not.toContain(TOKEN);
    } finally {
      await github.close();
    }
  });

  it("shows failure with the first line of the reason, on a pull request's own commit", async () => {
    const github = await startGithub();
    try {
      const payload = { pull_request: { number: 5, head: { sha: "b".repeat(40) } } };
      const result = await run(github, "2", { name: "pull_request", payload });
      expect(result.exitCode).toBe(1);
      expect(github.requests.at(-1)).toMatchObject({
        path: `/repos/acme/warehouse/statuses/${"b".repeat(40)}`,
        body: { state: "failure" },
      });
      expect(descriptionOf(github.requests.at(-1)?.body)).toMatch(
        /^error after \d+s: no such table$/,
      );
    } finally {
      await github.close();
    }
  });

  it("also tells the deployment that the workflow runs for", async () => {
    const github = await startGithub();
    try {
      const result = await run(github, "1", {
        name: "deployment",
        payload: { deployment: { id: 42 } },
      });
      expect(result.exitCode).toBe(0);
      const deployments = github.requests.filter(({ path }) => path.includes("/deployments/"));
      expect(deployments.map(({ path }) => path)).toEqual(
        Array(2).fill("/repos/acme/warehouse/deployments/42/statuses"),
      );
      expect(deployments.map(({ body }) => body)).toMatchObject([
        { state: "in_progress" },
        { state: "success" },
      ]);
    } finally {
      await github.close();
    }
  });

  it("warns once and passes when the token may not set it", async () => {
    const github = await startGithub(403);
    try {
      const result = await run(github, "1", { name: "push", payload: {} });
      expect(result.exitCode).toBe(0);
      const warnings = result.commands.filter(({ name }) => name === "warning");
      expect(warnings.map(({ text }) => text)).toEqual([
        expect.stringContaining("statuses: write"),
      ]);
    } finally {
      await github.close();
    }
  });

  it("is not loaded, and GitHub not asked, without a token", async () => {
    const github = await startGithub();
    try {
      const result = await runStep({
        inputs: { "base-url": sandbox.baseUrl, "api-key": sandbox.apiKey, "flow-id": "1" },
        environment: { GITHUB_API_URL: github.url },
      });
      expect(result.exitCode).toBe(0);
      expect(github.requests).toEqual([]);
    } finally {
      await github.close();
    }
  });
});
