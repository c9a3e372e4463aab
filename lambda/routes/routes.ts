import { didYouMean } from "../../shared/did-you-mean.ts";
import { duplicateKey } from "../../shared/duplicate-keys.ts";
import { isFlowId } from "../../shared/flow-id.ts";
import { isObject } from "../../shared/json.ts";
import { field, parseJsonSafely, textField } from "../../shared/json-fields.ts";
import { UserError } from "../../shared/user-error.ts";
import { runIdentity } from "../identity.ts";
import type { RunDecision } from "../launch/run-key.ts";
import type { RunPolicy } from "../run-policy.ts";
import { POLICY_FIELDS, parsePolicy } from "../run-policy.ts";
import type { Trigger } from "../trigger.ts";
import type { Template } from "./parameter-template.ts";
import { parseTemplate } from "./parameter-template.ts";
import type { EventFields } from "./pattern/event-pattern.ts";
import { compilePattern, fieldsOf } from "./pattern/event-pattern.ts";
import type { RegexpWithTimeout } from "./regexp-with-timeout.ts";
import { compileRegexpWithTimeout } from "./regexp-with-timeout.ts";

/** A rule, checked and compiled: which events start which flow, and how. */
export interface Route {
  /** Unique; names the route in logs, metrics and the names of executions. */
  readonly name: string;
  readonly when: (event: EventFields) => boolean;
  readonly flow: number;
  readonly parameters: ReadonlyMap<string, Template>;
  readonly policy: RunPolicy;
  /** Expressions that the values of parameters must match in full, by the parameter's name. */
  readonly accept: ReadonlyMap<string, RegexpWithTimeout>;
  /** Also for keys that end in a slash and hold nothing, which stand for folders. */
  readonly includeFolders: boolean;
  /** Also for objects of size 0. */
  readonly includeEmpty: boolean;
}

/** What one route makes of one trigger. */
export type RouteDecision =
  | ({ readonly kind: "run"; readonly warnings: readonly string[] } & RunDecision)
  | { readonly kind: "skipped"; readonly route: string; readonly reason: string }
  | { readonly kind: "rejected"; readonly route: string; readonly message: string };

const ROUTE_FIELDS: readonly string[] = [
  "name",
  "when",
  "flow",
  "parameters",
  "accept",
  "includeFolders",
  "includeEmpty",
  ...POLICY_FIELDS,
];

/**
 * Reads routes from JSON text, or from what it parsed to: a list of routes, or an object that holds
 * the list as `routes` beside a `$schema`. Throws one UserError that names all that is wrong, each
 * with its path, so that a wrong file is refused at start and never drops an event later.
 */
export function parseRoutes(source: unknown): readonly Route[] {
  const mistakes: string[] = [];
  const refuse: Refuse = (path, message) => void mistakes.push(`${path} ${message}`);
  const routes = readRoutes(typeof source === "string" ? readText(source) : source, refuse);
  if (mistakes.length > 0) {
    throw new UserError(`The routes are refused:\n${mistakes.map(line => `- ${line}`).join("\n")}`);
  }
  return routes;
}

/** Every route whose pattern matches the event decides for itself; none is the first or the last. */
export function matchRoutes(routes: readonly Route[], trigger: Trigger): readonly RouteDecision[] {
  const fields = fieldsOf(trigger.event);
  return routes.filter(route => route.when(fields)).map(route => decide(route, trigger));
}

// --- Deciding ---

function decide(route: Route, trigger: Trigger): RouteDecision {
  const noise = skipReason(trigger.event, route);
  if (noise !== undefined) return { kind: "skipped", route: route.name, reason: noise };

  const parameters: [string, string][] = [];
  const warnings = [...trigger.warnings];
  for (const [name, template] of route.parameters) {
    const rendered = template(trigger.event);
    if (rendered.kind === "rejected") return problem(route, name, rendered.message);
    switch (route.accept.get(name)?.(rendered.text)) {
      case "no":
        return problem(route, name, "has a value that accept does not allow");
      case "too slow":
        return problem(route, name, "has a value over which accept takes too long; simplify it");
      case "yes":
      case undefined:
    }
    if (rendered.text === "") {
      warnings.push(`parameter ${name} is empty, and Etlworks leaves {${name}} in place then`);
    }
    parameters.push([name, rendered.text]);
  }
  return {
    kind: "run",
    route: route.name,
    flow: route.flow,
    parameters: Object.fromEntries(parameters),
    policy: route.policy,
    origin: trigger.origin,
    identity: runIdentity({ route: route.name, flow: route.flow, event: trigger }),
    warnings,
  };
}

function problem(route: Route, parameter: string, message: string): RouteDecision {
  return { kind: "rejected", route: route.name, message: `parameter ${parameter}: ${message}` };
}

/** Objects that tools and consoles leave behind, and that no flow should be started for. */
function skipReason(event: unknown, route: Route): string | undefined {
  if (textField(event, "source") !== "aws.s3") return undefined;
  if (textField(event, "detail-type") !== "Object Created") return undefined;
  const object = field(field(event, "detail"), "object");
  const size = field(object, "size") ?? 0;
  if (textField(object, "key")?.endsWith("/") === true && size === 0) {
    return route.includeFolders ? undefined : "a folder marker; includeFolders is not set";
  }
  const empty = field(object, "size") === 0;
  return empty && !route.includeEmpty ? "an empty object; includeEmpty is not set" : undefined;
}

