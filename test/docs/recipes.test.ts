import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type BatchRule,
  type DecisionPolicy,
  readBatchRule,
  readDecision,
} from "../../lambda/decision.ts";
import { ENVELOPES } from "../../lambda/events/envelopes.ts";
import { readCommand } from "../../lambda/lanes/commands/read-command.ts";
import { ticketOf } from "../../lambda/lanes/ledger/ticket.ts";
import { OPERATORS } from "../../lambda/routes/pattern/operators.ts";
import { parseRoutes } from "../../lambda/routes/routes.ts";
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from "../../shared/etlworks/replies/run-status.ts";
import { START_CODES } from "../../shared/etlworks/replies/start-code.ts";
import { isObject } from "../../shared/json.ts";
import { IF_RUNNING } from "../../shared/run/if-running.ts";
import { KINDS } from "../action/reports.ts";
import { SCENARIOS } from "../conformance/scenarios.ts";
import { decisionOf } from "../lambda/lanes/decisions.ts";
import { root } from "./pages.ts";

describe("the tree of CONTRIBUTING.md", () => {
  const [, tree = ""] = /```tree\n([^`]*)```/.exec(read(".github/CONTRIBUTING.md")) ?? [];

  it.each(["action", "lambda", "shared", "test"])("names each folder of %s/", side => {
    const folders = readdirSync(join(root, side), { withFileTypes: true }).flatMap(entry =>
      entry.isDirectory() ? [entry.name] : [],
    );
    const mirrored = side === "test" ? ["action", "lambda", "shared", "scripts"] : [];
    const [, lines = ""] = new RegExp(`^(${side}/.*\n(?: {2}.*\n)*)`, "m").exec(tree) ?? [];
    const missing = folders.filter(
      name => !mirrored.includes(name) && !lines.includes(` ${name}/`),
    );
    expect(missing).toEqual([]);
  });
});

/**
 * The recipes of CONTRIBUTING.md: of what they tell to change, whatever no other test would miss.
 */
describe("a policy for a flow that is busy", () => {
  const policies = IF_RUNNING.toSorted();

  it("is in the description of the input", () => {
    // As npm run build writes it from action.yml.
    const [, row = ""] = /^\| `if-running` \|[^|]*\|(.*)\|$/m.exec(read("README.md")) ?? [];
    expect(codeIn(row).toSorted()).toEqual(policies);
  });

  it("has a row in docs/action.md", () => {
    const table = sectionOf("docs/action.md", "When another run of the flow is running");
    expect(
      rowsOf(table)
        .filter(name => name !== "if-running")
        .toSorted(),
    ).toEqual(policies);
  });

  it("is in docs/routes.md", () => {
    const [, row = ""] = /^\| `ifRunning` \|[^|]*\|(.*)\|$/m.exec(read("docs/routes.md")) ?? [];
    expect(codeIn(row).toSorted()).toEqual(policies);
  });

  it("is offered to whoever finds the flow busy", () => {
    const section = sectionOf("docs/troubleshooting.md", "It does not start");
    const [paragraph = ""] = section.split("\n\n").filter(text => text.includes("`if-running`"));
    const offered = codeIn(paragraph).filter(code => code !== "if-running");
    expect(offered.toSorted()).toEqual(policies);
  });

  it("is in the comparison", () => {
    const [, cell = ""] =
      /^\| another run is running \| ([^|]*) \|/m.exec(read("docs/comparison.md")) ?? [];
    expect(cell.split(", ").toSorted()).toEqual(policies);
  });

  it("is said to whoever comes from a loop", () => {
    const [row = ""] = /^\| another run of the flow is running .*$/m.exec(
      read("docs/migrate-from-curl.md"),
    ) ?? [""];
    expect(policies.filter(policy => !row.includes(policy))).toEqual([]);
  });

  it("is known to editors", () => {
    const property = routeProperties()["ifRunning"];
    const words = isObject(property) && Array.isArray(property["enum"]) ? property["enum"] : [];
    expect(words.map(String).toSorted()).toEqual(policies);
    const said = isObject(property) ? String(property["description"]) : "";
    expect(policies.filter(policy => !said.includes(policy))).toEqual([]);
  });

  it.each(IF_RUNNING)("goes from the dispatcher to the runner: %s", ifRunning => {
    expect(readDecision(decision(ifRunning))?.policy.ifRunning).toBe(ifRunning);
    expect(readDecision(decision("whatever"))).toBeUndefined();
  });

  it.each(IF_RUNNING.filter(policy => policy !== "fail"))("is played on both hosts: %s", policy => {
    // Those whose own run is in the way play every policy, and say nothing of another's run.
    const stories = SCENARIOS.filter(({ ends }) => ends !== "start-unknown");
    expect(stories.some(({ request }) => request?.ifRunning === policy)).toBe(true);
  });
});

/** For each shape in which events come: what a page says of it. */
const EXPLAINED: Readonly<Record<string, readonly [page: string, words: string]>> = {
  "event with a word of ours in it": ["docs/lambda.md", "`dryRun` or `force` inside an event"],
  "event as text": ["docs/lambda.md", "an event that was made JSON twice"],
  "S3's test event": ["docs/lambda.md", "`s3:TestEvent` is acknowledged"],
  "pointer to a message in S3": ["docs/lambda.md", "pointers of the SQS extended client"],
  "answer of a queue": ["docs/lambda.md", "not the whole answer of `receive-message`"],
  records: ["docs/lambda.md", "S3 → SQS, S3 → SNS → SQS (wrapped or raw)"],
  "items of a pipe": ["docs/routes.md", "`Pipe Record`"],
  "record of a queue, a topic or a bucket": ["docs/routes.md", "`Queue Message`"],
  "notification of a topic": ["docs/routes.md", "`Topic Message`"],
  "handshake of a topic": ["docs/lambda.md", "a topic's request to confirm a subscription"],
  wrapper: ["docs/lambda.md", '"force": "again-1"'],
  "failed invocation": ["docs/lambda.md", "Save the body of a message in a file and invoke"],
  command: ["docs/lambda.md", "a command of lanes inside a message"],
  "order of a lane": ["docs/lambda.md", "an order of a lane"],
  "EventBridge event": ["docs/routes.md", "an EventBridge event, any way"],
  "record of a pipe": ["docs/routes.md", "from a queue or a topic that the pipe fills"],
  "events of another source": ["docs/lambda.md", "Kafka's event source mapping"],
  "places of a schedule": ["docs/lambda.md", "`<aws.scheduler.…>` placeholders"],
  "direct invoke": ["docs/lambda.md", "## Start a flow by hand"],
  check: ["docs/troubleshooting.md", '`{"check": true}`'],
};

describe("an event shape", () => {
  it("has a place in this table, and with it on a page", () => {
    expect(Object.keys(EXPLAINED)).toEqual(ENVELOPES.map(({ name }) => name));
  });

  it.each(Object.entries(EXPLAINED))("is on its page: %s", (_name, [page, words]) => {
    expect(
      read(page).replaceAll(/\s+/g, " ").includes(words),
      `${page} does not say: ${words}`,
    ).toBe(true);
  });
});

describe("a code of the start's answer", () => {
  const source = read("shared/run/start/classify-start-reply.ts");
  const meanings = /const CODE_MEANINGS[^{]*\{([^}]*)\}/.exec(source)?.[1] ?? "";
  const declined = [...meanings.matchAll(/^ {2}"(\d+)":/gm)].map(([, code = ""]) => code);
  const codes = Object.keys(START_CODES).toSorted();

  it("is found in the code", () => {
    expect(codes).toEqual(expect.arrayContaining(["0", "1", "2", "3", "4", "5"]));
  });

  it("has words where it means that there is no run", () => {
    const none = codes.filter(code => START_CODES[code] === "no run");
    expect(declined.toSorted()).toEqual(none);
  });

  it("is in the picture of docs/reliability.md", () => {
    const picture = sectionOf("docs/reliability.md", "Starting");
    const shown = [...picture.matchAll(/"code (\d(?:(?:, | or )\d)*)/g)];
    expect(shown.flatMap(([, list = ""]) => list.split(/, | or /)).toSorted()).toEqual(codes);
  });

  it.each(codes.filter(code => code !== "0"))("is played at random: %s", code => {
    expect(read("test/laboratory/world.ts")).toMatch(new RegExp(`\\{ code: ${code}\\b`));
  });

  it.each(declined)("has its sentence on a screen: %s", code => {
    expect(read("test/action/bundle/outcomes.test.ts")).toMatch(new RegExp(`\\{ code: ${code}\\b`));
  });
});

describe("an operator of patterns", () => {
  it("is in docs/routes.md", () => {
    const [, list = ""] = sectionOf("docs/routes.md", "Patterns").split("\n\n");
    const named = codeIn(list).filter(code => code !== "when" && code !== "$or");
    expect(named.toSorted()).toEqual(OPERATORS.toSorted());
  });

  it.each(OPERATORS)("is known to editors, and drawn for both comparisons: %s", operator => {
    for (const page of [
      "docs/routes.schema.json",
      "test/docs/routes-schema.test.ts",
      "test/lambda/routes/pattern/compile.test.ts",
      "test/end-to-end/event-ruler/questions.ts",
    ]) {
      expect(read(page), page).toMatch(new RegExp(`(?<![\\w-])"?${operator}"?(?![\\w-])`));
    }
  });
});

describe("a status word", () => {
  const words = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];
  const table = sectionOf("docs/reliability.md", "Following");

  it("is in the table of docs/reliability.md, and no other word", () => {
    const shown = rowsOf(table).filter(code => /^[a-z]+$/.test(code) && code !== "null");
    expect(shown.toSorted()).toEqual(words.toSorted());
  });

  it.each(words)("is followed: %s", word => {
    expect(read("test/shared/run/follow/follow-run.test.ts")).toContain(`"${word}"`);
  });
});

describe("an outcome", () => {
  it.each(KINDS.filter(kind => kind !== "started"))("can be run again by name: %s", kind => {
    expect(readCommand({ again: { outcomes: [kind] } }, []).kind).toBe("again");
  });

  it.each(KINDS.filter(kind => kind !== "success" && kind !== "started" && kind !== "skipped"))(
    "has its way through docs/troubleshooting.md: %s",
    kind => {
      const table = read("docs/troubleshooting.md").split("\n## ")[0] ?? "";
      expect(rowsOf(table)).toContain(kind);
    },
  );
});

describe("a field of a route", () => {
  const source = read("lambda/routes/read-route.ts") + read("lambda/run-policy.ts");

  it("is known to the dispatcher, to editors and to docs/routes.md alike", () => {
    const known = [...namesIn(source, "ROUTE_FIELDS"), ...namesIn(source, "POLICY_FIELDS")];
    expect(known.length).toBeGreaterThan(10);
    expect(Object.keys(routeProperties()).toSorted()).toEqual(known.toSorted());
    expect(rowsOf(sectionOf("docs/routes.md", "Fields")).toSorted()).toEqual(known.toSorted());
  });

  it("of a batch likewise", () => {
    const known = namesIn(read("lambda/routes/read-batch.ts"), "BATCH_FIELDS").toSorted();
    const batch = routeProperties()["batch"];
    const properties = isObject(batch) && isObject(batch["properties"]) ? batch["properties"] : {};
    expect(known.length).toBeGreaterThan(5);
    expect(Object.keys(properties).toSorted()).toEqual(known);
    const rows = rowsOf(sectionOf("docs/routes.md", "Batches"));
    expect(rows.filter(name => !name.startsWith("{")).toSorted()).toEqual(known);
  });

  it("of a policy arrives at the runner, also one that may be missing", () => {
    // Required: as for a rule below.
    const policy: Required<DecisionPolicy> = {
      ifRunning: "attach",
      timeout: 5,
      failOnWarning: true,
      sharedFlow: true,
    };
    const sent = JSON.stringify(decisionOf({ identity: "a", policy }));
    expect(readDecision(JSON.parse(sent))?.policy).toEqual(policy);
  });

  // Known and never read, it would be ignored without a word.
  it.each([
    ...namesIn(source, "ROUTE_FIELDS"),
    ...namesIn(source, "POLICY_FIELDS"),
    ...namesIn(read("lambda/routes/read-batch.ts"), "BATCH_FIELDS").map(name => `batch.${name}`),
  ])("is read, since what cannot be its value is refused: %s", path => {
    const [name = "", inner] = path.split(".");
    const wrong = { nonsense: 1 };
    const route = { name: "a", when: { source: ["aws.s3"] }, flow: 1 };
    const changed = { ...route, [name]: inner === undefined ? wrong : { [inner]: wrong } };
    expect(() => parseRoutes([changed])).toThrow(`routes[0].${path}`);
  });

  it("of a batch arrives in the lane, also one that may be missing", () => {
    // Required: a field that is added does not compile without a value here.
    const rule: Required<BatchRule> = {
      quietMs: 1,
      longestMs: 2,
      most: 3,
      everyMs: 4,
      keep: "last",
      all: ["a.csv"],
    };
    const sent = decisionOf({ identity: "a", batch: { ...rule, by: "2026" } });
    const arrived = readDecision(JSON.parse(JSON.stringify(sent)));
    expect(arrived).toEqual(sent);
    expect(readBatchRule(JSON.parse(JSON.stringify(rule)))).toEqual(rule);
    expect(ticketOf({ seq: 1, at: 0, decision: sent }).rule).toEqual(rule);
  });
});

function decision(ifRunning: string): unknown {
  return {
    route: "orders",
    flow: 7,
    parameters: {},
    policy: { ifRunning, timeout: 0, failOnWarning: false },
    origin: { source: "aws.s3", detailType: "Object Created" },
    identity: "0".repeat(32),
    lane: "7",
    afterFailure: "continue",
  };
}

function routeProperties(): Readonly<Record<string, unknown>> {
  const schema: unknown = JSON.parse(read("docs/routes.schema.json"));
  const found = propertiesWith(schema, "ifRunning");
  if (found === undefined) throw new Error("no properties of a route");
  return found;
}

/** The object of properties that has this one, wherever it stands in the schema. */
function propertiesWith(
  value: unknown,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(value)) return undefined;
  if (name in value) return value;
  for (const inner of Object.values(value)) {
    const found = propertiesWith(inner, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The texts in a list of the sources. */
function namesIn(source: string, list: string): string[] {
  const [, items = ""] = new RegExp(`const ${list}[^=]*= \\[([^\\]]*)\\]`).exec(source) ?? [];
  return [...items.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
}

/** What stands as code in the first cells of a table. */
function rowsOf(table: string): string[] {
  return [...table.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell = ""]) => codeIn(cell));
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** From a heading of the second level to the next. */
function sectionOf(page: string, heading: string): string {
  const found = read(page)
    .split("\n## ")
    .find(section => section.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`${page} has no heading "${heading}"`);
  return found;
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
}
