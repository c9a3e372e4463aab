import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBody } from "../../../../shared/etlworks/replies/json-body.ts";
import {
  type Refusal,
  refusalOfAnyProgram,
} from "../../../../shared/etlworks/replies/refusal-in-body.ts";

function refusalIn(body: string): Refusal | undefined {
  return refusalOfAnyProgram(
    parseBody(body, text => text),
    body,
  );
}

const NO_REASON = "it says no without a reason";

describe("an answer with a good status", () => {
  it.each([
    ["false", "false"],
    ['{"success":false}', "success is false"],
    ['"{\\"success\\":false}"', "success is false"],
    ['{"success":"false"}', "success is false"],
    ['"False"', "false"],
    ['{"success":0}', NO_REASON],
    ['{"result":false}', NO_REASON],
    ['{"result":"error"}', NO_REASON],
    ['{"error":{"code":403,"message":"Not allowed"}}', "Not allowed"],
    ['{"errors":["Not allowed"]}', NO_REASON],
    ['{"errors":[{"message":"Not allowed"}]}', NO_REASON],
    ['{"errorMessage":"Access denied"}', NO_REASON],
    ['{"errorCode":"E1"}', NO_REASON],
    ['{"fault":{"faultstring":"no"}}', NO_REASON],
    ['{"code":403,"message":"Forbidden"}', "Forbidden"],
    ['{"statusCode":403,"body":"no"}', NO_REASON],
    ['{"statusCode":"500"}', NO_REASON],
    ['{"status":"403","message":"Forbidden"}', "Forbidden"],
    ['{"status":"403 FORBIDDEN"}', NO_REASON],
    ['{"status":"DENIED"}', NO_REASON],
    ['{"status":"rejected"}', NO_REASON],
    ['{"status":"NOT_FOUND"}', NO_REASON],
    ['{"status":"Access denied"}', NO_REASON],
    ['{"stopped":false}', NO_REASON],
    ['{"canceled":false}', NO_REASON],
    ['{"cancelled":"false"}', NO_REASON],
    ['{"ok":false,"message":"no such run"}', "no such run"],
    ['{"status":400}', NO_REASON],
    ['{"status":503,"message":"busy"}', "busy"],
    ['{"status":"error"}', NO_REASON],
    ['{"status":" Failed "}', NO_REASON],
    ['{"status":"FAIL"}', NO_REASON],
    ['{"status":"failure","message":"too late"}', "too late"],
    ['{"error":true}', NO_REASON],
    ['{"error":"not allowed"}', "not allowed"],
    ['{"exception":"java.lang.Error"}', "java.lang.Error"],
    ['{"success":true,"status":"error"}', NO_REASON],
    ['{"success":true,"ok":false}', NO_REASON],
  ])("%s is a refusal", (body, why) => {
    expect(refusalIn(body)).toEqual({ kind: "no", message: why });
  });

  it.each([
    "",
    "OK",
    "{ began",
    "true",
    "null",
    '"falsehood"',
    "0",
    "{}",
    "[false]",
    '{"success":true}',
    '{"success":1}',
    '{"errors":[],"error":{}}',
    '{"code":0}',
    '{"code":1000}',
    '{"statusCode":200}',
    '{"status":"450 rows"}',
    "Stopped, no error",
    "<result>stopped</result>",
    "<errors>0</errors>",
    '{"status":2}',
    '{"status":399}',
    '{"status":"200"}',
    '{"status":"errors: none"}',
    '{"status":"no error"}',
    '{"status":"failing"}',
    '{"status":"failover"}',
    '{"error":""}',
    '{"error":" \\n"}',
    '{"error":false}',
    '{"error":null,"exception":""}',
    '{"error":"a warning","success":true}',
    '{"message":"stopped"}',
  ])("%s is none", body => {
    expect(refusalIn(body)).toBeUndefined();
  });

  it.each([
    '[{"success":false}]',
    '{"answer":{"success" : false}}',
    'OK "{\\"success\\":false}"',
    'OK {"success":"false"',
    '{"error":"a warning","success":true,"next":{"success":false}}',
    '[{"error":"Not allowed"}]',
    "FALSE",
    "Error: run not found",
    "Access denied",
    '"Forbidden"',
    "Run 5001 was not found",
    '{"message":"Unauthorized"}',
    "<error>Access denied</error>",
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    "<soap:Fault/>",
    "<answer><success> false </success></answer>",
  ])("%s may be one", body => {
    expect(refusalIn(body)?.kind).toBe("unclear");
  });

  it("is a refusal for a reason whatever else it holds, once it says no", () => {
    const others = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue());
    fc.assert(
      fc.property(
        others,
        fc.constantFrom("success", "stopped", "canceled", "cancelled", "ok"),
        (more, name) => {
          expect(refusalIn(JSON.stringify({ ...more, [name]: false }))?.kind).toMatch(
            /^(no|error)$/,
          );
        },
      ),
    );
  });
});
