import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { fromItem, toItem } from "../../../lambda/lanes/attribute-value.ts";
import { readEntryItem } from "../../../lambda/lanes/table-items.ts";
import type { Decision } from "../../../lambda/order.ts";
import { isObject } from "../../../shared/json.ts";
import { field, textField } from "../../../shared/json-fields.ts";
import { type Loopback, startLoopback } from "./loopback.ts";

/**
 * DynamoDB as far as the dispatcher's way goes: it counts in a lane, writes an entry and its ticket
 * in one transaction, and reads a head that nobody wrote. What it does not know, it refuses.
 */
export interface DynamoDb extends Loopback {
  /** Of the ledger's entries, in the order in which they were numbered. */
  readonly decisions: readonly Decision[];
}

type Item = Record<string, AttributeValue>;

export async function startDynamoDb(): Promise<DynamoDb> {
  const items = new Map<string, Item>();
  const answers: Readonly<Record<string, (request: unknown) => Answer>> = {
    GetItem: request => ok({ Item: items.get(keyOf(field(request, "Key"))) }),
    UpdateItem: request => ok({ Attributes: count(items, request) }),
    TransactWriteItems: request => putAll(items, request),
  };
  const server = await startLoopback(({ headers, body }) => {
    const operation = String(headers["x-amz-target"]).split(".")[1] ?? "";
    const answer = answers[operation];
    const { status, value } =
      answer === undefined
        ? { status: 400, value: { __type: `UnknownOperationException: ${operation}` } }
        : answer(JSON.parse(body));
    return { status, headers: { "content-type": "application/x-amz-json-1.0" }, body: value };
  });
  return {
    ...server,
    get decisions() {
      return [...items]
        .filter(([key]) => key.startsWith("E#"))
        .map(([, item]) => readEntryItem(fromItem(item)))
        .toSorted((one, other) => one.seq - other.seq)
        .map(({ decision }) => decision);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly value: unknown;
}

function ok(value: unknown): Answer {
  return { status: 200, value };
}

/** `ADD #next :count SET …`: only the number is of interest. */
function count(items: Map<string, Item>, request: unknown): Item {
  if (textField(request, "UpdateExpression")?.startsWith("ADD #next :count SET ") !== true) {
    throw new Error("The stand-in counts, and changes nothing else.");
  }
  const key = keyOf(field(request, "Key"));
  const values = itemIn(field(request, "ExpressionAttributeValues"));
  const next = Number(items.get(key)?.["next"]?.N ?? 0) + Number(values[":count"]?.N);
  const item = { ...toItem({ next }), at: values[":at"] ?? { S: "" } };
  items.set(key, item);
  return item;
}

function putAll(items: Map<string, Item>, request: unknown): Answer {
  const parts = field(request, "TransactItems");
  const puts = (Array.isArray(parts) ? parts : []).map((part: unknown) => field(part, "Put"));
  const reasons = puts.map(put => {
    const known = items.get(keyOf(field(put, "Item")));
    const isFree = known === undefined || field(put, "ConditionExpression") === undefined;
    return isFree ? { Code: "None" } : { Code: "ConditionalCheckFailed", Item: known };
  });
  if (reasons.some(({ Code }) => Code !== "None")) {
    return {
      status: 400,
      value: {
        __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        message: "cancelled",
        CancellationReasons: reasons,
      },
    };
  }
  for (const put of puts) {
    const item = itemIn(field(put, "Item"));
    items.set(keyOf(item), item);
  }
  return ok({});
}

function keyOf(item: unknown): string {
  return `${textField(field(item, "pk"), "S")} ${textField(field(item, "sk"), "S")}`;
}

/** As the SDK has written it. */
function itemIn(value: unknown): Item {
  return isItem(value) ? value : {};
}

function isItem(value: unknown): value is Item {
  return isObject(value);
}
