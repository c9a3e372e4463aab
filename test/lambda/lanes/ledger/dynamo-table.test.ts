import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { DynamoDBClient } from "../../../../lambda/aws/dynamo-client.ts";
import { createDynamoTable } from "../../../../lambda/lanes/ledger/dynamo-table.ts";
import { LedgerFault } from "../../../../lambda/lanes/ledger/ledger-fault.ts";
import { stubAwsVariables } from "../../stand-ins/aws-variables.ts";
import { answered, failed, startToldCalls, type ToldCalls } from "../../stand-ins/told-calls.ts";

const KEY = { pk: "L#orders", sk: "head" };
const OTHER = { pk: "L#orders", sk: "next" };
const key = (sk: string) => ({ pk: { S: "L#orders" }, sk: { S: sk } });

let service: ToldCalls;

beforeAll(async () => {
  service = await startToldCalls();
  stubAwsVariables("DYNAMODB", service.origin);
});
afterEach(() => void service.taken());
afterAll(async () => {
  vi.unstubAllEnvs();
  await service.close();
});

const table = () => createDynamoTable("orders");

/** What was asked of the table: the name of each call with its content. */
function asked(): readonly (readonly [unknown, unknown])[] {
  return service.taken().map(({ target, body }) => [target, body] as const);
}

describe("to get an item", () => {
  test("reads what is written, and not what was a moment ago", async () => {
    service.next(answered({ Item: { ...key("head"), rev: { N: "3" } } }));
    expect(await table().get(KEY)).toEqual({ ...KEY, rev: 3 });
    expect(asked()).toEqual([
      ["GetItem", { TableName: "orders", Key: key("head"), ConsistentRead: true }],
    ]);
  });

  test("finds none", async () => {
    service.next(answered({}));
    expect(await table().get(KEY)).toBeUndefined();
  });
});

describe("to get many items", () => {
  const request = (...sks: readonly string[]) => [
    "BatchGetItem",
    { RequestItems: { orders: { Keys: sks.map(key), ConsistentRead: true } } },
  ];
  const left = (...sks: readonly string[]) => ({
    UnprocessedKeys: { orders: { Keys: sks.map(key) } },
  });

  test("asks for nothing when there is nothing to ask for", async () => {
    expect(await table().getMany([])).toEqual([]);
    expect(asked()).toEqual([]);
  });

  test("asks again for what was left out", async () => {
    service.next(
      answered({ Responses: { orders: [key("head")] }, ...left("next") }),
      answered({ Responses: { orders: [key("next")] }, UnprocessedKeys: {} }),
    );
    expect(await table().getMany([KEY, OTHER])).toEqual([KEY, OTHER]);
    expect(asked()).toEqual([request("head", "next"), request("next")]);
  });

  test.each([
    ["no items", { Responses: {} }],
    ["items of no table", { Responses: {}, UnprocessedKeys: { others: { Keys: [key("x")] } } }],
  ])("takes an answer with %s", async (_, answer) => {
    service.next(answered(answer));
    expect(await table().getMany([KEY])).toEqual([]);
    expect(asked()).toEqual([request("head")]);
  });

  test("reads in five calls, and not in six", async () => {
    const nothing = answered({ Responses: {}, ...left("head", "next") });
    const four = Array.from({ length: 4 }, () => nothing);
    service.next(...four, answered({ Responses: { orders: [key("head")] } }));
    expect(await table().getMany([KEY, OTHER])).toEqual([KEY]);
    expect(asked()).toHaveLength(5);

    service.next(...four, nothing, answered({ Responses: { orders: [key("head")] } }));
    expect(await faultOf(table().getMany([KEY, OTHER]))).toEqual({
      name: "LedgerFault",
      reason: "throttled",
      message: "The ledger is busy: 2 items were not read.",
    });
    expect(asked()).toHaveLength(5);
  });
});

