import { describe, expect, it } from "vitest";
import type { Decision, FileFields } from "../../../../lambda/decision.ts";
import {
  type BackfillCommand,
  type BackfillDependencies,
  backfill,
  type ObjectDecisions,
  type StoredObject,
} from "../../../../lambda/lanes/commands/backfill.ts";
import { LedgerFault } from "../../../../lambda/lanes/ledger/ledger-fault.ts";
import { decisionOf } from "../decisions.ts";
import {
  createQuietLedger,
  NOW,
  outcomesIn,
  type QuietLedger,
  tell,
  wait,
} from "../quiet-ledger.ts";

const command: BackfillCommand = { bucket: "landing", prefix: "in/", dryRun: false };
const none = {
  dryRun: false,
  bucket: "landing",
  prefix: "in/",
  objects: 0,
  delivered: 0,
  known: 0,
  unmatched: 0,
  failures: [],
  complete: true,
};

function object(name: string, changes: Partial<StoredObject> = {}): StoredObject {
  const key = `in/${name}`;
  return { key, versionId: `v-${name}`, size: 5, etag: `t-${name}`, lastModified: NOW, ...changes };
}

function decide(bucket: string, stored: StoredObject, changes: Partial<Decision> = {}): Decision {
  const { key, versionId, etag, size } = stored;
  const file: FileFields = {
    bucket,
    key,
    size,
    etag,
    ...(versionId !== undefined && { versionId }),
  };
  return decisionOf({ identity: `${key}@${versionId}`, lane: "flow", file, ...changes });
}

/** A bucket of these pages, and routes that want each object once where nothing else is said. */
function storeOf(
  pages: readonly (readonly StoredObject[])[],
  changes: {
    readonly quiet?: QuietLedger;
    readonly decide?: (bucket: string, stored: StoredObject) => ObjectDecisions;
    readonly remainingMs?: () => number;
  } = {},
) {
  const quiet = changes.quiet ?? createQuietLedger();
  const listed: unknown[] = [];
  const dependencies: BackfillDependencies = {
    ...quiet.dependencies,
    async *listObjects(bucket, prefix) {
      listed.push([bucket, prefix]);
      for (const [index, page] of pages.entries()) {
        listed.push(index);
        yield page;
      }
    },
    decide: (bucket, stored) => ({ decisions: [decide(bucket, stored)], failures: [] }),
    remainingMs: () => 15_000,
    ...(changes.decide !== undefined && { decide: changes.decide }),
    ...(changes.remainingMs !== undefined && { remainingMs: changes.remainingMs }),
  };
  return {
    quiet,
    listed,
    run: (asked: Partial<BackfillCommand> = {}) => backfill({ ...command, ...asked }, dependencies),
  };
}

