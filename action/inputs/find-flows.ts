import type { FlowSummary } from "../../shared/etlworks/replies/etlworks-replies.ts";
import { UserError } from "../../shared/user-error.ts";
import {
  explainChoice,
  type FlowList,
  type FlowToRun,
  type LookUp,
  listFlows,
  type NotFound,
  nearest,
  whatIsLeft,
  whyNot,
} from "./find-flow.ts";
import { normalName } from "./flow-choice.ts";
import { type FlowEntry, givenTwice, parametersFor } from "./flow-list.ts";
import type { FlowSelection } from "./flow-selection.ts";
import type { Parameters } from "./parameters.ts";

/** One of the flows that a step runs, with all that is its own. */
export interface FlowOfMany extends FlowToRun {
  readonly parameters: Parameters;
  /** Its own limit; 0 = none of its own. */
  readonly timeoutMs: number;
}

export type FoundFlows =
  | { readonly kind: "found"; readonly flows: readonly FlowOfMany[] }
  | NotFound;

/**
 * Finds all flows of a step by one reading of the list. Everything that is wrong with names and
 * tags is one UserError.
 */
export async function findFlows(
  selection: Exclude<FlowSelection, { kind: "one" }>,
  shared: Parameters,
  lookUp: LookUp,
): Promise<FoundFlows> {
  return selection.kind === "tag"
    ? findTagged(selection.tags, shared, lookUp)
    : findListed(selection.entries, shared, lookUp);
}

async function findListed(
  entries: readonly FlowEntry[],
  shared: Parameters,
  lookUp: LookUp,
): Promise<FoundFlows> {
  const needsList = entries.some(({ choice }) => choice.kind === "name");
  const whole = needsList ? await listFlows({}, lookUp) : undefined;
  const list = whole === undefined ? [] : toList(whole, lookUp);
  if ("kind" in list) return list;
  const left = whole === undefined ? undefined : whatIsLeft(whole);
  const problems: string[] = [];
  const flows = entries.flatMap((entry): FlowOfMany[] => {
    const flow = choose(entry, list, left);
    if (typeof flow === "string") {
      problems.push(`${lookUp.names.flow}: ${flow}`);
      return [];
    }
    const parameters = parametersFor(entry, shared);
    return [{ ...flow, parameters, timeoutMs: entry.timeoutMs ?? 0 }];
  });
  // Once by its name and once by its id: only the list shows that it is the same flow.
  const twice = givenTwice(flows, ({ id, name, parameters }) => ({
    flow: id,
    shown: name === undefined ? `flow ${id}` : `"${name}" (${id})`,
    parameters,
  }));
  problems.push(...twice.map(problem => `${lookUp.names.flow}: ${problem}`));
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return { kind: "found", flows };
}

/** The flow, or why there is none. */
function choose(
  { choice }: FlowEntry,
  list: readonly FlowSummary[],
  left: string | undefined,
): FlowToRun | string {
  if (choice.kind === "id") return named(list.find(({ id }) => id === choice.id) ?? choice);
  const wanted = normalName(choice.name);
  const found = list.filter(({ name }) => normalName(name) === wanted);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return { id: only.id, name: only.name };
  const listed = found.length > 1 ? found : nearest(choice.name, list);
  return explainChoice(choice.name, listed, { equal: found.length, left, ofSeveral: true });
}

/** A flow of the list may have no name. */
function named({ id, name = "" }: FlowToRun): FlowToRun {
  return name === "" ? { id } : { id, name };
}

async function findTagged(
  tags: readonly string[],
  parameters: Parameters,
  lookUp: LookUp,
): Promise<FoundFlows> {
  const flows = new Map<number, FlowOfMany>();
  const unused: string[] = [];
  // One tag at a time: whether a server takes two as "one of them" or "both" is not documented.
  for (const tag of tags) {
    const tagged = await readTagged(tag, lookUp);
    if ("kind" in tagged) return tagged;
    if (tagged.length === 0) unused.push(tag);
    for (const flow of tagged) flows.set(flow.id, { ...named(flow), parameters, timeoutMs: 0 });
  }
  if (unused.length > 0) return refuseTags(unused, lookUp);
  return { kind: "found", flows: [...flows.values()] };
}

