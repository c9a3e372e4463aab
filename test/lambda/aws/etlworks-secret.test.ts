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
    ['\n {"apiKey": "abc123"}', { kind: "api-key", apiKey: "abc123" }],
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

  const NAME = "the secret that ETLWORKS_SECRET_ID names";
  it.each([
    ["{abc123", `${NAME} looks like JSON and is not. Store the key alone, or {"apiKey": "..."}.`],
    [
      '["abc123"]',
      `${NAME} is JSON, but not an object. Store the key alone, or {"apiKey": "..."}.`,
    ],
    [
      '{"apiKey": "abc123", "username": "o"}',
      `${NAME} holds apiKey and a login. Keep one of them.`,
    ],
    [
      '{"apiKey": "abc123", "password": "p"}',
      `${NAME} holds apiKey and a login. Keep one of them.`,
    ],
    ...["{}", '{"username": "o"}', '{"password": "p"}'].map(text => [
      text,
      `${NAME} is JSON without a usable field. Give it "apiKey", or "username" and "password", each a string that is not empty.`,
    ]),
    [
      '{"apiKey": "Bearer abc123"}',
      `apiKey in ${NAME} starts with "Bearer". Give the key alone; the prefix is added for you.`,
    ],
    ['"abc 123"', `${NAME} holds a space or a line break. Copy the key again, in one piece.`],
    ["abc 123", `${NAME} holds a space or a line break. Copy the key again, in one piece.`],
  ])("%j is refused with these words", (text = "", sentence) => {
    expect(() => parseSecret(text)).toThrow(new UserError(sentence));
  });

  it.each(['{"a": 1} {', "a{bc123", "a[bc123"])("%j is a key or JSON by its first sign", text => {
    if (text.startsWith("{")) expect(() => parseSecret(text)).toThrow(/looks like JSON/);
    else expect(parseSecret(text)).toEqual({ kind: "api-key", apiKey: text });
  });

  it("has the login's name without the blanks around it", () => {
    expect(parseSecret('{"username": " o ", "password": "p"}')).toMatchObject({ username: "o" });
  });

  it("shows no key that somebody wrote behind the #", () => {
    const key = "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6";
    expect(() => parseSecret(key, key)).toThrow(
      new UserError(
        `${NAME} has no field "a1b2…" (the text after "#"). Store {"a1b2…": "..."} in it, or remove "#" and everything after it.`,
      ),
    );
    expect(() => parseSecret(JSON.stringify({ [key]: "Bearer x" }), key)).toThrow(
      new UserError(
        `a1b2… in ${NAME} starts with "Bearer". Give the key alone; the prefix is added for you.`,
      ),
    );
  });

  it("has the key in the field that stands behind the #", () => {
    expect(parseSecret(' {"etl": " abc123 ", "apiKey": "other"} ', "etl")).toEqual({
      kind: "api-key",
      apiKey: "abc123",
    });
    for (const text of ["abc123", "{abc123", '{"apiKey": "abc123"}', '{"etl": ""}', "[]"]) {
      expect(() => parseSecret(text, "etl")).toThrow(
        new UserError(
          `${NAME} has no field "etl" (the text after "#"). Store {"etl": "..."} in it, or remove "#" and everything after it.`,
        ),
      );
    }
    expect(() => parseSecret('{"etl": "Bearer abc123"}', "etl")).toThrow(
      new UserError(
        `etl in ${NAME} starts with "Bearer". Give the key alone; the prefix is added for you.`,
      ),
    );
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

  it("that are a login come anew also when it never got a token, once for all who ask", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    state.refused = "old";
    state.neverIn = true;
    const ask = () => Promise.all(Array.from({ length: 9 }, () => credentials.token({})));
    expect(await ask()).toMatchObject(Array.from({ length: 9 }, () => ({ kind: "unauthorized" })));
    expect(state.fetches).toBe(2);
    state.now += 29_999;
    expect(await credentials.token({})).toMatchObject({ kind: "unauthorized" });
    expect(state.fetches).toBe(2);
    state.text = '{"username": "o", "password": "new"}';
    state.now += 1;
    expect((await ask()).map(tokenOf)).toEqual(Array.from({ length: 9 }, () => "token 1 of new"));
    expect(state.fetches).toBe(3);
  });

  it("are refused as nobody's before they were ever fetched", async () => {
    const { credentials, state } = made("key-one");
    expect(await credentials.renew("any", {})).toEqual({
      kind: "unauthorized",
      message: "the server refused the credentials",
      fromApi: true,
    });
    expect(state.fetches).toBe(0);
  });

  it("that were refused are not fetched again for 30 s, to the millisecond, each key for itself", async () => {
    const { credentials, state } = made("key-one");
    await credentials.token({});
    await credentials.renew("key-one", {});
    expect(state.fetches).toBe(2);
    state.now += 29_999;
    expect(await credentials.renew("key-one", {})).toEqual({
      kind: "unauthorized",
      message: "the server refused the API key",
      fromApi: true,
    });
    expect(state.fetches).toBe(2);
    state.now += 1;
    await credentials.renew("key-one", {});
    expect(state.fetches).toBe(3);
    state.text = "key-two";
    state.now += 30_000;
    expect(tokenOf(await credentials.renew("key-one", {}))).toBe("key-two");
    // Another key, and no time has passed.
    expect(await credentials.renew("key-two", {})).toMatchObject({ kind: "unauthorized" });
    expect(state.fetches).toBe(5);
  });

  it("that were refused are fetched again as soon as the caller says", async () => {
    const { credentials, state } = made("key-one", undefined, 500);
    await credentials.token({});
    for (const waited of [0, 499]) {
      state.now += waited;
      expect(await credentials.renew("key-one", {})).toMatchObject({ kind: "unauthorized" });
      expect(state.fetches).toBe(2);
    }
    state.now += 1;
    state.text = "key-two";
    expect(tokenOf(await credentials.renew("key-one", {}))).toBe("key-two");
  });

  it("cannot be renewed while the secret cannot be read, and the first refusal is no confirmed one", async () => {
    const { credentials, state } = made("key-one");
    await credentials.token({});
    state.down = true;
    expect(await credentials.renew("key-one", {})).toMatchObject({
      kind: "unreachable",
      cause: "secret",
    });
    state.down = false;
    state.text = "key-two";
    expect(tokenOf(await credentials.renew("key-one", {}))).toBe("key-two");
    expect(state.fetches).toBe(3);
  });

  it("that a login renews into a fault are not fetched anew: nobody has refused them", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    await credentials.token({});
    state.broken = true;
    expect(await credentials.renew("token 1 of old", {})).toMatchObject({ kind: "unreachable" });
    expect(state.fetches).toBe(1);
  });

  it("that a login cannot give now are asked of it anew all the same", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    await credentials.token({});
    state.silent = true;
    expect(tokenOf(await credentials.renew("token 1 of old", {}))).toBe("token 2 of old");
  });

  it("that somebody else has renewed meanwhile are used as they are", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    await credentials.token({});
    await credentials.renew("token 1 of old", {});
    expect(tokenOf(await credentials.renew("token 1 of old", {}))).toBe("token 2 of old");
    expect(state.fetches).toBe(1);
  });

  it("that came anew while a login was being refused are used", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    await credentials.token({});
    state.refused = "old";
    state.text = '{"username": "o", "password": "new"}';
    const meanwhile = async () => {
      state.now += SECRET_CACHE_MS;
      await credentials.token({});
    };
    state.beforeRefusal = meanwhile;
    expect(tokenOf(await credentials.renew("token 1 of old", {}))).toBe("token 1 of new");
    expect(state.fetches).toBe(2);
  });

  it("sign in with the name and the password, and hide the password only", async () => {
    const { credentials, state } = made('{"username": "olivia", "password": "old"}');
    await credentials.token({});
    expect(state.logins).toEqual(["olivia old"]);
    expect(state.told).toEqual(["old"]);
  });

  it("are those of the field that is named", async () => {
    const { credentials } = made('{"apiKey": "key-one", "etl": "key-two"}', "etl");
    expect(tokenOf(await credentials.token({}))).toBe("key-two");
  });

  it("keep the token of a login when the cache ends and the secret is the same", async () => {
    const { credentials, state } = made('{"username": "o", "password": "old"}');
    await credentials.token({});
    state.now += SECRET_CACHE_MS;
    expect(tokenOf(await credentials.token({}))).toBe("token 1 of old");
    expect(state.fetches).toBe(2);
    expect(state.logins).toEqual(["o old"]);
  });
});

