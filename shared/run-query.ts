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
    `${name}: it has ${foreignPart(query)}, so it is not a query string. Write name=value&name=value, URL-encoded.`,
  );
}

/** What no query string has; not the text around it, for a query may hold a key. */
function foreignPart(query: string): string {
  if (/\s/.test(query)) return "a space or a line break";
  if (query.includes("#")) return 'a "#"';
  if (/%(?![\dA-Fa-f]{2})/.test(query)) return 'a "%" without two hexadecimal digits behind it';
  return "a character that must be encoded";
}
