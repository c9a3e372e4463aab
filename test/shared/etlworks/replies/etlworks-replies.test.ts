import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseErrorMessage,
  parseExecution,
  parseFlow,
  parseFlows,
  parseHistory,
  parseStartAnswer,
  parseToken,
} from "../../../../shared/etlworks/replies/etlworks-replies.ts";

describe("parseStartAnswer", () => {
  it.each([
    [
      { flowId: 12345, auditId: 8721934, status: 0 },
      { code: "0", auditId: "8721934", flowId: 12345 },
    ],
    [
      { auditId: "9007199254740993", status: "1" },
      { code: "1", auditId: "9007199254740993" },
    ],
    [
      { status: 5, exception: " boom " },
      { code: "5", exception: "boom" },
    ],
    [
      { status: 5, exception: { message: "boom", code: 9 } },
      { code: "5", exception: "boom" },
    ],
    [
      { status: 2, message: "the flow is disabled" },
      { code: "2", exception: "the flow is disabled" },
    ],
    [{ status: -1 }, { code: "-1" }],
    [{ status: " 4 " }, { code: "4" }],
    [{ status: "00" }, { code: "0" }],
    [{ status: "-01" }, { code: "-1" }],
    [{ status: 0, auditId: 0 }, { code: "0" }],
    [{ status: 0, auditId: -7 }, { code: "0" }],
    [{ status: 0, auditId: null, exception: "" }, { code: "0" }],
    [{ status: 0, auditId: "none" }, { code: "0" }],
    [{ status: 0, auditId: 1.5 }, { code: "0" }],
    [{ status: 0, auditId: "12345678901234567890" }, { code: "0" }],
    [
      { status: 0, auditId: "1234567890123456789" },
      { code: "0", auditId: "1234567890123456789" },
    ],
    [{ status: 3, exception: 7 }, { code: "3" }],
  ])("%j", (value, answer) => {
    expect(parseStartAnswer(value)).toStrictEqual(answer);
  });

  it.each([
    [{}],
    [{ status: "started" }],
    [{ status: 0.5 }],
    [{ status: "0x1" }],
    [[]],
    ["0"],
    [null],
  ])("%j is none", value => {
    expect(parseStartAnswer(value)).toBeUndefined();
  });
});

