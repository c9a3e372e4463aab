import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { backfill } from "../../lambda/lanes/commands/backfill.ts";
import { describeLanes } from "../../lambda/lanes/commands/describe-lanes.ts";
import { readCommand } from "../../lambda/lanes/commands/read-command.ts";
import { SAFE_OUTCOMES } from "../../lambda/lanes/commands/run-again.ts";
import { createDynamoLedger } from "../../lambda/lanes/ledger/dynamo-ledger.ts";
import { isObject } from "../../shared/json.ts";
import { decisionOf } from "../lambda/lanes/decisions.ts";
import { createLaneWorld, type LaneWorld } from "../lambda/lanes/lane-world.ts";
import { LEDGER_STORIES } from "../lambda/lanes/ledger/ledger-stories.ts";
import { holds } from "../lambda/stand-ins/dynamo-expressions.ts";
import { type DynamoDb, startDynamoDb } from "../lambda/stand-ins/dynamodb.ts";
import { noBash, playScript } from "./clone.ts";
import { readPage, readPages, root } from "./pages.ts";

/** What docs/lanes.md says and shows, against the code. */
const page = readFileSync(join(root, "docs", "lanes.md"), "utf8");
const MINUTE_MS = 60_000;

describe("docs/lanes.md", () => {
  it("shows payloads that the dispatcher takes, and what lanes.sh sends", () => {
    const shown = [...page.matchAll(/^\| [\w ]+ \| `lanes\.sh ([^`]+)` \| `([^`]+)` \|$/gm)];
    expect(shown).toHaveLength(7);
    for (const [, command = "", payload = ""] of shown) {
      const value: unknown = JSON.parse(payload);
      const [word = ""] = command.split(" ");
      if (word === "check") expect(value).toEqual({ check: true });
      else expect(readCommand(value, []).kind).toMatch(/^(lanes|control|again|backfill)$/);
      expect(JSON.stringify(value)).toContain(word);
    }
  });

  it("lists each outcome that again knows, and says which it takes by itself", () => {
    const rows = [...section("What became of an event").matchAll(/^\| (`.*?) \| .* \| (.*) \|$/gm)];
    const takes = new Map(
      rows.flatMap(([, names = "", answer = ""]) =>
        [...names.matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => [name, answer] as const),
      ),
    );
    const yes = [...takes].flatMap(([name, text]) => (text === "yes" ? name : []));
    expect(yes.toSorted()).toEqual(SAFE_OUTCOMES.toSorted());
    for (const outcome of takes.keys()) {
      expect(readCommand({ again: { outcomes: [outcome] } }, []).kind, outcome).toBe("again");
    }
    // A run in a lane is always waited for.
    const [, known = ""] =
      / KNOWN_OUTCOMES: .*? = \(\n(.*?)\n\)\.split/s.exec(
        readFileSync(join(root, "lambda", "lanes", "commands", "command-fields.ts"), "utf8"),
      ) ?? [];
    const words = [...known.matchAll(/[a-z-]+/g)].map(([word]) => word);
    expect([...takes.keys(), "started"].toSorted()).toEqual(words.toSorted());
  });

  it("shows what lanes answers for a lane that is held", async () => {
    const world = createLaneWorld({ outcome: () => "error" });
    const event = (identity: string) =>
      decisionOf({ identity, route: "changes", flow: 12364, lane: "12364", afterFailure: "hold" });
    await world.deliver(event("a"));
    await world.pass(2 * MINUTE_MS);
    await world.deliver(event("b"), event("c"), event("d"));
    await world.pass(5 * MINUTE_MS);
    expect(shapeOf(jsonBlock("docs/lanes.md"))).toEqual(
      shapeOf(await answerIn(world, describeLanes(world.dependencies))),
    );
  });

  it("says for each state of a lane why it may stand still", async () => {
    const rows = [...section("A lane stands still").matchAll(/^\| `(\w+)`/gm)];
    const [, known = ""] =
      / state: ((?:"\w+"(?: \| )?)+);/.exec(
        readFileSync(join(root, "lambda", "lanes", "commands", "describe-lanes.ts"), "utf8"),
      ) ?? [];
    const states = [...known.matchAll(/\w+/g)].map(([word]) => word);
    const told = new Set(rows.map(([, name = ""]) => name).filter(name => name !== "state"));
    expect([...told].toSorted()).toEqual(states.toSorted());
  });

  it("shows a batch that is prepared without 'running', and one whose run has not begun without its id", async () => {
    const world = createLaneWorld();
    const { ledger } = world.dependencies;
    const shown = async () => firstLane(await answerIn(world, describeLanes(world.dependencies)));
    await answerIn(world, ledger.takeNumbers("flow", 1, 0));
    await answerIn(world, ledger.claim("flow", 0, { id: 1, members: [{ seq: 1, round: 1 }] }));
    expect(await shown()).toEqual({ lane: "flow", state: "running", waiting: 0 });
    const arming = { route: "orders", flow: 1, by: "", afterFailure: "hold", keep: "all" } as const;
    const members = [{ seq: 1, round: 1 }];
    await answerIn(world, ledger.armBatch("flow", 1, { ...arming, gen: 1, members, at: 0 }));
    const batch = { batch: 1, route: "orders", flow: 1, events: 1 };
    const lane = { lane: "flow", state: "running", waiting: 0 };
    expect(await shown()).toEqual({ ...lane, running: batch });
    await answerIn(world, ledger.beginBatch("flow", 1, 1, { arn: "arn:me", at: 0 }));
    await answerIn(world, ledger.noteAuditId("flow", 1, "arn:me", "77"));
    expect(await shown()).toEqual({ ...lane, running: { ...batch, auditId: "77" } });
  });

  it("explains each field of that answer, and each of backfill's", async () => {
    const names = (text: string) =>
      [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = ""]) => name).toSorted();
    // Of what runs, docs/lambda.md has no example either.
    const shown = Object.keys(firstLane(jsonBlock("docs/lanes.md")));
    expect(names(section("See what waits and what runs"))).toEqual(
      [...shown, "running"].toSorted(),
    );
    const world = createLaneWorld();
    const asked = backfill(
      { bucket: "landing", prefix: "", dryRun: true },
      {
        ...world.dependencies,
        async *listObjects() {},
        decide: () => ({ decisions: [], failures: [] }),
        remainingMs: () => 60_000,
      },
    );
    const answer = await answerIn(world, asked);
    const given = Object.keys(answer).filter(
      name => !["dryRun", "bucket", "prefix"].includes(name),
    );
    expect(names(section("Backfill"))).toEqual(given.toSorted());
  });
});

describe("docs/lambda.md", () => {
  it("shows what lanes answers after the first file", async () => {
    const world = createLaneWorld();
    await world.deliver(decisionOf({ identity: "a" }));
    await world.pass(2 * MINUTE_MS);
    expect(shapeOf(jsonBlock("docs/lambda.md"))).toEqual(
      shapeOf(await answerIn(world, describeLanes(world.dependencies))),
    );
  });
});

describe("the table in docs/lanes.md", () => {
  let server: DynamoDb;
  const written = new Map<string, Set<string>>();
  beforeAll(async () => {
    server = await startDynamoDb();
    // Some attributes are there for a moment only.
    server.refuse = () => {
      for (const [key, item] of server.items) {
        const kind = kindOf(key);
        const names = written.get(kind) ?? new Set();
        written.set(kind, names);
        for (const name of Object.keys(item)) if (name !== "pk" && name !== "sk") names.add(name);
      }
      return undefined;
    };
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", server.origin);
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "example");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
    const ledger = createDynamoLedger("ledger");
    for (const [index, { play }] of LEDGER_STORIES.entries()) {
      await play({ ledger, lane: `lane ${index}` });
    }
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  it("has every attribute that the ledger writes, and no other", () => {
    const shown = new Map(
      [...section("The table").matchAll(/^\| (\w+) \| (`.*) \|$/gm)]
        .filter(([, kind, text = ""]) => kind !== "item" && !/^`[A-Z]#/.test(text))
        .map(([, kind = "", text = ""]) => [kind, topLevel(text)]),
    );
    expect([...shown.keys()].toSorted()).toEqual([...written.keys()].toSorted());
    for (const [kind, names] of written) {
      expect(shown.get(kind)?.toSorted(), kind).toEqual([...names].toSorted());
    }
  });

  it.skipIf(noBash)("is what find-file.sh reads", () => {
    const played = playScript("lambda/find-file.sh", {
      arguments: ['in/"a" \\b.csv'],
      answers: { "aws cloudformation describe-stacks": { out: "etlworks-Ledger-1" } },
    });
    expect(played.errors).toBe("");
    const scan = played.calls.at(-1) ?? [];
    const option = (name: string) => scan[scan.indexOf(name) + 1] ?? "";
    expect(option("--table-name")).toBe("etlworks-Ledger-1");
    const names = texts(JSON.parse(option("--expression-attribute-names")));
    const values: unknown = JSON.parse(option("--expression-attribute-values"));
    const entry = (key: string) => ({
      sk: { S: "e" },
      decision: { M: { file: { M: { key: { S: key } } } } },
    });
    const found = (item: Record<string, unknown>) =>
      holds(option("--filter-expression"), item, { names, values: isObject(values) ? values : {} });
    expect(found(entry('in/"a" \\b.csv'))).toBe(true);
    expect(found(entry("in/a.csv"))).toBe(false);
    // The names that it prints are attributes of an entry.
    const entryText = section("The table").match(/^\| entry \| (`lane.*)$/m)?.[1] ?? "";
    for (const [, name = ""] of option("--query").matchAll(/ (\w+)\.[SM]/g)) {
      expect(topLevel(entryText)).toContain(name);
    }
  });

  it.skipIf(noBash)("is found by its name where there is no stack, as with Terraform", () => {
    const { calls } = playScript("lambda/find-file.sh", {
      arguments: ["a.csv"],
      environment: { LEDGER: "etlworks-ledger" },
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toEqual(expect.arrayContaining(["scan", "--table-name", "etlworks-ledger"]));
  });

  it.skipIf(noBash)("is not read by find-file.sh without a key", () => {
    const { status, errors, calls } = playScript("lambda/find-file.sh");
    expect([status, calls]).toEqual([2, []]);
    expect(errors).toContain("find-file.sh KEY");
  });
});

const commands = readPages().flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language, source }) => language === "sh" && source === undefined)
    .flatMap(({ text }) => text.split("\n"))
    .flatMap(line => /^examples\/lambda\/lanes\.sh (.*)$/.exec(line)?.[1] ?? [])
    .map(words => [path, words] as const),
);

