import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseRoutes } from "../../lambda/routes/routes.ts";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";

/** The scripts of examples/lambda call AWS with what lambda/template.yaml has. */
const template: unknown = parse(readFileSync(join(root, "lambda", "template.yaml"), "utf8"), {
  logLevel: "silent",
});
const parameters = section("Parameters");
const outputs = section("Outputs");
const resources = section("Resources");
const noBash = process.platform === "win32" || spawnSync("bash", ["--version"]).error !== undefined;

describe("examples/lambda/deploy.sh", () => {
  it.skipIf(noBash)("gives the template all parameters that it demands, and no other", () => {
    const { calls, clone } = play("deploy.sh");
    try {
      const deploy = calls.find(([command]) => command === "sam") ?? [];
      const from = deploy.indexOf("--parameter-overrides") + 1;
      const given = Object.fromEntries(
        deploy
          .slice(from)
          .map(pair => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
      );
      const demanded = Object.entries(parameters).flatMap(([name, parameter]) =>
        isObject(parameter) && parameter["Default"] === undefined ? [name] : [],
      );
      expect(Object.keys(parameters)).toEqual(expect.arrayContaining(Object.keys(given)));
      expect(Object.keys(given)).toEqual(expect.arrayContaining(demanded));
      expect(given["SecretArn"]).toMatch(new RegExp(String(patternOf("SecretArn"))));
      const routes = readFileSync(join(clone, "dist", "lambda", "routes.json"), "utf8");
      expect(parseRoutes(routes).list).toHaveLength(1);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });

  it.skipIf(noBash)(
    "gives another revision when code, routes or a parameter changed, and only then",
    () => {
      const first = revisionOf(play("deploy.sh"));
      expect(first).toMatch(new RegExp(String(patternOf("Revision"))));
      expect(first).toHaveLength(10);
      expect(revisionOf(play("deploy.sh"))).toBe(first);
      const others = [
        play("deploy.sh", { script: text => text.replace("BUCKET=landing", "BUCKET=other") }),
        play("deploy.sh", { routes: "queue.json" }),
        play("deploy.sh", { bundle: "// another release" }),
      ].map(revisionOf);
      expect(new Set([first, ...others]).size).toBe(4);
    },
  );

  it.skipIf(noBash)("may be run again: a secret that is there is not made anew", () => {
    const { calls, clone } = play("deploy.sh", { secretExists: true });
    rmSync(clone, { recursive: true, force: true });
    expect(calls.flat()).toContain("describe-secret");
    expect(calls.flat()).not.toContain("create-secret");
  });

  it.skipIf(noBash)("puts the key nowhere but into the file that AWS reads", () => {
    const { calls, clone } = play("deploy.sh");
    rmSync(clone, { recursive: true, force: true });
    expect(calls.flat().join(" ")).toContain("file://etlworks-key.txt");
    expect(calls.flat().join(" ")).not.toContain("the-key");
  });
});

describe("examples/lambda/send-message.sh", () => {
  it.skipIf(noBash)("asks for an output that the template has", () => {
    const { calls, clone } = play("send-message.sh");
    rmSync(clone, { recursive: true, force: true });
    const [, name = ""] = /OutputKey=='(\w+)'/.exec(calls.flat().join(" ")) ?? [];
    expect(Object.keys(outputs)).toContain(name);
    expect(calls.at(-1)).toContain('{"refresh": "customers"}');
  });
});

describe("lambda/template.yaml", () => {
  it("publishes a version of each function for each revision", () => {
    const published = Object.values(resources).flatMap(resource => {
      const properties = isObject(resource) ? resource["Properties"] : undefined;
      return isObject(properties) && properties["AutoPublishAlias"] !== undefined
        ? [properties["AutoPublishCodeSha256"]]
        : [];
    });
    expect(published).toEqual(["Revision", "Revision"]);
    expect(outputs["DispatcherAlias"]).toMatchObject({ Value: "Dispatcher.Alias" });
  });

  it("keeps what can be redriven apart from what cannot, and rings for both", () => {
    const redriven = "DeadLetters.Arn";
    const byHand = "FailedInvocations.Arn";
    expect(resources).toMatchObject({
      Events: { Properties: { RedrivePolicy: { deadLetterTargetArn: redriven } } },
      NewObjects: { Properties: { Targets: [{ DeadLetterConfig: { Arn: redriven } }] } },
      Runner: { Properties: { DeadLetterQueue: { TargetArn: byHand } } },
      Dispatcher: {
        Properties: {
          EventInvokeConfig: { DestinationConfig: { OnFailure: { Destination: byHand } } },
        },
      },
      EventParked: { Properties: { Dimensions: [{ Value: "DeadLetters.QueueName" }] } },
      InvocationParked: { Properties: { Dimensions: [{ Value: "FailedInvocations.QueueName" }] } },
    });
    for (const role of ["DispatcherRole", "RunnerRole"]) {
      expect(JSON.stringify(resources[role])).toContain(
        `"Action":"sqs:SendMessage","Resource":"${byHand}"`,
      );
    }
  });
});

describe("examples/terraform", () => {
  it("keeps them apart as the template does", () => {
    const to = (queue: string) => `aws_sqs_queue.${queue}.arn`;
    expect(terraform("main.tf")).toContain(`deadLetterTargetArn = ${to("dead_letters")}`);
    expect(terraform("runner.tf")).toContain(`target_arn = ${to("failed_invocations")}`);
    expect(terraform("dispatcher.tf")).toContain(`destination = ${to("failed_invocations")}`);
    for (const file of ["runner.tf", "dispatcher.tf"]) {
      expect(terraform(file)).not.toContain("dead_letters");
    }
    for (const queue of ["dead_letters", "failed_invocations"]) {
      expect(terraform("alarms.tf")).toContain(`aws_sqs_queue.${queue}.name`);
    }
  });

  it("refuses a secret that is no ARN, as the template does", () => {
    const [, pattern = "nothing"] =
      /can\(regex\("(.*)", var\.secret_arn\)\)/.exec(terraform("variables.tf")) ?? [];
    expect(pattern).toBe(patternOf("SecretArn"));
  });
});

interface Play {
  readonly script?: (text: string) => string;
  /** A file of examples/routes. */
  readonly routes?: string;
  readonly bundle?: string;
  readonly secretExists?: boolean;
}

/** Runs a script in a folder that looks like a clone, with an `aws` and a `sam` that only take notes. */
function play(
  script: string,
  { script: change = text => text, routes = "files.json", bundle = "", secretExists }: Play = {},
): {
  readonly calls: readonly (readonly string[])[];
  readonly clone: string;
} {
  const clone = mkdtempSync(join(tmpdir(), "etlworks-deploy-"));
  mkdirSync(join(clone, "bin"));
  mkdirSync(join(clone, "dist", "lambda"), { recursive: true });
  cpSync(join(root, "examples", "routes", routes), join(clone, "routes.json"));
  writeFileSync(join(clone, "etlworks-key.txt"), "the-key\n");
  writeFileSync(join(clone, "dist", "lambda", "dispatcher.mjs"), bundle);
  writeFileSync(join(clone, script), change(read("examples", "lambda", script)));
  const notes = join(clone, "calls");
  for (const command of ["aws", "sam"]) {
    const stub = join(clone, "bin", command);
    writeFileSync(
      stub,
      `#!/usr/bin/env bash\n{ printf '%s\\0' ${command} "$@"; printf '\\n'; } >>"${notes}"\n` +
        `if [[ "$2" == describe-secret ]]; then ${secretExists === true ? "echo arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key-AbCdEf" : "exit 254"}; fi\n` +
        `if [[ "$2" == create-secret ]]; then echo arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key-AbCdEf; fi\n`,
    );
    chmodSync(stub, 0o755);
  }
  const result = spawnSync("bash", [join(clone, script)], {
    cwd: clone,
    env: { PATH: `${join(clone, "bin")}:${process.env["PATH"]}` },
    encoding: "utf8",
  });
  expect(result.status, result.stderr).toBe(0);
  const calls = readFileSync(notes, "utf8").trimEnd().split("\0\n");
  return { calls: calls.map(call => call.replace(/\0$/, "").split("\0")), clone };
}

function revisionOf({ calls, clone }: ReturnType<typeof play>): string {
  rmSync(clone, { recursive: true, force: true });
  const [revision = ""] = calls.flat().filter(word => word.startsWith("Revision="));
  return revision.replace("Revision=", "");
}

function read(...path: readonly string[]): string {
  return readFileSync(join(root, ...path), "utf8");
}

/** One file of it, with single spaces: its signs of equality stand in columns. */
function terraform(file: string): string {
  return read("examples", "terraform", file).replaceAll(/ +/g, " ");
}

function section(name: string): Readonly<Record<string, unknown>> {
  const found = isObject(template) ? template[name] : undefined;
  return isObject(found) ? found : {};
}

function patternOf(name: string): unknown {
  const parameter = parameters[name];
  return isObject(parameter) ? parameter["AllowedPattern"] : undefined;
}
