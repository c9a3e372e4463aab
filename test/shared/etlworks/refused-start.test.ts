import { describe, expect, it } from "vitest";
import { readRefusedStart } from "../../../shared/etlworks/refused-start.ts";

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
    expect(readRefusedStart(body)).toEqual({ kind: "value", value });
  });

  it.each([
    [{ status: 0 }, "with code 0, which means that a run has begun"],
    [{ status: 4, auditId: 0 }, "with code 4, which means that a run has begun"],
    [{ auditId: 5 }, "names run 5"],
    [{ auditId: "5", status: "running" }, "names run 5"],
    [{ auditId: 5, status: "error" }, "names run 5"],
    [{ auditId: 5, status: 401, error: "Unauthorized" }, "names run 5"],
    [{ auditId: 5, status: 6 }, "names run 5"],
    [{ auditId: "run-5" }, "names a run"],
    [{ auditId: { id: 5 } }, "names a run"],
    [{ status: "Running " }, 'names a run\'s status, "running"'],
    [{ status: "queued" }, 'names a run\'s status, "queued"'],
    [{ status: "success" }, 'names a run\'s status, "success"'],
    [{ status: "warning" }, 'names a run\'s status, "warning"'],
  ])("may have begun a run with %j", (body, but) => {
    expect(readRefusedStart(body)).toEqual({ kind: "unclear", message: `says no, but ${but}` });
  });

  it.each([
    {},
    null,
    "no",
    [{ auditId: 5 }],
    { message: "no" },
    { auditId: null },
    { auditId: 0 },
    { auditId: "0" },
    { auditId: -1 },
    { auditId: false },
    { auditId: " " },
    { status: "error" },
    { status: "canceled" },
    { status: 6 },
    { status: 2, auditId: 8 },
    { status: 3, auditId: 8 },
    { status: "05", auditId: 8 },
  ])("is just a no with %j", body => {
    expect(readRefusedStart(body)).toBeUndefined();
  });
});
