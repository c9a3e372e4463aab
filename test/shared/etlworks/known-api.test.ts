import { describe, expect, it } from "vitest";
import { apiKeyCredentials } from "../../../shared/etlworks/credentials.ts";
import { createEtlworksClient } from "../../../shared/etlworks/etlworks-client.ts";
import type { HttpReply } from "../../../shared/etlworks/http/http.ts";
import { createKnownApi, type KnownApi } from "../../../shared/etlworks/known-api.ts";

/** A client whose answers are these bodies, one after the other. */
function clientOf(bodies: readonly string[], knownApi?: KnownApi) {
  const left = bodies.map((body): HttpReply => {
    const type = body.startsWith("<") ? "text/html" : "application/json";
    return { kind: "answer", status: 200, headers: { "content-type": type }, body, cut: false };
  });
  return createEtlworksClient({
    async send({ url }) {
      const reply = left.shift();
      if (reply === undefined) throw new Error(`not prepared for ${url.href}`);
      return reply;
    },
    baseUrl: new URL("https://etl.example.com/rest"),
    credentials: apiKeyCredentials("k"),
    redact: text => text,
    epochMs: () => 0,
    monotonicMs: () => 0,
    ...(knownApi === undefined ? {} : { knownApi }),
  });
}

const PAGE = "<!DOCTYPE html><title>Sign in</title>";
const FLOW = '{"id":7,"name":"Nightly"}';
const website = { kind: "fault", website: true };
const fault = { kind: "fault", website: false };

describe("a web page in place of the API", () => {
  it.each<[what: string, body: string]>([
    ["nothing", PAGE],
    ["a refusal", '{"success":false,"error":"Down for the night"}'],
    ["JSON that Etlworks does not send", "[1]"],
    ["an empty object", "{}"],
  ])("is a web site after %s", async (_what, body) => {
    const client = clientOf([body, PAGE, PAGE]);
    expect(await client.flow(7)).not.toMatchObject({ kind: "value" });
    expect(await client.start(7, {}, "")).toMatchObject(website);
    expect(await client.history(7, { limit: 1, offset: 0 })).toMatchObject(website);
  });

  it("is a fault that may pass after any answer of the API", async () => {
    const client = clientOf([FLOW, PAGE, PAGE, PAGE]);
    expect(await client.flow(7)).toMatchObject({ kind: "value" });
    expect(await client.start(7, {}, "")).toMatchObject(fault);
    expect(await client.history(7, { limit: 1, offset: 0 })).toMatchObject(fault);
    expect(await client.execution(7, "1")).toMatchObject(fault);
  });

  it("is one also after a page of a list", async () => {
    const client = clientOf(["[]", PAGE]);
    expect(await client.history(7, { limit: 1, offset: 0 })).toMatchObject({ kind: "value" });
    expect(await client.start(7, {}, "")).toMatchObject(fault);
  });

  it("is one where another client of the same address had an answer", async () => {
    const knownApi = createKnownApi();
    const [one, other] = [clientOf([FLOW], knownApi), clientOf([PAGE], knownApi)];
    await one.flow(7);
    expect(await other.start(7, {}, "")).toMatchObject(fault);
  });

  it("stays one for a request that the user wrote, whose path may be wrong", async () => {
    const client = clientOf([FLOW, PAGE]);
    await client.flow(7);
    expect(await client.send("POST", "/v1/flows/7/stop")).toMatchObject(website);
  });
});
