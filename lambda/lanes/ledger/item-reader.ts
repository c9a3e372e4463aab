import { isObject, type JsonObject } from "../../../shared/json.ts";
import { cutText } from "../../cut-text.ts";

/**
 * Reads the attributes of one item. An attribute that is not what it should be is an error that
 * names the item: to take it for another one would lose what it stands for.
 */
export interface ItemReader {
  string(name: string): string;
  number(name: string): number;
  /** Milliseconds since 1970 of an ISO time. */
  time(name: string): number;
  strings(name: string): readonly string[];
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word;
  /** An object in the item, by a reader of its own. */
  object(name: string): ItemReader & { readonly fields: JsonObject };
  has(name: string): boolean;
  unreadable(name: string): Error;
}

/** For a log, in which values of parameters have no place; an item may have 400 KB. */
function shown(value: unknown): string {
  const json: unknown = JSON.stringify(value, (name, member: unknown) =>
    name === "parameters" ? "…" : member,
  );
  return cutText(String(json), MAX_SHOWN);
}

const MAX_SHOWN = 500;

export function readItem(
  item: unknown,
  what: string,
): ItemReader & { readonly fields: JsonObject } {
  const fields = isObject(item) ? item : {};
  const unreadable = (name: string) =>
    new Error(
      `${what} cannot be read: its attribute ${name} is ${shown(fields[name])}. Was it changed by hand, or written by another release?`,
    );
  const string = (name: string) => {
    const value = fields[name];
    if (typeof value !== "string") throw unreadable(name);
    return value;
  };
  return {
    fields,
    unreadable,
    string,
    has: name => fields[name] !== undefined,
    number(name) {
      const value = fields[name];
      if (typeof value !== "number") throw unreadable(name);
      return value;
    },
    time(name) {
      const at = Date.parse(string(name));
      if (Number.isNaN(at)) throw unreadable(name);
      return at;
    },
    strings(name) {
      const value = fields[name];
      if (!Array.isArray(value)) throw unreadable(name);
      return value.map((member: unknown) => {
        if (typeof member !== "string") throw unreadable(name);
        return member;
      });
    },
    oneOf(name, words) {
      const word = words.find(known => known === fields[name]);
      if (word === undefined) throw unreadable(name);
      return word;
    },
    object: name => readItem(fields[name], `${what}, in ${name},`),
  };
}
