import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  parseSecret,
  SECRET_CACHE_MS,
  secretCredentials,
} from "../../../lambda/aws/etlworks-secret.ts";
import { createSecretFetch } from "../../../lambda/aws/secrets-manager.ts";
import { apiKeyCredentials, type Credentials } from "../../../shared/etlworks/credentials.ts";
import { UserError } from "../../../shared/user-error.ts";
import { startSecretsManager } from "../stand-ins/secrets-manager.ts";

describe("the text of a secret", () => {
  it.each([
    ["abc123", { kind: "api-key", apiKey: "abc123" }],
    ["  abc123\n", { kind: "api-key", apiKey: "abc123" }],
    ['{"apiKey": " abc123 "}', { kind: "api-key", apiKey: "abc123" }],
    ['{"apiKey": "abc123", "note": "of olivia"}', { kind: "api-key", apiKey: "abc123" }],
    ['"abc123"', { kind: "api-key", apiKey: "abc123" }],
    ['{"username": "o", "password": " p "}', { kind: "login", username: "o", password: " p " }],
  ])("%j is understood", (text, expected) => {
    expect(parseSecret(text)).toEqual(expected);
  });

  it.each([
    "",
    " ",
    "Bearer abc123",
    "bearer abc123",
    "abc 123",
    "abc\n123",
    "'abc123'",
    "{abc123",
    "{}",
    "[]",
    '["abc123"]',
    "null-key with spaces",
    '{"apikey": "abc123"}',
    '{"apiKey": ""}',
    '{"apiKey": 123}',
    '{"apiKey": "Bearer abc123"}',
    '{"username": "o"}',
    '{"username": "o", "password": ""}',
    '{"apiKey": "abc123", "username": "o", "password": "p"}',
  ])("%j is refused with a sentence", text => {
    expect(() => parseSecret(text)).toThrow(UserError);
    expect(() => parseSecret(text)).toThrow(/ETLWORKS_SECRET_ID/);
  });

  it("is never shown by a refusal", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9]{12,40}$/),
        fc.constantFrom("Bearer ", "{", '{"x": "', "a ", "'"),
        (key, before) => {
          let message = "";
          try {
            parseSecret(`${before}${key}`);
          } catch (error) {
            message = String(error);
          }
          expect(message).not.toBe("");
          expect(message).not.toContain(key);
        },
      ),
    );
  });
});

describe("credentials out of a secret", () => {
  it("are fetched once for many at a time, and again when they are 300 s old", async () => {
    const { credentials, state } = made("key-one");
    const tokens = await Promise.all(Array.from({ length: 9 }, () => credentials.token({})));
    expect(new Set(tokens.map(tokenOf))).toEqual(new Set(["key-one"]));
    expect(state.fetches).toBe(1);
    state.now += SECRET_CACHE_MS - 1;
    await credentials.token({});
    expect(state.fetches).toBe(1);
    state.now += 1;
    await credentials.token({});
    expect(state.fetches).toBe(2);
  });

  it("are fetched past the cache once when a rotated key is refused nine times at a time", async () => {
    const { credentials, state } = made("key-one");
    await credentials.token({});
    state.text = "key-two";
    const renewed = await Promise.all(
      Array.from({ length: 9 }, () => credentials.renew("key-one", {})),
    );
    expect(renewed.map(tokenOf)).toEqual(Array.from({ length: 9 }, () => "key-two"));
    // One that was sent before and answered late.
    expect(tokenOf(await credentials.renew("key-one", {}))).toBe("key-two");
    expect(state.fetches).toBe(2);
  });

  it("that stay refused are not fetched again and again", async () => {
    const { credentials, state } = made("key-one");
    await credentials.token({});
    for (let count = 0; count < 5; count++) {
      expect(await credentials.renew("key-one", {})).toMatchObject({ kind: "unauthorized" });
    }
    expect(state.fetches).toBe(2);
    state.now += 31_000;
    state.text = "key-two";
    expect(tokenOf(await credentials.renew("key-one", {}))).toBe("key-two");
  });

  it("that cannot be fetched are as if Etlworks could not be reached, and are fetched next time", async () => {
    const { credentials, state } = made("key-one");
    state.down = true;
    expect(await credentials.token({})).toEqual({
      kind: "unreachable",
      permanent: false,
      message: "throttled",
      cause: "secret",
    });
    state.down = false;
    expect(tokenOf(await credentials.token({}))).toBe("key-one");
  });

  it("are told before they are used, and a mistake does not stay", async () => {
    const { credentials, state } = made("Bearer x");
    await expect(credentials.token({})).rejects.toThrow(UserError);
    state.text = "key-one";
    await credentials.token({});
    expect(state.told).toEqual(["key-one"]);
  });

  it("that are a login renew themselves first, and come anew when the login is refused", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    expect(tokenOf(await credentials.token({}))).toBe("token 1 of old");
    expect(tokenOf(await credentials.renew("token 1 of old", {}))).toBe("token 2 of old");
    expect(state.fetches).toBe(1);
    state.refused = "old";
    state.text = '{"username": "o", "password": "new"}';
    expect(tokenOf(await credentials.renew("token 2 of old", {}))).toBe("token 1 of new");
    expect(state.fetches).toBe(2);
  });

  it("keep the token of a login when the cache ends and the secret is the same", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    await credentials.token({});
    state.now += SECRET_CACHE_MS;
    expect(tokenOf(await credentials.token({}))).toBe("token 1 of old");
    expect(state.fetches).toBe(2);
  });
});

function made(text: string) {
  const state = { text, fetches: 0, now: 0, down: false, told: [] as string[], refused: "" };
  const credentials = secretCredentials({
    async fetch() {
      state.fetches += 1;
      await Promise.resolve();
      return state.down
        ? { kind: "unavailable", message: "throttled" }
        : { kind: "text", text: state.text };
    },
    now: () => state.now,
    onSecret: secret => void state.told.push(secret),
    login: (_username, password) => loginOf(password, state),
  });
  return { credentials, state };
}

/** A login whose tokens are counted. */
function loginOf(password: string, state: { readonly refused: string }): Credentials {
  let count = 1;
  const current = () => apiKeyCredentials(`token ${count} of ${password}`).token({});
  return {
    token: current,
    async renew() {
      if (state.refused === password)
        return { kind: "unauthorized", message: "Bad credentials", fromApi: true };
      count += 1;
      return current();
    },
  };
}

function tokenOf(reply: Awaited<ReturnType<Credentials["token"]>>): string {
  return reply.kind === "token" ? reply.token : reply.kind;
}

describe("a secret that cannot be read now", () => {
  afterEach(() => void vi.unstubAllEnvs());

  async function fetchFrom(origin: string) {
    const environment = {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_MAX_ATTEMPTS: "1",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: origin,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    return createSecretFetch("etlworks/key")();
  }

  it("is told by what AWS said, and by the way to AWS where it said nothing", async () => {
    const manager = await startSecretsManager();
    manager.secrets.set("etlworks/key", { error: "ThrottlingException", message: "Rate exceeded" });
    expect(await fetchFrom(manager.origin)).toEqual({
      kind: "unavailable",
      message:
        "cannot read the secret etlworks/key (ETLWORKS_SECRET_ID): Rate exceeded (ThrottlingException). AWS Secrets Manager answered so, and may give it later",
    });
    await manager.close();
    const silent = await fetchFrom(manager.origin);
    expect(silent.kind === "unavailable" && silent.message).toMatch(/ECONNREFUSED .+ In a VPC the/);
  });
});
