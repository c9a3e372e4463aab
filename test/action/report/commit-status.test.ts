import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  asGithubTakesIt,
  createCommitStatus,
  defaultStatusContext,
  finalState,
} from "../../../action/report/commit-status.ts";
import type { SendHttp } from "../../../shared/etlworks/http/http.ts";
import { isObject } from "../../../shared/json.ts";
import { anyString } from "../../any-string.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { fakeRunner } from "../fake-runner.ts";
import { type GithubStandIn, startGithub } from "../github-stand-in.ts";
import { KINDS } from "../reports.ts";
import { runStep, type StepOptions, type StepResult } from "../run-bundle.ts";

const flows = [
  { id: 1, name: "Quick", runs: [{ runningMs: 200 }] },
  {
    id: 2,
    name: "Broken",
    runs: [{ runningMs: 200, end: "error" as const, message: "no such table\nat line 2" }],
  },
  { id: 3, name: "Endless", runs: [{ runningMs: Number.POSITIVE_INFINITY }] },
  {
    id: 4,
    name: "With an emoji",
    runs: [{ runningMs: 200, end: "error" as const, message: `${"🚀".repeat(140)} x` }],
  },
];
const PUSH = { name: "push", payload: {} };
const TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

function descriptionOf(body: unknown): string {
  return isObject(body) ? String(body["description"]) : "";
}

