import { looksLikeName } from "../shown-name.ts";
import { UserError } from "../user-error.ts";

/**
 * Reads the address of an Etlworks instance, with or without `/rest`, with or without a slash at
 * the end, on any port; returns it with a path that ends in `/rest`. `name` is what the user calls
 * this setting. Throws a UserError that says what to change.
 */
export function parseBaseUrl(
  text: string,
  options: { readonly name: string; readonly allowHttp: boolean },
): URL {
  const { name } = options;
  const refuse = (why: string): never => {
    throw new UserError(
      `${name}: ${why} Set it to the address of your instance, for example https://app.etlworks.com/rest.`,
    );
  };
  const url = URL.parse(text.trim());
  if (url === null) return refuse(`"${shown(text)}" is not a web address.`);
  const gap = hostGap(text.trim(), url);
  if (gap !== undefined) return refuse(`${gap} in "${shown(text)}".`);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return refuse(`"${shown(text)}" is not an https address.`);
  }
  if (url.username !== "" || url.password !== "") {
    return refuse("it holds a user name or password; these belong in their own settings.");
  }
  if (url.search !== "" || url.hash !== "")
    return refuse(`remove "?" or "#" and everything after it.`);
  const path = url.pathname.replace(/\/+$/, "");
  if (/\/rest\/./.test(path)) return refuse(`remove everything after /rest in "${shown(text)}".`);
  if (url.protocol === "http:" && !options.allowHttp && !isLoopback(url.hostname)) {
    return refuse(
      `http would send the key unencrypted. Use https, or set ETLWORKS_ALLOW_HTTP=true for a network that you trust.`,
    );
  }
  // An empty query or fragment leaves its sign behind.
  url.search = "";
  url.hash = "";
  url.pathname = path.endsWith("/rest") ? path : `${path}/rest`;
  return url;
}

/**
 * What a browser would make a host of all the same: `https:///rest`, which is left of
 * `https://${{ vars.HOST }}/rest` when nobody has set the variable, leads to a host named "rest".
 */
function hostGap(text: string, { hostname, port }: URL): string | undefined {
  // The parser drops line breaks, and takes two lines for one address.
  if (/[\s\p{Cc}]/u.test(text)) return "there is a space or a line break";
  const behind = /^https?:(.*)/i.exec(text)?.[1];
  if (behind?.startsWith("//") === false) return "two slashes belong behind https:";
  if (behind !== undefined && /^\/\/(?:[/\\]|$)/.test(behind)) {
    return "there is no host behind https://";
  }
  // `https://${{ vars.URL }}/rest` with a whole address in the variable: the host would be "https".
  if (/^https?:\/\/https?:?\/\//i.test(text)) return "https:// stands twice";
  if (/^\.|\.\./.test(hostname)) return "a part of the host is missing";
  return port === "0" ? "0 is no port" : undefined;
}

function shown(text: string): string {
  // A key pasted into the wrong field would be shown whole otherwise.
  const line = text
    .trim()
    .replace(/\s+/g, " ")
    .replace(/\/\/[^/]*@/, "//…@");
  const mayBeShown = /^https?:/i.test(line) ? line.length <= 80 : looksLikeName(line);
  return mayBeShown ? line : `a string of ${line.length} characters`;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
