import { UserError } from "./user-error.ts";

/** Header names in lower case, and their values. */
export type RequestHeaders = Readonly<Record<string, string>>;

/**
 * Reads lines `Name: value`: headers that a gateway before the instance wants with each request.
 * The one reader of this setting for both hosts. No sentence quotes a value, for it is a secret.
 * `name` is what the user calls the setting.
 */
export function parseRequestHeaders(text: string, name: string): RequestHeaders {
  const problems: string[] = [];
  const headers = new Map<string, string>();
  for (const [index, raw] of text.split(LINE_END).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const header = readLine(line);
    if (typeof header === "string") problems.push(`${name}: line ${index + 1} ${header}`);
    else if (headers.has(header.name))
      problems.push(`${name}: line ${index + 1} gives the header "${header.name}" a second time.`);
    else headers.set(header.name, header.value);
  }
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return Object.fromEntries(headers);
}

/**
 * Everything in such a text that may be secret, also when the text is wrong: to be masked before
 * anything is said about it.
 */
export function secretsInHeaders(text: string): string[] {
  return text.split(LINE_END).flatMap(raw => {
    const line = raw.trim();
    if (line.startsWith("#")) return [];
    const value = line.slice(line.indexOf(":") + 1).trim();
    // `Basic abc`: the part behind the scheme turns up alone.
    const behindScheme = /^[A-Za-z]+\s+(\S+)$/.exec(value)?.[1];
    return [value, ...(behindScheme === undefined ? [] : [behindScheme])].filter(
      secret => secret !== "",
    );
  });
}

/** The user's headers without those that are ours: a request is never changed by them. */
export function foreignHeaders(headers: RequestHeaders): RequestHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([header]) => !RESERVED.has(header.toLowerCase())),
  );
}

const LINE_END = /\r\n|\r|\n/;

/** What the client sets itself, and what belongs to a single connection (RFC 9110, 7.6.1). */
const RESERVED: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
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

function readLine(line: string): { readonly name: string; readonly value: string } | string {
  const colon = line.indexOf(":");
  if (colon <= 0) return "is not a header. Write Name: value.";
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1).trim();
  // A token of RFC 9110, 5.6.2. What stands before the colon may be a secret in the wrong place.
  if (!/^[\w!#$%&'*+\-.^`|~]{1,100}$/.test(name)) {
    return "has a header name with characters that no header name has. Write Name: value.";
  }
  if (RESERVED.has(name.toLowerCase())) {
    return `sets "${name}", which is set for you. Remove the line.`;
  }
  if (value === "") {
    return `gives "${name}" an empty value. A secret that does not exist arrives empty.`;
  }
  if (!/^[\t\x20-\x7e]+$/.test(value)) {
    return `gives "${name}" a value with characters that no header can carry.`;
  }
  return { name: name.toLowerCase(), value };
}