it("is an error, and no failure, where nobody knows how the run went", () => {
  expect(KINDS.filter(kind => finalState(kind, "fail") === "error")).toEqual([
    "start-unknown",
    "timed-out",
    "lost",
    "aborted",
    "refused",
  ]);
  expect(new Set(KINDS.map(kind => finalState(kind, "pass")))).toEqual(new Set(["success"]));
});

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
    more: Partial<StepOptions> = {},
  ) => {
    const file = join(folder, "event.json");
    writeFileSync(file, JSON.stringify(event.payload));
    return runStep({
      inputs: {
        "base-url": sandbox.baseUrl,
        "api-key": sandbox.apiKey,
        "flow-id": flowId,
        "github-token": TOKEN,
        ...more.inputs,
      },
      environment: {
        GITHUB_JOB: "deploy",
        GITHUB_API_URL: github.url,
        GITHUB_SERVER_URL: "https://github.example.com",
        GITHUB_REPOSITORY: "acme/warehouse",
        GITHUB_SHA: "a".repeat(40),
        GITHUB_RUN_ID: "77",
        GITHUB_EVENT_NAME: event.name,
        GITHUB_EVENT_PATH: file,
      },
      ...(more.phase === undefined ? {} : { phase: more.phase }),
      ...(more.state === undefined ? {} : { state: more.state }),
      ...(more.whileRunning === undefined ? {} : { whileRunning: more.whileRunning }),
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
        expect.objectContaining({
          state: "pending",
          context: `etlworks/${new URL(sandbox.baseUrl).host}/deploy/1`,
        }),
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

  it("warns when something else than GitHub says yes to the deployment", async () => {
    const isDeployment = (body: unknown) => isObject(body) && "log_url" in body;
    const github = await startGithub(body => (isDeployment(body) ? 200 : 201));
    try {
      const payload = { deployment: { id: 42 } };
      const result = await run(github, "1", { name: "deployment", payload });
      expect(result.exitCode).toBe(0);
      const warnings = result.commands.filter(({ name }) => name === "warning");
      expect(warnings.map(({ text }) => text)).toEqual([
        expect.stringContaining("answered 200 where GitHub answers 201"),
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

  it.each([
    ["a tag that no flow has", { "flow-id": "", "flow-tag": "nightly" }, "deploy/flows"],
    ["a name that no flow has", { "flow-id": "", "flow-name": "None" }, undefined],
    [
      "a name that no flow has, with a context",
      { "flow-id": "", "flow-name": "None", "status-context": "load" },
      "load",
    ],
    ["a flow that is not there", { "flow-id": "99" }, "deploy/99"],
    ["a dry run of what is not there", { "flow-id": "99", "dry-run": "true" }, undefined],
  ])("is an error for %s, where its context is known", async (_what, inputs, context) => {
    const github = await startGithub();
    try {
      const result = await run(github, "1", PUSH, { inputs });
      expect(result.exitCode).toBe(1);
      const host = new URL(sandbox.baseUrl).host;
      const shown = context?.replace(/^deploy/, `etlworks/${host}/deploy`);
      expect(github.requests.map(({ body }) => body)).toEqual(
        shown === undefined ? [] : [expect.objectContaining({ state: "error", context: shown })],
      );
    } finally {
      await github.close();
    }
  });

  it("has the context that the user gave", async () => {
    const github = await startGithub();
    try {
      await run(github, "1", PUSH, { inputs: { "status-context": "etl (eu, 2)" } });
      const contexts = github.requests.map(({ body }) => isObject(body) && body["context"]);
      expect(contexts).toEqual(["etl (eu, 2)", "etl (eu, 2)"]);
    } finally {
      await github.close();
    }
  });

  /** As GitHub refuses it: an emoji, or more than 140 characters. */
  const strict = (body: unknown) => {
    const description = descriptionOf(body);
    return Array.from(description).length > 140 || /[^\0-\uffff]/u.test(description) ? 422 : 201;
  };

  it("takes an emoji in the message for what GitHub can show", async () => {
    const github = await startGithub(strict);
    try {
      const result = await run(github, "4", PUSH);
      expect(result.commands.filter(({ name }) => name === "warning")).toEqual([]);
      expect(github.requests.at(-1)).toMatchObject({ body: { state: "failure" } });
      expect(descriptionOf(github.requests.at(-1)?.body)).toMatch(/^error after \ds: \?+…$/);
    } finally {
      await github.close();
    }
  });

  it("tries once more with plain words when GitHub does not take the text", async () => {
    const github = await startGithub(body =>
      descriptionOf(body).startsWith("The flow") ? 201 : 422,
    );
    try {
      const result = await run(github, "2", PUSH);
      expect(result.commands.filter(({ name }) => name === "warning")).toEqual([]);
      expect(github.requests.map(({ body }) => descriptionOf(body)).slice(-2)).toEqual([
        expect.stringMatching(/^error after/),
        "The flow failed",
      ]);
    } finally {
      await github.close();
    }
  });

  const killIn =
    (text: string): NonNullable<StepOptions["whileRunning"]> =>
    async ({ signal, printed, files }) => {
      await printed(text);
      await vi.waitFor(() => expect(files().state).toHaveProperty("status"), { timeout: 20_000 });
      signal("SIGKILL");
    };
  const kill = killIn(" flow 3 on ");
  const afterwards = [
    { end: "success", state: "success", text: "Run 8721934 of flow 3 ended: success" },
    { end: "error", state: "failure", text: "Run 8721934 of flow 3 ended: error" },
    { end: undefined, state: "error", text: "Run 8721934 of flow 3 was not seen to end" },
  ] as const;
  it.for(afterwards)(
    "is concluded by the post step when the step was killed and the run: $end",
    async ({ end, state, text }) => {
      const github = await startGithub();
      try {
        const main: StepResult = await run(github, "3", PUSH, { whileRunning: kill });
        expect(main.exitCode).toBe(null);
        if (end !== undefined) sandbox.model.end("8721934", end);
        const already = github.requests.length;
        await run(github, "9", PUSH, { phase: "post", state: main.state });
        expect(github.requests.slice(already).map(({ body }) => body)).toEqual([
          expect.objectContaining({
            state,
            description: `The job ended early. ${text}`,
            context: `etlworks/${new URL(sandbox.baseUrl).host}/deploy/3`,
          }),
        ]);
      } finally {
        await github.close();
      }
    },
  );

  it("is left to the post step by nobody who has concluded it", async () => {
    const github = await startGithub();
    try {
      const main = await run(github, "1", PUSH);
      const already = github.requests.length;
      await run(github, "1", PUSH, { phase: "post", state: main.state });
      expect(github.requests.slice(already)).toEqual([]);
    } finally {
      await github.close();
    }
  });

  const withoutTheirRuns = [
    { inputs: { timeout: "3s" }, outcome: "busy", state: "failure" },
    { inputs: { timeout: "3s", "if-running": "attach" }, outcome: "timed-out", state: "error" },
    { inputs: { "flow-id": "4711" }, outcome: "refused", state: "error" },
    { inputs: { "flow-id": "", flows: "1\n3" }, outcome: "busy", state: "failure" },
    { inputs: { "flow-id": "", "flow-tag": "none" }, outcome: "refused", state: "error" },
  ] as const;
  it("is concluded by the post step when GitHub had no time for it", async () => {
    let well = false;
    const github = await startGithub(body =>
      well || (isObject(body) && body["state"] === "pending") ? 201 : 503,
    );
    try {
      const main = await run(github, "1", PUSH);
      expect(main.exitCode).toBe(0);
      expect(main.commands.filter(({ name }) => name === "warning")).toHaveLength(1);
      well = true;
      const already = github.requests.length;
      await run(github, "1", PUSH, { phase: "post", state: main.state });
      expect(github.requests.slice(already).map(({ body }) => body)).toEqual([
        expect.objectContaining({
          state: "success",
          description: expect.stringMatching(/^success after/) as unknown,
        }),
      ]);
    } finally {
      await github.close();
    }
  });

  it.for(withoutTheirRuns)(
    "is how the step ended, and no other look at the runs, when GitHub had no time: $outcome",
    async ({ inputs, outcome, state }) => {
      let well = false;
      const github = await startGithub(body =>
        well || (isObject(body) && body["state"] === "pending") ? 201 : 503,
      );
      try {
        sandbox.model.begin(3, { startedBy: "user" });
        const main = await run(github, "3", PUSH, { inputs });
        expect([main.exitCode, main.outputs["outcome"]]).toEqual([1, outcome]);
        for (const { auditId, end } of sandbox.model.runs) {
          if (end === undefined) sandbox.model.end(auditId, "success");
        }
        well = true;
        const already = github.requests.length;
        await run(github, "3", PUSH, { phase: "post", state: main.state, inputs });
        expect(github.requests.slice(already).map(({ body }) => body)).toMatchObject([{ state }]);
      } finally {
        await github.close();
      }
    },
  );

  it("is no success when the step was killed before it started all its flows", async () => {
    const github = await startGithub();
    try {
      const inputs = { "flow-id": "", flows: "3\n1\n2", "max-parallel": "1" };
      const main = await run(github, "3", PUSH, { inputs, whileRunning: killIn("3 | Started") });
      sandbox.model.end("8721934", "success");
      const already = github.requests.length;
      await run(github, "3", PUSH, { phase: "post", state: main.state, inputs });
      expect(github.requests.slice(already).map(({ body }) => body)).toMatchObject([
        {
          state: "error",
          description: "The job ended early. No run is known of 2 of 3 flows",
          context: `etlworks/${new URL(sandbox.baseUrl).host}/deploy/flows`,
        },
      ]);
    } finally {
      await github.close();
    }
  });

  it("does not stay pending where nothing else that the step saved can be read", async () => {
    const github = await startGithub();
    try {
      const main = await run(github, "3", PUSH, { whileRunning: kill });
      const already = github.requests.length;
      const state = { ...main.state, settings: "{}", "run-1": "{}" };
      const post = await run(github, "3", PUSH, { phase: "post", state });
      expect(post.exitCode).toBe(0);
      expect(github.requests.slice(already).map(({ body }) => body)).toMatchObject([
        { state: "error", description: "The job ended early. No run is known of 1 of 1 flow" },
      ]);
    } finally {
      await github.close();
    }
  });

  it("is said to stay pending where the post step gets no token", async () => {
    const github = await startGithub();
    try {
      const main = await run(github, "3", PUSH, { whileRunning: kill });
      const inputs = { "github-token": "" };
      const post = await run(github, "3", PUSH, { phase: "post", state: main.state, inputs });
      expect(post.commands.filter(({ name }) => name === "warning")).toMatchObject([
        { text: expect.stringContaining("stays pending") as unknown },
      ]);
    } finally {
      await github.close();
    }
  });
});

/** Nothing is sent this way. */
const nobody: SendHttp = () => Promise.reject(new Error("nobody is asked"));

describe("GitHub behind a proxy", () => {
  it.each([
    ["http_proxy", "http://127.0.0.1:PORT"],
    ["http_proxy", "localhost:PORT"],
    ["HTTP_PROXY", " HTTP://localhost:PORT "],
    ["all_proxy", "localhost:PORT"],
  ])("is reached through %s=%s", async (name, value) => {
    const sandbox = await startSandbox({ flows });
    // A plain request comes to a proxy as it would come to GitHub.
    const proxy = await startGithub();
    try {
      const result = await runStep({
        inputs: {
          "base-url": sandbox.baseUrl,
          "api-key": sandbox.apiKey,
          "flow-id": "1",
          "github-token": TOKEN,
        },
        environment: {
          [name]: value.replace("PORT", new URL(proxy.url).port),
          no_proxy: "127.0.0.1",
          GITHUB_API_URL: "http://api.github.invalid",
          GITHUB_REPOSITORY: "acme/warehouse",
          GITHUB_SHA: "a".repeat(40),
        },
      });
      expect(result.commands.filter(command => command.name === "warning")).toEqual([]);
      expect(proxy.requests.map(({ path }) => path)).toEqual(
        Array(2).fill(`http://api.github.invalid/repos/acme/warehouse/statuses/${"a".repeat(40)}`),
      );
    } finally {
      await proxy.close();
      await sandbox.close();
    }
  });

  it("that cannot be used is a warning, and GitHub is not asked without it", async () => {
    const sandbox = await startSandbox({ flows });
    try {
      const result = await runStep({
        inputs: {
          "base-url": sandbox.baseUrl,
          "api-key": sandbox.apiKey,
          "flow-id": "1",
          "github-token": TOKEN,
        },
        environment: {
          http_proxy: "socks5://127.0.0.1:1",
          no_proxy: "127.0.0.1",
          GITHUB_API_URL: "http://api.github.invalid",
          GITHUB_REPOSITORY: "acme/warehouse",
          GITHUB_SHA: "a".repeat(40),
        },
      });
      expect(result.exitCode).toBe(0);
      const warnings = result.commands.filter(command => command.name === "warning");
      expect(warnings.map(({ text }) => text)).toEqual([
        expect.stringContaining("http_proxy names a socks5 proxy"),
      ]);
    } finally {
      await sandbox.close();
    }
  });
});

describe("GitHub's answers", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** Concludes a status on a GitHub that answers so, one after the other. */
  const conclude = (...answers: readonly (number | string)[]) => concludeUntil(untold, ...answers);
  const untold = new AbortController().signal;

  async function concludeUntil(stop: AbortSignal, ...answers: readonly (number | string)[]) {
    const warnings: string[] = [];
    const sent: string[] = [];
    vi.stubEnv("GITHUB_REPOSITORY", "acme/warehouse");
    const status = createCommitStatus({
      token: TOKEN,
      context: "etl",
      runner: fakeRunner({ warning: async text => void warnings.push(text) }),
      send: nobody,
      environment: {},
      redact: text => text.replaceAll(TOKEN, "***"),
      timeLeftMs: () => 1_000,
      stop,
      loadGithub: async () => {
        const github = await import("@actions/github");
        return {
          ...github,
          getOctokit: token =>
            github.getOctokit(token, {
              request: {
                fetch: async (_url: string, { body }: { body: string }) => {
                  sent.push(descriptionOf(JSON.parse(body)));
                  const answer = answers[Math.min(sent.length, answers.length) - 1] ?? 201;
                  if (typeof answer === "string") throw new Error(answer);
                  const message = answer === 429 ? "slow down" : `no; token=${TOKEN}`;
                  return Response.json(answer < 300 ? {} : { message }, { status: answer });
                },
              },
            }),
        };
      },
    });
    const left = await status.conclude("failure", "error after 3s");
    expect([undefined, { state: "failure", description: "error after 3s" }]).toContainEqual(left);
    return { done: left === undefined, warnings, sent };
  }

  it.for([500, 502, 503, 429, 408, "socket hang up"] as const)(
    "%s is tried once more, and then left to the post step",
    async answer => {
      const once = await conclude(answer, 201);
      expect(once).toEqual({ done: true, warnings: [], sent: Array(2).fill("error after 3s") });
      const twice = await conclude(answer);
      expect(twice.done).toBe(false);
      expect(twice.sent).toHaveLength(2);
      expect(twice.warnings).toHaveLength(1);
    },
  );

  it.for([200, 202] as const)(
    "%s is not GitHub's word for a status that was made",
    async answer => {
      const { done, warnings, sent } = await conclude(answer);
      expect({ done, sent: sent.length }).toEqual({ done: false, sent: 2 });
      expect(warnings).toEqual([
        `The commit status could not be set: The server answered ${answer} where GitHub answers 201, so it may not be GitHub.`,
      ]);
      expect(await conclude(answer, 201)).toMatchObject({ done: true, warnings: [] });
    },
  );

  it("are waited for once when the job is cancelled: each try can take what is left", async () => {
    const { done, warnings, sent } = await concludeUntil(AbortSignal.abort(), "no answer", 201);
    expect(done).toBe(false);
    expect(sent).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  it.for([401, 403, 404, 410, 422] as const)("%s stays: no other try", async answer => {
    const { done, warnings, sent } = await conclude(answer);
    expect(done).toBe(true);
    expect(sent).toEqual(["error after 3s", ...(answer === 422 ? ["The flow failed"] : [])]);
    expect(warnings).toHaveLength(1);
    expect(warnings.join()).not.toContain(TOKEN);
    const advice = { 401: "Check github-token", 403: "statuses: write", 404: "statuses: write" };
    if (answer === 401 || answer === 403 || answer === 404)
      expect(warnings[0]).toContain(advice[answer]);
  });
});

describe("the context of a status", () => {
  const contextOf = (context: string) =>
    createCommitStatus({
      token: TOKEN,
      context,
      runner: fakeRunner({}),
      send: nobody,
      environment: {},
      redact: text => text,
      timeLeftMs: () => 1_000,
      stop: new AbortController().signal,
      loadGithub: () => import("@actions/github"),
    }).context;

  it("stays as it is where GitHub can take it", () => {
    const usual = ["etlworks/acme.example.com/load/7", "x".repeat(200), "größe (eu, 2)"];
    expect(usual.map(contextOf)).toEqual(usual);
  });

  it("is another for each leg, also where signs are replaced or cut", () => {
    const legs = ["load 🇩🇪", "load 🇫🇷", "load 🚀", `${"x".repeat(220)}a`, `${"x".repeat(220)}b`];
    const contexts = legs.map(contextOf);
    expect(new Set(contexts).size).toBe(legs.length);
    for (const context of contexts) {
      expect(context.length).toBeLessThanOrEqual(200);
      expect(context).not.toMatch(/[\ud800-\udfff]/);
    }
  });
});

describe("what GitHub is sent", () => {
  it("is short, of whole characters below U+10000, and without a secret", () => {
    const part = fc.oneof(
      anyString(),
      fc.constantFrom("hun\u0000ter22", "hunter22", "🚀", "\u001b[1m", "x".repeat(60)),
    );
    fc.assert(
      fc.property(fc.array(part), parts => {
        const shown = asGithubTakesIt(parts.join(""), text => text.replaceAll("hunter22", "***"));
        expect(shown.length).toBeLessThanOrEqual(140);
        expect(shown).not.toMatch(/[\ud800-\udfff]/);
        expect(shown).not.toContain("hunter22");
      }),
    );
  });

  it("shows no part of a secret of several lines", () => {
    const redact = (text: string) => text.replaceAll("one two\nthree four", "***");
    expect(asGithubTakesIt("it is one two\nthree four", redact)).toBe("it is ***");
  });

  it("has a context of its own for each instance, job and flow", () => {
    const about = { host: "acme.example.com", job: "load", flow: "7" };
    expect(defaultStatusContext(about)).toBe("etlworks/acme.example.com/load/7");
    expect(defaultStatusContext({ ...about, job: "" })).toBe("etlworks/acme.example.com/7");
  });
});
