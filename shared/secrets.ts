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

/** Shorter texts would blank out half of every log, and protect nobody. */
const MIN_SECRET = 4;

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

/**
 * One sign, as addresses (in UTF-8, or one byte as older servers write it), HTML and JSON write it.
 */
const WRITTEN_LETTERS =
  /%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%[\da-f]{2}|&#0{0,6}(?:\d{4,6};|\d{2,3};?)|&#x0{0,6}(?:[\da-f]{3,5};|[\da-f]{2};?)|&[a-z]{2,8}\d{0,2};|\\u[\da-f]{4}|\\x[\da-f]{2}/gi;

function letterOf(written: string): string {
  if (written.startsWith("&") && !written.startsWith("&#")) {
    return NAMED.get(written) ?? NAMED.get(written.toLowerCase()) ?? written;
  }
  if (/^%.{3}/.test(written)) {
    return Buffer.from(written.replaceAll("%", ""), "hex").toString("utf8");
  }
  const decimal = /&#(\d+)/.exec(written)?.[1];
  const code =
    decimal === undefined ? Number.parseInt(written.replace(/\W*[ux]?/i, ""), 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : written;
}

/** The names of HTML 4 for U+00C0 to U+00FF, which Java's escapers write. */
const LATIN_NAMES =
  "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const NAMED: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&pound;", "£"],
  ["&sect;", "§"],
  ["&euro;", "€"],
  ...LATIN_NAMES.split(" ").map(
    (name, index) => [`&${name};`, String.fromCodePoint(0xc0 + index)] as const,
  ),
]);

/** Hides secrets that a writer of lines has broken: a log of 80 columns, base64 of 76. */
function hideBroken(text: string, forms: readonly string[]): string {
  const whole = text.replace(LINE_BREAKS, "");
  if (whole.length === text.length) return text;
  const broken = forms.filter(form => form.length >= MIN_BROKEN && whole.includes(form));
  // To find the places in the text itself takes ten times as long.
  return broken.length === 0
    ? text
    : hidePlaces(
        text,
        placesOf(text, LINE_BREAKS, () => "", broken),
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
  forms: readonly string[],
): Place[] {
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

/**
 * Control characters but tab and line ends, and what is not seen: marks of direction, of zero
 * width, variation selectors, halves of characters.
 */
const INVISIBLE_CHARACTERS =
  "[^\\P{Cc}\\t\\n\\r]|\\p{Cf}|\\p{Cs}|\\p{Default_Ignorable_Code_Point}";

const INVISIBLE = new RegExp(INVISIBLE_CHARACTERS, "u");
const ALL_INVISIBLE = new RegExp(INVISIBLE_CHARACTERS, "gu");

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

function withoutInvisible(text: string): string {
  return text.replace(ALL_INVISIBLE, "");
}

/**
 * The shapes in which a secret turns up elsewhere: as it is, percent-encoded, inside JSON or HTML,
 * and in base64 (at each of the three offsets, since the text before it shifts the letters).
 * https://docs.github.com/actions/security-guides asks to register every transformed value.
 */
export function secretForms(secret: string): string[] {
  const forms = new Set([
    secret,
    secret.trim(),
    secret.normalize("NFC"),
    secret.normalize("NFD"),
    ...linesOf(secret),
    withoutInvisible(secret),
    ...percentForms(secret),
    ...jsonForms(secret),
    ...htmlForms(secret),
    ...base64Forms(secret),
    ...hexForms(secret),
  ]);
  return [...forms].filter(form => form.length >= MIN_SECRET);
}

/** Where lines are printed one by one, no mask for the whole applies. */
function linesOf(secret: string): string[] {
  return secret.split(/[\r\n]+/).map(line => line.trim());
}

/** Encoders differ in which signs they leave, in the blank, and in the case of the digits. */
function percentForms(secret: string): string[] {
  const usual = encodeURIComponent(secret.toWellFormed());
  const strict = usual.replace(
    /[!'()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const field = new URLSearchParams([["", secret]]).toString().slice(1);
  const forms = [usual, strict, field, field.replaceAll("+", "%20")];
  const small = forms.map(form => form.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()));
  return [...forms, ...small, encodeURIComponent(usual)];
}

/** JSON may write any letter as an escape; these are the writers in use. */
function jsonForms(secret: string): string[] {
  const usual = JSON.stringify(secret).slice(1, -1);
  const ascii = escaped(usual, /[^\0-\u007f]/g);
  return [
    usual,
    usual.replaceAll("/", "\\/"),
    ascii,
    ascii.replaceAll("/", "\\/"),
    escaped(usual, /[<>&='\u2028\u2029]/g),
    // JSON in a string of JSON.
    JSON.stringify(usual).slice(1, -1),
  ];
}

function escaped(text: string, signs: RegExp): string {
  return text.replace(signs, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The entities of the common escapers, which differ in the quotes. */
function htmlForms(secret: string): string[] {
  const basic = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quotes = [
    ["&quot;", "&#39;"],
    ["&quot;", "&#x27;"],
    ["&quot;", "&#039;"],
    ["&quot;", "&apos;"],
    ["&quot;", "'"],
    ["&#34;", "&#39;"],
  ] as const;
  const forms = quotes.map(([double, single]) =>
    basic.replaceAll('"', double).replaceAll("'", single),
  );
  const numbered = secret.replace(/[^\w\s.,:;!?-]/gu, sign => `&#${sign.codePointAt(0) ?? 0};`);
  const [first = basic, second = basic] = forms;
  const templates = second
    .replaceAll("/", "&#x2F;")
    .replaceAll("`", "&#x60;")
    .replaceAll("=", "&#x3D;");
  return [basic, ...forms, templates, numbered, first.replaceAll("&", "&amp;")];
}

/** Of a short one they could be a number: masked, it would tear ids and times apart. */
function hexForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < 8) return [];
  const form = bytes.toString("hex");
  return [form, form.toUpperCase()];
}

function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [bytes.toString("base64"), bytes.toString("base64url")];
  // Only letters that depend on the secret alone: whole groups of three bytes.
  if (bytes.length >= 8) {
    for (const offset of [0, 1, 2]) {
      const start = (3 - offset) % 3;
      const whole = Math.floor((bytes.length - start) / 3) * 3;
      const middle = bytes.subarray(start, start + whole);
      forms.push(middle.toString("base64"), middle.toString("base64url"));
    }
  }
  return forms;
}