async function readTagged(tag: string, lookUp: LookUp): Promise<readonly FlowSummary[] | NotFound> {
  const narrow = await listFlows({ tag: [tag] }, lookUp);
  const listed = toList(narrow, lookUp);
  if ("kind" in listed) return listed;
  const doubtful = !narrow.filtered || (narrow.total !== undefined && listed.length < narrow.total);
  const tagsShown = listed.every(flow => flow.tags !== undefined);
  const tagged = (flows: readonly FlowSummary[]) => flows.filter(flow => hasTag(flow, tag));
  // A server whose filter counts capitals finds none where a person sees the tag.
  const none = listed.length === 0 && !doubtful;
  if (tagsShown && !doubtful && !none) return tagged(listed);
  const whole = narrow.filtered ? await listFlows({}, lookUp) : narrow;
  const all = toList(whole, lookUp);
  if ("kind" in all) return all;
  if (none && tagged(all).length === 0) return [];
  // Some of the flows in place of all of them would pass for a whole night's work.
  const left = whatIsLeft(whole);
  if (left !== undefined && (!narrow.filtered || doubtful || none)) {
    return refuse(
      `${left}, so it is not certain which of them have the tag "${tag}". Name the flows with the input flows instead, by their ids.`,
      lookUp,
    );
  }
  if (tagsShown && all.every(flow => flow.tags !== undefined)) return tagged(all);
  // Whether this list takes the filter is not documented. Without it every flow would run.
  // A number that is that of all flows says nothing of those with the tag.
  const wholeOfTag = !doubtful || narrow.total === all.length;
  if (narrow.filtered && wholeOfTag && all.length > listed.length) return listed;
  return refuse(
    `this instance does not show the tags of its flows, so it is not certain which flows have the tag "${tag}". Name the flows with the input flows instead.`,
    lookUp,
  );
}

function refuse(why: string, { names }: LookUp): never {
  throw new UserError(`${names.flow}: ${why}`);
}

/** The tags that exist help to find a misspelt one; they are a help and no condition. */
async function refuseTags(tags: readonly string[], lookUp: LookUp): Promise<FoundFlows> {
  const all = await readList(lookUp);
  if ("kind" in all) return all;
  const existing = [...new Set(all.flatMap(flow => flow.tags ?? []))].toSorted();
  const shown = existing.slice(0, MAX_TAGS).map(tag => `"${tag}"`);
  const more = existing.length > shown.length ? `, and ${existing.length - shown.length} more` : "";
  const known =
    shown.length === 0 ? "no flow has a tag" : `tags in use: ${shown.join(", ")}${more}`;
  const lines = tags.some(tag => tag.includes(",")) ? " Write each tag on its own line." : "";
  throw new UserError(
    `${lookUp.names.flow}: no flow has the tag ${quotedList(tags)}; ${known}. Correct the tag, or add it to the flows in Etlworks.${lines}`,
  );
}

const MAX_TAGS = 20;

function quotedList(tags: readonly string[]): string {
  return tags.map(tag => `"${tag}"`).join(" or ");
}

/** As a person reads them: capitals and blanks make no other tag. */
function hasTag(flow: FlowSummary, tag: string): boolean {
  const wanted = normalName(tag).toLowerCase();
  return (flow.tags ?? []).some(each => normalName(each).toLowerCase() === wanted);
}

async function readList(lookUp: LookUp): Promise<readonly FlowSummary[] | NotFound> {
  return toList(await listFlows({}, lookUp), lookUp);
}

function toList({ reply, cutShort }: FlowList, { host, names }: LookUp) {
  if (host.stop.aborted) return { kind: "stopped" } as const;
  return reply.kind === "value" ? reply.value : whyNot(reply, cutShort, names);
}
