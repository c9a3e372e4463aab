import { UserError } from "../../shared/user-error.ts";
import type { FlowChoice } from "./flow-choice.ts";
import { type FlowEntry, parseFlowList } from "./flow-list.ts";
import type { Parameters } from "./parameters.ts";
import { attempt } from "./read-all.ts";
import { type InputSource, isRemark, quoted } from "./read-input.ts";

/** What the step is about: one flow (or one run of it that is there already), or several. */
export type FlowSelection =
  | {
      readonly kind: "one";
      readonly choice: FlowChoice;
      /** Start nothing, follow this run. */
      readonly auditId: string | undefined;
    }
  | { readonly kind: "several"; readonly entries: readonly FlowEntry[] }
  /** Every flow that has one of these. */
  | { readonly kind: "tag"; readonly tags: readonly string[] };

/** `shared`: the parameters that all flows get, or `undefined` when these are wrong themselves. */
export function readFlowSelection(
  source: InputSource,
  shared: Parameters | undefined,
): FlowSelection {
  const given = {
    "flow-id": source.optional("flow-id"),
    "flow-name": source.optional("flow-name"),
    flows: source.optional("flows"),
    "flow-tag": source.optional("flow-tag"),
  };
  const auditId = source.optional("audit-id");
  const named = Object.entries(given).flatMap(([name, value]) => (value === "" ? [] : [name]));
  const several = given.flows !== "" || given["flow-tag"] !== "";
  const problems: string[] = [];
  if (named.length > 1) {
    problems.push(
      `Give only one of flow-id, flow-name, flows and flow-tag; ${listed(named)} are given.`,
    );
  }
  if (auditId !== "" && several && named.length === 1) {
    problems.push(
      `audit-id names a run of one flow. Use it with flow-id or flow-name, not with ${listed(named)}.`,
    );
  }
  // Whatever else is wrong with one of them is told too.
  const entries =
    given.flows === ""
      ? undefined
      : attempt(problems, () => parseFlowList(given.flows, shared ?? {}));
  const tags =
    given["flow-tag"] === "" ? undefined : attempt(problems, () => readTags(given["flow-tag"]));
  const id =
    given["flow-id"] === "" ? undefined : attempt(problems, () => readFlowId(given["flow-id"]));
  const run = auditId === "" ? undefined : attempt(problems, () => readAuditId(auditId));
  if (named.length === 0) problems.push(NONE_GIVEN);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  if (entries !== undefined) return { kind: "several", entries };
  if (tags !== undefined) return { kind: "tag", tags };
  const choice: FlowChoice =
    id === undefined ? { kind: "name", name: given["flow-name"] } : { kind: "id", id };
  return { kind: "one", choice, auditId: run };
}

/** Which input says what to run, for sentences. */
export function nameOfSelection(selection: FlowSelection): string {
  switch (selection.kind) {
    case "one":
      return selection.choice.kind === "id" ? "flow-id" : "flow-name";
    case "several":
      return "flows";
    case "tag":
      return "flow-tag";
  }
}

const NONE_GIVEN =
  "Set flow-id or flow-name (or flows or flow-tag for several). If you did: a variable or output that does not exist arrives empty.";

function readFlowId(id: string): number {
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new UserError(
    /^\d+(?:[\s,;]+\d+)+[,;]?$/.test(id)
      ? `flow-id: ${quoted(id)} is not a positive whole number. For several flows use flows, one id on each line.`
      : `flow-id: ${quoted(id)} is not a positive whole number. For a name use flow-name.`,
  );
}

function readAuditId(value: string): string {
  if (/^[1-9]\d{0,18}$/.test(value)) return value;
  throw new UserError(
    `audit-id: ${quoted(value)} is not a positive whole number. Use the audit-id output of the step that started the run.`,
  );
}

function readTags(text: string): string[] {
  const tags = text
    .split(/\r\n|\r|\n/)
    .map(line => line.trim())
    .filter(line => line !== "" && !isRemark(line));
  if (tags.length === 0)
    throw new UserError("flow-tag: no tag is given. Write one tag on each line.");
  const item = tags.find(tag => /^-\s/.test(tag));
  if (item !== undefined) {
    throw new UserError(
      `flow-tag: ${quoted(item)} starts as an item of a YAML list. Write the tag alone on its line.`,
    );
  }
  if (tags[0]?.startsWith("[") === true) {
    throw new UserError("flow-tag: JSON is not accepted. Write one tag on each line.");
  }
  return [...new Set(tags)];
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
