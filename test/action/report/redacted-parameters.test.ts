import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactedParameters } from "../../../action/report/redacted-parameters.ts";
import { createSecrets } from "../../../shared/secrets.ts";

describe("shownParameters", () => {
  it.for([
    "password",
    "DB_PASSWD",
    "passPhrase",
    "client-secret",
    "access_token",
    "apiKey",
    "API_KEY",
    "aws.credentials",
    "private_key",
  ])("hides the value of a parameter called %s", name => {
    expect(redactedParameters({ [name]: "tiger", day: "monday" }, text => text)).toEqual({
      [name]: "***",
      day: "monday",
    });
  });

  it("cuts known secrets out of names and values, whatever signs they hold", () => {
    const secret = fc.string({ unit: "grapheme-ascii", minLength: 4 });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
        const { add, redact } = createSecrets(() => undefined);
        add(key);
        const shown = redactedParameters({ [`${before}${key}`]: `${key}${after}` }, redact);
        const text = Object.entries(shown).flat().join("\n");
        expect(redact(text)).toBe(text);
      }),
    );
  });
});
