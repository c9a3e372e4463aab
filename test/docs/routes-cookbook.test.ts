import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readInvocation } from "../../lambda/events/invocation.ts";
import type { RouteResult } from "../../lambda/routes/route.ts";
import { matchRoutes, parseRoutes } from "../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../lambda/routes/time-budget.ts";
import { readPages, root } from "./pages.ts";
import { fitsSchema } from "./routes-schema.ts";

/** What docs/routes.md says of each example, done by the dispatcher's own code. */
const files = globSync("examples/routes/*.json", { cwd: root })
  .map(file => file.replaceAll("\\", "/"))
  .filter(file => !file.endsWith("-input.json"))
  .toSorted();

describe.each(files)("%s", file => {
  it("is taken by the dispatcher and by editors", () => {
    const text = read(file);
    expect(() => parseRoutes(text)).not.toThrow();
    expect(fitsSchema(JSON.parse(text))).toBe(true);
  });

  it("is shown in docs/routes.md", () => {
    const shown = readPages().flatMap(({ blocks }) => blocks.map(({ source }) => source));
    expect(shown).toContain(file);
  });
});

type Decided = readonly [route: string, result: unknown];

describe("an example", () => {
  it.each<[file: string, what: string, event: unknown, decided: readonly Decided[]]>([
    [
      "files",
      "an order",
      object("orders/2026-05-09.csv"),
      [["orders", { file: "s3://landing/orders/2026-05-09.csv" }]],
    ],
    [
      "files",
      "a deeper order",
      object("orders/eu/1.csv"),
      [["orders", { file: "s3://landing/orders/eu/1.csv" }]],
    ],
    ["files", "another file", object("orders/readme.txt"), []],
    [
      "files",
      "a hostile name",
      object("orders/'; drop table orders --.csv"),
      [["orders", "rejected"]],
    ],
    ["files", "a folder marker", object("orders/x.csv/", 0), []],
    ["files", "an empty file", object("orders/x.csv", 0), [["orders", "skipped"]]],
    [
      "files-by-size",
      "a small export",
      object("exports/a/b.zip", 5),
      [["small-exports", { folder: "exports/a", file: "b.zip" }]],
    ],
    [
      "files-by-size",
      "a large export",
      object("exports/b.zip", 2e8),
      [["large-exports", { folder: "exports", file: "b.zip", bytes: "200000000" }]],
    ],
    [
      "one-file-two-flows",
      "a new file",
      object("a.parquet"),
      [
        ["load", { file: "s3://landing/a.parquet" }],
        [
          "audit",
          { what: "Object Created", file: "s3://landing/a.parquet", at: "2026-05-09T06:00:00Z" },
        ],
      ],
    ],
    [
      "one-file-two-flows",
      "a deleted file",
      { ...object("a.parquet"), "detail-type": "Object Deleted" },
      [
        [
          "audit",
          { what: "Object Deleted", file: "s3://landing/a.parquet", at: "2026-05-09T06:00:00Z" },
        ],
      ],
    ],
    [
      "own-events",
      "an order from Germany",
      shop({ orderId: 4711, country: "DE", total: 9.5 }),
      [["order-placed", { order: "4711", country: "DE" }]],
    ],
    ["own-events", "an order of nothing", shop({ orderId: 4711, country: "DE", total: 0 }), []],
    [
      "own-events",
      "an order without a number",
      shop({ country: "DE", total: 1 }),
      [["order-placed", "rejected"]],
    ],
    [
      "schedule",
      "the schedule's input",
      JSON.parse(
        read("examples/routes/schedule-input.json")
          .replace("<aws.scheduler.schedule-arn>", "arn:aws:scheduler:eu-central-1:1:schedule/x/y")
          .replace("<aws.scheduler.scheduled-time>", "2026-05-31T22:00:00Z"),
      ),
      [["month-end", { runDate: "2026-05-31T22:00:00Z" }]],
    ],
    [
      "queue",
      "a message",
      message({ refresh: "customers" }),
      [["refresh", { table: "customers" }]],
    ],
    ["queue", "another message", message({ refresh: "passwords" }), []],
    [
      "several-buckets",
      "a partner's bucket",
      object("a.csv", 1, "partner-acme"),
      [["partners", { file: "s3://partner-acme/a.csv", type: "csv" }]],
    ],
    [
      "several-buckets",
      "a partner's folder",
      object("partners/a.csv"),
      [["partners", { file: "s3://landing/partners/a.csv", type: "csv" }]],
    ],
    ["several-buckets", "neither", object("a.csv"), []],
    [
      "upload-is-over",
      "an export",
      object("exports/1.csv"),
      [["exports", { files: [{ batch: "manifest" }] }]],
    ],
    [
      "one-run-per-folder",
      "a file of a partition",
      object("events/day=9/1.parquet"),
      [["partitions", { folder: "s3://landing/events/day=9/", count: [{ batch: "count" }] }]],
    ],
    [
      "complete-set",
      "one of three",
      object("month-end/2026-05/lines_1.csv"),
      [["month-end", { folder: "month-end/2026-05" }]],
    ],
    [
      "latest-wins",
      "a full list",
      object("stock/full_1.csv"),
      [["stock-levels", { file: "s3://landing/stock/full_1.csv" }]],
    ],
    [
      "strict-order",
      "a change",
      object("changes/1.json"),
      [["changes", { file: "s3://landing/changes/1.json" }]],
    ],
    [
      "every-15-minutes",
      "clicks",
      object("clicks/1.json"),
      [["clicks", { files: [{ batch: "manifest" }], until: [{ batch: "lastTime" }] }]],
    ],
    [
      "manifest",
      "an invoice",
      object("invoices/1.xml"),
      [["invoices", { files: [{ batch: "manifest" }], count: [{ batch: "count" }] }]],
    ],
    [
      "parallel-lanes",
      "a country's file",
      object("countries/de/1.csv"),
      [["countries", { file: "s3://landing/countries/de/1.csv" }]],
    ],
    [
      "success-marker",
      "an empty marker",
      object("out/day=9/_SUCCESS", 0),
      [["spark-job", { folder: "s3://landing/out/day=9/" }]],
    ],
    ["success-marker", "a part", object("out/day=9/part-0.parquet"), []],
    [
      "messages-once",
      "a message",
      message({ load: "order", orderId: 4711 }),
      [["orders-to-load", { order: "4711" }]],
    ],
  ])("%s: %s", (file, _what, event, decided) => {
    const found = decide(file, event).map(decision => [
      decision.route,
      decision.kind === "run" ? decision.parameters : decision.kind,
    ]);
    expect(found).toEqual(decided);
  });

  const minutes = (count: number) => count * 60_000;
  it.each<[file: string, key: string, fields: object]>([
    ["upload-is-over", "exports/a", { batch: { quietMs: minutes(2), longestMs: minutes(60) } }],
    ["one-run-per-folder", "events/d/a.parquet", { batch: { by: "landing/events/d" } }],
    [
      "complete-set",
      "month-end/5/orders.csv",
      {
        batch: {
          by: "month-end/5",
          longestMs: minutes(360),
          all: ["customers.csv", "orders.csv", "lines_*.csv"],
        },
      },
    ],
    ["latest-wins", "stock/full_2.csv", { batch: { keep: "last" } }],
    ["strict-order", "changes/1.json", { lane: "12364", afterFailure: "hold" }],
    ["every-15-minutes", "clicks/1", { batch: { everyMs: minutes(15) } }],
    ["manifest", "invoices/1.xml", { batch: { most: 500 }, file: { key: "invoices/1.xml" } }],
    ["parallel-lanes", "countries/de/1.csv", { lane: "countries/de", afterFailure: "hold" }],
  ])("%s waits as it says", (file, key, fields) => {
    expect(decide(file, object(key))).toMatchObject([fields]);
  });

  it("messages-once: a message that is sent again is the same", () => {
    const [one, again, other] = [
      message({ load: "order", orderId: 1 }, "m-1"),
      message({ load: "order", orderId: 1 }, "m-2"),
      message({ load: "order", orderId: 2 }, "m-3"),
    ].map(event => {
      const [decision] = decide("messages-once", event);
      return decision?.kind === "run" ? decision.identity : "";
    });
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });
});

function decide(file: string, event: unknown): readonly RouteResult[] {
  const routes = parseRoutes(read(`examples/routes/${file}.json`));
  const budget = createTimeBudget(60_000, () => performance.now());
  const invocation = readInvocation(event, "request-1");
  const triggers =
    invocation.kind === "records"
      ? invocation.records.flatMap(record => (record.kind === "triggers" ? record.triggers : []))
      : [];
  expect(triggers).toHaveLength(1);
  return triggers.flatMap(trigger => matchRoutes(routes, trigger, budget));
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function object(key: string, size = 1024, bucket = "landing") {
  return {
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    time: "2026-05-09T06:00:00Z",
    detail: {
      bucket: { name: bucket },
      object: { key, size, etag: "b1946ac92492d234", sequencer: "00" },
    },
  };
}

function shop(detail: object) {
  return { id: "1", source: "com.example.shop", "detail-type": "Order Placed", detail };
}

function message(body: object, messageId = "m-1") {
  const record = { messageId, eventSource: "aws:sqs", body: JSON.stringify(body) };
  return {
    Records: [{ ...record, eventSourceARN: "arn:aws:sqs:eu-central-1:111122223333:refresh" }],
  };
}
