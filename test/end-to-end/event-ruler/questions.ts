import { createHash } from "node:crypto";

/** A pattern and an event, as JSON values. */
export interface Question {
  readonly pattern: unknown;
  readonly event: unknown;
}

/** Questions that are the same for the same seed. */
export function makeQuestions(count: number, seed: number): readonly Question[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => makeQuestion(random));
}

/** Changes when any question does. */
export function digestOf(questions: readonly Question[]): string {
  return createHash("sha256").update(JSON.stringify(questions)).digest("hex");
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A random pattern and an event made to nearly match it. Few names and few values, so that they
 * meet often; the values are those where implementations tend to part.
 */
function makeQuestion(random: () => number): Question {
  const pattern = makePattern(new Choice(random), 0);
  return { pattern, event: makeEvent(new Choice(random), pattern) };
}

const NAMES = ["a", "b", "c", "d", "a.b", "a-b", "e.f.g", "prefix", "é", "1"];

const TEXTS = [
  ["", "a", "A", "ab", "aB", "abc", "abcabc", "b", "c", "aab", "abab", "a b", "a\nb", "a/b.csv"],
  ["é", "É", "ß", "SS", "ss", "ẞ", "K", "k", "İ", "i", "ı", "I", "ǅ", "ǆ", "Ǆ", "ŉ", "ʼN", "Σ"],
  ["ς", "σ", "大雨", "雨", "😀", "a😀", "??", "*", "a*b", "\\", "a\\b", '"', 'a"', '"a', 'a"b'],
  ["10.0.0.1", "10.0.0.2", "10.0.1.1", "010.0.0.1", "10.0.0", "10.0.0.256", "16.0.0.0"],
  ["32.1.16.0", "::1", "0:0:0:0:0:0:0:1", "::ffff:a00:1", "2001:db8::1", "2001:DB8:0::1"],
  ["2001:1000::", "a00:1::", "1::2::3", "12:30", "fe80::1", "::", ":", "a:b"],
  ["null", "true", "1", "1.0", "-1", "2026-11-23T10:00:00Z", "constructor", "__proto__"],
].flat();

const NUMBERS = [
  [0, -0, 1, -1, 1.5, -1.5, 0.1, 0.2, 0.3, 2.5, 10, 99, 100, 101, 1000, 1e9, -1e9, 5e9, 5.1e9],
  [1e15, 123456789012345, 10000000, 167772161, 105, 1e-7, 3.018e2, 1e21, 1.7e308],
].flat();

const BLOCKS = [
  ["10.0.0.0/24", "10.0.0.0/8", "10.0.0.1/31", "0.0.0.0/0", "16.0.0.0/4", "16.0.0.0/6"],
  ["16.0.0.0/8", "2001:db8::/32", "2001::/16", "::/0", "::1/127", "::ffff:a00:0/24", "0a00::/8"],
].flat();

const NO_BLOCKS = [
  ["10.0.0.0/32", "::1/128", "10.0.0.0", "10.0.0.0/-1", "10.0.0.0/8/8", "a/8", "300.0.0.0/8"],
].flat();

/** Random choices by name. */
class Choice {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  upTo(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.upTo(items.length)];
    if (item === undefined) throw new RangeError("nothing to choose from");
    return item;
  }

  /** One of several ways to make something; later ways are less likely. */
  make<Item>(...ways: readonly (() => Item)[]): Item {
    return this.of(
      ways.flatMap((way, index) => Array<() => Item>(ways.length - index).fill(way)),
    )();
  }

  list<Item>(most: number, item: () => Item): Item[] {
    return Array.from({ length: 1 + this.upTo(most) }, item);
  }
}

