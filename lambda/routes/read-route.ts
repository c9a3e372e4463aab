import { isFlowId, whyNoFlowId } from "../../shared/flow-id.ts";
import { isObject } from "../../shared/json.ts";
import { field, textField } from "../../shared/json-fields.ts";
import { isParameterName, PARAMETER_NAME_RULE } from "../parameter-name.ts";
import type { Refuse } from "../refuse.ts";
import { POLICY_FIELDS, parsePolicy } from "../run-policy.ts";
import { readAccept } from "./accept.ts";
import { refuseNeverFilled, refuseNeverMatching } from "./never-matches.ts";
import { determines, parseTemplate, type Template } from "./parameter-template.ts";
import { compilePattern } from "./pattern/compile.ts";
import { type RouteBatch, readBatch } from "./read-batch.ts";
import { readEventTemplate, readFlag, readWord, refuseUnknown } from "./read-fields.ts";
import type { Route } from "./route.ts";
import { skipRule } from "./skip-rule.ts";

const ROUTE_FIELDS: readonly string[] = [
  "name",
  "when",
  "flow",
  "parameters",
  "accept",
  "includeFolders",
  "includeEmpty",
  "once",
  "lane",
  "afterFailure",
  "batch",
  ...POLICY_FIELDS,
];

const AFTER_FAILURE = ["continue", "hold"] as const;

/** Reads one route. What is refused is never used: the reader of the whole file throws then. */
export function readRoute(value: unknown, path: string, refuseAt: Refuse): Route {
  const refuse: Refuse = (name, message) => refuseAt(`${path}.${name}:`, message);
  if (!isObject(value)) refuseAt(`${path}:`, "must be an object");
  else refuseUnknown(value, ROUTE_FIELDS, "", refuse);

  const name = textField(value, "name");
  if (name === undefined || name.length > 64) {
    refuse("name", "must be a string of 1 to 64 characters");
  }
  const flow = field(value, "flow");
  if (!isFlowId(flow)) refuse("flow", whyNoFlowId(flow));
  const when = compilePattern(field(value, "when"), `${path}.when`);
  if (when.kind === "rejected") {
    for (const mistake of when.mistakes) refuseAt(`${mistake.path}:`, mistake.message);
  }
  const wanted = when.kind === "pattern" ? when.values : new Map<string, readonly unknown[]>();
  refuseNeverMatching(wanted, refuse);
  const batch = readBatch(field(value, "batch"), refuse);
  const parameters = readParameters(field(value, "parameters"), refuse);
  refuseOpenPlaces(parameters, field(value, "batch") !== undefined, batch, refuse);
  const once = readEventTemplate(field(value, "once"), "once", refuse);
  if (once?.eventPlaces.length === 0) {
    const why = "without one, only the first event ever would run";
    refuse("once", `must have a place such as {key}; ${why}`);
  }
  const lane = readEventTemplate(field(value, "lane"), "lane", refuse);
  const templates = { once, lane, "batch.by": batch?.by };
  const named = [...parameters].map(([key, template]) => [`parameters.${key}`, template] as const);
  for (const [where, template] of [...named, ...Object.entries(templates)]) {
    refuseNeverFilled(wanted, template?.eventPlaces ?? [], message => refuse(where, message));
  }
  const include = {
    folders: readFlag(field(value, "includeFolders"), "includeFolders", refuse),
    empty: readFlag(field(value, "includeEmpty"), "includeEmpty", refuse),
  };
  return {
    name: name ?? path,
    flow: isFlowId(flow) ? flow : 0,
    when: when.kind === "pattern" ? when.matches : () => false,
    wanted,
    parameters,
    policy: parsePolicy(policyField => field(value, policyField), refuse),
    accept: readAccept(field(value, "accept"), parameters, refuse),
    skipReason: skipRule(wanted, include, batch?.rule.all),
    ...(once !== undefined && { once }),
    ...(lane !== undefined && { lane }),
    afterFailure: readWord(field(value, "afterFailure"), AFTER_FAILURE, "afterFailure", refuse),
    ...(batch !== undefined && { batch }),
  };
}

function readParameters(value: unknown, refuse: Refuse): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>();
  if (value === undefined) return templates;
  if (!isObject(value)) refuse("parameters", "must be an object of names and templates");
  for (const [name, text] of isObject(value) ? Object.entries(value) : []) {
    const path = `parameters.${name}`;
    if (!isParameterName(name)) {
      refuse(path, PARAMETER_NAME_RULE);
    } else if (typeof text !== "string") {
      refuse(path, "must be a string; write a number or true in quotes");
    } else {
      const parsed = parseTemplate(text);
      if (parsed.kind === "rejected") refuse(path, parsed.message);
      else templates.set(name, parsed.template);
    }
  }
  return templates;
}

/**
 * A run of a batch has one value for each parameter. A place of the event has none, unless all
 * members of the batch have the same, or only the newest of them counts.
 */
function refuseOpenPlaces(
  parameters: ReadonlyMap<string, Template>,
  hasBatch: boolean,
  batch: RouteBatch | undefined,
  refuse: Refuse,
): void {
  for (const [name, { eventPlaces, batchPlaces }] of parameters) {
    const path = `parameters.${name}`;
    if (!hasBatch && batchPlaces.length > 0) {
      refuse(path, `{batch.${batchPlaces[0]}} needs a batch; add "batch": {} to the route`);
    }
    // What is wrong with the batch itself has been told.
    if (batch === undefined) continue;
    if (batchPlaces.includes("by") && batch.by === undefined) {
      refuse(path, "{batch.by} needs batch.by; add it, or remove the place");
    }
    if (batch.rule.keep === "last") continue;
    const known = batch.by?.eventPlaces ?? [];
    for (const place of new Set(eventPlaces)) {
      if (known.some(one => determines(one, place))) continue;
      refuse(
        path,
        `{${place}} can differ between the events of a batch; use {batch.keys} or {batch.manifest}, put {${place}} into batch.by, or set batch.keep to "last"`,
      );
    }
  }
}
