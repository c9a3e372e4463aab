import { isObject, type JsonObject } from "../../../shared/json.ts";

/**
 * DynamoDB's expressions as far as the ledger uses them. Attribute values stay in their wire form.
 * An expression that this does not know is an error, as is a name or a value that nobody uses.
 */
export type Item = Record<string, unknown>;

export interface Expressions {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Whether the condition holds of the item; undefined stands for one that is not there. */
export function holds(condition: string, item: Item | undefined, given: Expressions): boolean {
  const tokens = condition.match(/[#:]?[\w.#]+|<=|[=(),]/g) ?? [];
  let next = 0;
  const take = (expected?: string): string => {
    const token = tokens[next] ?? "";
    next += 1;
    if (expected !== undefined && token !== expected) {
      throw new Error(`${condition}: ${expected} expected, not ${token}`);
    }
    return token;
  };
  const any = (): boolean => {
    let result = every();
    while (tokens[next] === "OR") {
      take();
      result = every() || result;
    }
    return result;
  };
  const every = (): boolean => {
    let result = one();
    while (tokens[next] === "AND") {
      take();
      result = one() && result;
    }
    return result;
  };
  const one = (): boolean => {
    if (tokens[next] === "(") {
      take();
      const result = any();
      take(")");
      return result;
    }
    if (tokens[next] === "attribute_not_exists") {
      take();
      take("(");
      const found = valueAt(take(), item, given);
      take(")");
      return found === undefined;
    }
    if (tokens[next] === "begins_with") {
      take();
      take("(");
      const text = fieldOf(valueAt(take(), item, given), "S");
      take(",");
      const beginning = fieldOf(valueAt(take(), item, given), "S");
      take(")");
      return typeof text === "string" && text.startsWith(String(beginning));
    }
    const left = valueAt(take(), item, given);
    const operator = take();
    if (operator === "IN") {
      take("(");
      const members: unknown[] = [];
      do members.push(valueAt(take(), item, given));
      while (take() === ",");
      return members.some(member => JSON.stringify(member) === JSON.stringify(left));
    }
    if (operator === "BETWEEN") {
      const low = valueAt(take(), item, given);
      take("AND");
      const high = valueAt(take(), item, given);
      return compare(low, left) <= 0 && compare(left, high) <= 0;
    }
    const right = valueAt(take(), item, given);
    if (left === undefined || right === undefined) return false;
    if (operator === "=") return JSON.stringify(left) === JSON.stringify(right);
    if (operator === "<=") return compare(left, right) <= 0;
    throw new Error(`${condition}: what is ${operator}?`);
  };
  const result = any();
  if (next !== tokens.length) throw new Error(`${condition}: what is ${tokens[next]}?`);
  return result;
}

/** The item after an update. */
export function updated(update: string, item: Item, given: Expressions): Item {
  const after = structuredClone(item);
  for (const clause of update.split(/(?=\b(?:SET|REMOVE|ADD)\b)/)) {
    const { word = "", rest = "" } =
      /^(?<word>\w+) (?<rest>.*)$/s.exec(clause.trim())?.groups ?? {};
    for (const action of rest.split(/,(?![^(]*\))/).map(part => part.trim())) {
      if (word === "REMOVE") put(after, action, undefined, given);
      else if (word === "ADD") add(after, action, given);
      else if (word === "SET") set(after, item, action, given);
      else throw new Error(`${update}: what is ${word}?`);
    }
  }
  return after;
}

/** Of the item what the projection names. */
export function projected(projection: string, item: Item, given: Expressions): Item {
  const shown: Item = {};
  for (const path of projection.split(", ")) {
    const value = valueAt(path, item, given);
    if (value === undefined) continue;
    const names = namesIn(path, given);
    let target = shown;
    for (const name of names.slice(0, -1)) {
      const inner: Item = isObject(fieldOf(target[name], "M"))
        ? itemIn(fieldOf(target[name], "M"))
        : {};
      target[name] = { M: inner };
      target = inner;
    }
    target[names.at(-1) ?? ""] = value;
  }
  return shown;
}

function itemIn(value: unknown): Item {
  return isObject(value) ? { ...value } : {};
}

function set(after: Item, before: Item, action: string, given: Expressions): void {
  const [path = "", right = ""] = action.split(/ = (.*)/s);
  const terms = right.split(" + ").map(term => {
    const kept = /^if_not_exists\((?<path>[^,]+), (?<value>:\w+)\)$/.exec(term)?.groups;
    if (kept === undefined) return valueAt(term, before, given);
    return (
      valueAt(kept["path"] ?? "", before, given) ?? valueAt(kept["value"] ?? "", before, given)
    );
  });
  const [first, second] = terms;
  if (first === undefined) throw new Error(`${action}: there is no such value`);
  const value = second === undefined ? first : numeric(numberOf(first) + numberOf(second));
  put(after, path, value, given);
}

function add(after: Item, action: string, given: Expressions): void {
  const [path = "", place = ""] = action.split(" ");
  const before = valueAt(path, after, given) ?? numeric(0);
  put(after, path, numeric(numberOf(before) + numberOf(valueAt(place, after, given))), given);
}

function valueAt(text: string, item: Item | undefined, given: Expressions): unknown {
  if (text.startsWith(":")) {
    if (!(text in given.values)) throw new Error(`There is no value for ${text}.`);
    return given.values[text];
  }
  let value: unknown = { M: item ?? {} };
  for (const name of namesIn(text, given)) value = fieldOf(fieldOf(value, "M"), name);
  return value;
}

function put(item: Item, path: string, value: unknown, given: Expressions): void {
  const names = namesIn(path, given);
  const last = names.pop() ?? "";
  let target: unknown = item;
  for (const name of names) {
    target = fieldOf(fieldOf(target, name), "M");
    if (target === undefined) throw new Error(`ValidationException: ${path} leads nowhere`);
  }
  if (typeof target !== "object" || target === null) throw new Error(`${path} is no map`);
  if (value === undefined) Reflect.deleteProperty(target, last);
  else Reflect.set(target, last, value);
}

function namesIn(path: string, { names }: Expressions): string[] {
  return path.split(".").map(place => {
    const name = names[place];
    if (name === undefined) throw new Error(`There is no name for ${place}.`);
    return name;
  });
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** An attribute value without its wire form. */
export function plain(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const { N, L, M } = value;
  if (N !== undefined) return Number(N);
  if (Array.isArray(L)) return L.map(plain);
  if (isObject(M)) return plainItem(M);
  return Object.values(value)[0];
}

export function plainItem(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

function compare(one: unknown, other: unknown): number {
  const [text, otherText] = [fieldOf(one, "S"), fieldOf(other, "S")];
  if (typeof text === "string" && typeof otherText === "string") {
    return text < otherText ? -1 : Number(text > otherText);
  }
  return numberOf(one) - numberOf(other);
}

function numberOf(value: unknown): number {
  return Number(fieldOf(value, "N"));
}

function numeric(value: number): unknown {
  return { N: String(value) };
}
