import { isObject } from "../../shared/json.ts";
import { textField } from "../../shared/json-fields.ts";
import { UserError } from "../../shared/user-error.ts";
import type { Refuse } from "../refuse.ts";
import { FINISHED_SOURCE, type Trigger } from "../trigger.ts";
import { decide } from "./decide.ts";
import { collectFields, type FieldPaths, fieldPaths } from "./pattern/event-fields.ts";
import { refuseUnknown } from "./read-fields.ts";
import { readJson } from "./read-json.ts";
import { readRoute } from "./read-route.ts";
import type { Route, RouteResult } from "./route.ts";
import type { TimeBudget } from "./time-budget.ts";

/** The routes of a dispatcher, checked and compiled. */
export interface Routes {
  readonly list: readonly Route[];
  /** All that some pattern looks at. */
  readonly paths: FieldPaths;
}

/**
 * Reads routes from JSON text, or from what it parsed to: a list of routes, or an object that holds
 * the list as `routes` beside a `$schema`. Throws one UserError that names all that is wrong, each
 * with its path, so that a wrong file is refused at start and never drops an event later.
 */
export function parseRoutes(source: unknown): Routes {
  const mistakes: string[] = [];
  const refuse: Refuse = (path, message) => void mistakes.push(`${path} ${message}`);
  const inText = new Set<string>();
  const refuseText: Refuse = (path, message) => {
    inText.add(path);
    refuse(path, message);
  };
  const read = typeof source === "string" ? readJson(source, refuseText) : { value: source };
  // Of a value that the text does not even say, nothing more can be told.
  const refuseValue: Refuse = (path, message) => {
    if (!inText.has(path)) refuse(path, message);
  };
  const list = read === undefined ? [] : readList(read.value, refuseValue);
  if (mistakes.length > 0) {
    throw new UserError(`The routes are refused:\n${mistakes.map(line => `- ${line}`).join("\n")}`);
  }
  return { list, paths: fieldPaths(list.flatMap(({ wanted }) => [...wanted.keys()])) };
}

/** The most time that the `accept` patterns of all routes may take in one invocation. */
export const ACCEPT_BUDGET_MS = 10_000;

/** The most for one event, so that a hostile one leaves time for its neighbours. */
const EVENT_BUDGET_MS = 1_000;

/**
 * Every route whose pattern matches the event decides for itself; none is the first or the last.
 * `budget` is shared by all events of an invocation.
 */
export function matchRoutes(
  { list, paths }: Routes,
  trigger: Trigger,
  budget: TimeBudget,
): readonly RouteResult[] {
  const fields = collectFields(trigger.event, paths);
  const share = budget.share(EVENT_BUDGET_MS);
  return list
    .filter(route => route.when(fields) && mayStart(route, trigger.event))
    .map(route => decide(route, trigger, share));
}

/**
 * A route that takes any event would start its flow for the end of its own run, for ever. So the
 * events that we send ourselves only match where their source is named.
 */
function mayStart({ wanted }: Route, event: unknown): boolean {
  if (textField(event, "source") !== FINISHED_SOURCE) return true;
  return (wanted.get("source") ?? []).some(
    value =>
      value === FINISHED_SOURCE ||
      textField(value, "exactly") === FINISHED_SOURCE ||
      textField(value, "equals-ignore-case")?.toLowerCase() === FINISHED_SOURCE,
  );
}

function readList(value: unknown, refuse: Refuse): readonly Route[] {
  const list = isObject(value) ? value["routes"] : value;
  if (isObject(value)) {
    refuseUnknown(value, ["$schema", "routes"], "the file.", (name, message) =>
      refuse(`${name}:`, message),
    );
  }
  if (!Array.isArray(list)) {
    refuse("the file", 'must be a list of routes, or {"$schema": …, "routes": […]}');
    return [];
  }
  const names = new Set<string>();
  return list.map((item: unknown, index) => {
    const route = readRoute(item, `routes[${index}]`, refuse);
    if (names.has(route.name)) {
      refuse(
        `routes[${index}].name:`,
        `${JSON.stringify(route.name)} is already the name of another route`,
      );
    }
    names.add(route.name);
    return route;
  });
}
