import { describe, expect, it } from "vitest";
import { sendStop } from "../../../action/runner/send-stop.ts";
import { apiKeyCredentials } from "../../../shared/etlworks/credentials.ts";
import { createEtlworksClient } from "../../../shared/etlworks/etlworks-client.ts";
import { fakeRunner } from "../fake-runner.ts";

const RUN = { flowId: 7, auditId: "100", origin: "started" } as const;
const REQUEST = { method: "POST", path: "/v1/flows/{flow-id}/stop?auditId={audit-id}" };

async function answered(status: number, body: unknown) {
  const said: string[] = [];
  const runner = fakeRunner({
    line: text => void said.push(text),
    warning: async text => void said.push(text),
  });
  const client = createEtlworksClient({
    async send() {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const headers = { location: "https://sso.example.com/login" };
      return { kind: "answer", status, headers, body: text, cut: false };
    },
    baseUrl: new URL("https://acme.example.com/rest"),
    credentials: apiKeyCredentials("abcdefgh12345678"),
    redact: text => text,
    epochMs: () => 0,
    monotonicMs: () => 0,
  });
  const result = await sendStop(RUN, { client, runner, stopRequest: REQUEST, timeLimitMs: 1_000 });
  expect(said).toEqual([result.sentence]);
  return result;
}

describe("what became of a stop request", () => {
  it.for([
    [200, { success: true }],
    [200, { success: true, error: "" }],
    [200, { success: true, error: "none" }],
    [200, { success: true, stopped: "true", status: 0 }],
    [200, { message: "the flag success: false is not set" }],
    [200, {}],
    [200, ""],
    [200, "null"],
    [200, "OK"],
    [200, []],
    [200, { auditId: "100", status: "canceled" }],
    [200, { code: 0, exception: null }],
    [202, ""],
    [204, ""],
  ] as const)("%i %j: asked", async ([status, body]) => {
    expect(await answered(status, body)).toEqual({
      kind: "accepted",
      sentence: "Etlworks was asked to stop run 100; it may need some minutes to end.",
    });
  });

  it.for([
    [200, { success: false, error: "not allowed" }, "not allowed"],
    [200, { success: "false", message: "not allowed" }, "not allowed"],
    [200, { status: "error", message: "no such run" }, "no such run"],
    [200, { status: "FAILED" }, "it says no without a reason"],
    [200, { code: 5, exception: "it hangs" }, "it hangs"],
    [200, { error: "Access is denied" }, "Access is denied"],
    [200, { error: { message: "Access is denied" }, success: false }, "Access is denied"],
    [200, { stopped: false }, "it says no without a reason"],
    [200, { success: false }, "success is false"],
    [200, { ok: false, error: "x".repeat(1_001) }, `${"x".repeat(1_000)}…`],
    [200, { success: false, error: "x".repeat(1_001) }, `${"x".repeat(1_000)}…`],
    [200, { ok: "false" }, "it says no without a reason"],
    [200, { cancelled: false, canceled: true }, "it says no without a reason"],
    [200, { status: 404, message: "no such run" }, "no such run"],
    [200, { error: true }, "it says no without a reason"],
    [200, "false", "false"],
    [200, " false\n", "false"],
    // Wrapped by a gateway: in a text, or behind a guard.
    [200, JSON.stringify('{"stopped":false,"message":"not running"}'), "not running"],
    [200, ')]}\',\n{"success":false,"error":"not allowed"}', "not allowed"],
    [400, { status: 400, error: "Bad Request", message: "no such run" }, "no such run"],
    [409, { status: 409, error: "Conflict", message: "not running" }, "not running"],
    [410, "", "no text"],
    [422, "", "no text"],
  ] as const)("%i %j: refused, and the run may go on", async ([status, body, why]) => {
    expect(await answered(status, body)).toEqual({
      kind: "failed",
      sentence: `Etlworks refused to stop run 100 (${status}: ${why}). The run may still be running.`,
    });
  });

  it.for([
    { result: { success: false } },
    [{ success: false }],
    { body: '{"success": false}' },
    { body: '{"success":"false"}' },
    '<json>{"success" : false}</json>',
    '{"success":false',
    "{'a':{\"success\":False}}",
  ])("%j: says no somewhere, so nobody can count on it", async body => {
    expect(await answered(200, body)).toEqual({
      kind: "failed",
      sentence:
        'The stop request for run 100 had no usable answer (acme.example.com/rest/v1/flows/7/stop says "success": false somewhere in its answer). The run may still be running.',
    });
  });

  it("takes Etlworks' own error under a good status for what it says", async () => {
    const error = { status: 404, error: "Not Found", message: "no such run" };
    expect(await answered(200, error)).toEqual({
      kind: "failed",
      sentence:
        "The stop request for run 100 found nothing (404: no such run). Check stop-request. The run may still be running.",
    });
  });

  it.for([
    [401, /did not accept the credentials .* The run is still running\.$/],
    [403, /Stopping needs the Editor or Administrator role.* The run is still running\.$/],
    [404, /found nothing .* Check stop-request\. The run may still be running\.$/],
    [429, /answered 429 .* The run is still running\.$/],
    [
      302,
      /redirects to https:\/\/sso\.example\.com.* Check base-url.* The run may still be running\.$/,
    ],
    [303, /redirects to https:\/\/sso\.example\.com.* The run may still be running\.$/],
    [500, /no usable answer .* The run may still be running\.$/],
    [503, /no usable answer .* The run may still be running\.$/],
  ] as const)("%i: failed", async ([status, sentence]) => {
    const result = await answered(status, "");
    expect(result.kind).toBe("failed");
    expect(result.sentence).toMatch(sentence);
  });

  it("403: blames a firewall too, unless these are Etlworks' own words", async () => {
    const own = { status: 403, error: "Forbidden", message: "Access is denied", path: "/stop" };
    expect((await answered(403, own)).sentence).not.toContain("firewall");
    for (const other of ["<html>Blocked</html>", { message: "Forbidden" }, ""]) {
      expect((await answered(403, other)).sentence).toMatch(
        /role; .* firewall .* is still running/,
      );
    }
  });

  it("a page: nobody knows", async () => {
    expect((await answered(200, "<!doctype html><html>Sign in</html>")).kind).toBe("unknown");
  });
});
