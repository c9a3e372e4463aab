import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isObject } from "../../shared/json.ts";
import {
  type CloneOptions,
  noBash,
  type Played,
  playScript,
  type StubAnswer,
  type StubAnswers,
} from "./clone.ts";
import { root } from "./pages.ts";
import { dig, templateSection } from "./template.ts";

/** examples/lambda/deploy.sh against stubs of `aws` and `sam`. */
const parameters = templateSection("Parameters");
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key-AbCdEf";
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:etlworks-Notices-1";
const EXECUTION = "arn:aws:lambda:eu-central-1:111122223333:function:r:1/durable-execution/c/i";
const MISSING = "An error occurred (ResourceNotFoundException): Secrets Manager can't find it.";

const INVOKED = JSON.stringify({ StatusCode: 200, ExecutedVersion: "7" });

/** What a good AWS answers at the first deployment. */
const GOOD: StubAnswers = {
  "aws --version": { out: "aws-cli/2.32.30 Python/3.13.9 Linux/6.1\n" },
  "sam --version": { out: "SAM CLI, version 1.170.0\n" },
  "aws secretsmanager describe-secret": { error: MISSING, exit: 254 },
  "aws secretsmanager create-secret": { out: `${SECRET}\n` },
  "aws lambda invoke": {
    out: INVOKED,
    file: JSON.stringify({ asked: "the runner", executionArn: EXECUTION }),
  },
  "aws lambda get-durable-execution": execution("SUCCEEDED", {
    result: JSON.stringify({ ok: true, flows: { 12345: "Load orders" }, problems: [] }),
  }),
  "aws s3api get-bucket-notification-configuration": { out: "{}\n" },
  "aws cloudformation describe-stacks": { out: `${TOPIC}\n` },
  "aws sns list-subscriptions-by-topic": { out: `${TOPIC}:1a2b\n` },
};

