import type { Failure } from "./reply.ts";

/** What the user calls the settings that may be wrong, such as `base-url`. */
export interface SettingNames {
  readonly baseUrl: string;
  readonly credentials: string;
  readonly flow: string;
}

/**
 * One or two sentences for a failure that only the user can put right: what happened, in the
 * server's words where it has any, and what to change. `attempt` completes "... may not ___".
 */
export function explainFailure(
  failure: Failure,
  about: {
    readonly attempt: string;
    readonly flowId?: number;
    /** The call was for the list of flows, so a 404 can only be the address. */
    readonly flowList?: boolean;
    readonly names: SettingNames;
  },
): string {
  const { attempt, names } = about;
  const flow = about.flowId === undefined ? "The flow" : `Flow ${about.flowId}`;
  switch (failure.kind) {
    case "unauthorized":
      return `Etlworks did not accept ${names.credentials} (401: ${clause(failure.message)}). Check it, or make a new API key under Settings → Users → Edit → API Key.`;
    case "rejected":
      if (failure.status === 403) {
        return `The user behind ${names.credentials} may not ${attempt} (403: ${clause(failure.message)}). Give that user the Operator role; a key of an "API User" can call user-defined APIs only.`;
      }
      if (failure.status >= 300 && failure.status < 400) {
        return `Etlworks did not answer: ${clause(failure.message)}. Set ${names.baseUrl} to the address it ends up at.`;
      }
      if (failure.status === 404 || failure.status === 405) {
        return `Etlworks refused to ${attempt} (${failure.status}: ${clause(failure.message)}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
      }
      return `Etlworks refused to ${attempt} (${failure.status}: ${clause(failure.message)}).`;
    case "absent":
      if (about.flowList === true) {
        return `Etlworks was not found there (${failure.status}: ${clause(failure.message)}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
      }
      return `${flow} was not found (${failure.status}: ${clause(failure.message)}). Check ${names.flow}, that the user behind ${names.credentials} can see the flow, and that ${names.baseUrl} is your instance's address, ending in /rest.`;
    case "rate-limited":
      return `Etlworks answered 429 (too many requests) to every attempt to ${attempt}. Try again later, or spread the runs of your organisation.`;
    case "unreachable":
      return failure.permanent
        ? `${sentence(failure.message)} If the instance uses a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file; otherwise check ${names.baseUrl}.`
        : `${sentence(failure.message)} Check ${names.baseUrl}, and that this machine may connect to it (firewall, proxy, VPN).`;
    case "fault":
      return failure.website
        ? `${sentence(failure.message)} That is a web site, not the API: check ${names.baseUrl}.`
        : `Could not ${attempt}: ${clause(failure.message)}.`;
    case "stopped":
      return `Stopped before it could ${attempt}.`;
  }
}

/** Without the full stops at its end. Sign by sign: `[.\s]+$` takes minutes for 200 kB of dots. */
function clause(text: string): string {
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
