import { type Fields, toItem } from "./attribute-value.ts";

/** A condition, and what stands in the places of a call's expressions. */
export interface Conditions {
  readonly condition?: string;
  /** For the places `:name`. */
  readonly values?: Fields;
  /** For names that are not the attribute's own, such as a route's. */
  readonly names?: Readonly<Record<string, string>>;
}

export function conditionOf({ condition, values, names }: Conditions, update = "") {
  const all = places([update, condition ?? ""], values, names);
  if (condition === undefined) return all;
  return {
    ...all,
    ConditionExpression: condition,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

/** Every name by a place, since half the words that offer themselves are reserved. */
export function places(
  expressions: readonly string[],
  values: Fields = {},
  given: Readonly<Record<string, string>> = {},
) {
  const names: Record<string, string> = {};
  for (const [, name = ""] of expressions.join(" ").matchAll(/#(\w+)/g)) {
    names[`#${name}`] = given[name] ?? name;
  }
  const item = toItem(values);
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(item).length > 0 && { ExpressionAttributeValues: item }),
  };
}
