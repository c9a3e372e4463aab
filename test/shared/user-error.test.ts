import { expect, it } from "vitest";
import { UserError } from "../../shared/user-error.ts";

it("is known by its name, whatever a bundler calls its class", () => {
  expect(String(new UserError("Set api-key."))).toBe("UserError: Set api-key.");
});
