import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findContradiction } from "../../../../shared/etlworks/replies/contradiction.ts";

describe("a record that says two things of a run", () => {
  it.each([
    ['{"status":"error","status":"success"}', "status"],
    ['{"status":"error" , "a":[{}], "status" : "success"}', "status"],
    ['{"status":"error","status":"error","status":"success"}', "status"],
    ['{"success":true,"success":false}', "success"],
    ['{"success":true,"success":null}', "success"],
    ['{"auditId":7,"auditId":"8"}', "auditId"],
    ['{"auditId":9007199254740992,"auditId":9007199254740993}', "auditId"],
    ['{"status":0,"status":{"a":0}}', "status"],
    ['{"status":{"a":0},"status":{"a":0}}', "status"],
    ['{"status":[],"status":[]}', "status"],
    [String.raw`{"status":0,"\u0073\u0074\u0061\u0074\u0075\u0073":1}`, "status"],
    ['\n [ {"status":1},\t{"status":2,"status":3}]', "status"],
    [`{"message":${JSON.stringify("x".repeat(200_000))},"status":0,"status":1}`, "status"],
  ])("%.80s: %s", (text, name) => {
    expect(findContradiction(text)).toBe(name);
  });

  it.each([
    '{"status":"error","status":"error"}',
    '{"status":"Success","status":" success "}',
    '{"auditId":7,"auditId":"7"}',
    '{"status":0}',
    '{"message":"a","message":"b"}',
    '{"status":"error","data":{"status":"success","status":"error"}}',
    '{"data":[{"status":1},{"status":2}],"status":0}',
    '[{"status":1},{"status":2}]',
    '[{"status":1,"a":{"status":3,"status":4}},{"status":2}]',
    '[[{"status":1,"status":2}]]',
    String.raw`{"status":0,"a":"\\","b":"\",\"status\":1"}`,
    '{"a":"status","b":"status"}',
    '["status","status"]',
    '"status"',
    "7",
    "",
  ])("%s says one", text => {
    expect(findContradiction(text)).toBeUndefined();
  });

  it("is never found in what JSON.stringify wrote", () => {
    const record = fc.record({
      status: fc.jsonValue(),
      auditId: fc.jsonValue(),
      a: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(record, fc.array(record), fc.jsonValue()), value => {
        expect(findContradiction(JSON.stringify(value, null, 1))).toBeUndefined();
      }),
    );
  });

  it("is found in any record that has a second word added, whatever else it holds", () => {
    const others = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(others), others, fc.string(), (before, around, word) => {
        const { status: _, ...rest } = around;
        const record = JSON.stringify({ status: "error", ...rest });
        const twice = `${record.slice(0, -1)},"status":${JSON.stringify(`error ${word}x`)}}`;
        expect(findContradiction(twice)).toBe("status");
        const listed = [...before.map(other => JSON.stringify(other)), twice].join(",");
        expect(findContradiction(`[${listed}]`)).toBe("status");
      }),
    );
  });

  it("reads a long text of any kind to its end", () => {
    const texts = [
      JSON.stringify({ message: "\\".repeat(1_000_000) }),
      `[${'"a"                    ,'.repeat(100_000)}1]`,
      `${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`,
    ];
    for (const text of texts) expect(findContradiction(text)).toBeUndefined();
  });
});
