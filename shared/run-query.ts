import { UserError } from "./user-error.ts";

/**
 * Reads the extra query string of the start call, with or without its question mark. The one reader
 * of this setting: what one host refuses, the other refuses too. `name` is what the user calls it.
 */
export function parseRunQuery(text: string, name: string): string {
  const query = text.trim().replace(/^\?/, "");
  // The characters of a query (RFC 3986, 3.4). A "#" would end it, and what follows would be lost.
  if (/^(?:[\w\-.~!$&'()*+,;=:@/?]|%[\dA-Fa-f]{2})*$/.test(query)) return query;
  throw new UserError(
    `${name}: ${shown(query)} is not a query string. Write name=value&name=value, URL-encoded.`,
  );
}

/** Something pasted into the wrong setting may be a key: only what is short is shown. */
function shown(query: string): string {
  const line = query.replace(/\s+/g, " ");
  return line.length > 80 ? `a string of ${line.length} characters` : `"${line}"`;
}
