import { describe, expect, it } from "vitest";
import { explainFailure } from "../../../shared/etlworks/explain-failure.ts";
import type { Failure } from "../../../shared/etlworks/reply.ts";

const names = { baseUrl: "base-url", credentials: "api-key", flow: "flow-id" };
const explain = (failure: Failure, more: { flowId?: number; flowList?: boolean } = { flowId: 7 }) =>
  explainFailure(failure, { attempt: "run the flow", names, ...more });

describe("explainFailure", () => {
  it("says what a 401 means", () => {
    expect(
      explain({ kind: "unauthorized", message: "  Token is expired . .  ", fromApi: true }),
    ).toMatchInlineSnapshot(
      `"Etlworks did not accept api-key (401: Token is expired). Check it, or make a new API key under Settings → Users → Edit → API Key."`,
    );
  });

  it("names the role that a 403 asks for", () => {
    expect(
      explain({ kind: "rejected", status: 403, message: "Access is denied", fromApi: true }),
    ).toMatchInlineSnapshot(
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
      "Etlworks did not answer: the server redirects to https://sso.example. Set base-url to the address it ends up at.",
    );
  });

  it.each([200, 299, 400, 409])("repeats the server's words of a %d", status => {
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

  it("says what may be behind a 404", () => {
    expect(
      explain({ kind: "absent", status: 404, message: "Flow 7 not found" }),
    ).toMatchInlineSnapshot(
      `"Flow 7 was not found (404: Flow 7 not found). Check flow-id, that the user behind api-key can see the flow, and that base-url is your instance's address, ending in /rest."`,
    );
    expect(explain({ kind: "absent", status: 404, message: "No" }, {})).toMatch(
      /^The flow was not/,
    );
    expect(
      explain({ kind: "absent", status: 404, message: "No message available" }, { flowList: true }),
    ).toMatchInlineSnapshot(
      `"Etlworks was not found there (404: No message available). Check that base-url is your instance's address, ending in /rest."`,
    );
    expect(
      explain({ kind: "absent", status: 404, message: "No" }, { flowId: 7, flowList: false }),
    ).toMatch(/^Flow 7 was not found/);
  });

  it("says what to do about a 429", () => {
    expect(explain({ kind: "rate-limited" })).toMatchInlineSnapshot(
      `"Etlworks answered 429 (too many requests) to every attempt to run the flow. Try again later, or spread the runs of your organisation."`,
    );
  });

  it("tells a server that is not there from one with a wrong certificate", () => {
    const message = "cannot reach etl.example.com: connection refused (ECONNREFUSED)";
    expect(explain({ kind: "unreachable", permanent: false, message })).toMatchInlineSnapshot(
      `"Cannot reach etl.example.com: connection refused (ECONNREFUSED). Check base-url, and that this machine may connect to it (firewall, proxy, VPN)."`,
    );
    expect(explain({ kind: "unreachable", permanent: true, message: "bad" })).toMatchInlineSnapshot(
      `"Bad. If the instance uses a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file; otherwise check base-url."`,
    );
  });

  it("tells a web site from a fault", () => {
    const message = "etl.example.com answered with an HTML page instead of JSON";
    expect(explain({ kind: "fault", website: true, message })).toMatchInlineSnapshot(
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
