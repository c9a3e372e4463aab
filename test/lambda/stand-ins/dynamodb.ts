import { isObject } from "../../../shared/json.ts";
import {
  type Expressions,
  fieldOf,
  holds,
  type Item,
  projected,
  updated,
} from "./dynamo-expressions.ts";
import { type Loopback, type LoopbackReply, startLoopback } from "./loopback.ts";

/**
 * One table of DynamoDB as far as the ledger uses it: awsJson1.0, conditions, transactions, pages.
 * Each call takes effect at one moment. The real expressions run against it in a tenth of a second;
 * whether DynamoDB reads them in the same way, the end-to-end stories on moto tell.
 */
export interface DynamoDb extends Loopback {
  readonly items: ReadonlyMap<string, Item>;
  /** Puts an item there as if somebody else had. */
  put(key: string, item: Item): void;
  /** Names of the calls, in order. */
  readonly calls: readonly string[];
  /** What a call gets instead, such as throttling; called for each one. */
  refuse: (call: string) => { readonly status: number; readonly type: string } | undefined;
}

/** Items on a page; small, so that pages are tried. */
const PAGE = 3;

type Answer = Readonly<Record<string, unknown>>;

class Refused extends Error {
  readonly body: Answer;
  constructor(body: Answer) {
    super("refused");
    this.body = body;
  }
}

export async function startDynamoDb(): Promise<DynamoDb> {
  const items = new Map<string, Item>();
  const calls: string[] = [];

  const get = (input: unknown) => items.get(keyOf(fieldOf(input, "Key")));

  function check(input: unknown, item: Item | undefined): boolean {
    const condition = fieldOf(input, "ConditionExpression");
    return typeof condition !== "string" || holds(condition, item, expressionsOf(input));
  }

  function write(input: unknown): Item {
    const key = keyItem(fieldOf(input, "Key"));
    const update = String(fieldOf(input, "UpdateExpression"));
    return updated(update, items.get(keyOf(key)) ?? key, expressionsOf(input));
  }

  const operations: Readonly<Record<string, (input: Answer) => Answer>> = {
    GetItem: input => present({ Item: get(input) }),
    BatchGetItem: input =>
      onTables(input, "RequestItems", (request, table) => ({
        Responses: {
          [table]: listOf(fieldOf(request, "Keys")).flatMap(key => items.get(keyOf(key)) ?? []),
        },
      })),
    UpdateItem(input) {
      const before = get(input);
      if (!check(input, before)) {
        throw new Refused({
          __type: type("ConditionalCheckFailedException"),
          ...present({ Item: before }),
        });
      }
      const after = write(input);
      items.set(keyOf(after), after);
      return { Attributes: after };
    },
    BatchWriteItem: input =>
      onTables(input, "RequestItems", request => {
        for (const one of listOf(request))
          items.delete(keyOf(fieldOf(fieldOf(one, "DeleteRequest"), "Key")));
        return {};
      }),
    TransactWriteItems(input) {
      const parts = listOf(input["TransactItems"]).map(part => {
        const [kind, content] = Object.entries(isObject(part) ? part : {})[0] ?? ["", {}];
        const key = fieldOf(content, kind === "Put" ? "Item" : "Key");
        return { kind, content, before: items.get(keyOf(key)) };
      });
      const failed = parts.map(({ content, before }) => !check(content, before));
      if (failed.includes(true)) {
        throw new Refused({
          __type: type("TransactionCanceledException"),
          CancellationReasons: parts.map(({ before }, index) =>
            failed[index] === true
              ? { Code: "ConditionalCheckFailed", ...present({ Item: before }) }
              : { Code: "None" },
          ),
        });
      }
      for (const { kind, content } of parts) {
        if (kind === "Delete") items.delete(keyOf(fieldOf(content, "Key")));
        if (kind === "ConditionCheck" || kind === "Delete") continue;
        const after = kind === "Put" ? itemOf(fieldOf(content, "Item")) : write(content);
        items.set(keyOf(after), after);
      }
      return {};
    },
    Query(input) {
      const condition = String(input["KeyConditionExpression"]);
      const inIndex =
        input["IndexName"] === undefined ? () => true : (item: Item) => item["lanes"] !== undefined;
      return pageOf(input, item => inIndex(item) && holds(condition, item, expressionsOf(input)));
    },
    Scan(input) {
      const filter = String(input["FilterExpression"]);
      const parts = Number(input["TotalSegments"] ?? 1);
      const places = new Map([...items.values()].map((item, place) => [item, place % parts]));
      const page = pageOf(
        input,
        item =>
          places.get(item) === Number(input["Segment"] ?? 0) &&
          holds(filter, item, expressionsOf(input)),
      );
      const shown = String(input["ProjectionExpression"]);
      return {
        ...page,
        Items: listOf(page["Items"]).map(item =>
          projected(shown, itemOf(item), expressionsOf(input)),
        ),
      };
    },
  };

  function pageOf(input: Answer, wanted: (item: Item) => boolean): Answer {
    const found = [...items.values()]
      .filter(wanted)
      .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    const start = input["ExclusiveStartKey"];
    const rest = start === undefined ? found : found.filter(item => keyOf(item) > keyOf(start));
    const limit = Math.min(Number(input["Limit"] ?? PAGE), PAGE);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    if (rest.length <= limit || last === undefined) return { Items: page };
    const { pk, sk } = last;
    const lanes = input["IndexName"] === undefined ? {} : { lanes: last["lanes"] };
    return { Items: page, LastEvaluatedKey: { pk, sk, ...lanes } };
  }

  const server = await startLoopback(({ headers, body }): LoopbackReply => {
    const name = String(headers["x-amz-target"]).split(".")[1] ?? "";
    calls.push(name);
    const refusal = service.refuse(name);
    const replied = { "content-type": "application/x-amz-json-1.0" };
    if (refusal !== undefined) {
      return {
        status: refusal.status,
        headers: replied,
        body: { __type: type(refusal.type), message: "of the stand-in" },
      };
    }
    try {
      const input: unknown = JSON.parse(body);
      const answer = operations[name]?.(isObject(input) ? input : {});
      if (answer === undefined) throw new Error(`${name} is not known to the stand-in.`);
      return { status: 200, headers: replied, body: answer };
    } catch (error) {
      const refused =
        error instanceof Refused
          ? error.body
          : { __type: type("ValidationException"), message: String(error) };
      return { status: 400, headers: replied, body: refused };
    }
  });
  const service: DynamoDb = {
    ...server,
    items,
    calls,
    put: (key, item) => void items.set(key, item),
    refuse: () => undefined,
  };
  return service;
}

function expressionsOf(input: unknown): Expressions {
  const names: Record<string, string> = {};
  for (const [place, name] of Object.entries(itemOf(fieldOf(input, "ExpressionAttributeNames")))) {
    names[place] = String(name);
  }
  return { names, values: itemOf(fieldOf(input, "ExpressionAttributeValues")) };
}

function onTables(
  input: Answer,
  name: string,
  work: (request: unknown, table: string) => Answer,
): Answer {
  const [[table, request] = ["", {}]] = Object.entries(itemOf(input[name]));
  return work(request, table);
}

function keyItem(key: unknown): Item {
  return { ...itemOf(key) };
}

function keyOf(key: unknown): string {
  return `${String(fieldOf(fieldOf(key, "pk"), "S"))}\n${String(fieldOf(fieldOf(key, "sk"), "S"))}`;
}

function itemOf(value: unknown): Item {
  return isObject(value) ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function present(fields: Answer): Answer {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function type(name: string): string {
  return `com.amazonaws.dynamodb.v20120810#${name}`;
}
