import { describe, expect, it } from "vitest";
import { findProxy, secretsInProxies } from "../../../../shared/etlworks/http/proxy.ts";
import { UserError } from "../../../../shared/user-error.ts";

const SECURE = new URL("https://etl.example.com/rest/v1/flows");
const PLAIN = new URL("http://etl.example.com:8080/rest/v1/flows");

const found = (environment: Readonly<Record<string, string>>, target = SECURE) => {
  const proxy = findProxy(target, environment);
  return proxy === undefined
    ? undefined
    : `${proxy.secure ? "https" : "http"} ${proxy.hostname} ${proxy.port} by ${proxy.variable}`;
};

describe("a proxy variable", () => {
  it.each([
    ["http://proxy.corp:8080", "http proxy.corp 8080"],
    ["http://proxy.corp:8080/", "http proxy.corp 8080"],
    ["proxy.corp:8080", "http proxy.corp 8080"],
    ["proxy.corp", "http proxy.corp 80"],
    ["10.0.0.1:3128", "http 10.0.0.1 3128"],
    ["[::1]:3128", "http ::1 3128"],
    ["http://[::1]:3128", "http ::1 3128"],
    [" \tproxy.corp:8080 \n", "http proxy.corp 8080"],
    ["HTTP://proxy.corp:8080", "http proxy.corp 8080"],
    ["hTTpS://Proxy.Corp", "https proxy.corp 443"],
    ["https://proxy.corp:8443", "https proxy.corp 8443"],
    ["me:pw@proxy.corp:8080", "http proxy.corp 8080"],
    ["http://me:p@ss@proxy.corp:8080", "http proxy.corp 8080"],
    ["http://proxy.corp:8080/some/path", "http proxy.corp 8080"],
    ["//proxy.corp:8080", "http proxy.corp 8080"],
    ["http_proxy.corp:3128", "http http_proxy.corp 3128"],
  ])("of %j is read as %s", (value, read) => {
    expect(found({ HTTPS_PROXY: value })).toBe(`${read} by HTTPS_PROXY`);
  });

  it.each([
    [{}, undefined, undefined],
    [{ HTTPS_PROXY: " ", https_proxy: "" }, undefined, undefined],
    [{ HTTPS_PROXY: "a:1" }, "http a 1 by HTTPS_PROXY", undefined],
    [{ https_proxy: "a:1" }, "http a 1 by https_proxy", undefined],
    [{ HTTP_PROXY: "a:1" }, undefined, "http a 1 by HTTP_PROXY"],
    [{ http_proxy: "a:1" }, undefined, "http a 1 by http_proxy"],
    [{ ALL_PROXY: "a:1" }, "http a 1 by ALL_PROXY", "http a 1 by ALL_PROXY"],
    [{ all_proxy: "a:1" }, "http a 1 by all_proxy", "http a 1 by all_proxy"],
    [
      { HTTPS_PROXY: "a:1", https_proxy: "b:2", ALL_PROXY: "c:3" },
      "http b 2 by https_proxy",
      "http c 3 by ALL_PROXY",
    ],
    [{ HTTPS_PROXY: "a:1", https_proxy: "" }, "http a 1 by HTTPS_PROXY", undefined],
  ])("%j: secure through %s, plain through %s", (environment, secure, plain) => {
    expect(found(environment, SECURE)).toBe(secure);
    expect(found(environment, PLAIN)).toBe(plain);
  });

  it.each([
    ["http://me:pw@h:1", "me:pw"],
    ["http://me@h:1", "me:"],
    ["http://m%40e:p%23w%2F@h:1", "m@e:p#w/"],
    ["http://me:100%@h:1", "me:100%"],
    ["http://h:1", undefined],
  ])("of %s logs in as %j", (value, login) => {
    const authorization = findProxy(SECURE, { https_proxy: value })?.authorization;
    const basic = login && `Basic ${Buffer.from(login).toString("base64")}`;
    expect(authorization).toBe(basic);
  });

  it.each([
    ["socks5://me:s3cret@h:1080", /^HTTPS_PROXY names a socks5 proxy, and only http and https/],
    ["SOCKS5H://h:1080", /^HTTPS_PROXY names a socks5h proxy/],
    ["socks4a://h", /^HTTPS_PROXY names a socks4a proxy/],
    ["ftp://h", /^HTTPS_PROXY names a ftp proxy/],
    ["http://me:s3cret@[", /^HTTPS_PROXY is not a proxy address/],
    ["http://", /^HTTPS_PROXY is not a proxy address/],
    ["h:s3cret", /^HTTPS_PROXY is not a proxy address/],
    ["h:99999", /^HTTPS_PROXY is not a proxy address/],
    ["http://me:s3cret word@h:1", /^HTTPS_PROXY is not a proxy address/],
    ["http://me:12/s3cret@h:1", /^HTTPS_PROXY is not a proxy address/],
    ["http://me:12#s3cret@h:1", /^HTTPS_PROXY is not a proxy address/],
    ["http://me:12?s3cret@h:1", /^HTTPS_PROXY is not a proxy address/],
    ["http://CORP\\me:s3cret@h:1", /^HTTPS_PROXY is not a proxy address/],
    ["http:/h:8080", /^HTTPS_PROXY is not a proxy address/],
    ["http:h:8080", /^HTTPS_PROXY is not a proxy address/],
    ["'http://h:8080'", /^HTTPS_PROXY is not a proxy address/],
    ['"http://h:8080"', /^HTTPS_PROXY is not a proxy address/],
    ["http://h:0", /^HTTPS_PROXY is not a proxy address/],
    ["http://h:1,http://i:2", /^HTTPS_PROXY is not a proxy address/],
    ["http://h/proxy.pac", /^HTTPS_PROXY is not a proxy address/],
    ["pac+http://h/proxy.pac", /^HTTPS_PROXY names a pac\+http proxy/],
  ])("of %s is refused, without its password", (value, sentence) => {
    const find = () => findProxy(SECURE, { HTTPS_PROXY: value });
    expect(find).toThrow(UserError);
    expect(find).toThrow(sentence);
    expect(find).not.toThrow(/s3cret/);
  });

  it("that cannot be used troubles nobody who does not need it", () => {
    const socks = { HTTPS_PROXY: "socks5://h", NO_PROXY: "etl.example.com" };
    expect(found(socks)).toBeUndefined();
    expect(found({ HTTPS_PROXY: "socks5://h" }, PLAIN)).toBeUndefined();
  });
});

