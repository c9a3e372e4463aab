import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillTemplate, parseTemplate } from "../../../lambda/routes/parameter-template.ts";

const EVENT = {
  version: "0",
  id: "id-1",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "111122223333",
  time: "2026-11-23T10:00:00Z",
  region: "eu-central-1",
  resources: ["arn:aws:s3:::landing"],
  detail: {
    bucket: { name: "landing" },
    object: { key: "in/2026/a b+c.tar.gz", size: 1024, etag: "e", "version-id": "v" },
    flag: true,
    nothing: null,
    list: [{ x: "first" }, { x: "second" }],
  },
};

function render(text: string, event: unknown = EVENT): string {
  const parsed = parseTemplate(text);
  if (parsed.kind === "rejected") return `mistake: ${parsed.message}`;
  const rendered = fillTemplate(parsed.template, event);
  return rendered.kind === "filled" ? rendered.text : `problem: ${rendered.message}`;
}

describe("a number", () => {
  it.each(["9007199254740991", "-9007199254740991", "0.5", "0", "-0"])(
    "%s is what it was",
    text => {
      const event: unknown = JSON.parse(`{"detail": {"order": ${text}}}`);
      expect(render("{detail.order}", event)).toBe(text);
    },
  );

  it.each(["9007199254740993", "-12345678901234567890", "1e21"])(
    "%s, which would be handed over as another, has to be a text",
    text => {
      const event: unknown = JSON.parse(`{"detail": {"order": ${text}}}`);
      expect(render("{detail.order}", event)).toMatch(
        /^problem: \{detail\.order\} .*send it as a string$/,
      );
      expect(render("{detail.order}", { detail: { order: text } })).toBe(text);
    },
  );
});

function withKey(key: string): unknown {
  return { detail: { object: { key } } };
}

describe("a template", () => {
  it.each([
    ["s3://{bucket}/{key}", "s3://landing/in/2026/a b+c.tar.gz"],
    ["{basename} {dirname} {extension}", "a b+c.tar.gz in/2026 gz"],
    ["{versionId} {size} {etag}", "v 1024 e"],
    [
      "{region} {account} {time} {id} {source}",
      "eu-central-1 111122223333 2026-11-23T10:00:00Z id-1 aws.s3",
    ],
    ["{detail-type} {version}", "Object Created 0"],
    ["{detail.object.version-id}{detail.flag}", "vtrue"],
    ["{resources.0} {detail.list.1.x}", "arn:aws:s3:::landing second"],
    ["{{bucket}} {{{bucket}}}", "{bucket} {landing}"],
    ["plain", "plain"],
    ["", ""],
  ])("%s becomes %s", (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ["top.csv", "top.csv||csv"],
    ["a/b", "b|a|"],
    ["a.b/c", "c|a.b|"],
    ["a/.hidden", ".hidden|a|"],
    ["a/b/", "|a/b|"],
    ["/a", "a||"],
    ["a/x.", "x.|a|"],
  ])("cuts the key %j into %s", (key, expected) => {
    expect(render("{basename}|{dirname}|{extension}", withKey(key))).toBe(expected);
  });

  it.each([
    ["{key}", {}, "problem: {key} cannot be filled: the event has no detail.object.key"],
    [
      "{extension}",
      {},
      "problem: {extension} cannot be filled: the event has no detail.object.key",
    ],
    ["{id}", {}, "problem: {id} cannot be filled: the event has no id"],
    ["{detail.nothing}", EVENT, "the event has no detail.nothing"],
    ["{detail.list}", EVENT, "detail.list is a list, and a parameter is a string"],
    ["{detail}", EVENT, "detail is an object, and a parameter is a string"],
    ["{detail.list.-1}", EVENT, "the event has no detail.list.-1"],
    ["{detail.list.length}", EVENT, "the event has no detail.list.length"],
    ["{detail.constructor}", EVENT, "the event has no detail.constructor"],
    ["{detail.bucket.__proto__}", EVENT, "the event has no detail.bucket.__proto__"],
    ["{detail.object.key.length}", EVENT, "the event has no detail.object.key.length"],
  ])("%s that cannot be filled is a problem of that event", (text, event, expected) => {
    expect(render(text, event)).toContain(expected);
  });

  it.each([
    ["{buket}", '{buket} is not a known place; did you mean "bucket"?'],
    ["{bucket.name}", "{bucket.name} is not a path into an event; paths begin with"],
    ["{}", "{} is not a known place"],
    ["{detail..x}", "is not a path into an event"],
    ["{constructor}", "{constructor} is not a known place"],
    ["{ key }", "{ key } is not a known place"],
    ["{key", "has a single {"],
    ["key}", "has a single }"],
    ["{a{b}", "has a single {"],
  ])("%s is refused at start", (text, expected) => {
    expect(render(text)).toContain("mistake: ");
    expect(render(text)).toContain(expected);
  });

  it("gives any key back as it is, braces and all", () => {
    fc.assert(
      fc.property(fc.string(), key => {
        expect(render("{key}", withKey(key))).toBe(key);
        const escaped = key.replaceAll(/[{}]/g, "$&$&");
        expect(render(escaped)).toBe(key);
        expect(render("{dirname}/{basename}", withKey(`d/${key}`))).toBe(`d/${key}`);
      }),
    );
  });
});
