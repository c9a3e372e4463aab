import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FileFields } from "../../lambda/decision.ts";
import { runAgain, SAFE_OUTCOMES } from "../../lambda/lanes/commands/run-again.ts";
import { manifestCsv } from "../../lambda/lanes/manifest.ts";
import { parseRoutes } from "../../lambda/routes/routes.ts";
import { isObject } from "../../shared/json.ts";
import { billOf, PRICE, sumOf } from "../bench/burst/aws-bill.ts";
import { playBurst } from "../bench/burst/lanes-burst.ts";
import { decisionOf, ruleOf } from "../lambda/lanes/decisions.ts";
import { createLaneWorld } from "../lambda/lanes/lane-world.ts";
import { readPage, root } from "./pages.ts";

const HOUR_MS = 3_600_000;

/** The story of docs/burst.md, played; and that the bill of docs/cost.md adds up. */
describe("docs/burst.md", () => {
  it("tells what happens: 100 files in a minute are one run, 30 seconds after the last", async () => {
    const world = createLaneWorld({ runMs: 60_000 });
    const batch = { ...ruleOf({ quietMs: 30_000, most: 500 }), by: "" };
    const began = world.now();
    for (let second = 0; second < 60; second += 1) {
      const names = second < 40 ? [`${second}`, `${second} too`] : [`${second}`];
      await world.deliver(...names.map(identity => decisionOf({ identity, lane: "12366", batch })));
      await world.pass(1_000);
    }
    await world.pass(120_000);
    expect(world.runs.map(({ identities }) => identities.length)).toEqual([100]);
    const [run] = world.runs;
    const beganAfter = ((run?.at ?? 0) - began) / 1_000;
    expect(beganAfter).toBeGreaterThan(89);
    expect(beganAfter).toBeLessThan(95);
    expect([...world.executions.keys()].filter(name => name.startsWith("12366"))).toHaveLength(1);
  });

  it("compares 100 files in a minute with a batch and without one", async () => {
    const files = { events: 100, withinMs: 60_000, flows: 1, runMs: 60_000, twice: 0, seed: 7 };
    const rows = new Map(
      [...read("docs/burst.md").matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
        ([, name = "", ...cells]) => [name, cells],
      ),
    );
    for (const [column, batch] of [undefined, { quiet: "30s", most: 500 }].entries()) {
      const toll = await playBurst({ ...files, ...(batch && { batch }) });
      const cell = (name: string) => rows.get(name)?.[column] ?? "";
      expect(toll.runsOfEvents).toEqual(new Map([[1, 100]]));
      expect(cell("runs")).toBe(String(toll.runs));
      // One run, and with it the last file, may take some seconds more or less.
      expect(minutesOf(cell("the last file is loaded")) * 60_000).toBeCloseTo(toll.lastDelayMs, -5);
      expect(firstNumber(cell("requests to Etlworks")) / toll.requests).toBeCloseTo(1, 1);
      const cents = sumOf(billOf(toll, files.events)) * 100;
      expect(firstNumber(cell("AWS's bill")).toFixed(1)).toBe(cents.toFixed(1));
    }
  });

  it("runs 2,500 files as 1,000, 1,000 and 500, one after the other", async () => {
    const world = createLaneWorld({ runMs: 60_000 });
    const batch = { ...ruleOf({ quietMs: 30_000 }), by: "" };
    const identities = Array.from({ length: 2_500 }, (_, index) => `file ${index}`);
    await world.deliver(...identities.map(identity => decisionOf({ identity, batch })));
    await world.pass(600_000);
    expect(world.runs.map(run => run.identities.length)).toEqual([1_000, 1_000, 500]);
    const [first, second, third] = world.runs;
    expect(second?.at).toBeGreaterThan(first?.endedAt ?? Number.NaN);
    expect(third?.at).toBeGreaterThan(second?.endedAt ?? Number.NaN);
  });

  it("runs a set that was incomplete when its missing file has come, and again was asked", async () => {
    const world = createLaneWorld({ runMs: 60_000 });
    const all = ["a.csv", "b.csv"];
    const file = (identity: string) =>
      decisionOf({
        identity,
        file: { bucket: "landing", key: `month-end/${identity}` },
        batch: { ...ruleOf({ longestMs: 6 * HOUR_MS, all }), by: "month-end" },
      });
    const again = { outcomes: SAFE_OUTCOMES, dryRun: false };
    await world.deliver(file("a.csv"));
    await world.pass(6 * HOUR_MS + 60_000);
    expect(world.table.entries.get("a.csv")?.outcome).toBe("incomplete");
    // It waits as long as before, and no longer.
    await Promise.all([runAgain(again, world.dependencies), world.pass(1_000)]);
    await world.pass(5 * HOUR_MS);
    expect(world.table.entries.get("a.csv")?.state).toBe("waiting");
    await world.pass(HOUR_MS + 60_000);
    expect(world.table.entries.get("a.csv")?.outcome).toBe("incomplete");
    await world.deliver(file("b.csv"));
    await world.pass(60_000);
    expect(world.runs).toEqual([]);
    await Promise.all([runAgain(again, world.dependencies), world.pass(1_000)]);
    await world.pass(120_000);
    expect(world.runs.map(({ identities }) => identities)).toEqual([["a.csv", "b.csv"]]);
  });

  it("shows a list of files as the flow gets it", () => {
    const [shown] = readPage("docs/burst.md").blocks.filter(({ language }) => language === "log");
    const file = (fields: Omit<FileFields, "bucket">) => ({ bucket: "landing", ...fields });
    const files = [
      file({
        key: "invoices/1001.xml",
        versionId: "0062E99A88DC407460",
        size: 5_120,
        etag: "d41d8cd98f00b204e9800998ecf8427e",
        eventTime: "2026-05-09T02:00:00.000Z",
      }),
      file({
        key: "invoices/1002, corrected.xml",
        versionId: "0062E99A88DC407461",
        size: 4_096,
        etag: "0cc175b9c0f1b6a831c399e269772661",
        eventTime: "2026-05-09T02:00:01.000Z",
      }),
    ];
    const entries = files.map((one, index) => ({
      identity: one.key,
      lane: "12366",
      seq: index + 1,
      round: 1,
      at: 0,
      state: "waiting" as const,
      decision: decisionOf({ identity: one.key, file: one }),
    }));
    expect(manifestCsv(entries).trim().split("\r\n")).toEqual(shown?.text.split("\n"));
  });

  it("names rules that a route can have", () => {
    const rules = [...read("docs/burst.md").matchAll(/^\| [^|]+ \| (.*?) \| \[/gm)].flatMap(
      ([, cell = ""]) => [...cell.matchAll(/`(".*?)`/g)].map(([, rule = ""]) => rule),
    );
    expect(rules.length).toBeGreaterThan(6);
    for (const rule of rules) {
      const parsed: unknown = JSON.parse(`{${rule.replace(", …", "")}}`);
      const [[name, value] = ["", undefined]] = Object.entries(isObject(parsed) ? parsed : {});
      const field =
        name === "lane" || name === "afterFailure"
          ? { [name]: value }
          : { batch: { [name]: value } };
      expect(() => parseRoutes([route(field)]), rule).not.toThrow();
    }
    expect(() => parseRoutes([route({ batch: { quite: "2m" } })])).toThrow("quiet");
  });
});

describe("docs/lambda.md on a changed route", () => {
  it("says that the newest event of a batch decides which batch rules count", async () => {
    const world = createLaneWorld({ runMs: 60_000 });
    const event = (identity: string, quietMs: number) =>
      decisionOf({ identity, batch: { ...ruleOf({ quietMs, longestMs: HOUR_MS }), by: "" } });
    await world.deliver(event("old", 1_800_000));
    await world.pass(60_000);
    await world.deliver(event("new", 30_000));
    await world.pass(120_000);
    expect(world.runs.map(({ identities }) => identities)).toEqual([["old", "new"]]);
  });
});

describe("docs/cost.md", () => {
  it("tells what 1,000 events cost with a run each", async () => {
    // A fifth of a day, of the events and of the flows.
    const spread = { events: 200, withinMs: 17_280_000, flows: 4, runMs: 60_000 };
    const bill = billOf(await playBurst({ ...spread, twice: 0, seed: 7 }), spread.events);
    const dollars = (...names: readonly string[]) =>
      names.reduce((sum, name) => sum + (bill[name] ?? Number.NaN), 0) * 5;
    const items = itemsOf(2);
    for (const [item, played] of [
      ["durable operations: steps and checks of lanes and runners", dollars("durable operations")],
      ["DynamoDB writes: an event is 7 to 14 units", dollars("table, writes")],
      ["DynamoDB reads", dollars("table, reads")],
      ["lanes and runners: invocations and their seconds, 512 MB", dollars("lanes and runners")],
      ["dispatcher: the same", dollars("dispatcher")],
      ["queue", dollars("queue")],
      [
        "durable data, event bus, manifests",
        dollars("durable data", "event bus", "lists of files"),
      ],
    ] as const) {
      expect(Math.abs((items.get(item) ?? Number.NaN) - played), item).toBeLessThan(0.002);
    }
    expect(items.size).toBe(7);
  });

  it("names the prices that the bills are made of", () => {
    const page = read("docs/cost.md");
    for (const price of [
      `$${PRICE.millionOperations} a million`,
      `$${PRICE.millionWriteUnits} a million`,
      `$${PRICE.millionReadUnits} a million`,
      `$${PRICE.millionInvocations.toFixed(2)} a million; $${PRICE.gbSecond.toFixed(7)} a GB-second`,
      `$${PRICE.millionQueueCalls.toFixed(2)} a million`,
    ]) {
      expect(page.includes(price), price).toBe(true);
    }
  });

  it("counts the metrics of the template's alarms", () => {
    const alarms = read("lambda/template.yaml")
      .split(/^(?= {2}\w+:$)/m)
      .filter(part => part.includes("Type: AWS::CloudWatch::Alarm"));
    const metrics = alarms.reduce((sum, alarm) => sum + alarm.split("MetricName:").length - 1, 0);
    const row = `| alarms: ${metrics} metrics | $${(metrics / 10).toFixed(2)} |`;
    expect(read("docs/cost.md").includes(row), row).toBe(true);
  });

  it("has items that add up", () => {
    const page = read("docs/cost.md");
    const amounts = [
      ...page.matchAll(/^\| (?!item|\*\*)([^|]+)\| [^|]*\| \$([\d.]+) \| \$([\d.]+) \|$/gm),
    ];
    expect(amounts.length).toBeGreaterThan(5);
    const sums = [2, 3].map(column =>
      amounts.reduce((sum, cells) => sum + Number(cells[column]), 0).toFixed(2),
    );
    const [, ...shown] =
      /^\| \*\*sum\*\* \| \| \*\*\$([\d.]+)\*\* \| \*\*\$([\d.]+)\*\* \|$/m.exec(page) ?? [];
    expect(sums).toEqual(shown);
  });
});

/** Of `about 1 h 42 m later`. */
function minutesOf(text: string): number {
  const [, h = 0, m = 0, s = 0] =
    /(?:(\d+) h )?(?:(\d+) m ?)?(?:(\d+) s)?/.exec(text.replace("about ", "")) ?? [];
  return Number(h) * 60 + Number(m) + Number(s) / 60;
}

function firstNumber(text: string): number {
  return Number(/[\d.]+/.exec(text)?.[0]);
}

function route(fields: Readonly<Record<string, unknown>>): unknown {
  return { name: "files", when: { source: ["aws.s3"] }, flow: 1, ...fields };
}

/** By item: what the page says for so many events. */
function itemsOf(column: 2 | 3): ReadonlyMap<string, number> {
  const rows = read("docs/cost.md").matchAll(
    /^\| (?!item|\*\*)([^|]+) \| [^|]*\| \$([\d.]+) \| \$([\d.]+) \|$/gm,
  );
  return new Map([...rows].map(cells => [cells[1] ?? "", Number(cells[column])]));
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