describe("NO_PROXY", () => {
  const exempt = (list: string, target: string) =>
    found({ ALL_PROXY: "a:1", NO_PROXY: list }, new URL(target)) === undefined;

  it.each([
    ["etl.example.com", "https://etl.example.com"],
    ["ETL.Example.COM", "https://etl.example.com"],
    ["etl.example.com.", "https://etl.example.com"],
    ["etl.example.com", "https://etl.example.com.:8443"],
    ["example.com", "https://etl.example.com"],
    [".example.com", "https://etl.example.com"],
    ["*.example.com", "https://etl.example.com"],
    [".etl.example.com", "https://etl.example.com"],
    ["localhost, .example.com ,x", "https://etl.example.com"],
    ["localhost  example.com", "https://etl.example.com"],
    ["*", "https://etl.example.com"],
    ["a,*", "https://10.0.0.1"],
    ["etl.example.com:443", "https://etl.example.com"],
    ["example.com:8080", "http://etl.example.com:8080"],
    ["127.0.0.1", "http://127.0.0.1:8080"],
    ["127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["10.0.0.0/8", "https://10.1.2.3"],
    ["10.0.0.1-10.0.0.9", "https://10.0.0.9"],
    ["[::1]", "https://[::1]"],
    ["::1", "https://[::1]:8443"],
    ["fd00::/8", "https://[fd12::1]"],
    ["[::1]:8443", "https://[::1]:8443"],
    ["[fd00::]/8", "https://[fd12::1]"],
    ["[fd00::/8]", "https://[fd12::1]"],
    ["0:0:0:0:0:0:0:1", "https://[::1]"],
    ["10.0.0.0/8:8443", "https://10.1.2.3:8443"],
    ["localhost|*.example.com", "https://etl.example.com"],
    ["https://etl.example.com/rest", "https://etl.example.com"],
    ["http://example.com:8080", "http://etl.example.com:8080"],
    ["10.1.*", "https://10.1.2.3"],
    ["10.*.*.*", "https://10.1.2.3"],
    ["10.1.2.3:*", "https://10.1.2.3:8443"],
    ["::ffff:10.1.2.3", "https://10.1.2.3"],
    ["<local>", "http://etl:8080"],
    ["x,<local>", "http://localhost"],
    ['"localhost","example.com"', "https://etl.example.com"],
    ["bücher.example", "https://etl.bücher.example"],
    ["*.BÜCHER.example", "https://etl.bücher.example"],
  ])("%j exempts %s", (list, target) => {
    expect(exempt(list, target)).toBe(true);
  });

  it.each([
    ["", "https://etl.example.com"],
    [",, ", "https://etl.example.com"],
    ["xample.com", "https://etl.example.com"],
    ["tl.example.com", "https://etl.example.com"],
    ["other.example.com", "https://etl.example.com"],
    ["etl.example.com:8443", "https://etl.example.com"],
    ["etl.*", "https://etl.example.com"],
    ["10.0.0.0/8", "https://11.1.2.3"],
    ["10.1.*", "https://10.11.2.3"],
    ["10.*", "https://10.example.com"],
    ["1.*", "https://10.1.2.3"],
    ["<local>", "https://10.1.2.3"],
    ["<local>", "https://[::1]"],
    ["10.0.0.0/99", "https://10.1.2.3"],
    ["10.0.0.0/8:8080", "https://10.1.2.3"],
    ["https://other.example.com", "https://etl.example.com"],
    ["https://", "https://etl.example.com"],
    ["<local>", "https://etl.example.com"],
    ["10.0.0.1-10.0.0.9", "https://10.0.0.10"],
    ["0.0.1", "https://127.0.0.1"],
    ["fd00::/8", "https://10.1.2.3"],
    ["10.0.0.0/8", "https://[fd12::1]"],
    ["::1", "https://[::2]"],
  ])("%j does not exempt %s", (list, target) => {
    expect(exempt(list, target)).toBe(false);
  });

  it("in small letters wins", () => {
    const environment = { ALL_PROXY: "a:1", NO_PROXY: "other", no_proxy: "example.com" };
    expect(found(environment)).toBeUndefined();
  });
});

describe("secretsInProxies", () => {
  it.each([
    ["https_proxy", "http://rob:p%40ss@proxy:8080", ["p%40ss", "p@ss", "rob:p%40ss", "rob:p@ss"]],
    ["ALL_PROXY", " rob:pw:rest@proxy:8080 ", ["pw:rest", "rob:pw:rest"]],
    ["HTTP_PROXY", "HTTP://ro b:pass@proxy", ["pass", "ro b:pass"]],
    ["http_proxy", "socks5://:pass@proxy", ["pass", ":pass"]],
    ["http_proxy", "http://proxy:8080", []],
    ["http_proxy", "http://rob@proxy:8080", []],
    ["NO_PROXY", "rob:pass@proxy", []],
  ])("finds in %s=%s %j", (name, value, secrets) => {
    expect(new Set(secretsInProxies({ [name]: value }))).toEqual(new Set(secrets));
  });
});
