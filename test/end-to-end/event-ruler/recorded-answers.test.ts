import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isObject } from "../../../shared/json.ts";
import type { Answer } from "./agreement.ts";
import { compareAnswers } from "./agreement.ts";
import { digestOf, makeQuestions } from "./questions.ts";

const recorded: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, "recorded-answers.json"), "utf8"),
);
if (!isObject(recorded) || !Array.isArray(recorded["answers"])) throw new Error("no answers");

const ANSWERS = new Map<string, Answer>([
  ["t", "true"],
  ["f", "false"],
  ["r", "refused"],
]);
const answers = Array.from(recorded["answers"].join(""), letter => ANSWERS.get(letter));
const questions = makeQuestions(answers.length, Number(recorded["seed"]));

/** The same comparison with fresh questions, and the engine itself, is compare.ts. */
describe("the answers of AWS's engine", () => {
  it("are to these questions; if not, run compare.ts record", () => {
    expect(digestOf(questions)).toBe(recorded["questions"]);
  });

  it("are ours", () => {
    const agreements = questions.map((question, index) =>
      compareAnswers(question, answers[index] ?? "refused"),
    );
    const differing = questions.filter((_, index) => agreements[index]?.kind === "difference");
    expect(differing.slice(0, 3)).toEqual([]);
    // Each difference is of a kind that engine-faults.ts names, and they are few.
    const errs = agreements.filter(({ kind }) => kind === "engine errs").length;
    expect(errs).toBeLessThan(answers.length / 100);
    expect(answers.filter(answer => answer === "true").length).toBeGreaterThan(1_000);
  });
});