describe.skipIf(noBash)("examples/lambda/deploy.sh", () => {
  it("deploys and says what comes next", () => {
    const { status, output, errors } = deploy({ stubs: [] });
    expect(errors).toBe("");
    expect(status).toBe(0);
    expect(output).toContain("routes.json is right. Routes: 1.");
    expect(output).toContain("You can delete etlworks-key.txt now.");
    expect(output.trimEnd().split("\n").at(-1)).toBe(
      "The stack etlworks is ready. Put a file into the bucket, then see what happens: examples/lambda/lanes.sh lanes",
    );
  });

  it("gives the template all parameters that it demands, and no other", () => {
    const played = deploy({ environment: { ALARM_EMAIL: "data@example.com" } });
    const given = overrides(played);
    const demanded = Object.entries(parameters).flatMap(([name, parameter]) =>
      isObject(parameter) && parameter["Default"] === undefined ? [name] : [],
    );
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(Object.keys(given)));
    expect(Object.keys(given)).toEqual(expect.arrayContaining(demanded));
    expect(given).toMatchObject({
      Buckets: '"landing"',
      DetailTypes: '"Object Created"',
      AlarmEmail: "data@example.com",
      SecretArn: SECRET,
    });
    for (const [name, value] of Object.entries(given)) {
      const pattern = dig(parameters, name, "AllowedPattern");
      if (typeof pattern === "string") expect(value, name).toMatch(new RegExp(pattern));
    }
    expect(played.left["dist/lambda/routes.json"]).toBe(
      readFileSync(join(root, "examples", "routes", "files.json"), "utf8"),
    );
  });

  it("gives another revision when code, routes or a parameter changed, and only then", () => {
    const first = revisionOf(deploy());
    expect(first).toMatch(/^[0-9a-f]{10}$/);
    expect(revisionOf(deploy())).toBe(first);
    const route = { name: "any", when: { source: ["a"] }, flow: 1 };
    const others = [
      deploy({ environment: { BUCKETS: "landing,archive" } }),
      deploy({ files: { "routes.json": JSON.stringify([route]) } }),
      deploy({ files: { "dist/lambda/dispatcher.mjs": "// another release" } }),
    ].map(revisionOf);
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it("is content when nothing has changed", () => {
    const answer = { error: "Error: No changes to deploy. Stack etlworks is up to date", exit: 1 };
    const { calls, status, output } = deploy({ answers: { "sam deploy": answer } });
    expect(status).toBe(0);
    expect(callOf(calls, "sam", "deploy")).toContain("--no-fail-on-empty-changeset");
    expect(output).toContain("is ready");
  });

  it("puts the key nowhere but into the file that AWS reads", () => {
    const { calls, output, errors } = deploy();
    expect(calls.flat()).toContain("file://etlworks-key.txt");
    expect(calls.flat().join(" ") + output + errors).not.toContain("the-key");
  });

  describe("before anything is changed", () => {
    it.each([
      [
        "aws",
        "aws-cli/1.45.11 Python/3.11.7",
        "The AWS CLI 1.45.11 is too old. Install version 2.0.0",
      ],
      [
        "sam",
        "SAM CLI, version 1.153.0",
        "The SAM CLI 1.153.0 is too old. Install version 1.153.1",
      ],
      ["sam", "SAM CLI, version 1.99.9", "The SAM CLI 1.99.9 is too old. Install version 1.153.1"],
      ["sam", "", "The SAM CLI was not found. Install version 1.153.1 or later."],
      ["node", "v22.1.0", "Node 22.1.0 is too old. Install version 24.5.0 or later."],
    ])("stops at %s of %j", (command, version, sentence) => {
      const stopped = deploy({
        answers: { [`${command} --version`]: { out: version } },
        stubs: command === "node" ? ["node"] : [],
      });
      expect(stopped).toMatchObject({ status: 1 });
      expect(stopped.errors).toContain(`STOPPED: ${sentence}`);
      expect(verbs(stopped)).not.toContain("deploy");
      expect(verbs(stopped)).not.toContain("create-secret");
    });

    it("stops at wrong routes, and names each mistake", () => {
      const routes = [{ name: "orders", when: { source: ["aws.s3"] }, flow: "x", paramters: {} }];
      const files = { "routes.json": JSON.stringify(routes) };
      const stopped = deploy({ files, stubs: [] });
      expect(stopped).toMatchObject({ status: 1, left: {} });
      expect(stopped.errors).toContain("routes[0].flow:");
      expect(stopped.errors).toContain("routes[0].paramters:");
      expect(stopped.errors).toContain("Nothing was deployed. Fix routes.json");
      expect(verbs(stopped)).toEqual(["--version", "--version"]);
    });

    it("stops when there are no routes or no key yet", () => {
      expect(deploy({ files: { "routes.json": null } }).errors).toContain(
        "There is no file routes.json.",
      );
      const stopped = deploy({ files: { "etlworks-key.txt": null } });
      expect(stopped.errors).toContain("There is no file etlworks-key.txt. Make an API key");
      expect(verbs(stopped)).not.toContain("create-secret");
    });

    it("stops when AWS does not tell whether the secret is there", () => {
      const error = "An error occurred (ExpiredTokenException): The security token has expired";
      const stopped = deploy({
        answers: { "aws secretsmanager describe-secret": { error, exit: 254 } },
      });
      expect(stopped).toMatchObject({ status: 1 });
      expect(stopped.errors).toContain(error);
      expect(verbs(stopped)).not.toContain("create-secret");
      expect(verbs(stopped)).not.toContain("deploy");
    });

    it("stops when the secret is about to be deleted, and says how to keep it", () => {
      const answer = { out: `${SECRET}\t2026-05-09T10:00:00+02:00\n` };
      const stopped = deploy({ answers: { "aws secretsmanager describe-secret": answer } });
      expect(stopped.errors).toContain(
        "aws secretsmanager restore-secret --secret-id etlworks-key",
      );
      expect(verbs(stopped)).not.toContain("deploy");
    });
  });

  it("keeps a key that is there, says so, and how to set another one", () => {
    const played = deploy({
      answers: { "aws secretsmanager describe-secret": { out: `${SECRET}\tNone\n` } },
    });
    expect(played.status).toBe(0);
    expect(verbs(played)).not.toContain("create-secret");
    expect(overrides(played)["SecretArn"]).toBe(SECRET);
    expect(played.output).toContain(
      "The secret etlworks-key is there already and keeps the key that it has. To set another key: aws secretsmanager put-secret-value --secret-id etlworks-key --secret-string file://etlworks-key.txt",
    );
  });

  it("ends red when SAM refuses", () => {
    const stopped = deploy({
      answers: { "sam deploy": { error: "Error: Access denied", exit: 1 } },
    });
    expect(stopped).toMatchObject({ status: 1 });
    expect(stopped.errors).toContain("STOPPED: The deployment failed");
    expect(verbs(stopped)).not.toContain("invoke");
  });

  describe("the check", () => {
    it("waits for the runner's answer", () => {
      const good = GOOD["aws lambda get-durable-execution"];
      const played = deploy({
        answers: { "aws lambda get-durable-execution": [execution("RUNNING"), good ?? []].flat() },
      });
      expect(played).toMatchObject({ status: 0, errors: "" });
      expect(verbs(played).filter(verb => verb === "get-durable-execution")).toHaveLength(2);
      expect(callOf(played.calls, "aws", "get-durable-execution")).toContain(EXECUTION);
    });

    it("takes an answer of the dispatcher itself", () => {
      const played = deploy({
        answers: { "aws lambda invoke": { out: INVOKED, file: '{"ok": true, "flows": {}}' } },
      });
      expect(played).toMatchObject({ status: 0, errors: "" });
      expect(verbs(played)).not.toContain("get-durable-execution");
    });

    it.each<[string, StubAnswers, string]>([
      [
        "the dispatcher has failed, though the CLI exits 0",
        {
          "aws lambda invoke": {
            out: JSON.stringify({ StatusCode: 200, FunctionError: "Unhandled" }),
            file: JSON.stringify({ errorType: "UserError", errorMessage: "There are no routes." }),
          },
        },
        "The dispatcher failed: There are no routes.",
      ],
      [
        "the dispatcher cannot be asked",
        { "aws lambda invoke": { error: "AccessDeniedException", exit: 254 } },
        "The dispatcher could not be asked: AccessDeniedException",
      ],
      [
        "the runner finds something wrong",
        {
          "aws lambda get-durable-execution": execution("SUCCEEDED", {
            result: JSON.stringify({ ok: false, problems: ["The key is refused.", "No flow 7."] }),
          }),
        },
        "No run could be started: The key is refused.\nNo flow 7.",
      ],
      [
        "the runner has failed",
        {
          "aws lambda get-durable-execution": execution("FAILED", {
            message: "The secret\tcannot be read:\nit was deleted.",
          }),
        },
        "The check of the runner ended as FAILED: The secret\tcannot be read:\nit was deleted.",
      ],
      [
        "the runner gives no answer",
        { "aws lambda get-durable-execution": execution("RUNNING") },
        "The check of the runner ended as RUNNING: it said nothing more.\n",
      ],
      [
        "the CLI does not know durable functions",
        { "aws lambda get-durable-execution": { error: "Found invalid choice", exit: 252 } },
        "update your AWS CLI if it does not know the command",
      ],
      [
        "EventBridge is off for a bucket",
        { "aws s3api get-bucket-notification-configuration": { out: "null\n" } },
        "EventBridge is off for the bucket landing, so no event will arrive.",
      ],
      [
        "the answer is not understood",
        { "aws lambda invoke": { out: INVOKED, file: "what?" } },
        "No run could be started: what?",
      ],
    ])("is red when %s", (_case, answers, sentence) => {
      const stopped = deploy({ answers });
      expect(stopped.status).toBe(1);
      expect(stopped.errors).toContain(`PROBLEM: `);
      expect(stopped.errors).toContain(sentence);
      expect(stopped.errors).toContain("The stack etlworks is deployed, but it will not work yet.");
      expect(stopped.output).not.toContain("is ready");
    });

    it("looks at each bucket, and says where it may not look", () => {
      const played = deploy({
        environment: { BUCKETS: "landing,archive" },
        answers: {
          "aws s3api get-bucket-notification-configuration": [
            { out: "{}" },
            { error: "AccessDenied", exit: 254 },
          ],
        },
      });
      expect(played.status).toBe(0);
      expect(played.output).toContain("for the bucket archive could not be read: AccessDenied");
    });
  });

  describe("who is told", () => {
    const EMAIL = { ALARM_EMAIL: "data@example.com" };

    it("says when nobody is", () => {
      expect(deploy().output).toContain("NOTE: Nobody is told when a run fails. Set ALARM_EMAIL");
    });

    it("says when the address is not confirmed yet", () => {
      const answers = { "aws sns list-subscriptions-by-topic": { out: "PendingConfirmation\n" } };
      const { output, calls } = deploy({ environment: EMAIL, answers });
      expect(output).toContain("Open the e-mail that AWS sent to data@example.com");
      expect(callOf(calls, "aws", "list-subscriptions-by-topic")).toContain(TOPIC);
    });

    it("says nothing when somebody is", () => {
      expect(deploy({ environment: EMAIL }).output).not.toContain("NOTE");
    });

    it("asks for an output that the template has", () => {
      const call = callOf(deploy({ environment: EMAIL }).calls, "aws", "describe-stacks");
      const [, name = ""] = /OutputKey=='(\w+)'/.exec(call.join(" ")) ?? [];
      expect(Object.keys(templateSection("Outputs"))).toContain(name);
    });
  });
});

/** The check of the routes is a process of its own; without `stubs: []` it is only played. */
function deploy({ answers, stubs = ["npm"], ...options }: CloneOptions = {}): Played {
  return playScript("lambda/deploy.sh", { ...options, stubs, answers: { ...GOOD, ...answers } });
}

/** As `--output text` writes a list of the three, with `None` for what is not there. */
function execution(status: string, { result = "None", message = "None" } = {}): StubAnswer {
  return { out: `${[status, result, message].join("\t")}\n` };
}

function callOf(calls: Played["calls"], command: string, verb: string): readonly string[] {
  return calls.find(call => call[0] === command && call.includes(verb)) ?? [];
}

/** The operations that were called, such as `describe-secret`. */
function verbs({ calls }: Played): readonly string[] {
  return calls
    .filter(([command]) => command !== "npm")
    .map(([command, one = "", two = ""]) =>
      command === "sam" || one.startsWith("--") ? one : two,
    );
}

function overrides({ calls }: Played): Readonly<Record<string, string>> {
  const call = callOf(calls, "sam", "deploy");
  const pairs = call.slice(call.indexOf("--parameter-overrides") + 1);
  return Object.fromEntries(
    pairs.map(pair => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
  );
}

function revisionOf(played: Played): string {
  return overrides(played)["Revision"] ?? "";
}
