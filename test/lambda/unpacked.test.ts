import { cp, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { type BuiltHandler, importHandler } from "./stand-ins/built-handler.ts";
import { type DynamoDb, startDynamoDb } from "./stand-ins/dynamodb.ts";
import { type LambdaInvoke, startLambdaInvoke } from "./stand-ins/lambda-invoke.ts";
import { type SecretsManager, startSecretsManager } from "./stand-ins/secrets-manager.ts";
import { FROM_SOURCES, sharedBundles } from "./stand-ins/shared-bundles.ts";

/** The built files somewhere else than where they were built, and one of them not there at first. */

const LANE = "arn:aws:lambda:eu-central-1:123456789012:function:lane:live";
const MISSING = /could not be loaded \(.*\)\. Deploy all files of dist\/lambda of one release/;

let folder: string;
let etlworks: Sandbox;
let secretsManager: SecretsManager;
let lambda: LambdaInvoke;
let dynamo: DynamoDb;

beforeEach(async () => {
  // Under this name they are left to Node's own import.
  folder = join(await mkdtemp(join(tmpdir(), "unpacked-")), "node_modules");
  const { directory } = await sharedBundles();
  await cp(directory, folder, { recursive: true });
  [etlworks, secretsManager, lambda, dynamo] = await Promise.all([
    startSandbox({ flows: [{ id: 1, name: "orders" }] }),
    startSecretsManager(),
    startLambdaInvoke(),
    startDynamoDb(),
  ]);
  secretsManager.secrets.set("etlworks/key", { text: etlworks.apiKey });
});
afterEach(async () => {
  await Promise.all([etlworks.close(), secretsManager.close(), lambda.close(), dynamo.close()]);
  await rm(join(folder, ".."), { recursive: true });
});

function dispatcher(environment: Readonly<Record<string, string>>): Promise<BuiltHandler> {
  return importHandler({ directory: folder, sizes: new Map() }, "dispatcher", {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.origin,
    AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
    ETLWORKS_BASE_URL: etlworks.baseUrl,
    ETLWORKS_ROUTES: JSON.stringify([{ name: "orders", when: { source: ["shop"] }, flow: 1 }]),
    ...environment,
  });
}

const inPlace = { ETLWORKS_SECRET_ID: "etlworks/key" };
const throughLanes = { ETLWORKS_LEDGER: "ledger", ETLWORKS_LANE: LANE };
const event = { source: "shop", "detail-type": "Order", id: "event-1", detail: {} };

describe.skipIf(FROM_SOURCES)("a file that is missing", () => {
  it.each([
    ["dynamo-client", throughLanes],
    ["lambda-client", throughLanes],
    ["secrets-client", inPlace],
    ["in-place-launcher", inPlace],
  ])(
    "%s fails the event with what to do, and the next one runs when it is back",
    async (part, how) => {
      const file = (await readdir(folder)).find(name => name.startsWith(`${part}-`)) ?? "";
      const away = join(folder, "..", file);
      const handler = await dispatcher(how);
      await rename(join(folder, file), away);
      await expect(handler.invoke(event)).rejects.toThrow(MISSING);
      expect(etlworks.model.runs).toHaveLength(0);
      await rename(away, join(folder, file));
      await handler.invoke(event);
      const started = how === inPlace ? etlworks.model.runs.length : lambda.executions.size;
      expect(started).toBe(1);
    },
  );
});
