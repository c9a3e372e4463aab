import {
  apiKeyCredentials,
  type Credentials,
  checkApiKey,
  type Token,
} from "../../shared/etlworks/credentials.ts";
import { inTime } from "../../shared/etlworks/in-time.ts";
import type { Call, Failure } from "../../shared/etlworks/replies/reply.ts";
import { isObject } from "../../shared/json.ts";
import { parseJsonSafely, textField } from "../../shared/json-fields.ts";
import { shownName } from "../../shared/shown-name.ts";
import { UserError } from "../../shared/user-error.ts";

/** The text of the secret. Throws a UserError for what only the user can put right. */
export type FetchSecret = () => Promise<
  | { readonly kind: "text"; readonly text: string }
  /** Secrets Manager did not answer this time. */
  | { readonly kind: "unavailable"; readonly message: string }
>;

/** What a secret may hold. */
export type EtlworksSecret =
  | { readonly kind: "api-key"; readonly apiKey: string }
  | { readonly kind: "login"; readonly username: string; readonly password: string };

/** How long a fetched secret is used without asking again. */
export const SECRET_CACHE_MS = 300_000;

/**
 * After a refusal that a fresh fetch did not cure, how long the same key is taken to be wrong. Nine
 * records of a batch with a revoked key would fetch the secret nine times otherwise.
 */
const CONFIRMED_MS = 30_000;

/**
 * The same where one run is followed. A key that is rotated is often revoked first and stored a moment
 * later; the question that ends the run must not go by a secret that was read before that moment.
 */
export const CONFIRMED_WHILE_FOLLOWING_MS = 500;

/**
 * Credentials out of Secrets Manager: fetched when first needed, kept for 300 s, one fetch at a
 * time. When Etlworks refuses them the secret is fetched once more, past the cache, in case it was
 * rotated. Nothing here is ever returned by a durable operation.
 */
