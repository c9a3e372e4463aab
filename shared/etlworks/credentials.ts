import { UserError } from "../user-error.ts";
import { inTime } from "./in-time.ts";
import type { Call, Failure, Reply } from "./replies/reply.ts";

/** What goes into the `Authorization` header, and how to get a new one when it is refused. */
export interface Credentials {
  /** The token to send. A failure means that the request it is for was not sent. */
  token(call: Call): Promise<Token | Failure>;
  /** A newer token than the refused one; `unauthorized` when there is none. */
  renew(refused: string, call: Call): Promise<Token | Failure>;
}

export interface Token {
  readonly kind: "token";
  readonly token: string;
}

/** An API key never changes: when it is refused, it is refused. */
export function apiKeyCredentials(key: string): Credentials {
  const token: Token = { kind: "token", token: key };
  return {
    token: async () => token,
    renew: async () => ({
      kind: "unauthorized",
      message: "the server refused the API key",
      fromApi: true,
    }),
  };
}

/** The two calls that turn a login into a JWT; each returns the token. */
export interface TokenCalls {
  login(call: Call): Promise<Reply<string>>;
  refresh(token: string, call: Call): Promise<Reply<string>>;
}

/**
 * Login on first use; on a refused token refresh, and log in again when that fails. Callers that
 * come at the same time share one exchange, and each leaves it when its own call is over.
 */
export function loginCredentials(calls: TokenCalls, onToken: (token: string) => void): Credentials {
  let current: string | undefined;
  let underWay: Promise<Token | Failure> | undefined;

  const shared = async (
    call: Call,
    exchange: () => Promise<Reply<string>>,
    again: () => Promise<Token | Failure>,
  ): Promise<Token | Failure> => {
    if (underWay !== undefined) {
      const result = await inTime(underWay, call, SIGN_IN_LATE);
      // Who began it was told to stop, and this caller was not.
      return result.kind === "stopped" && call.signal?.aborted !== true ? again() : result;
    }
    underWay = exchange()
      .then(reply => {
        if (reply.kind !== "value") return notSent(reply);
        onToken(reply.value);
        current = reply.value;
        return { kind: "token" as const, token: reply.value };
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };

  const credentials: Credentials = {
    async token(call) {
      if (current !== undefined) return { kind: "token", token: current };
      return shared(
        call,
        () => calls.login(call),
        () => credentials.token(call),
      );
    },
    async renew(refused, call) {
      if (current !== undefined && current !== refused) return { kind: "token", token: current };
      const exchange = async () => {
        const refreshed = await calls.refresh(refused, shortened(call));
        const fresh = refreshed.kind === "value" && refreshed.value !== refused;
        return fresh || refreshed.kind === "stopped" ? refreshed : calls.login(call);
      };
      return shared(call, exchange, () => credentials.renew(refused, call));
    },
  };
  return credentials;
}

const MAX_REFRESH_MS = 10_000;

/**
 * A refresh is a short cut, and its address an old one: one that hangs must leave time for a login
 * and for the request itself, or a run would never be polled again.
 */
function shortened({ timeLimitMs, signal, unsentSignal }: Call): Call {
  const most = timeLimitMs === undefined ? MAX_REFRESH_MS : Math.max(1, timeLimitMs / 3);
  return { timeLimitMs: Math.min(MAX_REFRESH_MS, most), signal, unsentSignal };
}

/** For a call whose time is over before it has a token. */
export const SIGN_IN_LATE: Failure = {
  kind: "unreachable",
  permanent: false,
  message: "signing in took too long",
};

/**
 * A login without an answer may have reached the server, but the request that waited for it did
 * not: for that one it is as if the server could not be reached.
 */
function notSent(failure: Failure): Failure {
  switch (failure.kind) {
    case "fault":
      return failure.website
        ? { kind: "rejected", status: 404, message: `login: ${failure.message}`, fromApi: false }
        : {
            kind: "unreachable",
            permanent: false,
            message: `login: ${failure.message}`,
            cause: "login",
          };
    case "absent":
      return {
        ...failure,
        kind: "rejected",
        status: 404,
        message: `login: ${failure.message}`,
        fromApi: false,
      };
    case "rejected":
      return isOfAddress(failure)
        ? { ...failure, message: `login: ${failure.message}` }
        : unauthorized(failure);
    case "stopped":
      return { kind: "stopped", mayHaveArrived: false };
    case "unauthorized":
    case "rate-limited":
    case "unreachable":
      return failure;
  }
}

type Rejected = Extract<Failure, { kind: "rejected" }>;

/** No API answers there. Any other code refuses the login itself, whatever it means of other calls. */
function isOfAddress({ status }: Rejected): boolean {
  return (status >= 300 && status < 400) || status === 404 || status === 405;
}

/** Etlworks' own word on the login. Other codes (409, `success: false` under 200) may pass. */
function isSure({ status, fromApi }: Rejected): boolean {
  return fromApi && (status === 400 || status === 403);
}

function unauthorized(failure: Rejected): Extract<Failure, { kind: "unauthorized" }> {
  const { status, message, host } = failure;
  const said = `the login was answered with ${status}: ${message}`;
  const named = host === undefined ? {} : { host };
  return { kind: "unauthorized", status, message: said, fromApi: isSure(failure), ...named };
}

/**
 * Does not repeat a login that the server has refused in its own words, unless one has worked before:
 * a few more of them, and many servers lock the user. For a process that does not outlive its work.
 */
export function withoutRefusedLogins(calls: TokenCalls): TokenCalls {
  let refusal: Failure | undefined;
  let worked = false;
  return {
    ...calls,
    async login(call) {
      if (refusal !== undefined && !worked) return refusal;
      const reply = await calls.login(call);
      if (reply.kind === "value") worked = true;
      else if (isRefusedLogin(reply)) refusal = reply;
      return reply;
    },
  };
}

function isRefusedLogin(failure: Failure): boolean {
  if (failure.kind === "unauthorized") return failure.fromApi;
  return failure.kind === "rejected" && isSure(failure);
}

/**
 * Refuses a key that cannot be one: pasted with `Bearer `, with quotes, with spaces or line breaks
 * inside. The sentence never shows the key. `name` is what the user calls this setting.
 */
export function checkApiKey(key: string, name: string): string {
  const trimmed = key.trim();
  if (trimmed === "") throw new UserError(`${name} is empty. Set it to an Etlworks API key.`);
  if (/^bearer\b/i.test(trimmed)) {
    throw new UserError(
      `${name} starts with "Bearer". Give the key alone; the prefix is added for you.`,
    );
  }
  if (/["'`]/.test(trimmed)) {
    throw new UserError(`${name} holds a quotation mark. Give the key alone, without quotes.`);
  }
  if (/\s/.test(trimmed)) {
    throw new UserError(`${name} holds a space or a line break. Copy the key again, in one piece.`);
  }
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new UserError(`${name} holds a character that no key has. Copy the key again.`);
  }
  return trimmed;
}
