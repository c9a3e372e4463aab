import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { type BuiltHandler, importHandler } from "../stand-ins/built-handler.ts";
import { type SecretsManager, startSecretsManager } from "../stand-ins/secrets-manager.ts";
import { type Bundles, sharedBundles } from "../stand-ins/shared-bundles.ts";

/** What the routes promise, asked of the function as it is deployed. */
let bundles: Bundles;
let etlworks: Sandbox;
let secretsManager: SecretsManager;

beforeAll(async () => {
  bundles = await sharedBundles();
}, 60_000);
beforeEach(async () => {
  [etlworks, secretsManager] = await Promise.all([
    startSandbox({ flows: [{ id: 7, name: "flow 7", starts: [{ code: 4 }] }] }),
    startSecretsManager(),
  ]);
  secretsManager.secrets.set("etlworks/key", { text: etlworks.apiKey });
});
afterEach(() => Promise.all([etlworks.close(), secretsManager.close()]));

function dispatcher(
  routes: unknown,
  environment: Readonly<Record<string, string>> = {},
): Promise<BuiltHandler> {
  return importHandler(bundles, "dispatcher", {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.origin,
    ETLWORKS_BASE_URL: etlworks.baseUrl,
    ETLWORKS_SECRET_ID: "etlworks/key",
    ETLWORKS_ROUTES: typeof routes === "string" ? routes : JSON.stringify(routes),
    ...environment,
  });
}

const ROUTE = { name: "orders", when: { source: ["aws.s3"] }, flow: 7 };

function object(key: string, size = 9): object {
  return {
    source: "aws.s3",
    "detail-type": "Object Created",
    id: `event of ${key}`,
    detail: { bucket: { name: "landing" }, object: { key, size, "version-id": "v1" } },
  };
}

function queue(...bodies: readonly unknown[]): unknown {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index + 1}`,
      eventSource: "aws:sqs",
      body: JSON.stringify(body),
    })),
  };
}

function starts(): number {
  return etlworks.requests.filter(({ method }) => method === "POST").length;
}

describe("a dispatcher", () => {
  it("starts one flow once for an event that two values of a list want", async () => {
    const key = [{ wildcard: "*/orders/*" }, { suffix: { "equals-ignore-case": ".csv" } }];
    const handler = await dispatcher([{ ...ROUTE, when: { detail: { object: { key } } } }]);
    await handler.invoke(queue(object("in/orders/1.CSV"), object("2.csv"), object("3.txt")));
    expect(starts()).toBe(2);
  });

  it("starts nothing with routes that need what it has not", async () => {
    const parameters = { list: "{batch.manifest}" };
    const handler = await dispatcher([{ ...ROUTE, batch: {}, parameters }]);
    await expect(handler.invoke(queue(object("a")))).rejects.toThrow(
      /routes\[0\]\.batch: .*ETLWORKS_LEDGER.*routes\[0\]\.parameters\.list: .*ETLWORKS_MANIFESTS/s,
    );
    expect(starts()).toBe(0);
  });

  it("starts nothing with a number that JSON rounds", async () => {
    const text =
      '[{"name": "a", "flow": 7, "when": {"detail": {"n": [{"numeric": ["<", 1e309]}]}}}]';
    const handler = await dispatcher(text);
    await expect(handler.invoke(queue(object("a")))).rejects.toThrow(
      "routes[0].when.detail.n[0].numeric[1]: the number 1e309 cannot be kept exactly",
    );
  });

  it("starts nothing with a file of routes in another encoding, which no key would match", async () => {
    const folder = await mkdtemp(join(tmpdir(), "etlworks-routes-"));
    try {
      const file = join(folder, "routes.json");
      const key = [{ prefix: "Aufträge/" }];
      const text = JSON.stringify([{ ...ROUTE, when: { detail: { object: { key } } } }]);
      const settings = { ETLWORKS_ROUTES: "", ETLWORKS_ROUTES_FILE: file };
      const handler = await dispatcher([], settings);
      await writeFile(file, Buffer.from(text, "latin1"));
      await expect(handler.invoke(queue(object("Aufträge/1.csv")))).rejects.toThrow(
        "The routes are refused: the file is not UTF-8 but another encoding, such as Windows-1252. Save it as UTF-8.",
      );
      await writeFile(file, `\uFEFF${text}`);
      await handler.invoke(queue(object("Aufträge/1.csv")));
      expect(starts()).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("starts the flow for the empty marker that a route names", async () => {
    const key = [{ suffix: "/_SUCCESS" }];
    const handler = await dispatcher([{ ...ROUTE, when: { detail: { object: { key } } } }]);
    await handler.invoke(queue(object("out/_SUCCESS", 0), object("out/part", 0)));
    expect(starts()).toBe(1);
  });

  it("goes on beside messages made to be slow", async () => {
    const slow = Array.from({ length: 4 }, (_, index) => ({
      ...ROUTE,
      name: `slow ${index}`,
      parameters: { file: "{key}" },
      accept: "(a+)+",
    }));
    const long = "n".repeat(17_000);
    const wide = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [index, 1]));
    const handler = await dispatcher([...slow, { ...ROUTE, name: "plain" }]);
    const begun = performance.now();
    const reply = await handler.invoke(
      queue(
        object(`${"a".repeat(40)}!`),
        { ...object("aa"), [long]: wide },
        object(`${"a".repeat(41)}!`),
        object("aaa"),
      ),
    );
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(reply).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }, { itemIdentifier: "message-3" }],
    });
  });
});