describe("a backfill", () => {
  it("takes each object of each page through the routes, and counts what became of it", async () => {
    const { run, quiet, listed } = storeOf(
      [[object("a"), object("b")], [], [object("c"), object("d")]],
      {
        decide: (bucket, stored) => {
          const one = decide(bucket, stored);
          if (stored.key === "in/a") {
            return {
              decisions: [one, { ...one, identity: "a, again", route: "other" }],
              failures: [],
            };
          }
          if (stored.key === "in/b") return { decisions: [], failures: [] };
          if (stored.key === "in/c") return { decisions: [], failures: ["route x: no lane"] };
          return { decisions: [one], failures: ["route y: no flow"] };
        },
      },
    );
    expect(await run()).toEqual({
      ...none,
      objects: 4,
      delivered: 3,
      unmatched: 1,
      failures: ["route x: no lane", "route y: no flow"],
    });
    expect(listed).toEqual([["landing", "in/"], 0, 1, 2]);
    expect(outcomesIn(quiet)).toEqual({
      "in/a@v-a": "waiting",
      "a, again": "waiting",
      "in/d@v-d": "waiting",
    });
    expect(new Set(quiet.wakes)).toEqual(new Set(["flow-1"]));
  });

  it("finds nothing below a prefix where nothing lies", async () => {
    const { run, quiet } = storeOf([]);
    expect(await run()).toEqual(none);
    const objects = { bucket: "landing", prefix: "in/" };
    expect(quiet.calls).toEqual(
      [0, 1, 2, 3].map(part => ({
        name: "scanEntries",
        input: [{ objects }, { part, parts: 4 }, undefined],
      })),
    );
  });

  it("says in a dry run what would be delivered, and delivers nothing", async () => {
    const quiet = createQuietLedger();
    const a = object("a");
    await wait(quiet, 1, decide("landing", a));
    const { run } = storeOf([[a, object("b")], [object("c")]], { quiet });
    expect(await run({ dryRun: true })).toEqual({
      ...none,
      dryRun: true,
      objects: 3,
      delivered: 2,
      known: 1,
    });
    expect(outcomesIn(quiet)).toEqual({ "in/a@v-a": "waiting" });
    expect(quiet.inputs("putEntry")).toEqual([]);
    expect(quiet.wakes).toEqual([]);
  });

  it.each([
    { asked: {}, names: ["1", "2", "3"] },
    { asked: { since: NOW }, names: ["2", "3"] },
    { asked: { until: NOW }, names: ["1", "2"] },
    { asked: { since: NOW + 1 }, names: ["3"] },
    { asked: { until: NOW - 1 }, names: ["1"] },
    { asked: { since: NOW, until: NOW }, names: ["2"] },
  ])("takes those that were written in the time of $asked: $names", async ({ asked, names }) => {
    const { run, quiet } = storeOf([
      [
        object("1", { lastModified: NOW - 1 }),
        object("2", { lastModified: NOW }),
        object("3", { lastModified: NOW + 1 }),
      ],
    ]);
    const objects = names.length;
    expect(await run(asked)).toEqual({ ...none, objects, delivered: objects });
    expect(Object.keys(outcomesIn(quiet))).toEqual(names.map(name => `in/${name}@v-${name}`));
  });

  const pages = [[object("1")], [object("2"), object("3")], [object("4")]];

  it.each([
    { limit: 1, objects: 3, delivered: 1, complete: false, read: 2 },
    { limit: 2, objects: 3, delivered: 2, complete: false, read: 2 },
    { limit: 3, objects: 4, delivered: 3, complete: false, read: 3 },
    { limit: 4, objects: 4, delivered: 4, complete: true, read: 3 },
    { limit: 5, objects: 4, delivered: 4, complete: true, read: 3 },
  ])("delivers $limit at most", async ({ limit, objects, delivered, complete, read }) => {
    for (const dryRun of [false, true]) {
      const { run, quiet, listed } = storeOf(pages);
      expect(await run({ limit, dryRun })).toEqual({
        ...none,
        dryRun,
        objects,
        delivered,
        complete,
      });
      expect(quiet.table.entries.size).toBe(dryRun ? 0 : delivered);
      expect(listed).toHaveLength(1 + read);
    }
  });

  it("goes on with the same command where it ended", async () => {
    const quiet = createQuietLedger();
    const { run } = storeOf(pages, { quiet });
    await run({ limit: 2 });
    expect(await run({ limit: 2 })).toEqual({ ...none, objects: 4, delivered: 2, known: 2 });
    expect(quiet.table.entries.size).toBe(4);
  });

  it("ends 15 seconds before its invocation does", async () => {
    const left = [15_000, 14_999];
    const isListing = () => some.listed.length > 0;
    const some = storeOf([...pages, [object("5")]], {
      remainingMs: () => (isListing() ? (left.shift() ?? 0) : 60_000),
    });
    expect(await some.run()).toEqual({ ...none, objects: 3, delivered: 3, complete: false });
    expect(some.listed).toHaveLength(1 + 3);
  });

  it("is complete when the time is over with the last page", async () => {
    const some = storeOf([[object("1")]], {
      remainingMs: () => (some.listed.length > 0 ? 0 : 60_000),
    });
    expect(await some.run()).toEqual({ ...none, objects: 1, delivered: 1 });
  });

  it("says so when it had no time to come to anything new, which it would not have next time", async () => {
    const quiet = createQuietLedger();
    await wait(quiet, 1, decide("landing", object("1")));
    const some = storeOf([[object("1")], [object("2")]], {
      quiet,
      remainingMs: () => (some.listed.length > 0 ? 0 : 60_000),
    });
    const sentence =
      "There was no time for more than 1 objects, and none of them is new. Run the command for narrower prefixes, one after the other, or give the dispatcher a longer Timeout, at most 300 seconds.";
    const answer = { ...none, objects: 1, known: 1, failures: [sentence], complete: false };
    expect(await some.run()).toEqual(answer);
  });

  describe("of objects that are one event by the route's once", () => {
    const once = (bucket: string, stored: StoredObject): ObjectDecisions => {
      const identity = stored.key < "in/c" ? "first" : "second";
      return { decisions: [decide(bucket, stored, { identity })], failures: [] };
    };
    const all = [[object("a"), object("b")], [object("b2"), object("c")], [object("d")]];

    it.each([true, false])("delivers the first, with dryRun %s", async dryRun => {
      const { run, quiet } = storeOf(all, { decide: once });
      const answer = { ...none, dryRun, objects: 5, delivered: 2, known: 3 };
      expect(await run({ dryRun })).toEqual(answer);
      const keys = [...quiet.table.entries.values()].map(({ decision }) => decision.file?.key);
      expect(keys).toEqual(dryRun ? [] : ["in/a", "in/c"]);
    });

    it("passes over those that it knows, and goes on with the next", async () => {
      const { run } = storeOf(all, { decide: once });
      const answers = [await run({ limit: 1, dryRun: true }), await run({ limit: 1 })];
      for (const { delivered, known, complete } of answers) {
        expect({ delivered, known, complete }).toEqual({ delivered: 1, known: 2, complete: false });
      }
      const answer = { ...none, objects: 5, delivered: 1, known: 4 };
      expect(await run({ limit: 1, dryRun: true })).toEqual({ ...answer, dryRun: true });
      expect(await run({ limit: 1 })).toEqual(answer);
    });
  });

  it("counts as known what another command delivers at the same moment", async () => {
    const quiet = createQuietLedger(2, async ({ name }, happen) => {
      if (name !== "putEntry") return happen();
      await wait(quiet, 2, decide("landing", object("a")));
      return happen();
    });
    const { run } = storeOf([[object("a")]], { quiet });
    expect(await run()).toEqual({ ...none, objects: 1, known: 1 });
  });

  it("names the file of each event that could not be delivered", async () => {
    const quiet = createQuietLedger(2, async ({ name }, happen) => {
      if (name === "putEntry") throw new Error("no right to write");
      return happen();
    });
    const { run } = storeOf([[object("a"), object("b")]], {
      quiet,
      decide(bucket, stored) {
        const { file, ...rest } = decide(bucket, stored);
        return {
          decisions: [stored.key === "in/a" && file ? { ...rest, file } : rest],
          failures: [],
        };
      },
    });
    expect(await run()).toEqual({
      ...none,
      objects: 2,
      failures: ["in/a: no right to write", "undefined: no right to write"],
      complete: false,
    });
  });

  it("tells of twenty failures at most", async () => {
    const objects = Array.from({ length: 25 }, (_, index) => object(String(index)));
    const { run } = storeOf([objects], {
      decide: (_bucket, { key }) => ({ decisions: [], failures: [key] }),
    });
    const { failures, unmatched } = await run();
    expect(failures).toEqual(objects.slice(0, 20).map(({ key }) => key));
    expect(unmatched).toBe(0);
  });

  it("delivers no more than it has time for, of a page of many", async () => {
    const objects = Array.from({ length: 305 }, (_, index) => object(String(index)));
    const left = [15_000, 14_999];
    const some = storeOf([objects], {
      remainingMs: () => (some.listed.length > 0 ? (left.shift() ?? 0) : 60_000),
    });
    expect(await some.run()).toEqual({ ...none, objects: 305, delivered: 200, complete: false });
    expect(await storeOf([objects], { quiet: some.quiet }).run()).toEqual({
      ...none,
      objects: 305,
      known: 200,
      delivered: 105,
    });
  });

  it("delivers some in any case, so that the same command gets on", async () => {
    const objects = Array.from({ length: 205 }, (_, index) => object(String(index)));
    const some = storeOf([objects], { remainingMs: () => (some.listed.length > 0 ? 0 : 60_000) });
    expect(await some.run()).toEqual({ ...none, objects: 205, delivered: 100, complete: false });
  });

  it("delivers a hundred events at a time", async () => {
    const objects = Array.from({ length: 205 }, (_, index) => object(String(index)));
    const { run, quiet } = storeOf([objects]);
    expect(await run()).toEqual({ ...none, objects: 205, delivered: 205 });
    expect(quiet.inputs("takeNumbers")).toEqual([100, 100, 5].map(count => ["flow", count, NOW]));
  });
});

