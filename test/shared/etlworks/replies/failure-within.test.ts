import { describe, expect, it } from "vitest";
import {
  failureInPlaceOfText,
  failureWithin,
} from "../../../../shared/etlworks/replies/failure-within.ts";
import { refusalOfAnyProgram } from "../../../../shared/etlworks/replies/refusal-in-body.ts";

const about = { where: "etl.example.com/rest/v1/x", redact: (text: string) => text, now: () => 0 };
const answer = (body: string) =>
  ({ kind: "answer", status: 200, headers: {}, body, cut: false }) as const;

const PAGE = "<!DOCTYPE html><html><title>Sign in</title></html>";
const NO = '{"success":false,"message":"Down for the night"}';
const page = {
  kind: "fault",
  message: "etl.example.com/rest/v1/x answered 200 with an HTML page",
  website: true,
};
const no = { kind: "rejected", status: 200, message: "Down for the night", fromApi: true };

describe("an answer of any form", () => {
  const within = (body: string) => failureWithin(answer(body), about, refusalOfAnyProgram);

  it("is none where it is a web page", () => {
    expect(within(PAGE)).toEqual(page);
  });

  it.each([NO, ` \n${NO}`])("is none where it says no: %j", body => {
    expect(within(body)).toMatchObject(no);
  });

  it.each(["", "ok", "{}", '{"success":true}'])(
    "is one where it says nothing against it: %j",
    body => {
      expect(within(body)).toBeUndefined();
    },
  );
});

describe("an answer that is a text", () => {
  const inPlace = (body: string) => failureInPlaceOfText(answer(body), about);

  it.each([NO, ` \n${NO}`, JSON.stringify(NO)])("is none where it is an error: %j", body => {
    expect(inPlace(body)).toMatchObject(no);
  });

  it("is none where it is a web page", () => {
    expect(inPlace(` \n${PAGE}`)).toEqual(page);
  });

  it.each([
    "",
    "2026-11-27 10:00:00 Loaded 5 rows",
    `Answered ${NO}`,
    `[${NO}]`,
    '{"rows":5}',
    // No error is so long.
    `{"success":false,"rows":"${"x".repeat(100_000)}"}`,
  ])("is one otherwise", body => {
    expect(inPlace(body)).toBeUndefined();
  });
});
