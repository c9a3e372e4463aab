import { expect, it } from "vitest";
import { FINISHED_SOURCE, OWN_SOURCE } from "../../lambda/trigger.ts";

it("an event without a source has one of ours", () => {
  expect(OWN_SOURCE).toBe("etlworks.dispatcher");
});

it("the end of a run has the source that the templates and the pages name", () => {
  expect(FINISHED_SOURCE).toBe("etlworks.run-flow");
});
