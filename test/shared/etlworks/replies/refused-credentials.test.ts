import { describe, expect, it } from "vitest";
import { refusedCredentials } from "../../../../shared/etlworks/replies/refused-credentials.ts";

const answer = (status: number, body: string | object = "") =>
  ({
    kind: "answer",
    status,
    headers: {},
    body: typeof body === "string" ? body : JSON.stringify(body),
    cut: false,
  }) as const;

/** Etlworks' own error body. */
const error = (status: number) => ({ status, error: "No", message: "no", path: "/rest/v1" });
const always = () => true;

describe("credentials are refused", () => {
  it.each<[what: string, ...Parameters<typeof answer>]>([
    ["a 401", 401],
    ["a 401 of somebody else", 401, "<html>"],
    ["Etlworks' 401 under a status of success", 200, error(401)],
    ["the same under another one", 204, error(401)],
    ["the same as short as a firewall allows", 200, { ...error(401), path: undefined }],
  ])("by %s", (_what, ...given) => {
    expect(refusedCredentials(answer(...given))).toBe(401);
  });

  it.each<[what: string, ...Parameters<typeof answer>]>([
    ["a 403 in Etlworks' words", 403, error(403)],
    ["the same under a status of success", 200, error(403)],
    ["a 403 that names the path alone", 403, { message: "no 403", path: "/rest" }],
  ])("by %s", (_what, ...given) => {
    expect(refusedCredentials(answer(...given))).toBe(403);
  });
});

describe("credentials are not refused", () => {
  it.each<[what: string, ...Parameters<typeof answer>]>([
    ["a success", 200, { id: 401, name: "403" }],
    ["a redirect with such a body", 300, error(401)],
    ["a 400 with such a body", 400, error(401)],
    ["a 500 with such a body", 500, error(403)],
    ["a firewall's 403", 403, "<h1>403 Forbidden</h1>"],
    ["a gateway's 403", 403, { message: "403 Forbidden" }],
    ["a 403 that says 401", 403, { ...error(401), error: undefined, path: undefined }],
    ["another error", 200, error(400)],
    ["an error that is too long for one", 200, { ...error(401), more: "x".repeat(100_000) }],
    ["two things", 200, '{"status":401,"status":200,"error":"No","message":"no"}'],
  ])("by %s", (_what, ...given) => {
    expect(refusedCredentials(answer(...given))).toBeUndefined();
  });

  it("by a 401 whose body names what may have been done", () => {
    const seen: unknown[] = [];
    const mayHaveActed = (body: unknown) => {
      seen.push(body);
      return true;
    };
    expect(refusedCredentials(answer(401, { auditId: 7 }), mayHaveActed)).toBeUndefined();
    expect(refusedCredentials(answer(200, error(401)), mayHaveActed)).toBeUndefined();
    expect(seen).toEqual([{ auditId: 7 }, error(401)]);
    expect(refusedCredentials(answer(403, error(403)), always)).toBe(403);
  });
});
