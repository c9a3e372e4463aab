import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";
import { dig, templateSection, terraformFile, withMember } from "./template.ts";

/** lambda/template.yaml and examples/terraform: what they promise, and that both promise the same. */
const resources = templateSection("Resources");
const parameters = templateSection("Parameters");
const FUNCTIONS = ["Dispatcher", "Lane", "Runner"] as const;

describe("lambda/template.yaml", () => {
  it("publishes a version of each function for each revision, behind an alias", () => {
    for (const name of FUNCTIONS) {
      expect(properties(name)).toMatchObject({
        AutoPublishAlias: "live",
        AutoPublishCodeSha256: "Revision",
        Handler: `${name.toLowerCase()}.handler`,
      });
    }
    expect(
      Object.keys(resources).filter(
        name => dig(resources, name, "Type") === "AWS::Serverless::Function",
      ),
    ).toEqual(FUNCTIONS);
  });

  it("makes the lane and the runner durable, within what AWS allows", () => {
    // cfn-lint accepts any number here.
    expect(properties("Lane")["DurableConfig"]).toMatchObject({ ExecutionTimeout: 31_622_400 });
    expect(properties("Runner")["DurableConfig"]).toMatchObject({
      ExecutionTimeout: "LongestRunSeconds",
    });
    expect(parameters["LongestRunSeconds"]).toMatchObject({ MinValue: 60, MaxValue: 31_622_400 });
    expect(parameters["ExecutionDays"]).toMatchObject({ MinValue: 1, MaxValue: 90 });
    expect(properties("Dispatcher")["DurableConfig"]).toBeUndefined();
  });

  it("tells the lane how long an invocation of the runner can be at work", () => {
    const timeout = `${String(properties("Runner")["Timeout"])}s`;
    expect(environmentOf("Lane")["ETLWORKS_RUNNER_TIMEOUT"]).toBe(timeout);
    expect(terraformFile("lane.tf")).toContain(`ETLWORKS_RUNNER_TIMEOUT = "${timeout}"`);
  });

  it("keeps the ledger and what was parked when the stack is deleted", () => {
    const kept = Object.keys(resources).filter(
      name => dig(resources, name, "DeletionPolicy") === "Retain",
    );
    expect(kept).toEqual(["Ledger", "DeadLetters", "FailedInvocations"]);
    for (const name of kept) {
      expect(dig(resources, name, "UpdateReplacePolicy")).toBe("Retain");
      // A name of its own would stand in the way of the next stack.
      expect(properties(name)["TableName"] ?? properties(name)["QueueName"]).toBeUndefined();
    }
  });

  it("keeps dead letters longer than their queue", () => {
    const days = (name: string) => Number(properties(name)["MessageRetentionPeriod"]) / 86_400;
    expect(days("DeadLetters")).toBeGreaterThan(days("Events"));
    expect(days("Events")).toBeGreaterThanOrEqual(4);
    expect(days("FailedInvocations")).toBe(14);
    const visibility = Number(properties("Events")["VisibilityTimeout"]);
    expect(visibility).toBe(6 * Number(properties("Dispatcher")["Timeout"]));
  });

  it("keeps what can be redriven apart from what cannot", () => {
    const redriven = "DeadLetters.Arn";
    const byHand = "FailedInvocations.Arn";
    expect(resources).toMatchObject({
      Events: { Properties: { RedrivePolicy: { deadLetterTargetArn: redriven } } },
      NewObjects: { Properties: { Targets: [{ DeadLetterConfig: { Arn: redriven } }] } },
      Dispatcher: {
        Properties: {
          EventInvokeConfig: { DestinationConfig: { OnFailure: { Destination: byHand } } },
        },
      },
    });
    // A failed run is in the ledger and is told in words. A message of it would ring a second time.
    expect(properties("Runner")["DeadLetterQueue"]).toBeUndefined();
  });

  it("tells of one failed run once", () => {
    const alarms = Object.keys(resources).filter(
      name =>
        properties(name)["MetricName"] === "DurableExecutionFailed" &&
        dig(properties(name), "Dimensions", 0, "Value") === "Runner",
    );
    expect(alarms).toEqual(["RunFailed"]);
    // The rule tells; the alarm calls only where no rule can.
    expect(JSON.stringify(properties("RunFailed")["AlarmActions"])).toContain("AlarmsFailures");
    expect(templateSection("Conditions")["AlarmsFailures"]).toEqual(["HasReader", ["HasEventBus"]]);
    expect(dig(resources, "TellFailures", "Condition")).toBe("TellsFailures");
    expect(templateSection("Conditions")["TellsFailures"]).toEqual(["HasEventBus", "HasReader"]);
  });

  it("rings again for the next failure", () => {
    // An alarm on a depth stays in ALARM and says nothing about the second message.
    const depths = Object.entries(resources).filter(
      ([, resource]) =>
        dig(resource, "Type") === "AWS::CloudWatch::Alarm" &&
        /ApproximateNumberOfMessagesVisible|LanesHeld/.test(JSON.stringify(resource)),
    );
    expect(depths.map(([name]) => name)).toEqual(["LaneHeld", "EventParked"]);
    for (const [, resource] of depths) {
      expect(dig(resource, "Properties", "Metrics", 0, "Expression")).toMatch(/^DIFF\(FILL\(/);
    }
  });

  it("rings when executions die, time out or are stopped", () => {
    const metrics = (alarm: string) =>
      withMember(properties(alarm), "MetricName").map(metric => metric["MetricName"]);
    expect(metrics("LaneDied")).toEqual([
      "DurableExecutionFailed",
      "DurableExecutionTimedOut",
      "DurableExecutionStopped",
    ]);
    expect(metrics("RunCutOff")).toEqual(["DurableExecutionTimedOut", "DurableExecutionStopped"]);
  });

  it("rings when AWS cannot park what failed, and when nobody was told of an end", () => {
    expect(properties("InvocationLost")).toMatchObject({
      MetricName: "DestinationDeliveryFailures",
      Dimensions: [{ Name: "FunctionName", Value: "Dispatcher" }],
    });
    expect(properties("EndUntold")).toMatchObject({
      Namespace: "EtlworksRunFlow",
      MetricName: "Untold",
      Dimensions: [{ Name: "Stack", Value: "AWS::StackName" }],
    });
  });

  it("lets the dispatcher sweep and hear of dead executions", () => {
    expect(properties("Sweep")).toMatchObject({
      ScheduleExpression: "rate(5 minutes)",
      Targets: [{ Arn: "Dispatcher.Alias", Input: '{"sweep": true}' }],
    });
    expect(properties("ExecutionEnded")).toMatchObject({
      EventPattern: {
        source: ["aws.lambda"],
        "detail-type": ["Durable Execution Status Change"],
        detail: {
          status: ["FAILED", "TIMED_OUT", "STOPPED"],
          functionArn: [{ prefix: `${place("Lane.Arn")}:` }, { prefix: `${place("Runner.Arn")}:` }],
        },
      },
      Targets: [{ Arn: "Dispatcher.Alias" }],
    });
  });

  it("gives every role the boundary and every log an end", () => {
    for (const name of FUNCTIONS) {
      expect(JSON.stringify(properties(`${name}Role`)["PermissionsBoundary"])).toContain(
        "HasBoundary",
      );
      expect(properties(`${name}Logs`)["RetentionInDays"]).toBe(30);
    }
  });

  it("leaves no right on everything, but for network interfaces that know nothing narrower", () => {
    const wide = FUNCTIONS.flatMap(name => statements(name)).filter(
      ({ resource }) => resource === "*",
    );
    expect(wide).toHaveLength(FUNCTIONS.length);
    for (const { actions } of wide) {
      expect(actions.every(action => action.startsWith("ec2:"))).toBe(true);
    }
  });

  it.each([
    ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key-AbCdEf", true],
    ["arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:team/etlworks-1aB2cD", true],
    ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key", false],
    ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key-??????", false],
    ["etlworks-key-AbCdEf", false],
    ["arn:aws:ssm:eu-central-1:111122223333:secret:etlworks-key-AbCdEf", false],
  ])("takes %s for the whole ARN of a secret: %s", (arn, whole) => {
    // Without its suffix the ARN allows nothing: the runner could not read the secret.
    expect(new RegExp(String(dig(parameters, "SecretArn", "AllowedPattern"))).test(arn)).toBe(
      whole,
    );
  });

  it("shows metrics of this stack only", () => {
    const body: unknown = JSON.parse(String(properties("Dashboard")["DashboardBody"]));
    const expressions = withMember(body, "expression").map(({ expression }) => String(expression));
    expect(expressions.length).toBeGreaterThan(10);
    for (const expression of expressions) {
      expect(expression).toContain(
        `Namespace="EtlworksRunFlow" Stack="${place("AWS::StackName")}"`,
      );
    }
  });
});

describe("examples/terraform", () => {
  it.each(FUNCTIONS)("gives the %s the template's environment", name => {
    const file = terraformFile(`${name.toLowerCase()}.tf`);
    const [, variables = ""] = /variables = \{(.*?)\n \}/s.exec(file) ?? [];
    const names = [...variables.matchAll(/^ (ETLWORKS_\w+) = /gm)].map(
      ([, variable = ""]) => variable,
    );
    const expected = Object.keys(environmentOf(name));
    expect(expected.length).toBeGreaterThan(5);
    expect(names.toSorted()).toEqual(expected.toSorted());
  });

  it.each(FUNCTIONS)("allows the %s what the template allows", name => {
    const document = `${block(`${name.toLowerCase()}.tf`, name.toLowerCase())}\n${block("main.tf", "every_function")}`;
    const allowed = [...document.matchAll(/actions = \[(.*?)\]/gs)].flatMap(([, list = ""]) =>
      [...list.matchAll(/"([^"]+)"/g)].map(([, action = ""]) => action),
    );
    const expected = statements(name).flatMap(({ actions }) => actions);
    expect(expected.length).toBeGreaterThan(5);
    expect(allowed.toSorted()).toEqual(expected.toSorted());
  });

  it.each([
    ["lane.tf", "execution_timeout = 31622400"],
    ["runner.tf", "execution_timeout = var.longest_run_seconds"],
    ["dispatcher.tf", "timeout = 60"],
    ["lane.tf", "timeout = 180"],
    ["runner.tf", "timeout = 180"],
    ["dispatcher.tf", "maximum_concurrency = 5"],
    ["dispatcher.tf", 'schedule_expression = "rate(5 minutes)"'],
    ["dispatcher.tf", "input = jsonencode({ sweep = true })"],
    ["dispatcher.tf", 'status = ["FAILED", "TIMED_OUT", "STOPPED"]'],
    ["dispatcher.tf", "destination = aws_sqs_queue.failed_invocations.arn"],
    ["queues.tf", "deadLetterTargetArn = aws_sqs_queue.dead_letters.arn"],
    ["queues.tf", "message_retention_seconds = 604800"],
    ["ledger.tf", 'projection_type = "KEYS_ONLY"'],
    ["ledger.tf", 'attribute_name = "ttl"'],
  ])("says in %s: %s", (file, line) => {
    expect(terraformFile(file)).toContain(` ${line}\n`);
  });

  it("keeps what the template keeps when everything else is destroyed", () => {
    const files = ["ledger.tf", "queues.tf", "runner.tf", "lane.tf", "dispatcher.tf", "notices.tf"];
    const blocks = files.flatMap(file => terraformFile(file).split(/^(?=resource )/m));
    const kept = blocks
      .filter(text => text.includes("prevent_destroy = true"))
      .map(text => /^resource "\w+" "(\w+)"/.exec(text)?.[1]);
    expect(kept).toEqual(["ledger", "dead_letters", "failed_invocations"]);
  });

  it("raises the template's alarms, with the same words", () => {
    const inTerraform = [
      ...terraformFile("alarms.tf").matchAll(/ ([a-z-]+) = \{\n text = "(.*)"\n/g),
    ];
    const alarms = Object.entries(resources).flatMap(([name, resource]) =>
      dig(resource, "Type") === "AWS::CloudWatch::Alarm"
        ? [[kebab(name), sameNames(String(dig(resource, "Properties", "AlarmDescription")))]]
        : [],
    );
    expect(alarms).toHaveLength(11);
    expect(Object.fromEntries(inTerraform.map(([, name, text]) => [name, text]))).toEqual(
      Object.fromEntries(alarms),
    );
  });

  it("tells of runs with the template's words", () => {
    const notices = terraformFile("notices.tf");
    for (const rule of ["TellFailures", "TellSuccesses"]) {
      const transformer = dig(properties(rule), "Targets", 0, "InputTransformer");
      const text = String(dig(transformer, "InputTemplate")).trim();
      const paths = dig(transformer, "InputPathsMap");
      for (const line of text.split("\n")) {
        expect(notices).toContain(
          ` ${line.replaceAll(place("AWS::StackName"), place("var.name"))}\n`,
        );
        // EventBridge takes several lines only if each stands in quotes.
        expect(line).toMatch(/^".*"$/);
      }
      const places = [...text.matchAll(/<(\w+)>/g)].map(([, name = ""]) => name);
      expect(Object.keys(isObject(paths) ? paths : {}).toSorted()).toEqual(
        [...new Set(places)].toSorted(),
      );
      for (const [name, path] of Object.entries(isObject(paths) ? paths : {})) {
        expect(notices).toContain(` ${name} = "${String(path)}"\n`);
      }
    }
  });

  it("refuses a secret that is not whole, as the template does", () => {
    const [, pattern = "nothing"] =
      /can\(regex\("(.*)", var\.secret_arn\)\)/.exec(terraformFile("variables.tf")) ?? [];
    expect(pattern.replaceAll("\\\\", "\\")).toBe(dig(parameters, "SecretArn", "AllowedPattern"));
  });

  it("knows the template's parameters", () => {
    const variables = [...terraformFile("variables.tf").matchAll(/^variable "(\w+)"/gm)];
    const own = ["name", "package"];
    const expected = Object.keys(parameters).filter(name => name !== "Revision");
    expect(
      variables
        .map(([, name = ""]) => name)
        .filter(name => !own.includes(name ?? ""))
        .toSorted(),
    ).toEqual(expected.map(name => kebab(name).replaceAll("-", "_")).toSorted());
  });
});

describe("examples/lambda", () => {
  it.each(["deployer-policy.json", "key-policy.json"])("has a policy that reads well: %s", file => {
    const policy: unknown = JSON.parse(
      readFileSync(join(root, "examples", "lambda", file), "utf8"),
    );
    const found = withMember(policy, "Sid");
    expect(found.length).toBeGreaterThan(2);
    expect(new Set(found.map(({ Sid }) => Sid)).size).toBe(found.length);
    for (const statement of found) {
      expect(statement).toMatchObject({ Effect: "Allow" });
      // A right on everything is for what knows no narrower resource, never for all of a service.
      const everything = [statement["Action"]].flat().some(action => String(action).endsWith(":*"));
      if (everything) expect(statement["Resource"]).not.toBe("*");
    }
  });

  it("lets the deployer touch each kind of resource that the template has", () => {
    const policy = readFileSync(join(root, "examples", "lambda", "deployer-policy.json"), "utf8");
    const kinds = new Set(
      Object.values(resources).map(resource => String(dig(resource, "Type")).split("::")[1]),
    );
    const services: Readonly<Record<string, string>> = { Serverless: "lambda", Lambda: "lambda" };
    for (const kind of kinds) {
      const service = services[kind ?? ""] ?? kind?.toLowerCase();
      expect(policy).toMatch(new RegExp(`"${service}:`));
    }
  });

  it.each(["own-events", "schedule"])("parks what AWS could not hand over: %s", folder => {
    const file = join(root, "examples", "lambda", folder, "template.yaml");
    const example: unknown = parse(readFileSync(file, "utf8"), { logLevel: "silent" });
    const [letters] = withMember(example, "DeadLetterConfig");
    expect(letters).toMatchObject({ DeadLetterConfig: { Arn: "DeadLetters.Arn" } });
    expect(dig(example, "Resources", "DeadLetters")).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: { MessageRetentionPeriod: 1_209_600 },
    });
    const allowed = withMember(example, "Action").filter(
      statement => statement["Action"] === "sqs:SendMessage",
    );
    expect(allowed).toMatchObject([{ Resource: "DeadLetters.Arn" }]);
  });

  it("has a key that CloudWatch, EventBridge and the logs may use", () => {
    const policy = readFileSync(join(root, "examples", "lambda", "key-policy.json"), "utf8");
    for (const service of ["events", "cloudwatch", "logs"]) {
      expect(policy).toContain(`"${service}.amazonaws.com"`);
    }
  });
});

function properties(name: string): Readonly<Record<string, unknown>> {
  const found = dig(resources, name, "Properties");
  return isObject(found) ? found : {};
}

function environmentOf(name: string): Readonly<Record<string, unknown>> {
  const found = dig(properties(name), "Environment", "Variables");
  return isObject(found) ? found : {};
}

function statements(
  name: string,
): readonly { readonly actions: readonly string[]; readonly resource: unknown }[] {
  return withMember(dig(properties(`${name}Role`), "Policies"), "Action").map(statement => ({
    actions: [statement["Action"]].flat().map(String),
    resource: statement["Resource"],
  }));
}

/** The policy document of that name, up to the end of its block. */
function block(file: string, name: string): string {
  const text = terraformFile(file);
  const from = text.indexOf(`data "aws_iam_policy_document" "${name}"`);
  expect(from, name).toBeGreaterThanOrEqual(0);
  return text.slice(from, text.indexOf("\n}\n", from));
}

/** As both languages write a place for a value. */
function place(name: string): string {
  return `\${${name}}`;
}

function kebab(name: string): string {
  return name.replaceAll(/(?<!^)[A-Z]/g, letter => `-${letter}`).toLowerCase();
}

function sameNames(text: string): string {
  return text
    .trim()
    .replaceAll(/Longest(Run|Wait)Seconds/g, name => kebab(name).replaceAll("-", "_"));
}
