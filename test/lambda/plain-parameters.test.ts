import { expect, it } from "vitest";
import { plainParameters } from "../../lambda/plain-parameters.ts";

it("parameters are plain when none of them needs a batch", () => {
  expect(plainParameters({})).toEqual({});
  expect(plainParameters({ a: "1", b: "" })).toEqual({ a: "1", b: "" });
  expect(plainParameters({ a: "1", b: ["in ", { batch: "keys" }] })).toBeUndefined();
  expect(plainParameters({ a: [] })).toBeUndefined();
});
