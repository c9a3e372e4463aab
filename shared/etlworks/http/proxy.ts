import { isAscii } from "node:buffer";
import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";
import { UserError } from "../../user-error.ts";

/** The proxy to connect through. */
export interface HttpProxy {
  /** The connection to the proxy itself is encrypted. */
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** For `Proxy-Authorization`, where the variable holds a user name. */
  readonly authorization?: string;
  /** The variable that names it, for messages. */
  readonly variable: string;
}

/**
 * Finds the proxy for an address in the variables that curl reads: `https_proxy` or `http_proxy`
 * by the address's scheme, then `all_proxy`, small letters before capitals, except for the hosts of
 * `no_proxy`. A value without a scheme is an http proxy. Throws a UserError for a value that cannot
 * be used: going around a proxy in silence would be a leak in one network and a riddle in another.
 *
 * Not Node's own `proxyEnv`: it is missing before Node 24.5, ignores a value without a scheme,
 * reports "connection reset" for a refused login, and shows the password of a value it cannot read.
 */
export function findProxy(
  target: URL,
  environment: Readonly<Record<string, string | undefined>>,
): HttpProxy | undefined {
  const scheme = target.protocol === "https:" ? "https_proxy" : "http_proxy";
  const names = [scheme, scheme.toUpperCase(), "all_proxy", "ALL_PROXY"];
  const variable = names.find(name => (environment[name] ?? "").trim() !== "");
  if (variable === undefined) return undefined;
  const exempt = firstSet(environment, ["no_proxy", "NO_PROXY"]);
  return isExempt(target, exempt) ? undefined : parseProxy(environment[variable] ?? "", variable);
}

/**
 * The passwords that stand in these variables, alone and behind their user name, as a proxy gets
 * and may repeat them; also those of values that cannot be used.
 */
export function secretsInProxies(
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const names = ["https_proxy", "http_proxy", "all_proxy"];
  return names
    .flatMap(name => [environment[name], environment[name.toUpperCase()]])
    .flatMap(value => {
      const login = /^(?:(?:[a-z][a-z0-9+.-]*:)?\/\/)?([^:]*):(?!\/\/)(.+)@/is.exec(
        value?.trim() ?? "",
      );
      if (login === null) return [];
      const [, user = "", password = ""] = login;
      const plain = decoded(password);
      return [password, plain, `${user}:${password}`, `${decoded(user)}:${plain}`];
    });
}

function firstSet(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): string {
  return names.map(name => environment[name]?.trim() ?? "").find(value => value !== "") ?? "";
}

function parseProxy(value: string, variable: string): HttpProxy {
  const trimmed = value.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    throw new UserError(
      `${variable} names a ${scheme} proxy, and only http and https proxies can be used. Set it to http://host:port, or add the instance's host to NO_PROXY to connect without it.`,
    );
  }
  const url = URL.parse(scheme === undefined ? `http://${trimmed}` : trimmed);
  if (url === null || !isProxyAddress(url, trimmed)) {
    throw new UserError(
      `${variable} is not a proxy address. Write it as http://host:port, with the special characters of a password URL-encoded.`,
    );
  }
  const secure = url.protocol === "https:";
  const login = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    secure,
    hostname: bareHost(url),
    port: portOf(url),
    ...(login === ":" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
    variable,
  };
}

/**
 * Also in use are half a scheme (`http:/host`), quotes around the whole, a password whose `/`, `#`, `?`
 * or backslash ends the host early, and the address of a file that would name the proxy.
 */
function isProxyAddress(url: URL, text: string): boolean {
  const host = bareHost(url);
  const behind = `${url.pathname}${url.search}${url.hash}`;
  return (
    (isIP(host) !== 0 || /^[\w.-]+$/.test(host)) &&
    url.port !== "0" &&
    !/\s|^[a-z][a-z0-9+.-]*:\/(?!\/)/i.test(text) &&
    !/@|\.(?:pac|dat)$/i.test(behind)
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare percent sign: meant as it stands.
    return text;
  }
}

/** The host without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

export function portOf(url: URL): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}

/**
 * `NO_PROXY`: hosts with all their subdomains, with or without a port, a leading dot or `*.`;
 * addresses, ranges such as `10.0.0.0/8`, `10.0.0.1-10.0.0.9` and `10.0.*`; `<local>` for names
 * without a dot; `*` for everything.
 */
function isExempt(target: URL, list: string): boolean {
  const host = bareHost(target).toLowerCase().replace(/\.$/, "");
  const family = isIP(host);
  return list
    .toLowerCase()
    .split(/[\s,;|"']+/)
    .some(entry => {
      if (entry === "*") return true;
      if (entry === "<local>") return family === 0 && !host.includes(".");
      const { name, port } = splitPort(withoutScheme(entry));
      if (name === "" || (port !== undefined && port !== portOf(target))) return false;
      if (family !== 0) return name === host || inRange(host, family, name);
      return host === name || host.endsWith(`.${name}`);
    });
}

/** Written as an address: `https://etl.example.com/rest`. */
function withoutScheme(entry: string): string {
  const parts = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/.exec(entry);
  return parts?.[1] ?? entry;
}

function splitPort(entry: string): { readonly name: string; readonly port?: number } {
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(?:(\d+)|\*))?$/.exec(entry);
  // An IPv6 address without brackets has colons, and no port.
  const host = parts === null ? entry : (parts[1] ?? parts[2] ?? "");
  const plain = host
    .replace(/^::ffff:(?=[\d.]+$)/, "")
    .replace(/^\*?\./, "")
    .replace(/\.$/, "");
  // The target's name is in ASCII by now. A range is no name.
  const name = isAscii(Buffer.from(plain)) ? plain : domainToASCII(plain);
  return parts?.[3] === undefined ? { name } : { name, port: Number(parts[3]) };
}

function inRange(host: string, family: number, range: string): boolean {
  const type = family === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  try {
    const [written = "", bits] = range.split("/");
    const network = written.replace(/^\[(.*)\]$/, "$1");
    const [first = "", last] = range.split("-");
    if (/^\d[\d.]*\.\*(?:\.\*)*$/.test(range)) return isBelow(host, range);
    if (bits !== undefined) list.addSubnet(network, Number(bits), type);
    else if (last !== undefined) list.addRange(first, last, type);
    else list.addAddress(range, type);
  } catch {
    // A name, or an address of the other family.
    return false;
  }
  return list.check(host, type);
}

/** `10.0.*` and `10.0.*.*`, as Java and Windows write it. */
function isBelow(host: string, range: string): boolean {
  return host.startsWith(range.slice(0, range.indexOf("*")));
}
