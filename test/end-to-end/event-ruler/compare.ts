/**
 * Compares lambda/routes/pattern with event-ruler, the engine of EventBridge, on random patterns and
 * events. Needs a JDK 17 and Maven.
 *
 *   node test/end-to-end/event-ruler/compare.ts [questions] [seed]
 *   node test/end-to-end/event-ruler/compare.ts record
 *
 * The second form writes the engine's answers to recorded-answers.json, which the unit tests read
 * where there is no Java.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Answer } from "./agreement.ts";
import { compareAnswers } from "./agreement.ts";
import type { Question } from "./questions.ts";
import { digestOf, makeQuestions } from "./questions.ts";

const directory = import.meta.dirname;
const record = process.argv[2] === "record";
const count = record ? 10_000 : Number(process.argv[2] ?? 50_000);
const seed = record ? 1 : Number(process.argv[3] ?? Date.now() % 1_000_000);

const questions = makeQuestions(count, seed);
const { version, answers } = askEngine(questions);

const seen = { true: 0, false: 0, refused: 0 };
const refusedByUsAlone = new Map<string, number>();
const engineErrs = new Map<string, number>();
const differences: string[] = [];
for (const [index, question] of questions.entries()) {
  const engine = answers[index] ?? "refused";
  const agreement = compareAnswers(question, engine);
  switch (agreement.kind) {
    case "same":
      seen[engine]++;
      break;
    case "refused by us alone":
      refusedByUsAlone.set(agreement.reason, (refusedByUsAlone.get(agreement.reason) ?? 0) + 1);
      break;
    case "engine errs":
      engineErrs.set(agreement.reason, (engineErrs.get(agreement.reason) ?? 0) + 1);
      break;
    case "difference":
      differences.push(`ours ${agreement.ours}, engine ${engine}: ${JSON.stringify(question)}`);
  }
}

for (const difference of differences.slice(0, 20)) console.log(difference);
console.log(`event-ruler ${version}, seed ${seed}`);
console.log(
  `${seen.true} match, ${seen.false} do not, ${seen.refused} patterns are refused by both`,
);
console.log("refused by us alone:");
for (const [reason, number] of refusedByUsAlone) console.log(`  ${number} ${reason}`);
console.log("the engine errs (engine-faults.ts):");
for (const [reason, number] of engineErrs) console.log(`  ${number} ${reason}`);
console.log(`${count} compared, ${differences.length} differences`);
if (record) writeRecord();
// Too few matches would mean that the questions no longer ask anything.
process.exitCode = differences.length === 0 && seen.true > count / 20 ? 0 : 1;

function askEngine(asked: readonly Question[]): { version: string; answers: readonly Answer[] } {
  run("mvn", ["-q", "-B", "compile"], "");
  const classes = [join("build", "classes"), join("build", "dependency", "*")].join(delimiter);
  const input = asked.map(({ pattern, event }) =>
    JSON.stringify({ pattern: JSON.stringify(pattern), event: JSON.stringify(event) }),
  );
  const output = run("java", ["-cp", classes, "Answers"], `${input.join("\n")}\n`);
  const [first = "", ...lines] = output.trimEnd().split("\n");
  if (lines.length !== asked.length) throw new Error(`${lines.length} answers to ${asked.length}`);
  return {
    version: first,
    answers: lines.map(line => (line === "true" || line === "false" ? line : "refused")),
  };
}

function run(command: string, parameters: readonly string[], input: string): string {
  const ended = spawnSync(command, parameters, {
    cwd: directory,
    input,
    encoding: "utf8",
    maxBuffer: 1e9,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (ended.error !== undefined)
    throw new Error(`${command} did not start`, { cause: ended.error });
  if (ended.status !== 0) throw new Error(`${command} ended with ${ended.status}`);
  return ended.stdout;
}

function writeRecord(): void {
  const letters = answers.map(answer => answer.charAt(0)).join("");
  const recorded = {
    engine: version,
    seed,
    questions: digestOf(questions),
    answers: letters.match(/.{1,100}/g),
  };
  const file = join(directory, "recorded-answers.json");
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
}
