import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectEtlworks, createAccess } from "../../../lambda/aws/etlworks-access.ts";
import { readEnvironment, type Variables } from "../../../lambda/environment.ts";
import type { HttpReply, HttpRequest } from "../../../shared/etlworks/http/http.ts";
import { createSecrets } from "../../../shared/secrets.ts";
import { stubAwsVariables } from "../stand-ins/aws-variables.ts";
import { type LoopbackRequest, startLoopback } from "../stand-ins/loopback.ts";
import { type SecretsManager, startSecretsManager } from "../stand-ins/secrets-manager.ts";

let manager: SecretsManager;
let etlworks: Awaited<ReturnType<typeof startEtlworks>>;

beforeEach(async () => {
  manager = await startSecretsManager();
  etlworks = await startEtlworks();
  manager.secrets.set("etlworks/key", { text: '{"apiKey": "key-one", "etl": "key-two"}' });
  stubAwsVariables("SECRETS_MANAGER", manager.origin);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await manager.close();
  await etlworks.close();
});

/** A connection as a handler makes it; what it has told of secrets and counted. */
function connected(more: Variables = {}) {
  const variables: Variables = {
    ETLWORKS_BASE_URL: `${etlworks.origin}/rest`,
    ETLWORKS_ALLOW_HTTP: "true",
    ETLWORKS_SECRET_ID: "etlworks/key",
    ETLWORKS_ROUTES: "[]",
    ...more,
  };
  const told: string[] = [];
  const counted: string[] = [];
  const connection = connectEtlworks({
    environment: readEnvironment(variables, "/"),
    variables,
    secrets: createSecrets(form => void told.push(form)),
    metrics: {
      add: (name, value = 1) => void counted.push(`${name} ${value}`),
      flush: () => undefined,
    },
  });
  return { ...connection, told, counted };
}

describe("a connection to Etlworks", () => {
  it("sends the key of the secret, and counts each request", async () => {
    const { client, close, told, counted } = connected();
    expect(await client.flow(7)).toMatchObject({ kind: "value", value: { id: 7 } });
    await client.flow(8);
    expect(etlworks.requests.map(({ path }) => path)).toEqual([
      "/rest/v1/flows/7",
      "/rest/v1/flows/8",
    ]);
    expect(etlworks.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer key-one",
      "Bearer key-one",
    ]);
    expect(told).toContain("key-one");
    expect(counted).toEqual(["Requests 1", "Requests 1"]);
    expect(manager.fetches).toBe(1);
    close();
  });

  it("takes the key from the field that the setting names", async () => {
    const { client, close } = connected({ ETLWORKS_SECRET_ID: "etlworks/key#etl" });
    await client.flow(7);
    expect(etlworks.requests[0]?.headers.authorization).toBe("Bearer key-two");
    close();
  });

  it("sends the user's headers, which are secret, and which change none of its own", async () => {
    const { client, close, told } = connected({
      ETLWORKS_REQUEST_HEADERS: "X-Gateway: Basic gate-pass\nX-Tenant: tenant-one",
    });
    expect(told).toEqual(
      expect.arrayContaining(["Basic gate-pass", "gate-pass", "tenant-one"]) as unknown,
    );
    expect(told).not.toContain("x-gateway: Basic gate-pass");
    await client.flow(7);
    expect(etlworks.requests[0]?.headers).toMatchObject({
      "x-gateway": "Basic gate-pass",
      "x-tenant": "tenant-one",
      authorization: "Bearer key-one",
    });
    close();
  });

  it("goes through the proxy of the variables, whose password is secret", async () => {
    const { client, close, told } = connected({
      http_proxy: `http://olivia:proxy-pass@${etlworks.origin.replace("http://", "")}`,
      ETLWORKS_BASE_URL: "http://etlworks.example:81/rest",
    });
    expect(told).toContain("proxy-pass");
    await client.flow(7);
    expect(etlworks.requests.map(({ path }) => path)).toEqual([
      "http://etlworks.example:81/rest/v1/flows/7",
    ]);
    close();
  });

  it("keeps its connection within an invocation, and none after it", async () => {
    const { client, close } = connected();
    await client.flow(7);
    await client.flow(7);
    expect(etlworks.connections()).toBe(1);
    close();
    await client.flow(7);
    expect(etlworks.connections()).toBe(2);
    close();
  });

  it("measures the age of the secret and of an answer by the system's clock", async () => {
    const { client, close } = connected();
    await client.flow(7);
    const now = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 300_000);
    await client.flow(7);
    expect(manager.fetches).toBe(2);
    now.mockRestore();
    close();
  });
});

describe("a client with a secret that is a login", () => {
  function signedIn(...answers: readonly object[]) {
    const requests: HttpRequest[] = [];
    const left = [...answers];
    const told: string[] = [];
    let counted = 0;
    const client = createAccess({
      baseUrl: new URL("https://etlworks.example/rest"),
      fetchSecret: async () => ({
        kind: "text",
        text: '{"username": "olivia", "password": "pass-word"}',
      }),
      async send(request): Promise<HttpReply> {
        requests.push(request);
        const { status = 200, ...body } = { ...left.shift() } as { status?: number };
        return {
          kind: "answer",
          status,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
          cut: false,
        };
      },
      secrets: createSecrets(form => void told.push(form)),
      now: () => 0,
      epochMs: () => 0,
      monotonicMs: () => 0,
      onRequest: () => {
        counted += 1;
      },
    });
    return { client, requests, told, counted: () => counted };
  }

  it("signs in with it, hides the password and the token, and counts the sign-in too", async () => {
    const { client, requests, told, counted } = signedIn({ token: "to-ken" }, { id: 7, name: "x" });
    expect(await client.flow(7)).toMatchObject({ kind: "value" });
    expect(requests.map(({ url }) => url.pathname)).toEqual([
      "/rest/v1/token-auth",
      "/rest/v1/flows/7",
    ]);
    expect(requests[0]?.body).toBe('{"login":"olivia","password":"pass-word"}');
    expect(requests[1]?.headers).toMatchObject({ authorization: "Bearer to-ken" });
    expect(told).toEqual(expect.arrayContaining(["pass-word", "to-ken"]) as unknown);
    expect(counted()).toBe(2);
  });

  it("cuts secrets out of what the server says", async () => {
    const { client } = signedIn(
      { token: "to-ken" },
      { status: 400, message: "no flow for to-ken of pass-word" },
    );
    const refused = await client.flow(7);
    expect(JSON.stringify(refused)).toContain("no flow for *** of ***");
  });
});

/** A server that knows every flow; what it was asked, and over how many connections. */
async function startEtlworks() {
  const requests: LoopbackRequest[] = [];
  const server = await startLoopback(request => {
    requests.push(request);
    const id = Number(/\d+$/.exec(request.path)?.[0]);
    return { status: 200, body: { id, name: "orders" } };
  });
  return { ...server, requests };
}
