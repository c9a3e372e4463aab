import { type Answer, type Ask, describeAnswer, jsonOf } from "./ask.ts";
import type { Notes } from "./page.ts";
import { isPlainWord } from "./vocabulary.ts";

/**
 * Where an account has the AI tools, they list the commands of the CLI and search the vendor's own
 * manual, without a model and without changing anything. Both may hold what no public page shows:
 * how a flow is stopped, and what makes a run a parallel one.
 */
export async function askTools({
  ask,
  notes,
}: {
  readonly ask: Ask;
  readonly notes: Notes;
}): Promise<void> {
  const listed = await execute(ask, "host_list_commands", {});
  const commands = unique(textOf(listed).match(COMMAND) ?? []);
  notes.judge(
    "commandNames",
    commands.length > 0 ? true : undefined,
    commands.length > 0 ? commands.join(", ") : describeAnswer(listed),
  );
  // An account without the one tool has not the other either.
  if (commands.length === 0) return;
  for (const query of ["stop flow API", "run flow by id API optional query parameters"]) {
    const found = unique(
      (textOf(await execute(ask, "search_knowledge_base", { query })).match(CALL) ?? []).filter(
        isPlainCall,
      ),
    );
    const calls = found.length === 0 ? "no call" : found.map(call => `\`${call}\``).join(", ");
    notes.fact(`The manual, asked for "${query}", names: ${calls}.`);
  }
}

const VERBS = "run|start|execute|stop|cancel|kill|suspend|pause|resume";
const OBJECTS = "flow|flows|execution|executions|task|tasks|schedule|schedules|by|id|name|all";
/** Names such as `stop-flow`, wherever they stand. A name of any other form stays here. */
const COMMAND = new RegExp(`\\b(?:${VERBS})(?:-(?:${OBJECTS}))+\\b`, "g");
/** Addresses such as `/v1/flows/{id}/stop?name=`, up to the first value. */
const CALL = new RegExp(`/v1/[A-Za-z{}_/-]*/(?:${VERBS})(?:\\?[A-Za-z]+)?`, "g");

/** Only words that every API uses, also in braces. */
function isPlainCall(call: string): boolean {
  const words = call.replace("/v1/", "").split(/[/?]/);
  return words.every(word => isPlainWord(word.replace(/^\{(.*)\}$/, "$1")));
}

function execute(ask: Ask, tool: string, body: object): Promise<Answer> {
  const path = `/v1/ai-agent/api/tools/${tool}/execute`;
  return ask({ method: "POST", path, body: JSON.stringify(body) });
}

function textOf(answer: Answer): string {
  const text = JSON.stringify(jsonOf(answer), (_name, inner: unknown) =>
    typeof inner === "bigint" ? String(inner) : inner,
  );
  return text ?? "";
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted((one, other) => one.localeCompare(other));
}
