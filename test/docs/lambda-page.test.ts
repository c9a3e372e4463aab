import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readInvocation } from "../../lambda/events/invocation.ts";
import { type FinishedRun, finishedEvent } from "../../lambda/follow/finished-event.ts";
import { readPage, root } from "./pages.ts";
import { dig, templateSection, withMember } from "./template.ts";

/** What docs/lambda.md says and shows, against the code and the template. */
const page = read("docs/lambda.md");
const resources = templateSection("Resources");

/** As the template writes the name of the stack. */
const STACK_NAME = ["$", "{AWS::StackName}"].join("");

/** Of a run that the page shows: in the e-mail, and as the finished event. */
const ARN =
  "arn:aws:lambda:eu-central-1:111122223333:function:etlworks-runner:7/durable-execution/3e1b/9c04";
const RUN: FinishedRun = {
  kind: "error",
  flowId: 12345,
  auditId: "8721934",
  origin: "started",
  message: "Column ORDER_ID is missing.",
  execution: {
    status: "error",
    flowName: "Load orders",
    startedAt: Date.UTC(2026, 4, 9, 2, 1, 31),
    endedAt: Date.UTC(2026, 4, 9, 2, 2, 31),
    records: 0,
  },
  elapsedMs: 61_000,
  counts: { polls: 4, faults: 0, rateLimits: 0 },
};
const FINISHED = finishedEvent(
  {
    lane: "12345",
    id: 42,
    count: 100,
    manifest: "s3://lists/etlworks/12345/0000000042-5f0e8d1c9a7b.csv",
    route: "orders",
    flow: 12345,
    origin: {
      source: "aws.s3",
      detailType: "Object Created",
      bucket: "landing",
      key: "orders/2026-05-09.csv",
      version: "0062E99A88DC407460",
    },
    parameterNames: ["files"],
  },
  RUN,
  "fail",
  { arn: ARN, at: Date.UTC(2026, 4, 9, 2, 2, 32) },
);

