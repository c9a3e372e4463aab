import { describe, expect, it } from "vitest";
import {
  apiKeyCredentials,
  checkApiKey,
  loginCredentials,
  type TokenCalls,
  withoutRefusedLogins,
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
    await credentials.renew("one", { timeLimitMs: 6_000 });
    // A refresh that hangs leaves time for the login, and for the request.
    expect(limits).toEqual([1, 2_000, 6_000]);
  });

  it.each([undefined, 30_000, 600_000])("refreshes for 10 s at most, of %s", async timeLimitMs => {
    const { credentials, limits } = login([value("one")], [value("two")]);
    await credentials.token({ timeLimitMs });
    await credentials.renew("one", { timeLimitMs });
    expect(limits).toEqual([timeLimitMs, 10_000]);
  });

  it.each<[Failure, Failure]>([
    [
      { kind: "fault", message: "HTML", website: true },
      { kind: "rejected", status: 404, message: "login: HTML", fromApi: false },
    ],
    [
      { kind: "fault", message: "503", website: false },
      { kind: "unreachable", permanent: false, message: "login: 503", cause: "login" },
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
      {
        kind: "unauthorized",
        status: 403,
        message: "the login was answered with 403: locked",
        fromApi: true,
      },
    ],
    [
      { kind: "rejected", status: 400, message: "malformed", fromApi: true },
      {
        kind: "unauthorized",
        status: 400,
        message: "the login was answered with 400: malformed",
        fromApi: true,
      },
    ],
    // What these mean of a start, they do not mean of a login.
    ...[200, 402, 406, 407, 409, 413, 415, 418, 422, 423, 451].map((status): [Failure, Failure] => [
      { kind: "rejected", status, message: "no", fromApi: true, host: "etl.example.com" },
      {
        kind: "unauthorized",
        status,
        message: `the login was answered with ${status}: no`,
        fromApi: false,
        host: "etl.example.com",
      },
    ]),
    [
      { kind: "rejected", status: 405, message: "no", fromApi: true },
      { kind: "rejected", status: 405, message: "login: no", fromApi: true },
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

describe("a login that several wait for", () => {
  /** Signing in takes as long as nobody ends it. */
  function slow() {
    const begun: Call[] = [];
    const ends: ((reply: Reply<string>) => void)[] = [];
    const exchange = (call: Call): Promise<Reply<string>> =>
      new Promise(resolve => {
        begun.push(call);
        ends.push(resolve);
        call.signal?.addEventListener("abort", () =>
          resolve({ kind: "stopped", mayHaveArrived: true }),
        );
      });
    const calls = { login: exchange, refresh: (_token: string, call: Call) => exchange(call) };
    return { credentials: loginCredentials(calls, () => undefined), begun, ends };
  }
  const settled = () => new Promise(resolve => setImmediate(resolve));

  it("goes on for the others when whoever began it is told to stop", async () => {
    const { credentials, begun, ends } = slow();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = credentials.token({ signal: one.signal });
    const second = credentials.token({ signal: other.signal });
    const third = credentials.token({ signal: other.signal });
    one.abort();
    expect(await first).toEqual({ kind: "stopped", mayHaveArrived: false });
    await settled();
    expect(begun).toHaveLength(2);
    ends.at(-1)?.(value("one"));
    expect(await second).toEqual({ kind: "token", token: "one" });
    expect(await third).toEqual({ kind: "token", token: "one" });
    // The same while a token is renewed.
    const again = new AbortController();
    const renewing = credentials.renew("one", { signal: again.signal });
    const waiting = credentials.renew("one", { signal: other.signal });
    again.abort();
    expect(await renewing).toEqual({ kind: "stopped", mayHaveArrived: false });
    await settled();
    ends.at(-1)?.(value("two"));
    expect(await waiting).toEqual({ kind: "token", token: "two" });
    expect(begun).toHaveLength(4);
  });

  it("keeps nobody who is told to stop", async () => {
    const { credentials, begun, ends } = slow();
    const stop = new AbortController();
    const first = credentials.token({});
    const second = credentials.token({ signal: stop.signal });
    stop.abort();
    expect(await second).toEqual({ kind: "stopped", mayHaveArrived: false });
    expect(await credentials.token({ signal: stop.signal })).toEqual({
      kind: "stopped",
      mayHaveArrived: false,
    });
    ends.at(-1)?.(value("one"));
    expect(await first).toEqual({ kind: "token", token: "one" });
    expect(begun).toHaveLength(1);
  });

  it("keeps nobody longer than the time that the call has", async () => {
    const { credentials, ends } = slow();
    const first = credentials.token({ timeLimitMs: 30_000 });
    expect(await credentials.token({ timeLimitMs: 1 })).toEqual({
      kind: "unreachable",
      permanent: false,
      message: "signing in took too long",
    });
    ends.at(-1)?.(value("one"));
    expect(await first).toEqual({ kind: "token", token: "one" });
  });
});

describe("a login that the server refuses", () => {
  const refusals: Failure[] = [
    { kind: "unauthorized", message: "Bad credentials", fromApi: true },
    { kind: "rejected", status: 403, message: "locked", fromApi: true },
    { kind: "rejected", status: 400, message: "malformed", fromApi: true },
  ];

  it.each(refusals)("in its own words is not sent again: %j", async refusal => {
    const { tokenCalls, calls } = login([refusal], []);
    const credentials = withoutRefusedLogins(tokenCalls);
    expect(await credentials.login({})).toEqual(refusal);
    expect(await credentials.login({})).toEqual(refusal);
    expect(calls).toEqual(["login"]);
  });

  it.each(refusals)("after one that worked is sent again: %j", async refusal => {
    const { tokenCalls, calls } = login([value("one"), refusal, value("two")], []);
    const credentials = withoutRefusedLogins(tokenCalls);
    expect(await credentials.login({})).toEqual(value("one"));
    expect(await credentials.login({})).toEqual(refusal);
    expect(await credentials.login({})).toEqual(value("two"));
    expect(calls).toEqual(["login", "login", "login"]);
  });

  it.each<Failure>([
    { kind: "unauthorized", message: "a page", fromApi: false },
    { kind: "rejected", status: 403, message: "a page", fromApi: false },
    { kind: "rejected", status: 302, message: "redirects", fromApi: true },
    { kind: "rejected", status: 405, message: "no", fromApi: true },
    // In its own words, and it may pass.
    { kind: "rejected", status: 409, message: "busy", fromApi: true },
    { kind: "rejected", status: 200, message: "the database is being rebuilt", fromApi: true },
    { kind: "absent", status: 404, message: "no" },
    { kind: "fault", message: "503", website: false },
    { kind: "rate-limited" },
    { kind: "unreachable", permanent: false, message: "gone" },
    { kind: "stopped", mayHaveArrived: true },
  ])("in no sure words is sent again: %j", async failure => {
    const { tokenCalls, calls } = login([failure, value("one")], []);
    const credentials = withoutRefusedLogins(tokenCalls);
    expect(await credentials.login({})).toEqual(failure);
    expect(await credentials.login({})).toEqual(value("one"));
    expect(calls).toEqual(["login", "login"]);
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
    tokenCalls,
    calls,
    told,
    limits,
  };
}

function value(token: string): Reply<string> {
  return { kind: "value", value: token };
}
