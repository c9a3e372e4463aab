import { describe, expect, it } from "vitest";
import {
  hasUnfilledPlaces,
  placeholderIn,
  placeholderInId,
  unfilled,
} from "../../lambda/placeholders.ts";

/** As a template of a program has it. */
const place = (name: string) => `$\{${name}}`;

describe("a place that AWS was to fill", () => {
  it.each([
    "<aws.scheduler.scheduled-time>",
    "at < AWS.Events.event.json > o'clock",
    "<aws.pipes.pipe-arn>",
    "&lt;aws.scheduler.scheduled-time&gt;",
  ])("is found in %s, wherever it lies", text => {
    expect(hasUnfilledPlaces(text)).toBe(true);
    expect(hasUnfilledPlaces({ a: [{ b: text }] })).toBe(true);
    expect(hasUnfilledPlaces({ [text]: 1 })).toBe(true);
  });

  it.each([
    undefined,
    null,
    {},
    "aws.scheduler.scheduled-time",
    "<aws.lambda.name>",
    "<aws.scheduler.>",
    "<aws.scheduler.scheduled time>",
    "<name>",
    place("name"),
  ])("is not in %j", value => {
    expect(hasUnfilledPlaces(value)).toBe(false);
  });
});

describe("a place in an id", () => {
  it.each([
    ["run-<aws.scheduler.execution-id>-1", "<aws.scheduler.execution-id>"],
    // AWS's own is named first.
    ["<name> < aws.pipes.pipe-name >", "< aws.pipes.pipe-name >"],
    ["for <name>", "<name>"],
    ["for < My.own_name-x >", "< My.own_name-x >"],
    ["for <$.detail.id>", "<$.detail.id>"],
    ["for <$.detail['id']>", undefined],
    ["for <$.list[0]>", "<$.list[0]>"],
    [`a${place("id")}b`, place("id")],
    [`a${place("")}b`, place("")],
    ["a{{ id }}b", "{{ id }}"],
    ["a{% id %}b", "{% id %}"],
    ["nightly-$(date +%F)", "$(date +%F)"],
    ["`date +%F`", "`date +%F`"],
    ["arn:s|`date`", "`date`"],
    ["$GITHUB_SHA", "$GITHUB_SHA"],
    ["/shop|$ORDER_2", "$ORDER_2"],
    ["%TIME%", "%TIME%"],
    ["$.detail.id", "$.detail.id"],
    ["$.list[0].a-b", "$.list[0].a-b"],
    ["$$.Execution.Id", "$$.Execution.Id"],
    ["States.UUID()", "States.UUID()"],
    ["States.Format('{}-{}', $.a, $.b)", "States.Format('{}-{}', $.a, $.b)"],
    ["{id}", "{id}"],
    ["{Detail.order-id}", "{Detail.order-id}"],
    // Between the bars of an id that is made of several.
    ["arn:s|$.time", "$.time"],
    ["$.arn|2026-11-27T02:00:00Z", "$.arn"],
    ["/shop|{id}", "{id}"],
  ])("%s has %j", (id, found) => {
    expect(placeholderIn(id)).toBe(found);
  });

  it.each([
    undefined,
    "",
    "4711",
    "a<b",
    "<1a>",
    "<>",
    "a {id}",
    "{id}b",
    "{a1}",
    "{5f1d0a3e-1c2b-4a4b-9c9c-1234567890ab}",
    "States.UUID",
    "my States.UUID()",
    "$$.",
    "$id",
    "$A",
    "$USD 5",
    "US$USD",
    "$5",
    "$()",
    "a `date`",
    "``",
    "%TIME",
    "100%TIME%",
    "%20%",
    "%time%",
    "$.",
    "at $.detail.id",
    "$.detail id",
    "{%%",
    "{{a}b}}",
  ])("%j has none", id => {
    expect(placeholderIn(id)).toBeUndefined();
  });

  it.each(["undefined", "null", "None", "NaN", "[object Object]"])(
    "is also %s, for what a program does not have, unless it is part of more",
    word => {
      expect(placeholderInId(word)).toBe(word);
      expect(placeholderInId(`/shop|${word}`)).toBe(word);
      for (const id of [`${word}|1`, `a|${word}|1`, `${word}1`, `order ${word}`, "", undefined]) {
        expect(placeholderInId(id)).toBeUndefined();
      }
      // A value of an event may be called so.
      expect(placeholderIn(word)).toBeUndefined();
      expect(placeholderInId("{id}")).toBe("{id}");
    },
  );

  it("is told of, and cut when it is long", () => {
    expect(unfilled("id", "<name>")).toBe(
      "id contains the placeholder <name>, which was not replaced, so all events would look like one. Send the value",
    );
    const long = `<${"n".repeat(200)}>`;
    expect(unfilled("id", long)).toBe(
      `id contains the placeholder <${"n".repeat(99)}… (202 characters), which was not replaced, so all events would look like one. Send the value`,
    );
  });
});
