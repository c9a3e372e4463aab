import { statusMeaning } from "./replies/http-status-meaning.ts";
import type { Failure } from "./replies/reply.ts";

/** What the user calls the settings that may be wrong, such as `base-url`. */
export interface SettingNames {
  readonly baseUrl: string;
  readonly credentials: string;
  readonly flow: string;
}

interface About {
  readonly attempt: string;
  readonly flowId?: number;
  /** The call was for the list of flows, so a 404 can only be the address. */
  readonly flowList?: boolean;
  readonly names: SettingNames;
}

/**
 * One or two sentences for a failure that only the user can put right: what happened, in the
 * server's words where it has any, and what to change. `attempt` completes "... may not ___".
 */
export function explainFailure(failure: Failure, about: About): string {
  const { attempt, names } = about;
  switch (failure.kind) {
    case "unauthorized":
      return explainUnauthorized(failure, names);
    case "rejected":
      return explainRejection(failure, about);
    case "absent": {
      if (about.flowList === true) {
        return `There is no Etlworks API ${at(failure)} (${failure.status}: ${clause(failure.message)}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
      }
      const wanted = about.flowId === undefined ? "The flow" : `Flow ${about.flowId}`;
      const flow = `${wanted}${on(failure)}`;
      return `${flow} was not found (${failure.status}: ${clause(failure.message)}). Check ${names.flow}, that the user behind ${names.credentials} can see the flow, and that ${names.baseUrl} is your instance's address, ending in /rest.`;
    }
    case "rate-limited":
      return `Etlworks answered 429 (too many requests) to every attempt to ${attempt}. Try again later, or start fewer runs at the same time.`;
    case "unreachable":
      return explainUnreachable(failure, names);
    case "fault":
      return failure.website
        ? `${sentence(failure.message)} That is a web site, not the API: check ${names.baseUrl}.`
        : `Could not ${attempt}: ${clause(failure.message)}.`;
    case "stopped":
      return `Stopped before it could ${attempt}.`;
  }
}

function explainUnauthorized(
  failure: Extract<Failure, { kind: "unauthorized" }>,
  names: SettingNames,
): string {
  const { status, fromApi } = failure;
  const said = clause(failure.message);
  const refused = `${names.credentials}${on(failure)}`;
  if (status !== undefined) {
    return fromApi
      ? `Etlworks did not accept ${refused} (${said}). ${isSecret(names) ? "Check the login in it." : "Check both."}`
      : `${server(failure)} could not sign in (${said}). Try again later. If it stays so, check ${names.baseUrl} and ${names.credentials}, and whether a firewall or a gateway blocks this machine.`;
  }
  // Somebody with a wrong password has no use for a key, and a secret may hold either.
  if (isSecret(names)) {
    return `Etlworks did not accept ${refused} (401: ${said}). Check the login or the API key in it. A new key is made under Settings → Users → Edit → API Key.`;
  }
  return /key/i.test(names.credentials)
    ? `Etlworks did not accept ${refused} (401: ${said}). Check it, or make a new API key under Settings → Users → Edit → API Key.`
    : `Etlworks did not accept ${refused} (401: ${said}). Check both.`;
}

function isSecret({ credentials }: SettingNames): boolean {
  return /secret/i.test(credentials);
}

function explainRejection(
  failure: Extract<Failure, { kind: "rejected" }>,
  { attempt, names }: About,
): string {
  const { status } = failure;
  const said = clause(failure.message);
  if (status === 403 && failure.fromApi) {
    const refused = `${attempt}${on(failure)}`;
    return `The user behind ${names.credentials} may not ${refused} (403: ${said}). Give that user the Operator role; a key of an "API User" can call user-defined APIs only.`;
  }
  if (status === 403) {
    return `${server(failure)} refused to ${attempt} (403: ${said}). This is not Etlworks' own answer: a firewall or a gateway may block this machine. If not, check ${names.baseUrl} and the role of the user behind ${names.credentials}.`;
  }
  if (status >= 300 && status < 400) {
    return `Etlworks did not answer: ${said}. Set ${names.baseUrl} to the address that it redirects to.`;
  }
  if (status === 404 || status === 405) {
    return `${server(failure)} refused to ${attempt} (${status}: ${said}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
  }
  const hint = failure.fromApi ? undefined : hintIn(said, names);
  if (hint !== undefined) {
    return `${server(failure)} refused to ${attempt} (${status}: ${said}). ${hint}`;
  }
  const meaning = statusMeaning(status);
  const explained = meaning === undefined ? "" : ` ${status} means: ${meaning}.`;
  return `${server(failure)} refused to ${attempt} (${status}: ${said}).${explained}`;
}

/** What the usual web servers say before the API behind them hears of the request. */
function hintIn(said: string, names: SettingNames): string | undefined {
  if (/HTTP request (?:was sent )?to (?:an )?HTTPS|requires TLS/i.test(said)) {
    return `The port expects https: check the scheme and the port of ${names.baseUrl}.`;
  }
  return /SSL certificate/i.test(said)
    ? `The server requires a client certificate, and this program cannot send one: set ${names.baseUrl} to an address of the API that does not require it.`
    : undefined;
}

function server({ host }: { readonly host?: string }): string {
  return host === undefined ? "Etlworks" : `Etlworks at ${host}`;
}

function on({ host }: { readonly host?: string }): string {
  return host === undefined ? "" : ` on ${host}`;
}

function at({ host }: { readonly host?: string }): string {
  return host === undefined ? "there" : `at ${host}`;
}

function explainUnreachable(
  { message, cause, permanent }: Extract<Failure, { kind: "unreachable" }>,
  names: SettingNames,
): string {
  const said = sentence(message);
  if (cause === "secret") return said;
  if (cause === "login") {
    const why = clause(message.replace(/^login: /, ""));
    return `Could not sign in: ${why}. Try again later. If it stays so, check ${names.baseUrl} and the server.`;
  }
  if (cause === "request-limit") {
    return `${said} Try again later, set a longer timeout, or start fewer runs at the same time.`;
  }
  if (cause === "proxy") {
    return `${said} Check the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY of this machine.`;
  }
  if (cause === "client-certificate") {
    return `${said} This program cannot send one: set ${names.baseUrl} to an address of the API that does not require it.`;
  }
  if (cause === "protocol") {
    return `${said} Check the scheme (https or http) and the port of ${names.baseUrl}.`;
  }
  if (cause === "name") {
    return `${said} Check the host in ${names.baseUrl}, and that this machine can look it up (DNS, VPN).`;
  }
  if (cause === "bad-certificate") {
    return `${said} Fix the certificate of the instance, or check ${names.baseUrl}.`;
  }
  return cause === "certificate" || permanent
    ? `${said} If the instance uses a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file; otherwise check ${names.baseUrl}.`
    : `${said} Check ${names.baseUrl}, and that this machine may connect to it (firewall, proxy, VPN).`;
}

/** Without the full stops at its end. Sign by sign: `[.\s]+$` takes minutes for 200 kB of dots. */
export function clause(text: string): string {
  const trimmed = text.trim();
  let end = trimmed.length;
  while (end > 0 && /[.\s]/.test(trimmed.charAt(end - 1))) end -= 1;
  return trimmed.slice(0, end);
}

function sentence(text: string): string {
  const trimmed = clause(text);
  // A host name is written as it is.
  if (/^\S*[.:/]/.test(trimmed)) return `${trimmed}.`;
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}