describe("parseExecution", () => {
  it("reads a record as the model of the documentation has it", () => {
    expect(
      parseExecution({
        auditId: 8721934,
        parentAuditId: null,
        flowId: 12345,
        flowName: "Stripe — daily",
        eventId: 17,
        eventName: "nightly",
        status: "Running",
        user: "alice@example.com",
        started: 1_778_306_463_000,
        ended: 1_778_306_473_000,
        records: 48_213,
        exception: " value too long ",
      }),
    ).toStrictEqual({
      auditId: "8721934",
      flowId: 12345,
      flowName: "Stripe — daily",
      scheduled: true,
      status: "running",
      user: "alice@example.com",
      startedAt: 1_778_306_463_000,
      endedAt: 1_778_306_473_000,
      records: 48_213,
      message: "value too long",
    });
  });

  it("leaves out everything that is missing, null or of another kind", () => {
    expect(
      parseExecution({
        auditId: "1",
        flowId: "x",
        flowName: 3,
        eventId: null,
        eventName: " ",
        status: null,
        user: [],
        started: 0,
        ended: null,
        records: "",
        exception: null,
      }),
    ).toStrictEqual({ auditId: "1" });
    expect(parseExecution({ status: "SUCCESS", auditId: 0 })).toStrictEqual({ status: "success" });
  });

  it.each([
    [{}],
    [{ flowId: 1 }],
    [{ status: "  " }],
    [[{ status: "x" }]],
    [null],
    ["success"],
    [7],
  ])("%j is none", value => {
    expect(parseExecution(value)).toBeUndefined();
  });

  it.each([
    [1_778_306_463_000, 1_778_306_463_000],
    ["1778306463000", 1_778_306_463_000],
    [1_778_306_463, 1_778_306_463_000],
    ["1778306463", 1_778_306_463_000],
    [1_778_306_463.25, 1_778_306_463_250],
    [" 1778306463.25 ", 1_778_306_463_250],
    [99_999_999_999, 99_999_999_999_000],
    [100_000_000_000, 100_000_000_000],
    [1_778_306_463_000.4, 1_778_306_463_000],
    ["2026-05-09T06:01:03Z", 1_778_306_463_000],
    ["2026-05-09T08:01:03.000+02:00", 1_778_306_463_000],
    ["2026-05-09", 1_778_284_800_000],
    [0, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ["", undefined],
    ["May 9, 2026", undefined],
    ["2026-13-40", undefined],
    ["1969-12-31T00:00:00Z", undefined],
    ["1970-01-01T00:00:00Z", undefined],
    ["x2026-05-09", undefined],
    [null, undefined],
    [true, undefined],
  ])("reads %j as a time: %j", (value, time) => {
    expect(parseExecution({ status: "running", started: value })?.startedAt).toBe(time);
    expect(parseExecution({ status: "running", ended: value })?.endedAt).toBe(time);
  });

  it("are marked where nobody names their zone", () => {
    const localTimes = (more: object) => parseExecution({ status: "x", ...more })?.localTimes;
    expect(localTimes({ started: "2026-05-09T06:01:03" })).toBe(true);
    expect(localTimes({ started: 1e12, ended: "2026-05-09 06:01:03" })).toBe(true);
    expect(localTimes({ started: "2026-05-09T06:01:03Z", ended: 1e12 })).toBeUndefined();
    expect(localTimes({ started: "soon" })).toBeUndefined();
  });

  it("knows close relatives of the names, the documented ones first", () => {
    const read = (fields: object) => parseExecution({ auditId: 1, ...fields });
    for (const name of ["started", "startedAt", "startTime"]) {
      expect(read({ [name]: 1e12 })).toStrictEqual({ auditId: "1", startedAt: 1e12 });
    }
    for (const name of ["ended", "endedAt", "endTime", "finished"]) {
      expect(read({ [name]: 1e12 })).toStrictEqual({ auditId: "1", endedAt: 1e12 });
    }
    for (const name of ["exception", "message", "error"]) {
      expect(read({ [name]: "a" })).toStrictEqual({ auditId: "1", message: "a" });
    }
    expect(read({ startTime: 3e12, startedAt: 2e12, started: 1e12 })?.startedAt).toBe(1e12);
    expect(read({ endTime: 3e12, endedAt: 2e12, ended: null })?.endedAt).toBe(2e12);
    expect(read({ error: "c", message: "b", exception: "" })?.message).toBe("b");
  });

  it.each([
    [{ eventId: 5 }, true],
    [{ eventId: "5" }, true],
    [{ eventName: "nightly" }, true],
    [{ eventId: 0 }, undefined],
    [{ eventId: null, eventName: null }, undefined],
  ])("%j by a schedule: %j", (fields, scheduled) => {
    expect(parseExecution({ auditId: 1, ...fields })?.scheduled).toBe(scheduled);
  });

  it("keeps what tells a run of ours from another's", () => {
    const read = (fields: object) => parseExecution({ auditId: 1, ...fields });
    expect(
      read({ messageId: "b2c9-4", parentAuditId: 8721930, retries: 0, eventId: 5, user: "bob" }),
    ).toStrictEqual({
      auditId: "1",
      messageId: "b2c9-4",
      parentAuditId: "8721930",
      retries: 0,
      scheduled: true,
      user: "bob",
    });
    expect(read({ messageUuid: "b2c9-4", retries: "2" })).toStrictEqual({
      auditId: "1",
      messageId: "b2c9-4",
      retries: 2,
    });
    expect(read({ parentAuditId: "9007199254740993" })?.parentAuditId).toBe("9007199254740993");
    expect(
      read({ messageId: null, parentAuditId: null, retries: null, eventId: 0, user: "" }),
    ).toStrictEqual({ auditId: "1" });
    expect(read({ messageId: 0, parentAuditId: 0, retries: "x" })).toStrictEqual({ auditId: "1" });
  });

  it.each(["00000000-0000-0000-0000-000000000000", "null", "None", " - ", "0", "-1", "N/A", "nil"])(
    "takes %j for no message and no schedule",
    word => {
      const read = parseExecution({ auditId: 1, messageId: word, eventName: word, eventId: -1 });
      expect(read).toStrictEqual({ auditId: "1" });
    },
  );

  it("takes any other word for a message and a schedule", () => {
    expect(parseExecution({ auditId: 1, messageId: "none-7", eventName: "00:00" })).toStrictEqual({
      auditId: "1",
      messageId: "none-7",
      scheduled: true,
    });
  });

  it("bounds every text, and hides credentials in messages alone", () => {
    const long = "😀".repeat(300_000);
    const execution = parseExecution({
      auditId: 1,
      status: long,
      user: long,
      flowName: long,
      messageId: long,
      exception: long,
    });
    expect(JSON.stringify(execution).length).toBeLessThan(40_000);
    expect(JSON.stringify(execution).isWellFormed()).toBe(true);
    const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc";
    expect(parseExecution({ auditId: 1, exception: `Bearer ${jwt}` })?.message).toBe("Bearer ***");
    expect(parseErrorMessage({ message: `sent ${jwt}` })).toBe("sent ***");
    expect(parseFlow({ id: 7, name: "Reset password: nightly" })?.name).toBe(
      "Reset password: nightly",
    );
  });

  it.each([
    [12, 12],
    ["12", 12],
    [0, 0],
    [1.5, undefined],
    [" ", undefined],
    ["many", undefined],
    [2 ** 53, undefined],
  ])("reads %j records as %j", (records, expected) => {
    expect(parseExecution({ auditId: 1, records })?.records).toBe(expected);
  });

  it("cuts an exception that is a whole log", () => {
    const read = (length: number) =>
      parseExecution({ auditId: 1, exception: "x".repeat(length) })?.message;
    expect(read(8_192)).toBe("x".repeat(8_192));
    expect(read(8_193)).toBe(`${"x".repeat(8_192)}…`);
    expect(parseStartAnswer({ status: 5, exception: "x".repeat(9_000) })?.exception).toHaveLength(
      8_193,
    );
  });

  it("takes anything that JSON can say", () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const execution = parseExecution(value);
        if (execution === undefined) return;
        expect(execution.auditId ?? execution.status).toBeDefined();
        expect(Object.values(execution)).not.toContain(undefined);
      }),
    );
  });
});

