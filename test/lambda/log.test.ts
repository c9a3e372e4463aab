import { describe, expect, it } from "vitest";
import { createLog, type LogFields } from "../../lambda/log.ts";
import { createMetrics, NAMESPACE } from "../../lambda/metrics.ts";
import { createSecrets } from "../../shared/secrets.ts";

const epochMs = () => Date.UTC(2026, 10, 23, 12);

describe("the log", () => {
  it("writes one JSON object a line, with the fields of all its owners", () => {
    const lines: string[] = [];
    const log = createLog({ write: line => void lines.push(line), epochMs, redact: text => text });
    log.with({ route: "orders" }).with({ flow: 1 }).warn("two\nlines", { auditId: undefined });
    expect(lines).toEqual([
      '{"level":"WARN","timestamp":"2026-11-23T12:00:00.000Z","message":"two\\nlines","route":"orders","flow":1}\n',
    ]);
  });

  it("cuts every form of a secret out of messages, fields and names of fields", () => {
    const secrets = createSecrets(() => {});
    const key = 'k"e/y+0123456789';
    secrets.add(key);
    const lines: string[] = [];
    const log = createLog({
      write: line => void lines.push(line),
      epochMs,
      redact: text => secrets.redact(text),
    });
    log.error(`refused: ${key}`, {
      [key]: key,
      url: encodeURIComponent(key),
      base: Buffer.from(key).toString("base64"),
    });
    expect(JSON.parse(lines.join(""))).toMatchObject({
      message: "refused: ***",
      "***": "***",
      url: "***",
      base: "***",
    });
  });
});

describe("a line of the log", () => {
  const written = (fields: LogFields) => {
    const lines: string[] = [];
    const secrets = createSecrets(() => {});
    secrets.add("s3cret-s3cret");
    const redact = (text: string) => secrets.redact(text);
    createLog({ write: line => void lines.push(line), epochMs, redact }).info("hello", fields);
    return lines.join("");
  };

  it("has an end, whatever comes from outside, and shows no half of a secret", () => {
    const long = written({ reason: `${"x".repeat(1_992)}s3cret-s3cret${"y".repeat(500_000)}` });
    expect(long.length).toBeLessThan(40_000);
    expect(JSON.parse(long)).toMatchObject({ level: "INFO", message: "hello" });
    expect(long).toContain("xxx***yy");
    expect(long).not.toContain("s3cre");

    const many = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`name ${index}`, "value"]),
    );
    const wide = written({ parameters: many });
    expect(wide.length).toBeLessThan(40_000);
    expect(JSON.parse(wide)).toMatchObject({ message: "hello", cut: "1038978 characters" });
  });
});

describe("the metrics", () => {
  it("are lines in the embedded metric format, one for each set of dimensions", () => {
    const lines: string[] = [];
    const metrics = createMetrics({ write: line => void lines.push(line), epochMs });
    metrics.add("Requests");
    metrics.add("Requests", 2);
    metrics.add("Outcomes", 1, { Route: "orders", Outcome: "success" });
    metrics.add("LatenessSeconds", 1.5, { Route: "orders" });
    metrics.add("LatenessSeconds", 2.5, { Route: "orders" });
    metrics.flush();
    metrics.flush();
    const parsed = lines.map((line): unknown => JSON.parse(line));
    expect(parsed).toEqual([
      { _aws: declared([], [{ Name: "Requests", Unit: "Count" }]), Requests: 3 },
      {
        _aws: declared(["Route", "Outcome"], [{ Name: "Outcomes", Unit: "Count" }]),
        Route: "orders",
        Outcome: "success",
        Outcomes: 1,
      },
      {
        _aws: declared(["Route"], [{ Name: "LatenessSeconds", Unit: "Seconds" }]),
        Route: "orders",
        LatenessSeconds: [1.5, 2.5],
      },
    ]);
  });
});

function declared(dimensions: readonly string[], Metrics: readonly object[]): unknown {
  const directive = { Namespace: NAMESPACE, Dimensions: [dimensions], Metrics };
  return { Timestamp: epochMs(), CloudWatchMetrics: [directive] };
}
