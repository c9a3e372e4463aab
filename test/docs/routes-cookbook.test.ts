import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readInvocation } from "../../lambda/events/invocation.ts";
import { matchRoutes, parseRoutes } from "../../lambda/routes/routes.ts";
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
  ])("%s: %s", (file, _what, event, decided) => {
    const routes = parseRoutes(read(`examples/routes/${file}.json`));
    const invocation = readInvocation(event, "request-1");
    const triggers =
      invocation.kind === "batch"
        ? invocation.records.flatMap(record => (record.kind === "triggers" ? record.triggers : []))
        : [];
    const found = triggers
      .flatMap(trigger => matchRoutes(routes, trigger))
      .map(decision => [
        decision.route,
        decision.kind === "run" ? decision.parameters : decision.kind,
      ]);
    expect(triggers).toHaveLength(1);
    expect(found).toEqual(decided);
  });
});

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

function message(body: object) {
  const record = { messageId: "m-1", eventSource: "aws:sqs", body: JSON.stringify(body) };
  return {
    Records: [{ ...record, eventSourceARN: "arn:aws:sqs:eu-central-1:111122223333:refresh" }],
  };
}