describe("to query", () => {
  const pages = {
    KeyConditionExpression: "#pk = :lane AND #sk < :to",
    values: { ":lane": "L#orders", ":to": "X" },
  };
  const sent = {
    TableName: "orders",
    KeyConditionExpression: "#pk = :lane AND #sk < :to",
    ExpressionAttributeNames: { "#pk": "pk", "#sk": "sk" },
    ExpressionAttributeValues: { ":lane": { S: "L#orders" }, ":to": { S: "X" } },
  };

  test("reads a page from its beginning", async () => {
    service.next(answered({ Items: [key("head")], LastEvaluatedKey: key("head") }));
    expect(await table().query({ ...pages, after: undefined, consistent: true })).toEqual({
      items: [KEY],
      after: KEY,
    });
    expect(asked()).toEqual([["Query", { ...sent, ConsistentRead: true }]]);
  });

  test("reads on after a key, to the end, in an index", async () => {
    service.next(answered({ Count: 0 }));
    const input = { ...pages, IndexName: "lanes", Limit: 7 };
    const page = await table().query({ ...input, after: KEY, consistent: false });
    expect(page).toEqual({ items: [] });
    expect(page).not.toHaveProperty("after");
    expect(asked()).toEqual([
      [
        "Query",
        {
          ...sent,
          IndexName: "lanes",
          Limit: 7,
          ConsistentRead: false,
          ExclusiveStartKey: key("head"),
        },
      ],
    ]);
  });

  test("names nothing without an expression", async () => {
    service.next(answered({ Items: [] }));
    const input = { KeyConditionExpression: undefined, values: {} };
    await table().query({ ...input, after: undefined, consistent: false });
    expect(asked()).toEqual([["Query", { TableName: "orders", ConsistentRead: false }]]);
  });
});

const SCAN = {
  FilterExpression: "#sk = :e",
  ProjectionExpression: "#pk, #sk",
  Segment: 2,
  TotalSegments: 4,
  values: { ":e": "e" },
};

describe("to scan", () => {
  const sent = {
    TableName: "orders",
    FilterExpression: "#sk = :e",
    ProjectionExpression: "#pk, #sk",
    Segment: 2,
    TotalSegments: 4,
    ExpressionAttributeNames: { "#sk": "sk", "#pk": "pk" },
    ExpressionAttributeValues: { ":e": { S: "e" } },
  };
  const input = SCAN;

  test("reads a page from its beginning", async () => {
    service.next(answered({ Items: [key("e")], LastEvaluatedKey: key("f") }));
    expect(await table().scan({ ...input, after: undefined })).toEqual({
      items: [{ pk: "L#orders", sk: "e" }],
      after: { pk: "L#orders", sk: "f" },
    });
    expect(asked()).toEqual([["Scan", sent]]);
  });

  test("reads on after a key", async () => {
    service.next(answered({ Items: [] }));
    expect(await table().scan({ ...input, after: KEY })).toEqual({ items: [] });
    expect(asked()).toEqual([["Scan", { ...sent, ExclusiveStartKey: key("head") }]]);
  });
});

