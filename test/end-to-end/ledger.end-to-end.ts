import { afterAll, beforeAll, describe, test } from "vitest";
import { createDynamoLedger } from "../../lambda/lanes/ledger/dynamo-ledger.ts";
import { LEDGER_STORIES } from "../lambda/lanes/ledger/ledger-stories.ts";
import { REGION } from "./lambda-function.ts";
import { createLedgerTable, type LedgerTable } from "./ledger-table.ts";
import { type Moto, startMoto } from "./moto.ts";

describe("the ledger in DynamoDB", () => {
  const TABLE = "ledger";
  const before = { ...process.env };
  let moto: Moto;
  let table: LedgerTable;

  beforeAll(async () => {
    moto = await startMoto();
    table = await createLedgerTable(moto.url, TABLE);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: moto.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "example",
      AWS_SECRET_ACCESS_KEY: "example",
    });
  });

  afterAll(async () => {
    process.env = before;
    await moto.stop();
  });

  // moto undoes a refused transaction by putting back a copy of the table, others' writes included.
  const isolated = false;

  for (const [index, { name, play }] of LEDGER_STORIES.entries()) {
    test(name, () =>
      play({
        ledger: createDynamoLedger(TABLE),
        lane: `lane ${index}`,
        expiry: readExpiry,
        isolated,
      }),
    );
  }

  async function readExpiry(pk: string, sk: string): Promise<number | undefined> {
    const seconds = (await table.item(pk, sk))?.["ttl"]?.N;
    return seconds === undefined ? undefined : Number(seconds);
  }
});
