import { describe, expect, it } from "vitest";
import { readItem } from "../../../../lambda/lanes/ledger/item-reader.ts";

const fields = {
  text: "a",
  empty: "",
  number: 0,
  time: "2026-11-26T21:00:00.000Z",
  strings: ["a", ""],
  mixed: ["a", 1],
  object: { inner: { number: 5 }, bad: 1 },
  nothing: null,
};
const item = readItem(fields, "The head of orders");
const unreadable = (name: string, value: string, what = "The head of orders") =>
  new Error(
    `${what} cannot be read: its attribute ${name} is ${value}. Was it changed by hand, or written by another release?`,
  );

describe("the attributes of an item", () => {
  it("are read as what they should be", () => {
    expect({
      text: item.string("text"),
      empty: item.string("empty"),
      number: item.number("number"),
      time: item.time("time"),
      strings: item.strings("strings"),
      word: item.oneOf("text", ["b", "a"]),
      inner: item.object("object").object("inner").number("number"),
      innerFields: item.object("object").fields,
      has: [item.has("text"), item.has("nothing"), item.has("missing")],
    }).toStrictEqual({
      text: "a",
      empty: "",
      number: 0,
      time: Date.UTC(2026, 10, 26, 21),
      strings: ["a", ""],
      word: "a",
      inner: 5,
      innerFields: fields.object,
      has: [true, true, false],
    });
    expect(item.fields).toBe(fields);
  });

  it.each([
    ["a string", () => item.string("number"), "number", "0"],
    ["a string that is missing", () => item.string("missing"), "missing", "undefined"],
    ["a number", () => item.number("text"), "text", '"a"'],
    ["a number that is missing", () => item.number("missing"), "missing", "undefined"],
    ["a time", () => item.time("text"), "text", '"a"'],
    ["a time as a number", () => item.time("number"), "number", "0"],
    ["a list", () => item.strings("text"), "text", '"a"'],
    ["a list of strings", () => item.strings("mixed"), "mixed", '["a",1]'],
    ["a known word", () => item.oneOf("text", ["b", "c"]), "text", '"a"'],
    ["a word that is missing", () => item.oneOf("missing", ["b"]), "missing", "undefined"],
  ])("are an error that names the item where they are not %s", (_, read, name, value) => {
    expect(read).toThrow(unreadable(name, value));
  });

  it("are named by the object they are in", () => {
    expect(() => item.object("object").string("bad")).toThrow(
      unreadable("bad", "1", "The head of orders, in object,"),
    );
    expect(() => item.object("text").string("a")).toThrow(
      unreadable("a", "undefined", "The head of orders, in text,"),
    );
    expect(item.unreadable("nothing")).toStrictEqual(unreadable("nothing", "null"));
  });

  it("are shown without the values of parameters, and not whole where they are long", () => {
    const decision = { route: 5, parameters: { file: "customer-names.csv" } };
    const long = ["x".repeat(1_000)];
    const odd = readItem({ decision, long }, "The entry a");
    expect(odd.unreadable("decision")).toStrictEqual(
      unreadable("decision", '{"route":5,"parameters":"…"}', "The entry a"),
    );
    expect(odd.unreadable("long").message).toHaveLength(
      unreadable("long", `["${"x".repeat(498)}… (1004 characters)`, "The entry a").message.length,
    );
  });

  it.each([undefined, null, "text", []])("are none in %j", value => {
    expect(() => readItem(value, "It").string("a")).toThrow(unreadable("a", "undefined", "It"));
  });
});
