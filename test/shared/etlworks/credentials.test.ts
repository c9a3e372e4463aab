import { describe, expect, it } from "vitest";
import {
  apiKeyCredentials,
  checkApiKey,
  loginCredentials,
  type TokenCalls,
} from "../../../shared/etlworks/credentials.ts";
import type { Call, Failure, Reply } from "../../../shared/etlworks/replies/reply.ts";
import { UserError } from "../../../shared/user-error.ts";

describe("an API key", () => {
  it("is itself, and cannot be renewed", async () => {
    const credentials = apiKeyCredentials("k3y");
    expect(await credentials.token({})).toEqual({ kind: "token", token: "k3y" });
    expect(await credentials.renew("k3y", {})).toEqual({
      kind: "unauthorized",
      fromApi: true,
      message: "the server refused the API key",
    });
  });

  it.each([
    ["k3y-0451", "k3y-0451"],
    [" \n k3y-0451\t", "k3y-0451"],
    ["a+/=%&<>~!", "a+/=%&<>~!"],
    ["bearers-of-news", "bearers-of-news"],
    ["the-bearer-1", "the-bearer-1"],
  ])("%j is taken", (key, checked) => {
    expect(checkApiKey(key, "api-key")).toBe(checked);
  });

  it.each([
    ["", "api-key is empty. Set it to an Etlworks API key."],
    [" \n ", "api-key is empty."],
    [
      "Bearer s3cret",
      'api-key starts with "Bearer". Give the key alone; the prefix is added for you.',
    ],
    ["bearer s3cret", 'api-key starts with "Bearer".'],
    ["Bearer:s3cret", 'api-key starts with "Bearer".'],
    ['"s3cret"', "api-key holds a quotation mark. Give the key alone, without quotes."],
    ["'s3cret'", "api-key holds a quotation mark."],
    ["s3`cret", "api-key holds a quotation mark."],
    ["s3 cret", "api-key holds a space or a line break. Copy the key again, in one piece."],
    ["s3\ncret", "api-key holds a space or a line break."],
    ["s3\u00a0cret", "api-key holds a space or a line break."],
    ["s3cröt", "api-key holds a character that no key has. Copy the key again."],
    ["s3\u0000cret", "api-key holds a character that no key has."],
    ["s3\u200bcret", "api-key holds a character that no key has."],
  ])("%j is refused, and not shown", (key, why) => {
    expect(() => checkApiKey(key, "api-key")).toThrow(UserError);
    expect(() => checkApiKey(key, "api-key")).toThrow(why);
    expect(() => checkApiKey(key, "api-key")).toThrow(/^(?!.*s3)/s);
  });
});

