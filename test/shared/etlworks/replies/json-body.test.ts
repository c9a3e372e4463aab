import { describe, expect, it } from "vitest";
import {
  parseBody,
  unredacted,
  unredactedOrLast,
} from "../../../../shared/etlworks/replies/json-body.ts";

const plain = (text: string) => text;
const redact = (text: string) => text.replaceAll("secret", "***").replaceAll("success", "***");
const answerOf = (body: string) =>
  ({ kind: "answer", status: 200, headers: {}, body, cut: false }) as const;

describe("a body that is JSON", () => {
  it.each<[body: string, value: unknown]>([
    ['{"a":1}', { a: 1 }],
    ["[1]", [1]],
    ["null", null],
    ['"a text"', "a text"],
    ['"5"', "5"],
    [JSON.stringify('"a{"'), '"a{"'],
    [JSON.stringify("{no JSON"), "{no JSON"],
  ])("is read: %s", (body, value) => {
    expect(parseBody(body, plain)).toEqual({ kind: "json", value });
  });

  it.each(['{"a":1}', ' \n{"a":1} '])("is read where it is written as a text: %j", inner => {
    expect(parseBody(JSON.stringify(inner), plain)).toEqual({ kind: "json", value: { a: 1 } });
  });

  it.each([
    ")]}'\n",
    ")]}',\n",
    ")]}",
    "while(1);",
    "while (1);",
    "for(;;);",
    "for (;;); ",
    "{} && ",
    "{}&&",
  ])("is read behind the guard %j", guard => {
    expect(parseBody(`${guard}{"a":1}`, plain)).toEqual({ kind: "json", value: { a: 1 } });
  });

  it("keeps what looks like a guard within it", () => {
    const body = '{"a":"for(;;);{}"}';
    expect(parseBody(body, plain)).toEqual({ kind: "json", value: { a: "for(;;);{}" } });
  });
});

describe("what is none", () => {
  it.each(["", "no", '{"a":', "[1", ")]}'"])("is something else: %j", body => {
    const what = "something that is not JSON";
    expect(parseBody(body, plain)).toEqual({ kind: "other", what });
  });

  it("is called by its depth where that is too much", () => {
    const read = parseBody("[".repeat(2_000), plain);
    expect(read).toMatchObject({ kind: "other" });
    expect(read).toHaveProperty("what", expect.stringMatching(/^JSON nested deeper than/));
  });

  it("is what says two things of one run, as a text too", () => {
    const body = '{"auditId":1,"auditId":2}';
    const contradicts = { member: "auditId", value: { auditId: 2 } };
    const read = { kind: "other", what: 'JSON that says two things of "auditId"', contradicts };
    expect(parseBody(body, plain)).toEqual(read);
    expect(parseBody(JSON.stringify(body), plain)).toEqual(read);
  });
});

describe("a secret in it", () => {
  it.each(['{"a":"my secret"}', '{"a":"my \\u0073ecret"}'])("is cut out of %s", body => {
    expect(parseBody(body, redact)).toEqual({ kind: "json", value: { a: "my ***" } });
  });

  it.each(["success", " Success ", "9223372036854775807"])(
    "leaves alone the word of the API %j",
    word => {
      const hidden = (text: string) => text.replaceAll(word, "***");
      expect(parseBody(JSON.stringify({ a: word }), hidden)).toEqual({
        kind: "json",
        value: { a: word },
      });
    },
  );

  it.each(["success of it", "17 secret", "secret"])(
    "is cut out of %j, which is no such word",
    a => {
      expect(parseBody(JSON.stringify({ a }), redact)).toEqual({
        kind: "json",
        value: { a: redact(a) },
      });
    },
  );
});

describe("what it is decided by", () => {
  it("is all that is in it", () => {
    expect(unredacted(answerOf(' {"a":"\\u0073ecret"}'))).toEqual({ a: "secret" });
    expect(unredactedOrLast(answerOf(' {"a":"\\u0073ecret"}'))).toEqual({ a: "secret" });
  });

  it("is nothing, or the last, where it says two things", () => {
    const twice = answerOf('{"auditId":1,"auditId":2}');
    expect(unredacted(twice)).toBeUndefined();
    expect(unredactedOrLast(twice)).toEqual({ auditId: 2 });
  });

  it("is nothing where it is no JSON", () => {
    expect(unredacted(answerOf("no"))).toBeUndefined();
    expect(unredactedOrLast(answerOf("no"))).toBeUndefined();
  });
});
