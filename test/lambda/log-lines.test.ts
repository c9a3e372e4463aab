import { describe, expect, it } from "vitest";
import { createLog, type LogFields } from "../../lambda/log.ts";

const TIME = { timestamp: "2026-11-23T12:00:00.000Z" };

/** A log and its lines. */
function recorded(redact: (text: string) => string = text => text) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = createLog({ write, epochMs: () => Date.UTC(2026, 10, 23, 12), redact });
  return { log, lines, read: () => lines.map((line): unknown => JSON.parse(line)) };
}

function lineWith(fields: LogFields, message = "hello"): { line: string; value: unknown } {
  const { log, lines, read } = recorded();
  log.info(message, fields);
  return { line: lines.join(""), value: read()[0] };
}

it("a log has three levels, and fields of all its owners, of whom the last one wins", () => {
  const { log, read } = recorded();
  log.info("one");
  log.warn("two", { a: 1 });
  const inner = log.with({ a: 1, b: 2 }).with({ b: 3 });
  inner.error("three", { c: 4 });
  inner.info("four", { a: 5 });
  log.info("five");
  expect(read()).toEqual([
    { level: "INFO", ...TIME, message: "one" },
    { level: "WARN", ...TIME, message: "two", a: 1 },
    { level: "ERROR", ...TIME, message: "three", a: 1, b: 3, c: 4 },
    { level: "INFO", ...TIME, message: "four", a: 5, b: 3 },
    { level: "INFO", ...TIME, message: "five" },
  ]);
});

describe("a long line", () => {
  /** The length of a line without the text of its field, and without its end. */
  const frame = lineWith({ text: "" }).line.length - 1;

  it("stays as it is up to its limit", () => {
    const text = "x".repeat(32_768 - frame);
    expect(lineWith({ text }).value).toEqual({ level: "INFO", ...TIME, message: "hello", text });
    const cut = `${"x".repeat(2_000)}… (${text.length + 1} characters)`;
    expect(lineWith({ text: `${text}x` }).value).toEqual({
      level: "INFO",
      ...TIME,
      message: "hello",
      text: cut,
    });
  });

  it("has its texts cut wherever they are, and the names of its fields", () => {
    const long = "y".repeat(40_000);
    const cut = `${"y".repeat(2_000)}… (40000 characters)`;
    const name = `${"y".repeat(100)}… (40000 characters)`;
    expect(
      lineWith({ [long]: [long, 1, null, { deep: long, on: true }], short: "s" }).value,
    ).toEqual({
      level: "INFO",
      ...TIME,
      message: "hello",
      [name]: [cut, 1, null, { deep: cut, on: true }],
      short: "s",
    });
  });

  it("keeps only what it says when it is still too long", () => {
    const message = "m".repeat(3_000);
    const numbers = Array.from({ length: 20_000 }, () => 1);
    const { line, value } = lineWith({ numbers }, message);
    const whole = JSON.stringify({ level: "INFO", ...TIME, message, numbers });
    expect(value).toEqual({
      level: "INFO",
      ...TIME,
      message: `${"m".repeat(2_000)}… (3000 characters)`,
      cut: `${whole.length} characters`,
    });
    expect(line).toMatch(/\}\n$/);
  });

  it("says nothing when it is JSON no longer without its secrets", () => {
    const { log, read } = recorded(text => `***${text}`);
    log.info("hello", { text: "x".repeat(40_000) });
    expect(read()).toEqual([{}]);
  });
});
