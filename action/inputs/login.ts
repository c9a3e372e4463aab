import { checkApiKey } from "../../shared/etlworks/credentials.ts";
import { secretsInProxies } from "../../shared/etlworks/http/proxy.ts";
import { secretsInHeaders } from "../../shared/request-headers.ts";
import type { Owner } from "../../shared/run/whose-run.ts";
import type { Secrets } from "../../shared/secrets.ts";
import { UserError } from "../../shared/user-error.ts";
import type { InputSource } from "./read-input.ts";

/** How the step signs in at Etlworks. */
export type Login =
  | { readonly kind: "api-key"; readonly key: string }
  | { readonly kind: "password"; readonly username: string; readonly password: string };

/** The way of signing in, as it is kept for the post step. */
export type SignIn = "key" | "login";

export function signInOf(login: Login): SignIn {
  return login.kind === "api-key" ? "key" : "login";
}

/** Inputs whose whole value is a secret. */
export const SECRET_INPUTS = ["api-key", "password", "github-token"];

/** Before anything else is read, so that no sentence about another input can show one of them. */
export function maskSecrets(
  source: InputSource,
  environment: Readonly<Record<string, string | undefined>>,
  secrets: Secrets,
): void {
  for (const name of SECRET_INPUTS) {
    const value = source.optional(name);
    if (value === "") continue;
    secrets.add(value);
    // What somebody pastes around a key is not secret, the rest of it is.
    const bare = value.replace(/^bearer\s+/i, "").replace(/^["'`]+|["'`]+$/g, "");
    if (bare !== "") secrets.add(bare);
  }
  for (const value of secretsInHeaders(source.optional("request-headers"))) secrets.add(value);
  // A proxy gets its password with each request, and its error page may repeat it.
  for (const value of secretsInProxies(environment)) secrets.add(value);
}

/** `signIn`: read this way only, whatever else is given. */
export function readLogin(source: InputSource, signIn?: SignIn): Login {
  const read = (name: string, way: SignIn) =>
    signIn === undefined || signIn === way ? source.optional(name) : "";
  const [key, username, password] = [
    read("api-key", "key"),
    read("username", "login"),
    read("password", "login"),
  ];
  if (key !== "" && (username !== "" || password !== "")) {
    throw new UserError("Give either api-key, or username and password, not both.");
  }
  if (key !== "") {
    refuseItsName(key);
    return { kind: "api-key", key: checkApiKey(key, "api-key") };
  }
  if (username === "" && password === "") {
    throw new UserError(
      "Set api-key (or username and password). If you did: a secret that does not exist, or that a fork may not read, arrives empty.",
    );
  }
  if (username === "") throw new UserError(`password is given, but username is empty. ${EMPTY}`);
  if (password === "") throw new UserError(`username is given, but password is empty. ${EMPTY}`);
  return { kind: "password", username, password };
}

const EMPTY = "A secret that does not exist, or that a fork may not read, arrives empty.";

/**
 * `secrets.NAME`, `$NAME`, `${ secrets.NAME }`: GitHub takes these for plain text, and Etlworks would
 * only say that it is no key. Not asked of a password, which may look like anything.
 */
function refuseItsName(value: string): void {
  const expression = /^(?:secrets|vars|env|inputs)\.[A-Za-z_]\w*$/.test(value);
  const variable = /^\$(?:[A-Z_][A-Z0-9_]*|\{[A-Z_][A-Z0-9_]*\}|env:\w+)$/.test(value);
  const braces = /^\$?\{{1,2}\s*(?:secrets|vars|env|inputs)\.\w+\s*\}{1,2}$/.test(value);
  const replacedByGithub = value.startsWith("${{");
  if (!(expression || variable || (braces && !replacedByGithub))) return;
  throw new UserError(
    `api-key holds the name of a secret or variable, not its value. Write \${{ secrets.NAME }}, with the dollar sign and both pairs of braces.`,
  );
}

/** What the login is called in sentences. */
export function nameOfLogin(login: Login): string {
  return login.kind === "api-key" ? "api-key" : "username and password";
}

/** What tells runs that were started with this login from those of others. */
export function claimOf(
  login: Login,
  foreignRuns: ReadonlySet<string>,
): Pick<Owner, "foreignRuns" | "user"> {
  return { foreignRuns, ...(login.kind === "password" ? { user: login.username } : {}) };
}
