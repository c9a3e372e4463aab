import { UserError } from "../user-error.ts";
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
 * come at the same time share one exchange.
 */
export function loginCredentials(calls: TokenCalls, onToken: (token: string) => void): Credentials {
  let current: string | undefined;
  let underWay: Promise<Token | Failure> | undefined;

  const shared = (exchange: () => Promise<Reply<string>>): Promise<Token | Failure> => {
    underWay ??= exchange()
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

  return {
    async token(call) {
      if (current !== undefined) return { kind: "token", token: current };
      return shared(() => calls.login(call));
    },
    async renew(refused, call) {
      if (current !== undefined && current !== refused) return { kind: "token", token: current };
      return shared(async () => {
        const refreshed = await calls.refresh(refused, call);
        const fresh = refreshed.kind === "value" && refreshed.value !== refused;
        return fresh || refreshed.kind === "stopped" ? refreshed : calls.login(call);
      });
    },
  };
}

/**
 * A login without an answer may have reached the server, but the request that waited for it did
 * not: for that one it is as if the server could not be reached.
 */
function notSent(failure: Failure): Failure {
  switch (failure.kind) {
    case "fault":
      return failure.website
        ? { kind: "rejected", status: 404, message: `login: ${failure.message}`, fromApi: false }
        : { kind: "unreachable", permanent: false, message: `login: ${failure.message}` };
    case "absent":
      return {
        ...failure,
        kind: "rejected",
        status: 404,
        message: `login: ${failure.message}`,
        fromApi: false,
      };
    case "rejected":
      // The login itself is refused. Anything else is about the address or may pass.
      return failure.status === 400 || failure.status === 403
        ? unauthorized(failure)
        : { ...failure, message: `login: ${failure.message}` };
    case "stopped":
      return { kind: "stopped", mayHaveArrived: false };
    case "unauthorized":
    case "rate-limited":
    case "unreachable":
      return failure;
  }
}

function unauthorized({
  message,
  fromApi,
  host,
}: Extract<Failure, { kind: "rejected" }>): Extract<Failure, { kind: "unauthorized" }> {
  const named = host === undefined ? {} : { host };
  return { kind: "unauthorized", message: `login: ${message}`, fromApi, ...named };
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