// --- Reading ---

type Refuse = (path: string, message: string) => void;

function readText(text: string): unknown {
  const parsed = parseJsonSafely(text.replace(/^\uFEFF/, ""));
  if (parsed.kind === "malformed") {
    throw new UserError(`The routes are refused: they are not JSON: ${parsed.message}`);
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw new UserError(
      `The routes are refused: one object holds ${JSON.stringify(twice)} twice, and only the last would count.`,
    );
  }
  return parsed.value;
}

function readRoutes(value: unknown, refuse: Refuse): readonly Route[] {
  const list = isObject(value) ? value["routes"] : value;
  if (isObject(value)) refuseUnknown(value, ["$schema", "routes"], "the file", refuse);
  if (!Array.isArray(list)) {
    refuse("the file", 'must be a list of routes, or {"$schema": …, "routes": […]}');
    return [];
  }
  const names = new Set<string>();
  return list.map((item: unknown, index) => {
    const route = readRoute(item, `routes[${index}]`, refuse);
    if (names.has(route.name)) {
      refuse(`routes[${index}].name:`, `${JSON.stringify(route.name)} is taken by another route`);
    }
    names.add(route.name);
    return route;
  });
}

function readRoute(value: unknown, path: string, refuseAt: Refuse): Route {
  const refuse: Refuse = (name, message) => refuseAt(`${path}.${name}:`, message);
  if (!isObject(value)) refuseAt(`${path}:`, "must be an object");
  else refuseUnknown(value, ROUTE_FIELDS, path, refuseAt);

  const name = textField(value, "name");
  if (name === undefined || name.length > 64)
    refuse("name", "must be a text of 1 to 64 characters");
  const flow = field(value, "flow");
  if (!isFlowId(flow)) refuse("flow", `${JSON.stringify(flow)} is not a positive whole number`);
  const when = compilePattern(field(value, "when"), `${path}.when`);
  if (when.kind === "rejected") {
    for (const mistake of when.mistakes) refuseAt(`${mistake.path}:`, mistake.message);
  }
  const parameters = readParameters(field(value, "parameters"), refuse);
  return {
    // What was refused above is never used: parseRoutes throws.
    name: name ?? path,
    flow: isFlowId(flow) ? flow : 0,
    when: when.kind === "pattern" ? when.matches : () => false,
    parameters,
    policy: parsePolicy(policyField => field(value, policyField), refuse),
    accept: readAccept(field(value, "accept"), [...parameters.keys()], refuse),
    includeFolders: readFlag(field(value, "includeFolders"), "includeFolders", refuse),
    includeEmpty: readFlag(field(value, "includeEmpty"), "includeEmpty", refuse),
  };
}

function readParameters(value: unknown, refuse: Refuse): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>();
  if (value === undefined) return templates;
  if (!isObject(value)) refuse("parameters", "must be an object of names and templates");
  for (const [name, text] of isObject(value) ? Object.entries(value) : []) {
    if (name === "" || typeof text !== "string") {
      refuse(`parameters.${name}`, "must be a text with a name");
      continue;
    }
    const parsed = parseTemplate(text);
    if (parsed.kind === "rejected") refuse(`parameters.${name}`, parsed.message);
    else templates.set(name, parsed.template);
  }
  return templates;
}

/** One expression for all parameters, or an object with expressions for some of them. */
function readAccept(
  value: unknown,
  parameters: readonly string[],
  refuse: Refuse,
): ReadonlyMap<string, RegexpWithTimeout> {
  const accept = new Map<string, RegexpWithTimeout>();
  if (value === undefined) return accept;
  if (!isObject(value) && typeof value !== "string") {
    refuse("accept", "must be a regular expression, or an object of parameters and expressions");
    return accept;
  }
  if (!isObject(value)) {
    const match = readExpression(value, "accept", refuse);
    return new Map(match === undefined ? [] : parameters.map(name => [name, match]));
  }
  for (const [name, expression] of Object.entries(value)) {
    if (!parameters.includes(name)) {
      refuse(`accept.${name}`, `is no parameter of this route; ${didYouMean(name, parameters)}`);
    }
    const match = readExpression(expression, `accept.${name}`, refuse);
    if (match !== undefined) accept.set(name, match);
  }
  return accept;
}

function readExpression(
  value: unknown,
  path: string,
  refuse: Refuse,
): RegexpWithTimeout | undefined {
  try {
    if (typeof value === "string") return compileRegexpWithTimeout(value);
    refuse(path, "must be a regular expression");
  } catch (error) {
    refuse(path, error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

function readFlag(value: unknown, name: string, refuse: Refuse): boolean {
  if (value !== undefined && typeof value !== "boolean") refuse(name, "must be true or false");
  return value === true;
}

function refuseUnknown(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  path: string,
  refuse: Refuse,
): void {
  for (const name of Object.keys(value)) {
    if (!known.includes(name))
      refuse(`${path}.${name}:`, `is not known; ${didYouMean(name, known)}`);
  }
}
