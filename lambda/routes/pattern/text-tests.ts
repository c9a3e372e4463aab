import type { Test } from "./match.ts";

/**
 * How a string is compared. As in AWS's engine, a value is judged by its text, where a string stands
 * in quotes: a number never has a prefix, and `{"prefix": "a\""}` matches the string `a`.
 */
export type TextOperator =
  | "prefix"
  | "suffix"
  | "wildcard"
  | "exactly"
  | "equals-ignore-case"
  | "prefix-ignore-case"
  | "suffix-ignore-case";

/** The test for a text, which {@link wildcardMistake} finds nothing wrong with if it is a wildcard. */
export function textTest(operator: TextOperator, text: string): Test {
  switch (operator) {
    case "prefix":
      return leaf => leaf.text.startsWith(`"${text}`);
    case "suffix":
      return leaf => leaf.text.endsWith(`${text}"`);
    case "wildcard":
      return wildcard(text);
    case "exactly":
      return leaf => leaf.value === text;
    case "equals-ignore-case":
    case "prefix-ignore-case":
      return ignoringCase(text, operator === "prefix-ignore-case");
    case "suffix-ignore-case":
      return endingIgnoringCase(text);
  }
}

export function wildcardMistake(text: string): string | undefined {
  if (/^(?:[^\\]|\\[*\\])*\*\*/.test(text)) return "must not have two * in a row; one is enough";
  return /^(?:[^\\]|\\[*\\])*$/.test(text)
    ? undefined
    : String.raw`may have a backslash only before * or another backslash; write \\ for a backslash`;
}

/** What `*` stands for may hold anything, a slash and a line end included. */
function wildcard(value: string): Test {
  const pieces = [""];
  for (const [token] of `"${value}"`.matchAll(/\\[*\\]|./gs)) {
    if (token === "*") pieces.push("");
    else pieces[pieces.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1);
  return ({ text }) => {
    if (pieces.length === 1) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, from);
      if (found === -1) return false;
      from = found + piece.length;
    }
    return from <= text.length - last.length;
  };
}

/**
 * Each letter of the pattern may stand in lower or in upper case, by itself: the event's letters are
 * not folded. So the Kelvin sign is not a "k", and "ß" may stand as "SS".
 */
function ignoringCase(value: string, onlyBeginning: boolean): Test {
  const letters = casesOf(value);
  return ({ text }) => {
    let from = text.startsWith('"') ? 1 : Infinity;
    for (const cases of letters) {
      const found = cases.find(letter => text.startsWith(letter, from));
      if (found === undefined) return false;
      from += found.length;
    }
    return onlyBeginning ? from < Infinity : from === text.length - 1;
  };
}

function endingIgnoringCase(value: string): Test {
  const letters = casesOf(value).toReversed();
  return ({ text }) => {
    let end = text.endsWith('"') ? text.length - 1 : -1;
    for (const cases of letters) {
      const found = cases.find(letter => end >= 0 && text.endsWith(letter, end));
      if (found === undefined) return false;
      end -= found.length;
    }
    return end >= 0;
  };
}

function casesOf(text: string): readonly (readonly [lower: string, upper: string])[] {
  return Array.from(text, letter => [letter.toLowerCase(), letter.toUpperCase()] as const);
}
