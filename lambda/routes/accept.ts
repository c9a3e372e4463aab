import { didYouMean } from "../../shared/did-you-mean.ts";
import { isObject } from "../../shared/json.ts";
import { messageOf } from "../../shared/thrown.ts";
import type { Refuse } from "../refuse.ts";
import type { Template } from "./parameter-template.ts";
import { compileRegexpWithTimeout, type RegexpWithTimeout } from "./regexp-with-timeout.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Expressions that the values of parameters must match in full, by the parameter's name. */
export type Accept = ReadonlyMap<string, RegexpWithTimeout>;

/** How long one expression may take over one value. Sane ones take microseconds. */
const LIMIT_MS = 200;

/** With less than this, a sane expression on a busy machine could be cut off. */
const MIN_MS = 5;

/** Why a value is not accepted; undefined when it is. */
export function acceptMistake(
  matches: RegexpWithTimeout,
  value: string,
  budget: TimeBudget,
): string | undefined {
  const limit = Math.min(LIMIT_MS, budget.leftMs());
  if (limit < MIN_MS) {
    return "there is no time left to check the value; simplify the slow accept patterns of the routes";
  }
  switch (budget.spend(() => matches(value, limit))) {
    case "yes":
      return undefined;
    case "no":
      return "the value does not match the route's accept pattern";
    case "too slow":
      return "the route's accept pattern takes too long for this value; simplify the pattern";
  }
}

/** One expression for all parameters, or an object with expressions for some of them. */
export function readAccept(
  value: unknown,
  parameters: ReadonlyMap<string, Template>,
  refuse: Refuse,
): Accept {
  const names = [...parameters.keys()];
  const accept = new Map<string, RegexpWithTimeout>();
  if (value === undefined) return accept;
  if (!isObject(value) && typeof value !== "string") {
    refuse("accept", "must be a regular expression, or an object of parameters and expressions");
    return accept;
  }
  if (!isObject(value)) {
    const matches = readExpression(value, "accept", refuse);
    for (const [name, template] of parameters) {
      if (canBeChecked(template)) {
        if (matches !== undefined) accept.set(name, matches);
      } else if (!isOurOwn(template)) {
        refuse("accept", `cannot check parameter ${JSON.stringify(name)}: ${WHY_NOT}`);
      }
    }
    return accept;
  }
  for (const [name, expression] of Object.entries(value)) {
    const path = `accept.${name}`;
    const template = parameters.get(name);
    if (template === undefined) {
      refuse(path, `is not a parameter of this route; ${didYouMean(name, names)}`);
    } else if (!canBeChecked(template)) {
      refuse(path, `cannot be checked: ${WHY_NOT}`);
    }
    const matches = readExpression(expression, path, refuse);
    if (matches !== undefined) accept.set(name, matches);
  }
  return accept;
}

const WHY_NOT =
  "{batch.…} places are filled when the run begins. Put the manifest ({batch.manifest}) in a parameter of its own, and let the flow check the names";

function canBeChecked(template: Template): boolean {
  return template.batchPlaces.every(place => place === "by");
}

/** Nothing in it was named by whoever sent the event. */
function isOurOwn(template: Template): boolean {
  return (
    template.eventPlaces.length === 0 &&
    template.batchPlaces.every(place => place !== "keys" && place !== "by")
  );
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
    refuse(path, messageOf(error));
  }
  return undefined;
}