describe("an object that the ledger knows", () => {
  const time = "2026-11-26T21:00:00.500Z";
  const after = Date.parse(time) + 2_000;
  const file: FileFields = {
    bucket: "landing",
    key: "in/a",
    versionId: "v1",
    etag: "t1",
    eventTime: time,
  };
  const { versionId: _, ...unversioned } = file;
  const { eventTime: __, ...timeless } = file;
  const a: StoredObject = {
    key: "in/a",
    versionId: "v1",
    size: 5,
    etag: "t1",
    lastModified: after,
  };
  const { versionId: ___, ...plain } = a;

  it.each<{ name: string; file: FileFields; stored: StoredObject; known: boolean }>([
    {
      name: "the same version",
      file,
      stored: { ...a, etag: "x", lastModified: after + 9 },
      known: true,
    },
    { name: "another version", file, stored: { ...a, versionId: "v2", etag: "x" }, known: false },
    {
      name: "two without versions",
      file: unversioned,
      stored: { ...plain, etag: "x" },
      known: false,
    },
    { name: "its content, not newer", file, stored: plain, known: true },
    {
      name: "its content in another version",
      file,
      stored: { ...a, versionId: "v2" },
      known: true,
    },
    {
      name: "its content, newer",
      file,
      stored: { ...plain, lastModified: after + 1 },
      known: false,
    },
    { name: "its content at no known time", file: timeless, stored: plain, known: false },
    {
      name: "another content at no known time",
      file: timeless,
      stored: { ...plain, etag: "x" },
      known: false,
    },
    {
      name: "another content",
      file,
      stored: { ...plain, etag: "x", lastModified: 0 },
      known: false,
    },
    { name: "another file", file, stored: { ...a, key: "in/b" }, known: false },
    {
      name: "a file of another bucket",
      file: { ...file, bucket: "other" },
      stored: a,
      known: false,
    },
  ])("is told by $name: $known", async ({ file: before, stored, known }) => {
    const quiet = createQuietLedger();
    await wait(quiet, 1, { identity: "before", file: before });
    await tell(quiet, "before", "success");
    const { run } = storeOf([[stored]], { quiet });
    expect(await run()).toEqual({
      ...none,
      objects: 1,
      ...(known ? { known: 1 } : { delivered: 1 }),
    });
  });

  it("is not known by another event of it, such as a new tag", async () => {
    const quiet = createQuietLedger();
    const origin = { source: "aws.s3", detailType: "Object Tags Added" };
    await wait(quiet, 1, { identity: "before", file, origin });
    const { run } = storeOf([[a]], { quiet });
    expect(await run()).toEqual({ ...none, objects: 1, delivered: 1 });
  });

  it.each([{ route: "other" }, { flow: 7 }])("is another event for %o", async changes => {
    const quiet = createQuietLedger();
    await wait(quiet, 1, { identity: "before", file, ...changes });
    const { run } = storeOf([[a]], { quiet });
    expect(await run()).toEqual({ ...none, objects: 1, delivered: 1 });
  });

  it("is found on any page of the ledger, among events without a file and other versions", async () => {
    const quiet = createQuietLedger();
    await wait(quiet, 1);
    for (const seq of [2, 3, 4, 5, 6])
      await wait(quiet, seq, { file: { ...file, versionId: `v${seq}` } });
    const stored = [2, 4, 6, 7].map(seq => ({ ...a, versionId: `v${seq}`, etag: "x" }));
    const { run } = storeOf([stored], { quiet });
    expect(await run()).toEqual({ ...none, objects: 4, known: 3, delivered: 1 });
    expect(quiet.inputs("scanEntries")).toHaveLength(4);
  });

  it("is looked for again when the ledger is busy", async () => {
    let faults = 2;
    const quiet = createQuietLedger(2, async ({ name }, happen) => {
      if (name === "scanEntries" && faults-- > 0) throw new LedgerFault("throttled", "busy");
      return happen();
    });
    await wait(quiet, 1, { file });
    expect(await storeOf([[a]], { quiet }).run()).toEqual({ ...none, objects: 1, known: 1 });
  });
});