function makePattern(
  choose: Choice,
  depth: number,
  allowed: readonly string[] = NAMES,
): Record<string, unknown> {
  const pattern: Record<string, unknown> = {};
  const names = choose.list(depth === 0 ? 4 : 2, () => choose.of(allowed));
  for (const name of names) {
    pattern[name] =
      depth < 3 && choose.chance(0.4) ? makePattern(choose, depth + 1) : makeValues(choose);
  }
  if (choose.chance(depth === 0 ? 0.25 : 0.08)) {
    // A field may not be named twice, so the branches mostly keep to other names.
    const others = choose.chance(0.03) ? allowed : allowed.filter(name => !names.includes(name));
    pattern["$or"] = Array.from({ length: choose.chance(0.02) ? 1 : 2 + choose.upTo(2) }, () =>
      makePattern(choose, depth + 1, others.length > 0 ? others : NAMES),
    );
    if (choose.chance(0.3)) delete pattern[choose.of(names)];
  }
  return choose.chance(0.003) ? {} : pattern;
}

function makeValues(choose: Choice): unknown {
  if (choose.chance(0.005))
    return choose.of<unknown>([[], "a", 1, null, true, [[]], [["a"]], [{}]]);
  return choose.list(2, () =>
    choose.make<unknown>(
      () => makeOperator(choose),
      () => choose.of(TEXTS),
      () => choose.of(NUMBERS),
      () => choose.of([null, true, false]),
    ),
  );
}

function makeOperator(choose: Choice): unknown {
  const text = () => choose.of(TEXTS);
  const part = () => {
    const whole = text();
    const from = choose.upTo(whole.length);
    return choose.chance(0.7) ? whole.slice(0, from + 1) : whole.slice(from);
  };
  const oneOrMore = (item: () => unknown) => (choose.chance(0.5) ? item() : choose.list(3, item));
  const wellFormed = (made: string) => (made.isWellFormed() ? made : "a");
  const operator = choose.make<Record<string, unknown>>(
    () => ({ wildcard: makeWildcard(choose) }),
    () => ({ prefix: wellFormed(part()) }),
    () => ({ suffix: wellFormed(part()) }),
    () => ({ exists: choose.chance(0.5) }),
    () => ({ numeric: makeComparison(choose) }),
    () => ({ "anything-but": oneOrMore(text) }),
    () => ({ "anything-but": oneOrMore(() => choose.of(NUMBERS)) }),
    () => ({ "anything-but": { prefix: oneOrMore(() => wellFormed(part())) } }),
    () => ({ "anything-but": { suffix: oneOrMore(() => wellFormed(part())) } }),
    () => ({ "anything-but": { wildcard: oneOrMore(() => makeWildcard(choose)) } }),
    () => ({ "anything-but": { "equals-ignore-case": oneOrMore(text) } }),
    () => ({ "equals-ignore-case": text() }),
    () => ({ prefix: { "equals-ignore-case": wellFormed(part()) } }),
    () => ({ suffix: { "equals-ignore-case": wellFormed(part()) } }),
    () => ({ cidr: choose.of(choose.chance(0.04) ? NO_BLOCKS : BLOCKS) }),
    () => ({ exactly: text() }),
  );
  return choose.chance(0.01) ? spoil(choose, operator) : operator;
}

function makeWildcard(choose: Choice): string {
  const letters = Array.from(choose.of(TEXTS), letter =>
    /[*\\]/.test(letter) ? `\\${letter}` : letter,
  );
  const stars = choose.upTo(3);
  for (let star = 0; star < stars; star++) {
    letters.splice(choose.upTo(letters.length + 1), choose.upTo(3), "*");
  }
  if (!choose.chance(0.02)) return letters.join("").replaceAll(/(?<!\\)\*{2,}/g, "*");
  if (choose.chance(0.01)) letters.push("\\");
  return letters.join("");
}

function makeComparison(choose: Choice): unknown {
  const number = () => choose.of(NUMBERS);
  const [low, high] = [number(), number()].toSorted((one, other) => one - other);
  if (choose.chance(0.03)) {
    return choose.of<unknown>(
      [
        [[], ["="], ["=", "1"], ["<", 1, ">", 2], [">", 2, "<", 1], ["=", 1, "<", 2], ["!=", 1]],
        [[">", 1, "<", 2, 3], [">", 1, "="], 5, [">", 1, "=", 2], [">", 1, "<", 1], ["<", 5e-324]],
      ].flat(),
    );
  }
  return low === high || choose.chance(0.5)
    ? [choose.of(["<", "<=", ">", ">=", "="]), low]
    : [choose.of([">", ">="]), low, choose.of(["<", "<="]), high];
}

