import { describe, expect, test } from "vitest";
import { explainFault, faultReason } from "../../../../lambda/lanes/ledger/dynamo-faults.ts";
import { LedgerFault } from "../../../../lambda/lanes/ledger/ledger-fault.ts";

/** What a client throws: by its name, with what it knows of the answer. */
function thrown(name: string, metadata?: unknown): Error {
  const error = Object.assign(new Error("because"), { name });
  return metadata === undefined ? error : Object.assign(error, { $metadata: metadata });
}

/** A fault in full; the reason only if it is one that passes. */
function told(error: unknown): unknown {
  const fault = explainFault(error, "orders");
  const { name, message } = fault;
  return fault instanceof LedgerFault ? { name, message, reason: fault.reason } : { name, message };
}

describe("a fault that passes", () => {
  const reasons = [
    ["ProvisionedThroughputExceededException", "throttled"],
    ["ProvisionedThroughputExceeded", "throttled"],
    ["RequestLimitExceeded", "throttled"],
    ["ThrottlingException", "throttled"],
    ["ThrottlingError", "throttled"],
    ["TransactionConflictException", "conflict"],
    ["TransactionConflict", "conflict"],
    ["TransactionInProgressException", "conflict"],
  ] as const;

  test.each(reasons)("%s is %s", (name, reason) => {
    expect(faultReason(name)).toBe(reason);
    // The name decides, and not the status that came with it.
    expect(told(thrown(name, { httpStatusCode: 400 }))).toEqual({
      name: "LedgerFault",
      reason,
      message: `The ledger is busy (${name}: because).`,
    });
  });

  test("is not what has another name", () => {
    expect(faultReason(undefined)).toBeUndefined();
    expect(faultReason("")).toBeUndefined();
    expect(faultReason("ConditionalCheckFailed")).toBeUndefined();
    expect(faultReason("toString")).toBeUndefined();
    expect(faultReason("constructor")).toBeUndefined();
  });
});

describe("a fault for a person", () => {
  test("names a table that is not there", () => {
    expect(told(thrown("ResourceNotFoundException", { httpStatusCode: 400 }))).toEqual({
      name: "Error",
      message:
        "There is no table orders. Set ETLWORKS_LEDGER to the name of the ledger's table. (because)",
    });
  });

  test.each(["ResourceNotFoundException", "AccessDeniedException", "ThrottlingException", "Odd"])(
    "shows no key that was taken for the name of a table: %s",
    name => {
      const key = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkw";
      const error = thrown(name, { httpStatusCode: 400 });
      error.message = `Requested resource not found: Table: ${key} not found`;
      const { message } = explainFault(error, key);
      expect(message).not.toContain(key);
      expect(message).toContain("Table: eyJh… not found");
    },
  );

  test("names a table that may not be used", () => {
    expect(told(thrown("AccessDeniedException", { httpStatusCode: 400 }))).toEqual({
      name: "Error",
      message:
        "The function may not use the ledger orders. Allow its role the calls on the table. (because)",
    });
  });

  test("says what to do about an item that is too large", () => {
    const error = thrown("ValidationException", { httpStatusCode: 400 });
    error.message = "Item size has exceeded the maximum allowed size";
    expect(told(error)).toEqual({
      name: "Error",
      message:
        "The event is too large for the ledger, which keeps up to 400 KB of an event's parameters (Item size has exceeded the maximum allowed size). Let the route pass less, such as the object's key in place of its content.",
    });
  });

  test.each([200, 400, 413, 499])("is any other with status %i", httpStatusCode => {
    expect(told(thrown("ValidationException", { httpStatusCode }))).toEqual({
      name: "Error",
      message: "The ledger refused a call: ValidationException: because",
    });
  });
});

describe("a call whose answer nobody knows", () => {
  const way =
    "A function in a VPC needs a way to DynamoDB: a gateway endpoint for com.amazonaws.<region>.dynamodb, or a NAT gateway.";

  test.each([500, 503])("has status %i", httpStatusCode => {
    expect(told(thrown("Odd", { httpStatusCode }))).toEqual({
      name: "LedgerFault",
      reason: "unanswered",
      message: "The ledger did not answer (Odd: because).",
    });
  });

  test.each([200, 403, 407, 502])("has an answer of somebody else, with status %i", status => {
    for (const name of ["SyntaxError", "Unknown"]) {
      expect(told(thrown(name, { httpStatusCode: status }))).toEqual({
        name: "LedgerFault",
        reason: "unanswered",
        message: `The ledger did not answer (${name}: status ${status}: because). This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.`,
      });
    }
  });

  test.each([
    ["nothing of an answer", thrown("Odd")],
    ["no object for it", thrown("Odd", "httpStatusCode")],
    ["a null for it", thrown("Odd", null)],
    ["an answer without a status", thrown("Odd", { attempts: 3 })],
    ["a status that is no number", thrown("Odd", { httpStatusCode: "400" })],
  ])("has %s", (_, error) => {
    expect(told(error)).toEqual({
      name: "LedgerFault",
      reason: "unanswered",
      message: `The ledger did not answer (Odd: because). ${way}`,
    });
  });

  test("took long if a time limit ended it", () => {
    expect(explainFault(thrown("TimeoutError"), "orders")).toMatchObject({
      reason: "unanswered",
      tookLong: true,
    });
    const late = thrown("TimeoutError", { httpStatusCode: 200 });
    late.message = "nothing more came\n  Deserialization error: inspect it";
    expect(explainFault(late, "orders")).toMatchObject({ reason: "unanswered", tookLong: true });
    expect(explainFault(thrown("Error"), "orders")).toMatchObject({ tookLong: false });
  });

  test.each([
    ["ETIMEDOUT", true],
    ["ECONNRESET", false],
    ["EPIPE", false],
  ])("took long, or broke at once, by the code %s", (code, tookLong) => {
    const error = Object.assign(thrown("TimeoutError"), { code });
    expect(explainFault(error, "orders")).toMatchObject({ reason: "unanswered", tookLong });
  });

  test("may have thrown something that is no error", () => {
    expect(explainFault({ $metadata: { httpStatusCode: 400 } }, "orders")).toMatchObject({
      name: "LedgerFault",
      reason: "unanswered",
    });
    expect(explainFault("broken", "orders")).toMatchObject({ reason: "unanswered" });
  });
});