describe("lists", () => {
  it("reads the entries that can be read", () => {
    expect(parseHistory([{ auditId: 1 }, null, 7, {}, { status: "error" }])).toStrictEqual([
      { auditId: "1" },
      { status: "error" },
    ]);
    expect(parseHistory([])).toStrictEqual([]);
    expect(parseFlows([{ id: 1, name: "a" }, { id: 2, name: null }, "x"])).toStrictEqual([
      { id: 1, name: "a" },
      { id: 2, name: "" },
    ]);
    expect(parseFlows([])).toStrictEqual([]);
  });

  it.each([null, 0, -5, 7.5, 2 ** 53, "seven", undefined])(
    "shows no part of a list of flows in which one has the id %j",
    id => {
      expect(
        parseFlows([
          { id: 1, name: "a" },
          { id, name: "b" },
        ]),
      ).toBeUndefined();
    },
  );

  it("takes nothing else for a list", () => {
    for (const value of [{}, null, "[]", 0, { length: 0 }]) {
      expect(parseHistory(value)).toBeUndefined();
      expect(parseFlows(value)).toBeUndefined();
    }
  });

  it("does not take a list of something else for an empty history", () => {
    expect(parseHistory([null, 7, {}])).toBeUndefined();
  });
});

describe("parseFlow", () => {
  it.each([
    [
      { id: 12345, name: " Stripe ", latestFinishedStatus: "success", tags: [] },
      { id: 12345, name: " Stripe ", tags: [] },
    ],
    [
      { id: 7, name: "a", tags: ["nightly", 8, null, "Eu "] },
      { id: 7, name: "a", tags: ["nightly", "Eu"] },
    ],
    [
      { id: 7, name: "a", tags: "nightly" },
      { id: 7, name: "a" },
    ],
    [
      { id: "7", name: "" },
      { id: 7, name: "" },
    ],
    [
      { id: 7, name: "a", tags: ["nightly", { name: "eu" }] },
      { id: 7, name: "a" },
    ],
    [{ id: 7 }, undefined],
    [{ id: 0, name: "a" }, undefined],
    [{ id: -7, name: "a" }, undefined],
    [{ name: "a" }, undefined],
    [{ id: 7.5, name: "a" }, undefined],
    [{ id: 7, name: 8 }, undefined],
    [[7, "a"], undefined],
    [null, undefined],
  ])("%j is %j", (value, flow) => {
    expect(parseFlow(value)).toStrictEqual(flow);
  });
});

describe("parseToken", () => {
  it.each([
    [{ token: "eyJ.a.b" }, "eyJ.a.b"],
    [{ token: " eyJ.a.b\n" }, "eyJ.a.b"],
    [{ token: "" }, undefined],
    [{ token: 7 }, undefined],
    [{ token: "a b" }, undefined],
    [{ token: "a\r\nx-evil: 1" }, undefined],
    [{ token: "tökén" }, undefined],
    [{}, undefined],
    ["eyJ", undefined],
    [null, undefined],
  ])("%j is %j", (value, token) => {
    expect(parseToken(value)).toBe(token);
  });
});

describe("parseErrorMessage", () => {
  it.each([
    [
      { status: 400, error: "Bad Request", message: "Field 'name' is required" },
      "Field 'name' is required",
    ],
    [{ success: false, error: "AI usage cap exceeded" }, "AI usage cap exceeded"],
    [{ exception: "java.lang.Error", error: "x" }, "java.lang.Error"],
    [{ message: " ", error: "Forbidden" }, "Forbidden"],
    [{ message: 7 }, undefined],
    [{}, undefined],
    [["a"], undefined],
    ["text", undefined],
  ])("%j says %j", (value, message) => {
    expect(parseErrorMessage(value)).toBe(message);
  });
});
