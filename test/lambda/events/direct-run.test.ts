import { describe, expect, it } from "vitest";
import { directDecision, readDirectRun } from "../../../lambda/events/direct-run.ts";
import { keepRounded } from "../../../shared/exact-number.ts";
import { parseJsonSafely } from "../../../shared/json-fields.ts";

const policy = { ifRunning: "wait", timeout: 0, failOnWarning: false } as const;

describe("a direct run as a decision", () => {
  const run = { flow: 7, parameters: { day: "1" }, policy, id: "order-1" };

  it("has a lane of its flow, and is known by its id", () => {
    const decision = directDecision(run);
    expect(decision).toEqual({
      route: "direct",
      flow: 7,
      parameters: { day: "1" },
      policy,
      origin: { source: "etlworks.dispatcher", detailType: "Direct Invoke", id: "order-1" },
      identity: expect.stringMatching(/^direct-[\w-]{43}$/) as unknown,
      lane: "7",
      afterFailure: "continue",
    });
    expect(decision.origin).not.toHaveProperty("force");
    expect(directDecision({ ...run, parameters: {} }).identity).toBe(decision.identity);
    expect(directDecision({ ...run, id: "order-2" }).identity).not.toBe(decision.identity);
    expect(directDecision({ ...run, flow: 8 }).identity).not.toBe(decision.identity);
  });

  it("is another with a force", () => {
    const forced = directDecision({ ...run, force: "again" });
    expect(forced.origin).toMatchObject({ force: "again" });
    expect(forced.identity).not.toBe(directDecision(run).identity);
  });
});

describe("a direct invoke", () => {
  it("has the invocation's id only where it has none, and a force only where one is given", () => {
    const bare = readDirectRun({ flow: 7 }, "request-1");
    expect(bare).toMatchObject({
      kind: "direct",
      run: { flow: 7, parameters: {}, id: "request-1" },
    });
    expect(bare).not.toHaveProperty("run.force");
    expect(readDirectRun({ flow: 7, id: "x", force: "y" }, "request-1")).toMatchObject({
      run: { id: "x", force: "y" },
    });
  });

  const refused = (message: string) => ({
    kind: "rejected",
    message: `the direct invoke is refused: ${message}`,
  });

  it("tells all its mistakes at once", () => {
    expect(readDirectRun({ flow: 0, parameters: [], id: "" }, "r")).toEqual(
      refused(
        "flow: 0 is not a positive whole number; parameters: must be an object of names and values; id: must be a string of 1 to 2000 characters",
      ),
    );
  });

  it.each(["dryRun", "dryrun", "dry-run"])("says where a dry run is asked for: %s", name => {
    expect(readDirectRun({ flow: 7, [name]: true }, "x")).toEqual({
      kind: "rejected",
      message: `the direct invoke is refused: ${name}: is obeyed only as dryRun, and only when the dispatcher is invoked with it`,
    });
  });

  it.each(["id", "force"])("has a word of 1 to 2000 characters as its %s", name => {
    const wrong = refused(`${name}: must be a string of 1 to 2000 characters`);
    for (const value of ["", "  ", "x".repeat(2_001), true, null, {}]) {
      expect(readDirectRun({ flow: 7, [name]: value }, "r")).toEqual(wrong);
    }
    for (const value of ["x", "x".repeat(2_000), " x "]) {
      expect(readDirectRun({ flow: 7, [name]: value }, "r")).toMatchObject({
        run: { [name]: value },
      });
    }
    expect(readDirectRun({ flow: 7, [name]: 12 }, "r")).toMatchObject({ run: { [name]: "12" } });
  });

  it.each(["id", "force"])(
    "refuses a number as its %s that is not exact, and a placeholder",
    name => {
      const rounded = parseJsonSafely(`{"flow": 7, "${name}": 12345678901234567890}`, keepRounded);
      const reading = readDirectRun(rounded.kind === "json" ? rounded.value : undefined, "r");
      expect(reading).toMatchObject({ kind: "rejected" });
      expect(JSON.stringify(reading)).toContain(`${name}: `);
      expect(readDirectRun({ flow: 7, [name]: 2 ** 60 }, "r")).toMatchObject({ kind: "rejected" });
      expect(readDirectRun({ flow: 7, [name]: "{{id}}" }, "r")).toEqual(
        refused(
          `${name}: it contains the placeholder {{id}}, which was not replaced, so all events would look like one. Send the value`,
        ),
      );
    },
  );

  it("has parameters whose names need at most 64 KB together", () => {
    const fits = { ["a".repeat(30_000)]: 1, ["b".repeat(35_536)]: true };
    expect(readDirectRun({ flow: 7, parameters: fits }, "r")).toMatchObject({ kind: "direct" });
    const more = { ["a".repeat(30_000)]: 1, ["b".repeat(35_537)]: true };
    expect(readDirectRun({ flow: 7, parameters: more }, "r")).toEqual(
      refused("parameters: have names of more than 64 KB; shorten them"),
    );
  });

  it("names each parameter that has a wrong value, and says why", () => {
    expect(
      readDirectRun({ flow: 7, parameters: { a: null, b: [], c: "x", "d e": 1 } }, "r"),
    ).toMatchObject({
      kind: "rejected",
      message: expect.stringMatching(
        /parameters\.a: must be a string, a number or a boolean; parameters\.b: must be a string, a number or a boolean; parameters\.d e: must have a name/,
      ) as unknown,
    });
  });
});
