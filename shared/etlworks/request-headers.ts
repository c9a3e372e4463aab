import { validateHeaderName, validateHeaderValue } from "node:http";
import { UserError } from "../user-error.ts";

/** Headers that the client and the connection set themselves. */
const OWN: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie2",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
]);

/**
 * Checks headers that the user wants sent with each request, such as those of an access gateway.
 * `name` is what the user calls this setting. A sentence never shows a value: it may be a secret.
 */
export function checkRequestHeaders(
  headers: Readonly<Record<string, string>>,
  name: string,
): Readonly<Record<string, string>> {
  const seen = new Set<string>();
  for (const [header, value] of Object.entries(headers)) {
    const shown = /^[!-~]{1,60}$/.test(header) ? header : "a header";
    if (OWN.has(header.toLowerCase())) {
      throw new UserError(`${name}: ${shown} is set by this step itself. Remove it.`);
    }
    if (seen.has(header.toLowerCase())) {
      throw new UserError(`${name}: ${shown} is given twice. Keep one.`);
    }
    seen.add(header.toLowerCase());
    if (!isValid(header, value)) {
      throw new UserError(
        `${name}: ${shown} cannot be sent: its name or value has characters that no header may have.`,
      );
    }
  }
  return headers;
}

/** The user's headers without those that are ours: a request is never changed by them. */
export function foreignHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([header]) => !OWN.has(header.toLowerCase())),
  );
}

function isValid(header: string, value: string): boolean {
  try {
    validateHeaderName(header);
    validateHeaderValue(header, value);
    return true;
  } catch {
    return false;
  }
}
