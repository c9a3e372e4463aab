import { describe, expect, it } from "vitest";
import { codeOf, messageOf, nameOf } from "../../shared/thrown.ts";
import { UserError } from "../../shared/user-error.ts";

describe("what was thrown", () => {
  it.each([
    [new Error("no"), "Error", "no"],
    [new UserError("set flow-id"), "UserError", "set flow-id"],
    [Object.assign(new Error("denied"), { name: "AccessDenied" }), "AccessDenied", "denied"],
    ["a string", "", "a string"],
    [{ name: "Error", message: "no error of its own" }, "", "[object Object]"],
    [undefined, "", "undefined"],
    [null, "", "null"],
  ])("%o", (thrown, name, message) => {
    expect(nameOf(thrown)).toBe(name);
    expect(messageOf(thrown)).toBe(message);
    expect(codeOf(thrown)).toBe("");
  });

  it.each([
    [Object.assign(new Error("gone"), { code: "ENOENT" }), "ENOENT"],
    [Object.assign(new Error("no"), { code: 20 }), ""],
    [{ code: "ENOENT" }, ""],
  ])("has Node's code: %o", (thrown, code) => {
    expect(codeOf(thrown)).toBe(code);
  });
});
