import { didYouMean } from "../../shared/did-you-mean.ts";
import { duplicateKey } from "../../shared/duplicate-keys.ts";
import { isObject } from "../../shared/json.ts";
import { UserError } from "../../shared/user-error.ts";
import { type FlowChoice, normalName } from "./flow-choice.ts";
import { looksOf, mergeParameters, type Parameters, parametersOf } from "./parameters.ts";
import { attempt } from "./read-all.ts";
import { isRemark, quoted, readDuration } from "./read-input.ts";
import { parseWrittenJson, WrittenNumber } from "./written-json.ts";

/** One of several flows. */
export interface FlowEntry {
  readonly choice: FlowChoice;
  /** Its own; they win over the parameters that all flows get. */
  readonly parameters?: Parameters;
  /** Its own limit, from its start on; 0 = none. */
  readonly timeoutMs?: number;
}

/**
 * Reads `flows`: lines, each a name or an id, or a JSON list. Throws one UserError for everything
 * that is wrong with it. `shared` are the parameters that all flows get.
 */
export function parseFlowList(text: string, shared: Parameters): readonly FlowEntry[] {
  if (text.startsWith("{")) {
    return refuse(['must be a list: lines, or JSON such as [12345, "Load orders"].']);
  }
  const entries = text.startsWith("[") ? fromJson(text) : fromLines(text);
  const problems = givenTwice(entries, entry => {
    const { choice } = entry;
    const flow = choice.kind === "id" ? String(choice.id) : normalName(choice.name);
    const parameters = parametersFor(entry, shared);
    return { flow: [choice.kind, flow], shown: quoted(flow), parameters };
  });
  return problems.length === 0 ? entries : refuse(problems);
}

/** What a run of the flow would get. */
export function parametersFor(entry: FlowEntry, shared: Parameters): Parameters {
  return mergeParameters(shared, entry.parameters ?? {});
}

function fromLines(text: string): FlowEntry[] {
  const problems: string[] = [];
  const entries: FlowEntry[] = [];
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === "" || isRemark(line)) continue;
    const where = `line ${index + 1}`;
    if (/^-\s/.test(line)) {
      problems.push(`${where} starts with "- ", as an item of a YAML list. Write the name alone.`);
    } else if (/^\d+(\s*[,;]\s*\d+)+[,;]?$/.test(line)) {
      problems.push(`${where} holds several ids. Write each on its own line.`);
    } else if (/^[1-9]\d{0,14}$/.test(line)) {
      entries.push({ choice: { kind: "id", id: Number(line) } });
    } else if (/^[-+]?\d+$/.test(line)) {
      problems.push(
        `${where}: ${quoted(line)} is not an id, which is a positive whole number. If it is a name, write it as JSON, [${JSON.stringify(line)}].`,
      );
    } else {
      entries.push({ choice: { kind: "name", name: line } });
    }
  }
  if (problems.length > 0) return refuse(problems);
  return entries.length > 0 ? entries : refuse(["no flow is given. Write one on each line."]);
}

function fromJson(text: string): FlowEntry[] {
  let list: unknown;
  try {
    list = parseWrittenJson(text, "flows");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message} Write one flow on each line, or a JSON list; a name that begins with "[" needs JSON, as in ["[Test] Load orders"].`,
    );
  }
  if (!Array.isArray(list)) return refuse(["must be a JSON list."]);
  const items: readonly unknown[] = list;
  if (items.length === 0) return refuse(["the list is empty."]);
  const twice = duplicateKey(text);
  if (twice !== undefined) return refuse([`"${twice}" is given twice in one entry.`]);
  const problems: string[] = [];
  const entries = items.flatMap(
    (item, index) => attempt(problems, () => readEntry(item, index + 1)) ?? [],
  );
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return entries;
}

const KEYS = ["flow", "parameters", "timeout"] as const;

function readEntry(item: unknown, number: number): FlowEntry {
  const where = `flows: entry ${number}`;
  if (!isObject(item) || item instanceof WrittenNumber) return { choice: readFlow(item, where) };
  const problems: string[] = [];
  for (const key of Object.keys(item)) {
    if (!KEYS.some(known => known === key)) {
      problems.push(`${where}: ${quoted(key)} is not known; ${didYouMean(key, KEYS)}`);
    }
  }
  const { flow, parameters, timeout } = {
    flow: item["flow"],
    parameters: item["parameters"],
    timeout: item["timeout"],
  };
  const choice = attempt(problems, () => {
    if (flow === undefined) throw new UserError(`${where}: "flow" is missing.`);
    return readFlow(flow, where);
  });
  const own = attempt(problems, () =>
    parameters === undefined ? undefined : readParameters(parameters, `${where}: parameters`),
  );
  const timeoutMs = attempt(problems, () =>
    timeout === undefined ? undefined : readTimeout(timeout, `${where}: timeout`),
  );
  if (choice === undefined || problems.length > 0) throw new UserError(problems.join("\n"));
  return {
    choice,
    ...(own === undefined ? {} : { parameters: own }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function readFlow(value: unknown, where: string): FlowChoice {
  if (typeof value === "string") {
    const name = value.trim();
    if (name === "") throw new UserError(`${where}: the name is empty.`);
    return { kind: "name", name };
  }
  if (value instanceof WrittenNumber) {
    if (/^[1-9]\d{0,14}$/.test(value.source)) return { kind: "id", id: Number(value.source) };
    throw new UserError(
      `${where}: ${quoted(value.source)} is not an id, which is a positive whole number.`,
    );
  }
  throw new UserError(
    `${where}: is ${kindOf(value)}. Use an id, a "name", or {"flow": …, "parameters": {…}, "timeout": "30m"}.`,
  );
}

function readParameters(value: unknown, where: string): Parameters {
  if (isObject(value) && !(value instanceof WrittenNumber)) return parametersOf(value, where);
  throw new UserError(`${where}: is ${kindOf(value)}, and must be an object.`);
}

function readTimeout(value: unknown, where: string): number {
  if (typeof value === "string") return readDuration(value.trim(), where);
  if (value instanceof WrittenNumber) return readDuration(value.source, where);
  throw new UserError(`${where}: is ${kindOf(value)}. Use a duration such as "30m".`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof WrittenNumber) return "a number";
  if (typeof value === "object") return "an object";
  return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

/**
 * One flow twice runs the same work twice, unless its parameters make another work of it. A sentence
 * for each flow that is.
 */
export function givenTwice<Item>(
  items: readonly Item[],
  read: (item: Item) => {
    /** What tells one flow from another. */
    readonly flow: unknown;
    readonly shown: string;
    readonly parameters: Parameters;
  },
): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { flow, shown, parameters } of items.map(read)) {
    const sorted = Object.entries(parameters)
      .map(([name, value]) => [looksOf(name), value] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    const key = JSON.stringify([flow, sorted]);
    if (seen.has(key)) twice.add(shown);
    seen.add(key);
  }
  return [...twice].map(
    flow =>
      `${flow} is given twice with the same parameters. Remove one, or change its parameters.`,
  );
}

function refuse(problems: readonly string[]): never {
  throw new UserError(problems.map(problem => `flows: ${problem}`).join("\n"));
}