describe("docs/lambda.md", () => {
  it("lists every environment variable, and no other", () => {
    const known = read("lambda/environment.ts").matchAll(/"(ETLWORKS_[A-Z_]+)"/g);
    expect(firstColumn("ETLWORKS_")).toEqual(
      [...new Set([...known].map(([, name = ""]) => name))].toSorted(),
    );
  });

  it("says of each variable which functions the template gives it to", () => {
    const functions = ["Dispatcher", "Lane", "Runner"];
    // What the template does by a file in the package.
    const shown = rows(/^\| `(ETLWORKS_\w+)` \| ([\w, ]+) \|/gm).filter(
      ([name]) => !name.startsWith("ETLWORKS_ROUTES"),
    );
    const given = shown.map(([name]) => {
      const having = functions.filter(
        one => dig(resources, one, "Properties", "Environment", "Variables", name) !== undefined,
      );
      const all = having.length === functions.length;
      return [name, all ? "all" : having.map(one => one.toLowerCase()).join(", ")];
    });
    expect(shown).toEqual(given);
  });

  it("lists every metric, and no other", () => {
    const [, units = ""] =
      /const UNITS = \{(.*?)\} as const/s.exec(read("lambda/metrics.ts")) ?? [];
    const known = [...units.matchAll(/^ {2}(\w+): "/gm)].map(([, name = ""]) => name);
    expect(
      section("Metrics")
        .matchAll(/^\| `(\w+)` \|/gm)
        .map(([, name = ""]) => name)
        .toArray()
        .toSorted(),
    ).toEqual(known.toSorted());
    const [, namespace] = /NAMESPACE = "(\w+)"/.exec(read("lambda/metrics.ts")) ?? [];
    expect(page).toContain(`\`${namespace}\``);
  });

  it("lists every alarm of the template, and no other", () => {
    const alarms = Object.entries(resources).flatMap(([name, resource]) =>
      dig(resource, "Type") === "AWS::CloudWatch::Alarm" ? name : [],
    );
    const shown = section("Alarms")
      .matchAll(/^\| `(\w+)` \|/gm)
      .map(([, name = ""]) => name);
    expect([...shown].toSorted()).toEqual(alarms.toSorted());
  });

  it("shows the message that a failed run sends", () => {
    const target = dig(resources, "TellFailures", "Properties", "Targets", 0);
    const paths = dig(target, "InputTransformer", "InputPathsMap");
    const text = String(dig(target, "InputTransformer", "InputTemplate"));
    const filled = text.replaceAll(STACK_NAME, "etlworks").replaceAll(/<(\w+)>/g, (_, name) => {
      const path = String(dig(paths, String(name)))
        .replace("$.", "")
        .split(".");
      return String(dig({ detail: FINISHED.detail }, ...path));
    });
    expect(filled).not.toContain("undefined");
    const [shown] = readPage("docs/lambda.md").blocks.filter(({ language }) => language === "log");
    expect(shown?.text).toBe(filled.trim());
  });

  it("shows the event that tells of a run's end", () => {
    const shown = readPage("docs/lambda.md")
      .blocks.filter(({ language, source }) => language === "json" && source === undefined)
      .map(({ text }): unknown => JSON.parse(text));
    expect(shown).toContainEqual(FINISHED.detail);
  });

  it("quotes lines that the functions log", () => {
    const lines = rows(/^\| (`\/aws\/lambda\/etlworks-\w+` |)\| `([^`]+)` \|/gm);
    expect(lines.length).toBeGreaterThan(5);
    const code = [
      "dispatch-record",
      "lanes/loop/look",
      "lanes/loop/finish-batch",
      "follow/run-order",
      "follow/log-run-events",
    ]
      .map(file => read(`lambda/${file}.ts`))
      .join("\n");
    for (const [, line] of lines) expect(code).toContain(`"${line}"`);
  });

  it("names logs and functions as the template does", () => {
    const names = new Set(
      [...withMember(resources, "FunctionName"), ...withMember(resources, "LogGroupName")]
        .flatMap(({ FunctionName, LogGroupName }) => [FunctionName, LogGroupName])
        .map(name => String(name).replace(STACK_NAME, "etlworks")),
    );
    for (const [name] of page.matchAll(
      /(?:\/aws\/lambda\/)?etlworks-(?:dispatcher|lane|runner)\b/g,
    )) {
      expect([...names]).toContain(name);
    }
  });

  it("sets another key by the command that deploy.sh prints", () => {
    const script = read("examples/lambda/deploy.sh");
    const [, command = ""] = /^SET_KEY="(.*)"$/m.exec(script) ?? [];
    const filled = command
      .replace("$SECRET", "etlworks-key")
      .replace("$KEY_FILE", "etlworks-key.txt");
    expect(page).toContain(`\n${filled}\n`);
    expect(script).toContain('SECRET="$STACK-key"');
    for (const [, name = ""] of page.matchAll(/^([A-Z_]+)=\S+ .*deploy\.sh$/gm)) {
      expect(script).toContain(`\n${name}=\${${name}`);
    }
  });

  it("shows a direct invoke that is taken", () => {
    const event: unknown = JSON.parse(read("examples/lambda/direct-invoke.json"));
    expect(readInvocation(event, "request-1")).toEqual({
      kind: "direct",
      run: {
        flow: 12345,
        parameters: { runDate: "2026-05-09" },
        policy: { ifRunning: "wait", timeout: 7_200_000, failOnWarning: false },
        id: "ticket-4711",
      },
    });
  });

  it("shows how to run an event again", () => {
    const event: unknown = JSON.parse(read("examples/lambda/run-again.json"));
    const triggers = [{ event: { source: "aws.s3" }, origin: { force: "again-1" } }];
    expect(readInvocation(event, "request-1")).toMatchObject({
      kind: "records",
      reply: "none",
      records: [{ kind: "triggers", triggers }],
    });
  });
});

describe("examples/lambda", () => {
  it("gives a schedule the input that docs/routes.md shows", () => {
    const [, input = ""] =
      /Input: >-\n((?: {10}.*\n)+)/.exec(read("examples/lambda/schedule/template.yaml")) ?? [];
    const shown: unknown = JSON.parse(read("examples/routes/schedule-input.json"));
    expect(JSON.parse(input)).toEqual(shown);
  });

  it("hands over the events that the route waits for", () => {
    const template = read("examples/lambda/own-events/template.yaml");
    const routes: unknown = JSON.parse(read("examples/routes/own-events.json"));
    const [, source] = / source: \[(.*)\]/.exec(template) ?? [];
    const [, detailType] = / detail-type: \[(.*)\]/.exec(template) ?? [];
    const when = { source: [source], "detail-type": [detailType] };
    expect(routes).toMatchObject({ routes: [{ when }] });
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The text below a heading, up to the next one. */
function section(heading: string): string {
  const [, text = ""] = page.split(`\n## ${heading}\n`);
  return text.split("\n## ")[0] ?? "";
}

/** The cells that a pattern of two groups finds in the page's tables. */
function rows(pattern: RegExp): readonly (readonly [string, string])[] {
  return [...page.matchAll(pattern)].map(([, one = "", other = ""]) => [one, other] as const);
}

/** The first cells of the page's tables that begin so, sorted. */
function firstColumn(beginning: string): string[] {
  const cells = page.matchAll(new RegExp(`^\\| \`(${beginning}\\w+)\` \\|`, "gm"));
  return [...cells].map(([, cell = ""]) => cell).toSorted();
}
