/**
 * Compares lambda/event-pattern.ts with event-ruler, the engine of EventBridge, on random patterns
 * and events. Needs a JDK 17 and Maven.
 *
 *   node test/end-to-end/event-ruler/compare.ts [questions] [seed]
 */
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { compilePattern, fieldsOf } from "../../../lambda/event-pattern.ts";
import type { Question } from "./questions.ts";
import { makeQuestion, seededRandom } from "./questions.ts";

const count = Number(process.argv[2] ?? 50_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const directory = import.meta.dirname;

/** The engine takes these; why we do not stands beside each in event-pattern.ts. */
const REFUSED_BY_US_ALONE = [
  "compares one field with numbers and with IP addresses",
  "compares one field with a wildcard that begins with *",
  'must not be empty; {"prefix": ""} matches every text',
  "ignores the case of a character beyond U+FFFF",
  "has more than the 15 digits",
  "must hold at least one text",
];

const random = seededRandom(seed);
const questions = Array.from({ length: count }, () => makeQuestion(random));
const [version, ...theirs] = askEngine(questions);
if (theirs.length !== count) throw new Error(`${count} questions but ${theirs.length} answers`);

const seen = { true: 0, false: 0, refused: 0 };
const refusedByUsAlone = new Map<string, number>();
const differences: string[] = [];
for (const [index, question] of questions.entries()) {
  const engine = theirs[index]?.startsWith("error") ? "refused" : (theirs[index] ?? "");
  const ours = answer(question);
  if (ours.kind === "refused" && engine !== "refused" && ours.explained !== undefined) {
    refusedByUsAlone.set(ours.explained, (refusedByUsAlone.get(ours.explained) ?? 0) + 1);
  } else if (ours.kind !== engine) {
    differences.push(`ours ${ours.kind}, engine ${theirs[index]}\n  ${JSON.stringify(question)}`);
  } else {
    seen[ours.kind]++;
  }
}

for (const difference of differences.slice(0, 20)) console.log(difference);
const alone = [...refusedByUsAlone.values()].reduce((sum, number) => sum + number, 0);
console.log(`event-ruler ${version}, seed ${seed}`);
console.log(`${seen.true} match, ${seen.false} do not, ${seen.refused} patterns refused by both`);
console.log(`${alone} patterns refused by us alone, each for a reason that is written down:`);
for (const [reason, number] of refusedByUsAlone) console.log(`  ${number} ${reason}`);
console.log(`${count} compared, ${differences.length} differences`);
process.exitCode = differences.length === 0 && seen.true > count / 20 ? 0 : 1;

type Answer =
  | { readonly kind: "true" | "false" }
  | { readonly kind: "refused"; readonly explained: string | undefined };

function answer(question: Question): Answer {
  const compiled = compilePattern(question.pattern);
  if (compiled.kind === "pattern") {
    return { kind: compiled.matches(fieldsOf(question.event)) ? "true" : "false" };
  }
  const messages = compiled.mistakes.map(mistake => mistake.message);
  const reasons = REFUSED_BY_US_ALONE.filter(reason =>
    messages.some(message => message.includes(reason)),
  );
  return { kind: "refused", explained: reasons[0] };
}

function askEngine(asked: readonly Question[]): readonly string[] {
  run("mvn", ["-q", "-B", "compile"], "");
  const classes = [
    join(directory, "build", "classes"),
    join(directory, "build", "dependency", "*"),
  ];
  const lines = asked.map(({ pattern, event }) =>
    JSON.stringify({ pattern: JSON.stringify(pattern), event: JSON.stringify(event) }),
  );
  return run("java", ["-cp", classes.join(delimiter), "Answers"], `${lines.join("\n")}\n`)
    .trimEnd()
    .split("\n");
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