describe("a login", () => {
  it("signs in at the first use, once", async () => {
    const { credentials, calls, told } = login([value("one")], []);
    expect(await credentials.token({})).toEqual({ kind: "token", token: "one" });
    expect(await credentials.token({})).toEqual({ kind: "token", token: "one" });
    expect(calls).toEqual(["login"]);
    expect(told).toEqual(["one"]);
  });

  it("refreshes a refused token", async () => {
    const { credentials, calls, told } = login([value("one")], [value("two")]);
    await credentials.token({});
    expect(await credentials.renew("one", {})).toEqual({ kind: "token", token: "two" });
    expect(await credentials.token({})).toEqual({ kind: "token", token: "two" });
    expect(calls).toEqual(["login", "refresh one"]);
    expect(told).toEqual(["one", "two"]);
  });

  it.each<[string, Reply<string>]>([
    ["is refused", { kind: "unauthorized", message: "expired", fromApi: true }],
    ["is not there", { kind: "absent", status: 404, message: "no" }],
    ["fails", { kind: "fault", message: "500", website: false }],
    ["is limited", { kind: "rate-limited" }],
    ["is out of reach", { kind: "unreachable", permanent: false, message: "gone" }],
    ["is forbidden", { kind: "rejected", status: 403, message: "no", fromApi: true }],
    ["gives the refused token again", { kind: "value", value: "one" }],
  ])("logs in again when the refresh %s", async (_how, refreshed) => {
    const { credentials, calls } = login([value("one"), value("two")], [refreshed]);
    await credentials.token({});
    expect(await credentials.renew("one", {})).toEqual({ kind: "token", token: "two" });
    expect(calls).toEqual(["login", "refresh one", "login"]);
  });

  it("does not log in when it was stopped while refreshing", async () => {
    const { credentials, calls } = login(
      [value("one")],
      [{ kind: "stopped", mayHaveArrived: true }],
    );
    await credentials.token({});
    expect(await credentials.renew("one", {})).toEqual({ kind: "stopped", mayHaveArrived: false });
    expect(calls).toEqual(["login", "refresh one"]);
  });

  it("hands out the newer token when an older one was refused", async () => {
    const { credentials, calls } = login([value("one")], [value("two")]);
    await credentials.token({});
    await credentials.renew("one", {});
    expect(await credentials.renew("one", {})).toEqual({ kind: "token", token: "two" });
    expect(calls).toEqual(["login", "refresh one"]);
  });

  it("shares one exchange among all who ask meanwhile", async () => {
    const { credentials, calls } = login([value("one")], [value("two")]);
    const first = await Promise.all([1, 2, 3].map(() => credentials.token({})));
    expect(first).toEqual([1, 2, 3].map(() => ({ kind: "token", token: "one" })));
    const renewed = await Promise.all([1, 2, 3].map(() => credentials.renew("one", {})));
    expect(renewed).toEqual([1, 2, 3].map(() => ({ kind: "token", token: "two" })));
    expect(calls).toEqual(["login", "refresh one"]);
  });

  it("tries again after a failure, and keeps nothing of it", async () => {
    const { credentials, calls, told } = login([{ kind: "rate-limited" }, value("one")], []);
    expect(await credentials.token({})).toEqual({ kind: "rate-limited" });
    expect(await credentials.token({})).toEqual({ kind: "token", token: "one" });
    expect(calls).toEqual(["login", "login"]);
    expect(told).toEqual(["one"]);
  });

  it("passes the limits of the call on", async () => {
    const { credentials, limits } = login(
      [value("one"), value("three")],
      [{ kind: "rate-limited" }],
    );
    await credentials.token({ timeLimitMs: 1 });
    await credentials.renew("one", { timeLimitMs: 2 });
    expect(limits).toEqual([1, 2, 2]);
  });

  it.each<[Failure, Failure]>([
    [
      { kind: "fault", message: "HTML", website: true },
      { kind: "rejected", status: 404, message: "login: HTML", fromApi: false },
    ],
    [
      { kind: "fault", message: "503", website: false },
      { kind: "unreachable", permanent: false, message: "login: 503" },
    ],
    [
      { kind: "rejected", status: 302, message: "redirects", fromApi: true },
      { kind: "rejected", status: 302, message: "login: redirects", fromApi: true },
    ],
    [
      { kind: "absent", status: 404, message: "no such page" },
      { kind: "rejected", status: 404, message: "login: no such page", fromApi: false },
    ],
    [
      { kind: "stopped", mayHaveArrived: true },
      { kind: "stopped", mayHaveArrived: false },
    ],
    [
      { kind: "rejected", status: 403, message: "locked", fromApi: true },
      { kind: "unauthorized", message: "login: locked", fromApi: true },
    ],
    [
      { kind: "rejected", status: 400, message: "malformed", fromApi: true },
      { kind: "unauthorized", message: "login: malformed", fromApi: true },
    ],
    [
      { kind: "unauthorized", message: "Bad credentials", fromApi: true },
      { kind: "unauthorized", message: "Bad credentials", fromApi: true },
    ],
    [
      { kind: "rate-limited", retryAfterMs: 5 },
      { kind: "rate-limited", retryAfterMs: 5 },
    ],
    [
      { kind: "unreachable", permanent: true, message: "cert" },
      { kind: "unreachable", permanent: true, message: "cert" },
    ],
  ])("a login with %j means for the waiting request: %j", async (reply, failure) => {
    expect(await login([reply], []).credentials.token({})).toEqual(failure);
  });
});

function login(logins: Reply<string>[], refreshes: Reply<string>[]) {
  const calls: string[] = [];
  const told: string[] = [];
  const limits: (number | undefined)[] = [];
  const next = (replies: Reply<string>[], name: string, call: Call): Promise<Reply<string>> => {
    calls.push(name);
    limits.push(call.timeLimitMs);
    const reply = replies.shift();
    if (reply === undefined) throw new Error(`unexpected: ${name}`);
    return Promise.resolve(reply);
  };
  const tokenCalls: TokenCalls = {
    login: call => next(logins, "login", call),
    refresh: (token, call) => next(refreshes, `refresh ${token}`, call),
  };
  return {
    credentials: loginCredentials(tokenCalls, token => told.push(token)),
    calls,
    told,
    limits,
  };
}

function value(token: string): Reply<string> {
  return { kind: "value", value: token };
}
