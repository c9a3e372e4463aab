import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandOutput,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { REGION } from "./lambda-function.ts";

/** The ledger's table, as the template makes it, in a stand-in of AWS. */
export interface LedgerTable {
  readonly item: (pk: string, sk: string) => Promise<GetItemCommandOutput["Item"]>;
  /** All of it, as JSON. */
  readonly dump: () => Promise<string>;
}

export async function createLedgerTable(url: string, TableName: string): Promise<LedgerTable> {
  const client = new DynamoDBClient({
    endpoint: url,
    region: REGION,
    credentials: { accessKeyId: "example", secretAccessKey: "example" },
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk", "lanes"].map(AttributeName => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "lanes",
          KeySchema: [
            { AttributeName: "lanes", KeyType: "HASH" },
            { AttributeName: "pk", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  return {
    async item(pk, sk) {
      const Key = { pk: { S: pk }, sk: { S: sk } };
      return (await client.send(new GetItemCommand({ TableName, Key }))).Item;
    },
    async dump() {
      return JSON.stringify((await client.send(new ScanCommand({ TableName }))).Items);
    },
  };
}
