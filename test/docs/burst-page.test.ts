import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manifestCsv } from "../../lambda/lanes/manifest.ts";
import type { FileFields } from "../../lambda/order.ts";
import { parseRoutes } from "../../lambda/routes/routes.ts";
import { isObject } from "../../shared/json.ts";
import { decisionOf, ruleOf } from "../lambda/lanes/decisions.ts";
import { createLaneWorld } from "../lambda/lanes/lane-world.ts";
import { readPage, root } from "./pages.ts";

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

describe("docs/cost.md", () => {
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

function route(fields: Readonly<Record<string, unknown>>): unknown {
  return { name: "files", when: { source: ["aws.s3"] }, flow: 1, ...fields };
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