describe.skipIf(noBash)("a command of lanes.sh on a page", () => {
  it.each(commands)("%s: %s", (_path, line) => {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? "",
    );
    const answers = { "aws lambda invoke": { out: '{"StatusCode": 200}', file: "{}" } };
    const { status, errors, calls } = playScript("lambda/lanes.sh", { arguments: words, answers });
    expect(status, errors).toBe(0);
    const call = calls[0] ?? [];
    const payload: unknown = JSON.parse(call[call.indexOf("--payload") + 1] ?? "");
    if (words[0] !== "check")
      expect(["none", "rejected"]).not.toContain(readCommand(payload, []).kind);
  });
});

function section(heading: string): string {
  const [, text = ""] = page.split(`\n## ${heading}\n`);
  return text.split("\n## ")[0] ?? "";
}

/** The first block of JSON of its own on a page. */
function jsonBlock(path: string): unknown {
  const [block] = readPage(path).blocks.filter(
    ({ language, source }) => language === "json" && source === undefined,
  );
  return JSON.parse(block?.text ?? "");
}

function firstLane(answer: unknown): object {
  const lanes: unknown = isObject(answer) ? answer["lanes"] : undefined;
  const lane: unknown = Array.isArray(lanes) ? lanes[0] : undefined;
  return isObject(lane) ? lane : {};
}

/** Calls on the ledger take time there. */
async function answerIn<Answer>(world: LaneWorld, asked: Promise<Answer>): Promise<Answer> {
  await world.pass(MINUTE_MS);
  return asked;
}

/** Names, words and numbers; times, ids and sentences are those of the example. */
function shapeOf(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map(item => shapeOf(item));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, shapeOf(item, key)]),
    );
  }
  return ["auditId", "message", "oldest", "at", "why"].includes(name) ? typeof value : value;
}

const KINDS: readonly (readonly [string, RegExp])[] = [
  ["entry", /^E#.*\ne$/s],
  ["ticket", /^L#.*\nW#\d{15}#\d+$/s],
  ["head", /^L#.*\nhead$/s],
  ["counter", /^L#.*\nnext$/s],
  ["batch", /^B#.*\n\d{10}$/s],
];

function kindOf(key: string): string {
  return KINDS.find(([, pattern]) => pattern.test(key))?.[0] ?? key;
}

/** The names in a cell that do not stand in brackets behind another one. */
function topLevel(cell: string): string[] {
  return [...cell.replaceAll(/\([^)]*\)/g, "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}

function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
}
