import type {
  DynamoDBClient,
  QueryCommandInput,
  QueryCommandOutput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { ForeignAnswer } from "../../aws/answers.ts";
import { timeLimits } from "../../aws/time-limits.ts";
import { lazyPart } from "../../lazy-part.ts";
import { type Fields, fromItem, toItem } from "./attribute-value.ts";
import { type Conditions, conditionOf, places } from "./dynamo-expressions.ts";
import { explainFault } from "./dynamo-faults.ts";
import {
  type RefusedChange,
  type RefusedTransaction,
  refusedChange,
  refusedTransaction,
} from "./dynamo-refusals.ts";
import { LedgerFault } from "./ledger-fault.ts";
import type { Key } from "./table-keys.ts";

/** A change of one item: DynamoDB's expressions, in which `#name` stands for the attribute `name`. */
export interface Change extends Conditions {
  readonly key: Key;
  readonly update: string;
}

export type Changed = { readonly kind: "done"; readonly item: Fields } | RefusedChange;

export type Transacted = { readonly kind: "done" } | RefusedTransaction;

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
  ): Promise<ItemPage>;
  scan(input: Scan & { readonly after: Fields | undefined }): Promise<ItemPage>;
  change(change: Change): Promise<Changed>;
  transact(parts: readonly TransactionPart[], token: string): Promise<Transacted>;
  /** Resolves with the keys that the table did not take. */
  deleteMany(keys: readonly Key[]): Promise<readonly Key[]>;
}

/** Of a part of the table, which attributes of which items. */
export interface Scan {
  readonly FilterExpression: string;
  readonly ProjectionExpression: string;
  readonly Segment: number;
  readonly TotalSegments: number;
  readonly values: Fields;
}

export interface ItemPage {
  readonly items: readonly Fields[];
  readonly after?: Fields;
}

export type TransactionPart =
  | { readonly kind: "put"; readonly item: Fields; readonly condition?: string }
  | { readonly kind: "delete"; readonly key: Key }
  | ({ readonly kind: "change" } & Change)
  | ({
      readonly kind: "check";
      readonly key: Key;
      readonly condition: string;
    } & Conditions);

type Sdk = typeof import("../../aws/dynamo-client.ts");

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
    const sdk = await import("../../aws/dynamo-client.ts");
    const client = new sdk.DynamoDBClient({ requestHandler: timeLimits(ANSWER_MS) });
    sdk.refuseForeignAnswers(client);
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
        const answer = await send(async (client, { BatchGetItemCommand }) => {
          const RequestItems = { [table]: { Keys, ConsistentRead: true } };
          const got = await client.send(new BatchGetItemCommand({ RequestItems }));
          answeredWith(got.Responses ?? got.UnprocessedKeys);
          return got;
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

    scan: ({ values, after, ...input }) =>
      send(async (client, { ScanCommand }) => {
        const answer = await client.send(
          new ScanCommand({
            TableName,
            ...input,
            ...places([input.FilterExpression, input.ProjectionExpression], values),
            ...(after !== undefined && { ExclusiveStartKey: toItem(after) }),
          }),
        );
        return pageOf(answer);
      }),

    change: change =>
      send<Changed>(async (client, { UpdateItemCommand }) => {
        const input: UpdateItemCommandInput = { ...updateOf(change), ReturnValues: "ALL_NEW" };
        const { Attributes } = await client.send(new UpdateItemCommand(input));
        return { kind: "done", item: fromItem(answeredWith(Attributes)) };
      }, refusedChange),

    transact: (parts, ClientRequestToken) =>
      send<Transacted>(async (client, { TransactWriteItemsCommand }) => {
        const TransactItems = parts.map(transactItem);
        const input = { TransactItems, ClientRequestToken };
        await client.send(new TransactWriteItemsCommand(input));
        return { kind: "done" };
      }, refusedTransaction),

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

  function transactItem(part: TransactionPart): TransactWriteItem {
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

/** What DynamoDB always answers. Without it a write counts as done, and a lane as empty. */
function answeredWith<Answer>(answer: Answer | undefined): Answer {
  if (answer !== undefined) return answer;
  throw new ForeignAnswer();
}

function pageOf(
  answer: Pick<QueryCommandOutput, "Items" | "Count" | "LastEvaluatedKey">,
): ItemPage {
  answeredWith(answer.Items ?? answer.Count);
  const items = (answer.Items ?? []).map(fromItem);
  return answer.LastEvaluatedKey === undefined
    ? { items }
    : { items, after: fromItem(answer.LastEvaluatedKey) };
}

function leftOut(what: string, count: number): LedgerFault {
  return new LedgerFault("throttled", `The ledger is busy: ${count} items were not ${what}.`);
}