/** Makes a wrong operator of a right one. */
function spoil(choose: Choice, operator: Record<string, unknown>): unknown {
  const [name = "", value] = Object.entries(operator)[0] ?? [];
  return choose.of<unknown>([
    { [name]: value, exists: true },
    { [name]: 1 },
    { [name]: null },
    { [name]: [] },
    { [name]: {} },
    { [name]: "" },
    { [name]: [true] },
    { [name]: { prefix: "a", suffix: "b" } },
    { [name]: { prefix: [] } },
    { [`${name}s`]: value },
    { "anything-but": { numeric: ["=", 1] } },
    { "anything-but": [1, "a"] },
    { "anything-but": null },
  ]);
}

/** The pattern's shape, filled with values that are near to what it asks for. */
function makeEvent(choose: Choice, pattern: Record<string, unknown>): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  fillEvent(choose, pattern, event);
  if (choose.chance(0.2)) event[choose.of(NAMES)] = makeAnyValue(choose, 0);
  return event;
}

function fillEvent(
  choose: Choice,
  pattern: Record<string, unknown>,
  event: Record<string, unknown>,
): void {
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name === "$or" && Array.isArray(wanted)) {
      for (const branch of wanted.filter(isRecord)) {
        if (choose.chance(0.6)) fillEvent(choose, branch, event);
      }
    } else if (!choose.chance(0.08)) {
      event[name] = isRecord(wanted) ? makeInner(choose, wanted) : makeLeaf(choose, wanted);
    }
  }
}

/** What a nested pattern asks for, as an object or spread over the elements of a list. */
function makeInner(choose: Choice, pattern: Record<string, unknown>): unknown {
  const one = () => {
    const inner: Record<string, unknown> = {};
    fillEvent(choose, pattern, inner);
    for (const name of Object.keys(inner)) if (choose.chance(0.15)) delete inner[name];
    return inner;
  };
  return choose.make<unknown>(
    one,
    one,
    () => choose.list(3, one),
    () => choose.list(3, () => (choose.chance(0.6) ? one() : choose.list(2, one))),
    () => makeAnyValue(choose, 1),
  );
}

function makeLeaf(choose: Choice, wanted: unknown): unknown {
  const one = () => {
    const value = Array.isArray(wanted) && wanted.length > 0 ? choose.of<unknown>(wanted) : wanted;
    return near(choose, value);
  };
  return choose.make<unknown>(
    one,
    one,
    () => choose.list(3, one),
    () => choose.list(2, () => choose.list(2, one)),
    () => makeAnyValue(choose, 1),
  );
}

/** A value that has a good chance to be what the pattern's value asks for. */
function near(choose: Choice, wanted: unknown): unknown {
  if (!isRecord(wanted)) return choose.chance(0.7) ? wanted : makeAnyValue(choose, 2);
  const texts = textsIn(wanted);
  const text = texts.length > 0 ? choose.of(texts) : choose.of(TEXTS);
  return choose.make<unknown>(
    () => text.replaceAll(/\\([*\\])|\*/g, (_, escaped?: string) => escaped ?? choose.of(TEXTS)),
    () => `${text}${choose.of(TEXTS)}`,
    () => `${choose.of(TEXTS)}${text}`,
    () => (choose.chance(0.5) ? text.toUpperCase() : text.toLowerCase()),
    () => choose.of(NUMBERS),
    () => makeAnyValue(choose, 2),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value.split("/")[0] ?? "", value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}

function makeAnyValue(choose: Choice, depth: number): unknown {
  return choose.make<unknown>(
    () => choose.of(TEXTS),
    () => choose.of(NUMBERS),
    () => choose.of([null, true, false]),
    () =>
      depth > 2
        ? []
        : choose.of<unknown>([
            {},
            [],
            [[]],
            { [choose.of(NAMES)]: makeAnyValue(choose, depth + 1) },
            [makeAnyValue(choose, depth + 1), makeAnyValue(choose, depth + 1)],
          ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