export function secretCredentials(dependencies: {
  readonly fetch: FetchSecret;
  /** Of a secret that is JSON: the field with the API key, when it is not `apiKey`. */
  readonly field?: string | undefined;
  /** Milliseconds, for the age of the cache. */
  readonly now: () => number;
  /** How long a refusal counts that a fresh fetch did not cure; 30 s unless told. */
  readonly confirmedMs?: number | undefined;
  /** Told of every secret before it is used for anything. */
  readonly onSecret: (secret: string) => void;
  /** The exchange of a login for tokens; made anew when the secret changes. */
  readonly login: (username: string, password: string) => Credentials;
}): Credentials {
  let current: Held | undefined;
  let underWay: Promise<Held | Failure> | undefined;

  const fetchOnce = (): Promise<Held | Failure> => {
    underWay ??= hold().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  const hold = async (): Promise<Held | Failure> => {
    const fetched = await dependencies.fetch();
    if (fetched.kind === "unavailable") {
      const { message } = fetched;
      return { kind: "unreachable", permanent: false, message, cause: "secret" };
    }
    const secret = parseSecret(fetched.text, dependencies.field);
    const id = JSON.stringify(secret);
    for (const text of secretTexts(secret)) dependencies.onSecret(text);
    const fetchedAt = dependencies.now();
    // The same login keeps its token: a new exchange would cost two more requests.
    const credentials = current?.id === id ? current.credentials : credentialsOf(secret);
    current = { kind: "held", id, credentials, fetchedAt };
    return current;
  };

  const credentialsOf = (secret: EtlworksSecret): Credentials =>
    secret.kind === "api-key"
      ? apiKeyCredentials(secret.apiKey)
      : dependencies.login(secret.username, secret.password);

  const held = async (call: Call): Promise<Held | Failure> => {
    const young = current !== undefined && dependencies.now() - current.fetchedAt < SECRET_CACHE_MS;
    return young && current !== undefined ? current : inTime(fetchOnce(), call, LATE);
  };

  let refusal: { readonly refused: string; readonly at: number } | undefined;

  /** Of what was refused, a token or a login, the secret may hold the next one already. */
  const anew = async (
    before: Held,
    refused: string,
    failure: Failure,
    call: Call,
  ): Promise<Token | Failure> => {
    const confirmedMs = dependencies.confirmedMs ?? CONFIRMED_MS;
    if (refusal?.refused === refused && dependencies.now() - refusal.at < confirmedMs)
      return failure;
    const fresh = await inTime(fetchOnce(), call, LATE);
    if (fresh.kind !== "held") return fresh;
    if (fresh.id !== before.id) return fresh.credentials.token(call);
    refusal = { refused, at: dependencies.now() };
    return failure;
  };

  return {
    async token(call) {
      const found = await held(call);
      if (found.kind !== "held") return found;
      const token = await found.credentials.token(call);
      return token.kind === "unauthorized" ? anew(found, found.id, token, call) : token;
    },
    async renew(refused, call) {
      const before = current;
      if (before === undefined) return unauthorized();
      // Somebody may have renewed it meanwhile, and a login can renew itself.
      const token = await before.credentials.token(call);
      if (token.kind === "token" && token.token !== refused) return token;
      const renewed = await before.credentials.renew(refused, call);
      if (renewed.kind !== "unauthorized") return renewed;
      if (current !== before && current !== undefined) return current.credentials.token(call);
      return anew(before, refused, renewed, call);
    },
  };
}

interface Held {
  readonly kind: "held";
  /** Tells one secret from another. Never leaves this closure. */
  readonly id: string;
  readonly credentials: Credentials;
  readonly fetchedAt: number;
}

function unauthorized(): Failure {
  return { kind: "unauthorized", message: "the server refused the credentials", fromApi: true };
}

const NAME = "the secret that ETLWORKS_SECRET_ID names";

/**
 * The request that needs the secret has a time limit, and AWS ends the invocation with all its records
 * soon after.
 */
const LATE: Failure = {
  kind: "unreachable",
  permanent: false,
  message: `cannot read ${NAME}: AWS Secrets Manager has not answered in time. In a VPC the function needs a way to Secrets Manager (a NAT gateway or an interface endpoint)`,
  cause: "secret",
};

/**
 * Reads the key as plain text, or JSON with `apiKey`, or with `username` and `password`. The
 * sentence of a UserError never shows any of it.
 */
export function parseSecret(text: string, keyField?: string): EtlworksSecret {
  const trimmed = text.trim();
  if (keyField !== undefined) return { kind: "api-key", apiKey: keyIn(trimmed, keyField) };
  if (!/^[{["]/.test(trimmed)) return { kind: "api-key", apiKey: checkApiKey(trimmed, NAME) };
  const parsed = parseJsonSafely(trimmed);
  // What the parser says is not passed on: it quotes the text.
  if (parsed.kind === "malformed") {
    throw new UserError(
      `${NAME} looks like JSON and is not. Store the key alone, or {"apiKey": "..."}.`,
    );
  }
  const { value } = parsed;
  if (typeof value === "string") return { kind: "api-key", apiKey: checkApiKey(value, NAME) };
  if (!isObject(value)) {
    throw new UserError(
      `${NAME} is JSON, but not an object. Store the key alone, or {"apiKey": "..."}.`,
    );
  }
  return parseFields(value);
}

function keyIn(text: string, name: string): string {
  const parsed = parseJsonSafely(text);
  const key = parsed.kind === "json" ? textField(parsed.value, name) : undefined;
  if (key !== undefined) return checkApiKey(key, `${shownName(name)} in ${NAME}`);
  const shown = JSON.stringify(shownName(name));
  throw new UserError(
    `${NAME} has no field ${shown} (the text after "#"). Store {${shown}: "..."} in it, or remove "#" and everything after it.`,
  );
}

function parseFields(value: object): EtlworksSecret {
  const apiKey = textField(value, "apiKey");
  const username = textField(value, "username")?.trim();
  const password = textField(value, "password");
  if (apiKey !== undefined && (username !== undefined || password !== undefined)) {
    throw new UserError(`${NAME} holds apiKey and a login. Keep one of them.`);
  }
  if (apiKey !== undefined)
    return { kind: "api-key", apiKey: checkApiKey(apiKey, `apiKey in ${NAME}`) };
  if (username !== undefined && password !== undefined)
    return { kind: "login", username, password };
  throw new UserError(
    `${NAME} is JSON without a usable field. Give it "apiKey", or "username" and "password", each a string that is not empty.`,
  );
}

function secretTexts(secret: EtlworksSecret): string[] {
  return secret.kind === "api-key" ? [secret.apiKey] : [secret.password];
}
