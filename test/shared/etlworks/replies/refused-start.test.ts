import { describe, expect, it } from "vitest";
import { readRefusedStart } from "../../../../shared/etlworks/replies/refused-start.ts";

describe("the answer to a start that says no as a whole", () => {
  it.each([
    [
      { status: 0, auditId: 8 },
      { code: "0", auditId: "8" },
    ],
    [
      { status: "4", auditId: "8" },
      { code: "4", auditId: "8" },
    ],
    [{ status: 1 }, { code: "1" }],
    [
      { status: 1, auditId: 8 },
      { code: "1", auditId: "8" },
    ],
  ])("says of a run what %j says", (body, value) => {
    expect(readRefusedStart(body, { promised: false })).toEqual({ kind: "value", value });
  });

  it.each([
    [{ status: 0 }, "with code 0, which means that a run has begun", []],
    [{ status: 4, auditId: 0 }, "with code 4, which means that a run has begun", []],
    [{ status: 0, data: { auditId: 5 } }, "with code 0, which means that a run has begun", []],
    [{ auditId: 5 }, "names run 5", ["5"]],
    [{ auditId: "5", status: "running" }, "names run 5", ["5"]],
    [{ auditId: 5, status: "error" }, "names run 5", ["5"]],
    [{ auditId: 5, status: 401, error: "Unauthorized" }, "names run 5", ["5"]],
    [{ auditId: 5, status: 60 }, "names run 5", ["5"]],
    [{ auditId: "run-5" }, "names a run", ["run-5"]],
    [{ auditId: { id: 5 } }, "names a run", ['{"id":5}']],
    [[{ auditId: 5 }], "names run 5", ["5"]],
    [{ error: "no", details: { run: { auditId: 5 } } }, "names run 5", ["5"]],
    [{ auditId: "x", runs: [{ auditId: 5 }, { auditId: 6 }] }, "names run 5", ["x", "5", "6"]],
    [{ status: "Running " }, 'names a run\'s status, "running"', []],
    [{ status: "queued" }, 'names a run\'s status, "queued"', []],
    [{ status: "success" }, 'names a run\'s status, "success"', []],
    [{ status: "warning" }, 'names a run\'s status, "warning"', []],
  ])("may have begun a run with %j", (body, but, runs) => {
    const message = `says no, but ${but}`;
    expect(readRefusedStart(body, { promised: false })).toEqual({ kind: "unclear", message, runs });
  });

  it.each([
    {},
    null,
    "no",
    [{ auditId: null }],
    { message: "no" },
    { auditId: null },
    { auditId: 0 },
    { auditId: "0" },
    { auditId: -1 },
    { auditId: false },
    { auditId: true },
    { auditId: " " },
    { auditId: "null" },
    { auditId: " None" },
    { auditId: "N/A" },
    { auditId: "-" },
    { auditId: {} },
    { auditId: [] },
    { auditId: "00000000-0000-0000-0000-000000000000" },
    { error: "no", parameters: { auditId: "5" } },
    { error: "no", Request: { body: { auditId: "5" } } },
    { a: { b: { c: { d: { auditId: 5 } } } } },
    { status: "error" },
    { status: "canceled" },
    { status: 60 },
    { status: 2, auditId: 8 },
    { status: 3, auditId: 8 },
    { status: "05", auditId: 8 },
  ])("is just a no with %j", body => {
    expect(readRefusedStart(body, { promised: false })).toBeUndefined();
  });

  it.each([
    [{ status: 0, auditId: 8 }, "value"],
    [{ auditId: 8 }, "unclear"],
    [{ status: 0, data: { auditId: 8 } }, "unclear"],
    [{ status: 0 }, undefined],
    [{ status: 1, auditId: 8 }, undefined],
    [{ status: "running" }, undefined],
    [{ status: 429, error: "Too many" }, undefined],
  ])("breaks the promise of a 401 or 429 with %j: %s", (body, kind) => {
    expect(readRefusedStart(body, { promised: true })?.kind).toBe(kind);
  });
});