function made(text: string, field?: string, confirmedMs?: number) {
  const state = {
    text,
    fetches: 0,
    now: Date.UTC(2026, 10, 27),
    down: false,
    told: [] as string[],
    logins: [] as string[],
    refused: "",
    /** The login that is refused has not got a token before. */
    neverIn: false,
    broken: false,
    silent: false,
    beforeRefusal: async () => {},
  };
  const credentials = secretCredentials({
    async fetch() {
      state.fetches += 1;
      await Promise.resolve();
      return state.down
        ? { kind: "unavailable", message: "throttled" }
        : { kind: "text", text: state.text };
    },
    field,
    ...(confirmedMs !== undefined && { confirmedMs }),
    now: () => state.now,
    onSecret: secret => void state.told.push(secret),
    login(username, password) {
      state.logins.push(`${username} ${password}`);
      return loginOf(password, state);
    },
  });
  return { credentials, state };
}

/** A login whose tokens are counted. */
function loginOf(
  password: string,
  state: {
    readonly refused: string;
    readonly neverIn: boolean;
    readonly broken: boolean;
    readonly silent: boolean;
    readonly beforeRefusal: () => Promise<void>;
  },
): Credentials {
  let count = 1;
  const current = () => apiKeyCredentials(`token ${count} of ${password}`).token({});
  return {
    async token() {
      if (state.silent) return { kind: "unreachable", permanent: false, message: "no way" };
      if (state.neverIn && state.refused === password)
        return { kind: "unauthorized", message: "Bad credentials", fromApi: true };
      return current();
    },
    async renew() {
      if (state.broken) return { kind: "unreachable", permanent: false, message: "no way" };
      if (state.refused === password) await state.beforeRefusal();
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

describe("a fetch that takes long", () => {
  afterEach(() => void vi.restoreAllMocks());

  function slow() {
    const text = Promise.withResolvers<{ readonly kind: "text"; readonly text: string }>();
    let fetches = 0;
    const credentials = secretCredentials({
      fetch: () => {
        fetches += 1;
        return text.promise;
      },
      now: () => 0,
      onSecret: () => undefined,
      login: () => apiKeyCredentials("unused"),
    });
    return { credentials, fetches: () => fetches, ...text };
  }

  it("ends with the time of the request, and goes on for whoever asks next", async () => {
    const set = globalThis.setTimeout;
    // Of the first time limit nothing is waited for, of the second all.
    const limits = vi.spyOn(globalThis, "setTimeout");
    limits.mockImplementation((work, delay) => set(work, delay === 1_000 ? 1 : delay));
    const { credentials, fetches, resolve } = slow();
    const first = credentials.token({ timeLimitMs: 1_000 });
    const next = credentials.token({ timeLimitMs: 5_000 });
    expect(await first).toMatchObject({
      kind: "unreachable",
      permanent: false,
      cause: "secret",
      message: expect.stringContaining("has not answered in time") as unknown,
    });
    resolve({ kind: "text", text: "key" });
    expect(await next).toEqual({ kind: "token", token: "key" });
    expect(fetches()).toBe(1);
    expect(limits.mock.calls.map(([, delay]) => delay)).toEqual([1_000, 5_000]);
  });

  it("ends when the request is told to stop, before or meanwhile", async () => {
    const { credentials, reject } = slow();
    const stop = new AbortController();
    const told = credentials.token({ signal: stop.signal });
    stop.abort();
    const stopped = { kind: "stopped", mayHaveArrived: false };
    expect(await told).toEqual(stopped);
    expect(await credentials.token({ signal: stop.signal })).toEqual(stopped);
    // Nobody waits for it any more.
    reject(new UserError("There is no such secret."));
    await expect(credentials.token({})).rejects.toThrow("There is no such secret.");
  });
});

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