describe("to change an item", () => {
  const update = "SET #a = :a";

  test("without a condition sends none", async () => {
    service.next(answered({ Attributes: { a: { N: "1" } } }));
    expect(await table().change({ key: KEY, update, values: { ":a": 1 } })).toEqual({
      kind: "done",
      item: { a: 1 },
    });
    expect(asked()).toEqual([
      [
        "UpdateItem",
        {
          TableName: "orders",
          Key: key("head"),
          UpdateExpression: update,
          ExpressionAttributeNames: { "#a": "a" },
          ExpressionAttributeValues: { ":a": { N: "1" } },
          ReturnValues: "ALL_NEW",
        },
      ],
    ]);
  });

  test("with a condition asks for the item that breaks it, and gives names their places", async () => {
    service.next(answered({ Attributes: {} }));
    const change = { key: KEY, update: "REMOVE #a.#route", condition: "#a.#id > #b" };
    expect(await table().change({ ...change, names: { route: "a route" } })).toEqual({
      kind: "done",
      item: {},
    });
    expect(asked()).toEqual([
      [
        "UpdateItem",
        {
          TableName: "orders",
          Key: key("head"),
          UpdateExpression: "REMOVE #a.#route",
          ConditionExpression: "#a.#id > #b",
          ExpressionAttributeNames: { "#a": "a", "#route": "a route", "#id": "id", "#b": "b" },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      ],
    ]);
  });

  test.each([
    ["as it is", { Item: { a: { N: "2" } } }, { a: 2 }],
    ["that is not there", {}, undefined],
  ])("is refused with the item %s", async (_, more, item) => {
    service.next(failed(400, "ConditionalCheckFailedException", more));
    const changed = await table().change({ key: KEY, update, condition: "#a = :a" });
    expect(changed).toEqual({ kind: "refused", item });
  });

  test("fails by any other name, whatever comes with it", async () => {
    service.next(failed(400, "ValidationException", { Item: { a: { N: "2" } } }));
    expect(await faultOf(table().change({ key: KEY, update }))).toEqual({
      name: "Error",
      message: "The ledger refused a call: ValidationException: so it says",
    });
  });
});

describe("a transaction", () => {
  const put = { kind: "put", item: { ...KEY, a: 1 } } as const;

  test("sends its parts in order, under its token", async () => {
    service.next(answered({}));
    const done = await table().transact(
      [
        put,
        {
          kind: "put",
          item: { ...OTHER, gone: undefined },
          condition: "attribute_not_exists(#pk)",
        },
        { kind: "delete", key: OTHER },
        {
          kind: "change",
          key: KEY,
          update: "SET #b = :b",
          condition: "#c = :c",
          values: { ":b": true, ":c": null },
        },
        { kind: "check", key: KEY, condition: "#drop.#id = :id", values: { ":id": "drop-1" } },
      ],
      "the token",
    );
    expect(done).toEqual({ kind: "done" });
    const TableName = "orders";
    const ReturnValuesOnConditionCheckFailure = "ALL_OLD";
    expect(asked()).toEqual([
      [
        "TransactWriteItems",
        {
          ClientRequestToken: "the token",
          TransactItems: [
            { Put: { TableName, Item: { ...key("head"), a: { N: "1" } } } },
            {
              Put: {
                TableName,
                Item: key("next"),
                ConditionExpression: "attribute_not_exists(#pk)",
                ExpressionAttributeNames: { "#pk": "pk" },
                ReturnValuesOnConditionCheckFailure,
              },
            },
            { Delete: { TableName, Key: key("next") } },
            {
              Update: {
                TableName,
                Key: key("head"),
                UpdateExpression: "SET #b = :b",
                ConditionExpression: "#c = :c",
                ExpressionAttributeNames: { "#b": "b", "#c": "c" },
                ExpressionAttributeValues: { ":b": { BOOL: true }, ":c": { NULL: true } },
                ReturnValuesOnConditionCheckFailure,
              },
            },
            {
              ConditionCheck: {
                TableName,
                Key: key("head"),
                ConditionExpression: "#drop.#id = :id",
                ExpressionAttributeNames: { "#drop": "drop", "#id": "id" },
                ExpressionAttributeValues: { ":id": { S: "drop-1" } },
                ReturnValuesOnConditionCheckFailure,
              },
            },
          ],
        },
      ],
    ]);
  });

  const cancelled = (...CancellationReasons: readonly object[]) =>
    failed(400, "TransactionCanceledException", { CancellationReasons });

  test("is refused where its conditions do not hold", async () => {
    service.next(
      cancelled(
        { Code: "None" },
        { Code: "ConditionalCheckFailed", Item: { a: { S: "b" } } },
        { Code: "ConditionalCheckFailed" },
      ),
    );
    expect(await table().transact([put], "t")).toEqual({
      kind: "refused",
      parts: [
        { refused: false, item: undefined },
        { refused: true, item: { a: "b" } },
        { refused: true, item: undefined },
      ],
    });
  });

  test.each([
    ["TransactionConflict", "conflict"],
    ["ThrottlingError", "throttled"],
    ["ProvisionedThroughputExceeded", "throttled"],
  ])("that met %s may be tried again, whatever else it met", async (Code, reason) => {
    service.next(
      cancelled({ Code: "None" }, { Code: "ConditionalCheckFailed" }, { Code }, { Code: "None" }),
    );
    // Thrown where a refusal is read, so it is told as it is.
    expect(await faultOf(table().transact([put], "t"))).toEqual({
      name: "LedgerFault",
      reason,
      message: "The ledger is busy with this event.",
    });
  });

  test.each([
    [[{ Code: "None" }, {}, { Code: "ValidationError" }], "None, , ValidationError"],
    [[{ Code: "ItemCollectionSizeLimitExceeded" }], "ItemCollectionSizeLimitExceeded"],
    [
      [{ Code: "ValidationError", Message: "Bad type" }, { Code: "None" }],
      "ValidationError: Bad type, None",
    ],
    [[], ""],
  ])("that was refused for %j is an error", async (reasons, codes) => {
    service.next(cancelled(...reasons));
    expect(await faultOf(table().transact([put], "t"))).toEqual({
      name: "Error",
      message: `The ledger refused a transaction: ${codes}`,
    });
  });

  test("of too large an item says what to do", async () => {
    const Message = "Item size to update has exceeded the maximum allowed size";
    service.next(cancelled({ Code: "ValidationError", Message }, { Code: "None" }));
    expect(await faultOf(table().transact([put], "t"))).toEqual({
      name: "Error",
      message: `The event is too large for the ledger, which keeps up to 400 KB of an event's parameters (ValidationError: ${Message}, None). Let the route pass less, such as the object's key in place of its content.`,
    });
  });

  test("without reasons is an error", async () => {
    service.next(failed(400, "TransactionCanceledException"));
    expect(await faultOf(table().transact([put], "t"))).toEqual({
      name: "Error",
      message: "The ledger refused a transaction: ",
    });
  });

  test("fails by any other name", async () => {
    service.next(
      failed(400, "ValidationException", { CancellationReasons: [{ Code: "None" }] }),
      failed(400, "TransactionInProgressException"),
    );
    expect(await faultOf(table().transact([put], "t"))).toEqual({
      name: "Error",
      message: "The ledger refused a call: ValidationException: so it says",
    });
    expect(await faultOf(table().transact([put], "t"))).toEqual({
      name: "LedgerFault",
      reason: "conflict",
      message: "The ledger is busy (TransactionInProgressException: so it says).",
    });
  });
});

describe("to delete many items", () => {
  test("deletes them by their keys", async () => {
    service.next(answered({ UnprocessedItems: {} }));
    expect(await table().deleteMany([KEY, OTHER])).toEqual([]);
    expect(asked()).toEqual([
      [
        "BatchWriteItem",
        {
          RequestItems: {
            orders: [
              { DeleteRequest: { Key: key("head") } },
              { DeleteRequest: { Key: key("next") } },
            ],
          },
        },
      ],
    ]);
  });

  test("tells what was not taken", async () => {
    const requests = [
      { DeleteRequest: { Key: key("next") } },
      { PutRequest: { Item: key("head") } },
      { DeleteRequest: { Key: { pk: { N: "1" }, sk: { S: "head" } } } },
      { DeleteRequest: { Key: { pk: { S: "L#orders" }, sk: { N: "1" } } } },
    ];
    service.next(answered({ UnprocessedItems: { orders: requests } }));
    expect(await table().deleteMany([KEY, OTHER])).toEqual([OTHER]);
  });

  test("takes an answer that says nothing", async () => {
    service.next(answered({}), answered({ UnprocessedItems: { others: [] } }));
    expect(await table().deleteMany([KEY])).toEqual([]);
    expect(await table().deleteMany([KEY])).toEqual([]);
  });
});

describe("an answer that is not DynamoDB's", () => {
  const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["GetItem", () => table().get(KEY)],
    ["BatchGetItem", () => table().getMany([KEY])],
    [
      "Query",
      () => {
        const input = { KeyConditionExpression: "#pk = :lane", values: { ":lane": "L#orders" } };
        return table().query({ ...input, after: undefined, consistent: true });
      },
    ],
    ["Scan", () => table().scan({ ...SCAN, after: undefined })],
    ["UpdateItem", () => table().change({ key: KEY, update: "REMOVE #a" })],
    ["TransactWriteItems", () => table().transact([{ kind: "delete", key: KEY }], "t")],
    ["BatchWriteItem", () => table().deleteMany([KEY])],
  ];
  const fault = {
    name: "LedgerFault",
    reason: "unanswered",
    message:
      "The ledger did not answer (ForeignAnswer: status 200: nothing of what was asked for is in it). This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.",
  };

  test.each(calls)("is a fault of %s", async (_, call) => {
    for (const body of [undefined, [], { message: "ok" }, "ok", 5, null]) {
      service.next(answered(body));
      expect([body, await faultOf(call())]).toEqual([body, fault]);
    }
  });

  test.each(calls)("is one with another status than 200: %s", async (_, call) => {
    const items = { Items: [], Count: 0, Responses: { orders: [] }, Attributes: {} };
    for (const status of [201, 202, 204, 206, 226]) {
      for (const body of [undefined, {}, [], items]) {
        service.next({ status, body: status === 204 ? undefined : body });
        const message = fault.message.replace("status 200", `status ${status}`);
        expect([status, body, await faultOf(call())]).toEqual([
          status,
          body,
          { ...fault, message },
        ]);
      }
    }
  });

  test.each(calls.slice(1, 5))("is an empty one to %s, whatever is said of it", async (_, call) => {
    for (const headers of [{}, { "x-amzn-RequestId": "r" }]) {
      service.next(answered({}, headers));
      expect(await faultOf(call())).toEqual(fault);
    }
  });

  test("is none that has a request's id, or a word of its own", async () => {
    service.next(
      answered({ Later: 1 }, { "x-amzn-RequestId": "r" }),
      answered(undefined, { "X-AMZN-REQUESTID": "r" }),
      answered({ Later: 1, ConsumedCapacity: {} }),
    );
    for (const _ of ["later", "nothing", "both"]) expect(await table().get(KEY)).toBeUndefined();
  });

  test("is none when it is a refusal", async () => {
    service.next(failed(400, "ConditionalCheckFailedException"));
    expect(await table().change({ key: KEY, update: "REMOVE #a" })).toEqual({
      kind: "refused",
      item: undefined,
    });
  });
});

test("one client serves all calls, and waits for none for ever", async () => {
  const one = table();
  const sent = vi.spyOn(DynamoDBClient.prototype, "send");
  service.next(answered({}), answered({}));
  await one.get(KEY);
  await one.get(OTHER);
  const clients = new Set(sent.mock.contexts);
  sent.mockRestore();
  const config = {
    connectionTimeout: 3_000,
    requestTimeout: 5_000,
    socketTimeout: 5_000,
    throwOnRequestTimeout: true,
  };
  // As the SDK's own handler of requests has them.
  expect([...clients]).toMatchObject([{ config: { requestHandler: { config } } }]);
});

async function faultOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error("It did not fail.");
  const { name, message } = error;
  return error instanceof LedgerFault ? { name, message, reason: error.reason } : { name, message };
}
