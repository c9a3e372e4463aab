import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDynamoLedger } from "../../../../lambda/lanes/ledger/dynamo-ledger.ts";
import { type DynamoDb, startDynamoDb } from "../../stand-ins/dynamodb.ts";
import { decisionOf } from "../decisions.ts";
import { LEDGER_STORIES } from "./ledger-stories.ts";

let server: DynamoDb;

beforeAll(async () => {
  server = await startDynamoDb();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", server.origin);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "example");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe("the ledger in a table", () => {
  for (const [index, { name, play }] of LEDGER_STORIES.entries()) {
    test(name, () =>
      play({
        ledger: createDynamoLedger("ledger"),
        lane: `lane ${index}`,
        async expiry(pk, sk) {
          const ttl: unknown = server.items.get(`${pk}\n${sk}`)?.["ttl"];
          return ttl === undefined ? undefined : Number(Reflect.get(Object(ttl), "N"));
        },
      }),
    );
  }

  test("can be read by hand", async () => {
    const ledger = createDynamoLedger("ledger");
    const decision = decisionOf({ identity: "by hand", lane: "by hand" });
    await ledger.putEntry({ seq: 12, at: Date.UTC(2026, 10, 26), decision });
    await ledger.claim("by hand", 0, { id: 1, members: [{ seq: 12, round: 1 }] });
    expect(server.items.get("E#by hand\ne")).toMatchObject({
      lane: { S: "by hand" },
      seq: { N: "12" },
      round: { N: "1" },
      state: { S: "waiting" },
      at: { S: "2026-11-26T00:00:00.000Z" },
      decision: { M: { flow: { N: "12345" }, route: { S: "orders" } } },
    });
    expect(server.items.get("L#by hand\nW#000000000000012#1")).toMatchObject({
      identity: { S: "by hand" },
    });
    expect(server.items.get("L#by hand\nhead")).toEqual({
      pk: { S: "L#by hand" },
      sk: { S: "head" },
      rev: { N: "1" },
      nb: { N: "2" },
      begins: { M: {} },
      open: { M: { id: { N: "1" }, members: { L: [{ S: "12.1" }] } } },
    });
  });
});

describe("a table that does not do what it is asked", () => {
  test.each([
    [400, "ProvisionedThroughputExceededException", { name: "LedgerFault", reason: "throttled" }],
    [400, "TransactionConflictException", { name: "LedgerFault", reason: "conflict" }],
    [500, "InternalServerError", { name: "LedgerFault", reason: "unanswered" }],
    [
      400,
      "ResourceNotFoundException",
      { name: "Error", message: /no table ledger.*ETLWORKS_LEDGER/s },
    ],
    [400, "AccessDeniedException", { name: "Error", message: /Allow its role/ }],
  ])("%i %s", async (status, type, expected) => {
    server.refuse = () => ({ status, type });
    const failure = createDynamoLedger("ledger").readHead("any");
    await expect(failure).rejects.toMatchObject(
      "message" in expected
        ? { name: expected.name, message: matching(expected.message) }
        : expected,
    );
    server.refuse = () => undefined;
  });
});

/** Vitest types its matchers as any. */
function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
