import { INVISIBLE, INVISIBLE_CHARACTERS } from "./invisible-characters.ts";
import { secretForms } from "./secret-forms.ts";
import { letterOf, WRITTEN_LETTERS } from "./written-letters.ts";

/**
 * The secrets of one run: everything that is told here is masked by the host before its first use
 * and cut out of every text that comes from outside.
 */
export interface Secrets {
  /** Registers a secret in all its forms. Call it before the secret is used for anything. */
  readonly add: (secret: string) => void;
  /** Replaces every form of every known secret by `***`. */
  readonly redact: (text: string) => string;
}

export function createSecrets(onForm: (form: string) => void): Secrets {
  const forms = new Set<string>();
  // Longest first: a form that holds another one must go as a whole.
  let ordered: readonly string[] = [];
  const replace = (text: string) =>
    ordered.reduce((left, form) => left.replaceAll(form, "***"), text);
  return {
    add(secret) {
      for (const form of secretForms(secret)) {
        if (forms.has(form)) continue;
        forms.add(form);
        onForm(form);
      }
      ordered = [...forms].toSorted((one, other) => other.length - one.length);
    },
    redact(text) {
      const left = hideBroken(hideWritten(replace(text), ordered), ordered);
      if (!INVISIBLE.test(left)) return left;
      // Whoever strips invisible characters later must not put a torn secret together again. A text
      // without one keeps them: an emoji of a flow's name is held together by such characters.
      return hidePlaces(
        left,
        STRIPPED.flatMap(stripped => placesOf(left, stripped, () => "", ordered)),
      );
    },
  };
}

interface Place {
  readonly from: number;
  readonly to: number;
}

/** Hides secrets of which single letters are written otherwise: no list of forms has all mixtures. */
function hideWritten(text: string, forms: readonly string[]): string {
  if (!WRITTEN.test(text)) return text;
  const left = hidePlaces(text, placesOf(text, WRITTEN_LETTERS, letterOf, forms));
  // Where a letter stands is known only when the signs before it are read: the line goes as a whole.
  return left
    .split("\n")
    .map(line => (WRITTEN_TWICE.test(line) && showsWhenRead(line, forms) ? "***" : line))
    .join("\n");
}

/** `%2573` is `%73` when it is read once. */
function showsWhenRead(line: string, forms: readonly string[]): boolean {
  let read = line;
  for (let count = 0; count < READ_AT_MOST; count++) {
    read = read.replace(WRITTEN_LETTERS, letterOf);
    if (forms.some(form => read.includes(form))) return true;
  }
  return false;
}

const READ_AT_MOST = 4;

const WRITTEN_TWICE = /%25|&amp;|&#0*38;|&#x0*26;|\\(?:\\|u005c|x5c)[ux]/i;

const WRITTEN = /%[\da-f]{2}|&(?:#|[a-z]{2,8}\d{0,2};)|\\[ux]/i;

/** Hides secrets that a writer of lines has broken: a log of 80 columns, base64 of 76. */
function hideBroken(text: string, forms: readonly string[]): string {
  const long = forms.filter(form => form.length >= MIN_BROKEN);
  return hidePlaces(
    text,
    placesOf(text, LINE_BREAKS, () => "", long),
  );
}

/** Shorter ones would turn up by chance. */
const MIN_BROKEN = 12;

const LINE_BREAKS = /[\r\n][\r\n \t]*/g;

/** Where in the text a secret stands that is whole when each match is put in another way. */
function placesOf(
  text: string,
  pattern: RegExp,
  instead: (match: string) => string,
  all: readonly string[],
): Place[] {
  // To note every match takes ten times as long: a log of 10 MB can have one at every second letter.
  const read = text.replace(pattern, match => instead(match));
  const forms = all.filter(form => read.includes(form));
  if (forms.length === 0) return [];
  // The parts that stay or come: where each begins in the text, and where in what is made of it.
  const starts: number[] = [];
  const startsLeft: number[] = [];
  const ends: number[] = [];
  const parts: string[] = [];
  let length = 0;
  const keep = (from: number, to: number, part: string) => {
    starts.push(from);
    ends.push(to);
    startsLeft.push(length);
    parts.push(part);
    length += part.length;
  };
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    keep(end, match.index, text.slice(end, match.index));
    end = match.index + match[0].length;
    keep(match.index, end, instead(match[0]));
  }
  keep(end, text.length, text.slice(end));
  const left = parts.join("");
  const partAt = (at: number) => {
    let [low, high] = [0, startsLeft.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((startsLeft[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  /** Of a letter that stands for several, all of these. */
  const original = (at: number): Place => {
    const part = partAt(at);
    const from = starts[part] ?? 0;
    const to = ends[part] ?? 0;
    if (to - from !== (parts[part] ?? "").length) return { from, to };
    const place = from + at - (startsLeft[part] ?? 0);
    return { from: place, to: place + 1 };
  };
  const places: Place[] = [];
  for (const form of forms) {
    for (let at = left.indexOf(form); at >= 0; at = left.indexOf(form, at + form.length)) {
      places.push({ from: original(at).from, to: original(at + form.length - 1).to });
    }
  }
  return places;
}

function hidePlaces(text: string, places: readonly Place[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const { from, to } of places.toSorted((one, other) => one.from - other.from)) {
    // One that overlaps the place before belongs to it.
    if (from >= end) parts.push(text.slice(end, from), "***");
    end = Math.max(end, to);
  }
  return parts.join("") + text.slice(end);
}

const ESCAPE = String.fromCharCode(27);

/** Colours and cursor movements: ESC [ … letter. */
const COLOURS = `${ESCAPE}\\[[0-9;?]*[ -/]*[@-~]`;

/** The same in their short form, titles (ESC ] … BEL), and all others of two characters. */
const TERMINAL_CODES = `(?:${ESCAPE}\\[|\\u009b)[0-9;?]*[ -/]*[@-~]|${ESCAPE}\\][^\\u0007${ESCAPE}]{0,512}(?:\\u0007|${ESCAPE}\\\\)|${ESCAPE}[@-_]`;

/** What somebody may strip from a text: which letters belong to a code is a question of who looks. */
const STRIPPED: readonly RegExp[] = [
  INVISIBLE_CHARACTERS,
  `${COLOURS}|${INVISIBLE_CHARACTERS}`,
  `${TERMINAL_CODES}|${INVISIBLE_CHARACTERS}`,
].map(pattern => new RegExp(pattern, "gu"));
