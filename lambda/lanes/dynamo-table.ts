import type {
  DynamoDBClient,
  QueryCommandInput,
  QueryCommandOutput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { isObject } from "../../shared/json.ts";
import { timeLimits } from "../aws/time-limits.ts";
import { lazyPart } from "../lazy-part.ts";
import { fromItem, type Item, toItem } from "./attribute-value.ts";
import { explainFault, faultReason, tooLarge } from "./dynamo-faults.ts";
import { LedgerFault } from "./ledger-fault.ts";
import type { Key } from "./table-keys.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** A change of one item: DynamoDB's expressions, in which `#name` stands for the attribute `name`. */
export interface Change extends Conditions {
  readonly key: Key;
  readonly update: string;
}

interface Conditions {
  readonly condition?: string;
  /** For the places `:name`. */
  readonly values?: Fields;
  /** For names that are not the attribute's own, such as a route's. */
  readonly names?: Readonly<Record<string, string>>;
}

export type Changed =
  | { readonly kind: "done"; readonly item: Fields }
  /** The condition does not hold; the item as it is, if there is one. */
  | { readonly kind: "refused"; readonly item: Fields | undefined };

/** Of a transaction: what each of its parts met, in their order. */
export type Transacted =
  | { readonly kind: "done" }
  | {
      readonly kind: "refused";
      readonly parts: readonly { readonly refused: boolean; readonly item: Fields | undefined }[];
    };

/** One table, in plain data: what of DynamoDB the ledger needs, and nothing of lanes. */
export interface DynamoTable {
  get(key: Key): Promise<Fields | undefined>;
  getMany(keys: readonly Key[]): Promise<readonly Fields[]>;
  query(
    input: Pick<QueryCommandInput, "KeyConditionExpression" | "IndexName" | "Limit"> & {
      readonly values: Fields;
      readonly after: Fields | undefined;
      readonly consistent: boolean;
    },
  ): Promise<Page>;
  scan(input: {
    readonly filter: string;
    readonly values: Fields;
    readonly after: Fields | undefined;
  }): Promise<Page>;
  change(change: Change): Promise<Changed>;
  transact(parts: readonly Part[], token: string): Promise<Transacted>;
  /** Resolves with the keys that the table did not take. */
  deleteMany(keys: readonly Key[]): Promise<readonly Key[]>;
}

export interface Page {
  readonly items: readonly Fields[];
  readonly after?: Fields;
}

export type Part =
  | { readonly kind: "put"; readonly item: Fields; readonly condition?: string }
  | { readonly kind: "delete"; readonly key: Key }
  | ({ readonly kind: "change" } & Change)
  | ({
      readonly kind: "check";
      readonly key: Key;
      readonly condition: string;
    } & Conditions);

type Sdk = typeof import("../aws/dynamo-client.ts");

/** How long one call may take, its connection included. */
const ANSWER_MS = 5_000;

/** Calls for what a batch read or write left out, before it counts as throttled. */
const MAX_CALLS = 5;

/**
 * The SDK is loaded with the first call; its endpoint, region and credentials come from its usual
 * variables, and it tries throttled calls three times by itself. Each of ours may be tried again:
 * a condition that a first try made untrue is seen by whoever reads the item that comes with it.
 */
export function createDynamoTable(table: string): DynamoTable {
  const connected = lazyPart(async () => {
    const sdk = await import("../aws/dynamo-client.ts");
    const client = new sdk.DynamoDBClient({ requestHandler: timeLimits(ANSWER_MS) });
    return { sdk, client };
  });

  async function send<T>(
    work: (client: DynamoDBClient, sdk: Sdk) => Promise<T>,
    onRefusal?: (error: unknown) => T | undefined,
  ): Promise<T> {
    const { sdk, client } = await connected();
    try {
      return await work(client, sdk);
    } catch (error) {
      const refusal = onRefusal?.(error);
      if (refusal !== undefined) return refusal;
      throw explainFault(error, table);
    }
  }

  const TableName = table;
  return {
    get: key =>
      send(async (client, { GetItemCommand }) => {
        const input = { TableName, Key: toItem(key), ConsistentRead: true };
        const { Item } = await client.send(new GetItemCommand(input));
        return Item && fromItem(Item);
      }),

    async getMany(keys) {
      const items: Fields[] = [];
      let rest = keys.map(toItem);
      for (let calls = 0; rest.length > 0; calls += 1) {
        if (calls === MAX_CALLS) throw leftOut("read", rest.length);
        const Keys = rest;
        const answer = await send((client, { BatchGetItemCommand }) => {
          const RequestItems = { [table]: { Keys, ConsistentRead: true } };
          return client.send(new BatchGetItemCommand({ RequestItems }));
        });
        items.push(...(answer.Responses?.[table] ?? []).map(fromItem));
        rest = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      }
      return items;
    },

    query: ({ values, after, consistent, ...input }) =>
      send(async (client, { QueryCommand }) => {
        const answer = await client.send(
          new QueryCommand({
            TableName,
            ...input,
            ConsistentRead: consistent,
            ...places([input.KeyConditionExpression ?? ""], values),
            ...(after !== undefined && { ExclusiveStartKey: toItem(after) }),
          }),
        );
        return pageOf(answer);
      }),

    scan: ({ filter, values, after }) =>
      send(async (client, { ScanCommand }) => {
        const answer = await client.send(
          new ScanCommand({
            TableName,
            FilterExpression: filter,
            ...places([filter], values),
            ...(after !== undefined && { ExclusiveStartKey: toItem(after) }),
          }),
        );
        return pageOf(answer);
      }),

    change: change =>
      send<Changed>(
        async (client, { UpdateItemCommand }) => {
          const input: UpdateItemCommandInput = { ...updateOf(change), ReturnValues: "ALL_NEW" };
          const { Attributes = {} } = await client.send(new UpdateItemCommand(input));
          return { kind: "done", item: fromItem(Attributes) };
        },
        error => {
          if (!isNamed(error, "ConditionalCheckFailedException")) return undefined;
          return { kind: "refused", item: itemIn(error) };
        },
      ),

    transact: (parts, ClientRequestToken) =>
      send<Transacted>(
        async (client, { TransactWriteItemsCommand }) => {
          const TransactItems = parts.map(transactItem);
          const input = { TransactItems, ClientRequestToken };
          await client.send(new TransactWriteItemsCommand(input));
          return { kind: "done" };
        },
        error => {
          if (!isNamed(error, "TransactionCanceledException")) return undefined;
          return readCancellation(error);
        },
      ),

    async deleteMany(keys) {
      const { UnprocessedItems } = await send((client, { BatchWriteItemCommand }) => {
        const requests = keys.map(key => ({ DeleteRequest: { Key: toItem(key) } }));
        return client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
      });
      return (UnprocessedItems?.[table] ?? []).flatMap(({ DeleteRequest }) => {
        const { pk, sk } = fromItem(DeleteRequest?.Key ?? {});
        return typeof pk === "string" && typeof sk === "string" ? { pk, sk } : [];
      });
    },
  };

  function updateOf(change: Change) {
    const { key, update } = change;
    return {
      TableName,
      Key: toItem(key),
      UpdateExpression: update,
      ...conditionOf(change, update),
    };
  }

  function transactItem(part: Part): TransactWriteItem {
    switch (part.kind) {
      case "put": {
        return { Put: { TableName, Item: toItem(part.item), ...conditionOf(part) } };
      }
      case "delete":
        return { Delete: { TableName, Key: toItem(part.key) } };
      case "change":
        return { Update: updateOf(part) };
      case "check":
        return {
          ConditionCheck: {
            TableName,
            Key: toItem(part.key),
            ...conditionOf(part),
            ConditionExpression: part.condition,
          },
        };
    }
  }
}

function conditionOf({ condition, values, names }: Conditions, update = "") {
  const all = places([update, condition ?? ""], values, names);
  if (condition === undefined) return all;
  return {
    ...all,
    ConditionExpression: condition,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

/** Every name by a place, since half the words that offer themselves are reserved. */
function places(
  expressions: readonly string[],
  values: Fields = {},
  given: Readonly<Record<string, string>> = {},
) {
  const names: Record<string, string> = {};
  for (const [, name = ""] of expressions.join(" ").matchAll(/#(\w+)/g)) {
    names[`#${name}`] = given[name] ?? name;
  }
  const item = toItem(values);
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(item).length > 0 && { ExpressionAttributeValues: item }),
  };
}

function pageOf(answer: Pick<QueryCommandOutput, "Items" | "LastEvaluatedKey">): Page {
  const items = (answer.Items ?? []).map(fromItem);
  return answer.LastEvaluatedKey === undefined
    ? { items }
    : { items, after: fromItem(answer.LastEvaluatedKey) };
}

/** A transaction that met nothing but untrue conditions was refused; anything else is a fault. */
function readCancellation(error: unknown): Transacted {
  const reasons = cancellationReasons(error);
  const parts = reasons.map(({ Code, Item }) => ({
    refused: Code === "ConditionalCheckFailed",
    item: Item && fromItem(Item),
  }));
  const fault = reasons.map(({ Code }) => faultReason(Code)).find(reason => reason !== undefined);
  if (fault !== undefined) throw new LedgerFault(fault, "The ledger is busy with this event.");
  if (!parts.some(({ refused }) => refused)) {
    const said = reasons.map(({ Code = "", Message }) =>
      Message === undefined ? Code : `${Code}: ${Message}`,
    );
    const message = said.join(", ");
    throw new Error(tooLarge(message) ?? `The ledger refused a transaction: ${message}`);
  }
  return { kind: "refused", parts };
}

interface Reason {
  readonly Code?: string;
  readonly Message?: string;
  readonly Item?: Item;
}

function cancellationReasons(error: unknown): readonly Reason[] {
  if (!isObject(error)) return [];
  const reasons = error["CancellationReasons"];
  return Array.isArray(reasons) ? reasons.filter(isReason) : [];
}

/** As the SDK has read them. */
function isReason(value: unknown): value is Reason {
  return isObject(value);
}

function itemIn(error: unknown): Fields | undefined {
  if (!isObject(error)) return undefined;
  const reason: unknown = { Item: error["Item"] };
  return isReason(reason) && reason.Item !== undefined ? fromItem(reason.Item) : undefined;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function leftOut(what: string, count: number): LedgerFault {
  return new LedgerFault("throttled", `The ledger is busy: ${count} items were not ${what}.`);
}
