import { describe, expect, it } from "vitest";
import { explainFailure } from "../../../shared/etlworks/explain-failure.ts";
import type { Failure } from "../../../shared/etlworks/replies/reply.ts";

const names = { baseUrl: "base-url", credentials: "api-key", flow: "flow-id" };
const explain = (failure: Failure, more: { flowId?: number; flowList?: boolean } = { flowId: 7 }) =>
  explainFailure(failure, { attempt: "run the flow", names, ...more });

describe("explainFailure", () => {
  it("says what a 401 means", context => {
    context
      .expect(explain({ kind: "unauthorized", message: "  Token is expired . .  ", fromApi: true }))
      .toMatchInlineSnapshot(
        `"Etlworks did not accept api-key (401: Token is expired). Check it, or make a new API key under Settings → Users → Edit → API Key."`,
      );
  });

  it("knows that a secret holds a key or a login", () => {
    const secret = { ...names, credentials: "the secret that X names" };
    const about = { attempt: "run the flow", names: secret };
    const refused = { kind: "unauthorized", message: "no", fromApi: true } as const;
    expect(explainFailure(refused, about)).toBe(
      "Etlworks did not accept the secret that X names (401: no). Check the login or the API key in it. A new key is made under Settings → Users → Edit → API Key.",
    );
    expect(explainFailure({ ...refused, status: 403 }, about)).toBe(
      "Etlworks did not accept the secret that X names (no). Check the login in it.",
    );
  });

  it("says how a login was refused, and by whom", () => {
    const refused = { kind: "unauthorized", status: 403, host: "etl.example.com" } as const;
    const login = { ...names, credentials: "username and password" };
    const about = { attempt: "run the flow", flowId: 7, names: login };
    const message = "the login was answered with 403: locked.";
    expect(explainFailure({ ...refused, message, fromApi: true }, about)).toBe(
      "Etlworks did not accept username and password on etl.example.com (the login was answered with 403: locked). Check both.",
    );
    expect(explainFailure({ ...refused, message, fromApi: false }, about)).toBe(
      "Etlworks at etl.example.com could not sign in (the login was answered with 403: locked). Try again later. If it stays so, check base-url and username and password, and whether a firewall or a gateway blocks this machine.",
    );
  });

  it("does not blame the network for a server that could not sign us in", () => {
    const message = "login: etl.example.com/rest/v1/token-auth answered 500: no text";
    expect(explain({ kind: "unreachable", permanent: false, message, cause: "login" })).toBe(
      "Could not sign in: etl.example.com/rest/v1/token-auth answered 500: no text. Try again later. If it stays so, check base-url and the server.",
    );
  });

  it("names the role that a 403 asks for", context => {
    context
      .expect(
        explain({ kind: "rejected", status: 403, message: "Access is denied", fromApi: true }),
      )
      .toMatchInlineSnapshot(
        `"The user behind api-key may not run the flow (403: Access is denied). Give that user the Operator role; a key of an "API User" can call user-defined APIs only."`,
      );
  });

  it.each([300, 302, 308, 399])("says where a %d leads", status => {
    expect(
      explain({
        kind: "rejected",
        status,
        message: "the server redirects to https://sso.example",
        fromApi: true,
      }),
    ).toBe(
      "Etlworks did not answer: the server redirects to https://sso.example. Set base-url to the address that it redirects to.",
    );
  });

  it.each([200, 299, 400])("repeats the server's words of a %d", status => {
    expect(
      explain({ kind: "rejected", status, message: "Field 'x' is required.", fromApi: true }),
    ).toBe(`Etlworks refused to run the flow (${status}: Field 'x' is required).`);
  });

  it.each([404, 405])("asks to check the address after a refusal with %d", status => {
    expect(
      explain({ kind: "rejected", status, message: "login: no such page", fromApi: true }),
    ).toBe(
      `Etlworks refused to run the flow (${status}: login: no such page). Check that base-url is your instance's address, ending in /rest.`,
    );
  });

  it.each([402, 406, 407, 409, 410, 413, 414, 415, 418, 421, 422, 423, 431, 451, 511])(
    "says what a %d means here",
    status => {
      const text = explain({
        kind: "rejected",
        status,
        message: "an HTML page",
        fromApi: false,
        host: "etl.example.com:8443",
      });
      expect(text).toContain(
        `Etlworks at etl.example.com:8443 refused to run the flow (${status}: an`,
      );
      expect(text).toMatch(new RegExp(`\\. ${status} means: [a-z].{10,}\\.$`));
    },
  );

  it("names the host of every refusal that knows it", () => {
    const host = "etl.example.com";
    const refusals: readonly Failure[] = [
      { kind: "unauthorized", message: "no", fromApi: true, host },
      { kind: "absent", status: 404, message: "no", host },
      ...[400, 403, 404, 405, 409].flatMap(status => [
        { kind: "rejected" as const, status, message: "no", fromApi: true, host },
        { kind: "rejected" as const, status, message: "no", fromApi: false, host },
      ]),
    ];
    for (const refusal of refusals) expect(explain(refusal)).toContain(host);
    expect(
      explain({ kind: "absent", status: 404, message: "no", host }, { flowList: true }),
    ).toMatch(/^There is no Etlworks API at etl\.example\.com \(404/);
  });

  it("does not blame the role for a page of a firewall", context => {
    context
      .expect(
        explain({
          kind: "rejected",
          status: 403,
          message: "an HTML page",
          fromApi: false,
          host: "x",
        }),
      )
      .toMatchInlineSnapshot(
        `"Etlworks at x refused to run the flow (403: an HTML page). This is not Etlworks' own answer: a firewall or a gateway may block this machine. If not, check base-url and the role of the user behind api-key."`,
      );
  });

  it("does not offer a key to somebody with a wrong password", () => {
    const failure: Failure = { kind: "unauthorized", message: "no", fromApi: true };
    const login = { ...names, credentials: "username and password" };
    expect(explainFailure(failure, { attempt: "run the flow", names: login })).not.toContain("API");
    expect(explain(failure)).toContain("new API key");
  });

  it.each([
    ["proxy", true, "Check the proxy variables"],
    ["proxy", false, "Check the proxy variables"],
    ["certificate", true, "NODE_EXTRA_CA_CERTS"],
    ["bad-certificate", true, "Fix the certificate of the instance, or check base-url."],
    ["client-certificate", true, "cannot send one"],
    ["protocol", true, "(https or http) and the port of base-url"],
    ["name", false, "Check the host in base-url"],
    ["connection", false, "(firewall, proxy, VPN)"],
  ] as const)("advises by the cause: %s", (cause, permanent, advice) => {
    const text = explain({ kind: "unreachable", permanent, message: "cannot reach x: y", cause });
    expect(text).toContain(`Cannot reach x: y. `);
    expect(text).toContain(advice);
  });

  it("advises nothing about the instance where we kept the request back ourselves", () => {
    const message = "the limit of requests per minute left no room before the timeout";
    const cause = "request-limit";
    expect(explain({ kind: "unreachable", permanent: false, message, cause })).toBe(
      "The limit of requests per minute left no room before the timeout. Try again later, set a longer timeout, or start fewer runs at the same time.",
    );
  });

  it("advises nothing about the instance where the key could not be fetched", () => {
    const message = "cannot read the secret x: y. In a VPC do z";
    expect(explain({ kind: "unreachable", permanent: false, message, cause: "secret" })).toBe(
      "Cannot read the secret x: y. In a VPC do z.",
    );
  });

  it.each([
    ['an HTML page ("The plain HTTP request was sent to HTTPS port")', "The port expects https"],
    ["Client sent an HTTP request to an HTTPS server.", "The port expects https"],
    ["Bad Request This combination of host and port requires TLS.", "The port expects https"],
    ['an HTML page ("No required SSL certificate was sent")', "requires a client certificate"],
    ['an HTML page ("The SSL certificate error")', "requires a client certificate"],
  ])("knows what a web server means by a 400: %s", (message, hint) => {
    const said = { kind: "rejected", status: 400, message, host: "x" } as const;
    expect(explain({ ...said, fromApi: false })).toContain(hint);
    expect(explain({ ...said, fromApi: true })).not.toContain(hint);
  });

  it("says what may be behind a 404", context => {
    context
      .expect(explain({ kind: "absent", status: 404, message: "Flow 7 not found" }))
      .toMatchInlineSnapshot(
        `"Flow 7 was not found (404: Flow 7 not found). Check flow-id, that the user behind api-key can see the flow, and that base-url is your instance's address, ending in /rest."`,
      );
    expect(explain({ kind: "absent", status: 404, message: "No" }, {})).toMatch(
      /^The flow was not/,
    );
    context
      .expect(
        explain(
          { kind: "absent", status: 404, message: "No message available" },
          { flowList: true },
        ),
      )
      .toMatchInlineSnapshot(
        `"There is no Etlworks API there (404: No message available). Check that base-url is your instance's address, ending in /rest."`,
      );
    expect(
      explain({ kind: "absent", status: 404, message: "No" }, { flowId: 7, flowList: false }),
    ).toMatch(/^Flow 7 was not found/);
  });

  it("says what to do about a 429", context => {
    context
      .expect(explain({ kind: "rate-limited" }))
      .toMatchInlineSnapshot(
        `"Etlworks answered 429 (too many requests) to every attempt to run the flow. Try again later, or start fewer runs at the same time."`,
      );
  });

  it("tells a server that is not there from one with a wrong certificate", context => {
    const message = "cannot reach etl.example.com: connection refused (ECONNREFUSED)";
    context
      .expect(explain({ kind: "unreachable", permanent: false, message }))
      .toMatchInlineSnapshot(
        `"Cannot reach etl.example.com: connection refused (ECONNREFUSED). Check base-url, and that this machine may connect to it (firewall, proxy, VPN)."`,
      );
    context
      .expect(explain({ kind: "unreachable", permanent: true, message: "bad" }))
      .toMatchInlineSnapshot(
        `"Bad. If the instance uses a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file; otherwise check base-url."`,
      );
  });

  it("tells a web site from a fault", context => {
    const message = "etl.example.com answered with an HTML page instead of JSON";
    context
      .expect(explain({ kind: "fault", website: true, message }))
      .toMatchInlineSnapshot(
        `"etl.example.com answered with an HTML page instead of JSON. That is a web site, not the API: check base-url."`,
      );
    expect(explain({ kind: "fault", website: false, message: "x answered 500: no text" })).toBe(
      "Could not run the flow: x answered 500: no text.",
    );
  });

  it("says that it was stopped", () => {
    expect(explain({ kind: "stopped", mayHaveArrived: false })).toBe(
      "Stopped before it could run the flow.",
    );
  });

  it("makes a sentence of nothing", () => {
    expect(explain({ kind: "fault", website: true, message: "" })).toBe(
      ". That is a web site, not the API: check base-url.",
    );
  });
});
