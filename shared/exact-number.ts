/**
 * A number in a JSON text that JSON's parser changes: `1e400` becomes Infinity, `1e-400` becomes 0,
 * 9007199254740993 and the last digits of a long fraction are rounded. To compare, the number is
 * good enough; whoever hands it on needs what was written. It has no fields that a path can name.
 */
export class RoundedNumber {
  readonly #value: number;
  readonly #source: string;

  constructor(value: number, source: string) {
    this.#value = value;
    this.#source = source;
  }

  get value(): number {
    return this.#value;
  }

  get source(): string {
    return this.#source;
  }

  toJSON(): number {
    return this.#value;
  }
}

export function isNumber(value: unknown): value is number | RoundedNumber {
  return typeof value === "number" || value instanceof RoundedNumber;
}

/** For `parseJsonSafely`: the number, or what the parser changed with the way it was written. */
export function keepRounded(value: number, source: string): number | RoundedNumber {
  const exact = source === String(value) || decimal(source) === decimal(String(value));
  return exact ? value : new RoundedNumber(value, source);
}

export type ExactNumber =
  | { readonly kind: "exact"; readonly text: string }
  /** A clause about the number. */
  | { readonly kind: "inexact"; readonly why: string };

/**
 * A number as a text that says no other number than was sent. Of what Lambda itself has parsed, only
 * the number is left: then one that is too large can be told, and whatever else was rounded cannot.
 * So that an event means the same by whatever way it comes, one that is too large is refused always.
 */
export function exactText(number: number | RoundedNumber): ExactNumber {
  const { value, source } =
    number instanceof RoundedNumber ? number : { value: number, source: undefined };
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    return { kind: "inexact", why: "is too large a number to be exact: send it as a string" };
  }
  if (source !== undefined && value === 0) {
    return { kind: "inexact", why: "is too small a number to be exact: send it as a string" };
  }
  // `String` drops the sign of -0.
  return { kind: "exact", text: source ?? (Object.is(value, -0) ? "-0" : String(value)) };
}

/** Digits and exponent, the same for each way to write one number. */
function decimal(text: string): string {
  const form = /^-?(?<whole>\d+)(?:\.(?<fraction>\d*))?(?:e(?<exponent>[+-]?\d+))?$/i.exec(text);
  if (form?.groups === undefined) return text;
  const { whole = "", fraction = "", exponent = "0" } = form.groups;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = withoutLastZeros(digits);
  if (significant === "") return "0";
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${text.startsWith("-") ? "-" : ""}${significant}e${scale}`;
}

/** An expression would begin anew at each zero, and a message may have 250,000 of them. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits.charAt(end - 1) === "0") end -= 1;
  return digits.slice(0, end);
}
