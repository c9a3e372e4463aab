/** A value of JSON whose numbers stay as somebody wrote them. */
export type Written = string | boolean | null | Digits | readonly Written[] | Members;
export interface Members {
  readonly [name: string]: Written;
}

/** A number, by its digits. */
export class Digits {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
  toJSON(): string {
    return `\u0001${this.digits}`;
  }
}

export function jsonOf(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0001([^"]*)"/g, "$1");
}

export function isMembers(value: Written | undefined): value is Members {
  return (
    typeof value === "object" && value !== null && !isList(value) && !(value instanceof Digits)
  );
}

/** `Array.isArray` forgets what is in a list that may not be changed. */
export function isList(value: Written | undefined): value is readonly Written[] {
  return Array.isArray(value);
}

/** What lies at a path; undefined where nothing does. */
export function at(value: Written | undefined, path: readonly string[]): Written | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (isList(value)) {
    return /^\d+$/.test(first) ? at(value[Number(first)], rest) : undefined;
  }
  if (!isMembers(value) || !Object.hasOwn(value, first)) return undefined;
  return at(value[first], rest);
}

/** How a number is told to a flow, by docs/routes.md: undefined where it must not be told. */
export function tellDigits({ digits }: Digits, exact: boolean): string | undefined {
  const number = Number(digits);
  if (!Number.isFinite(number)) return undefined;
  if (Number.isInteger(number) && number !== 0) {
    return Number.isSafeInteger(number) ? String(number) : undefined;
  }
  if (!exact) return String(number);
  if (number === 0 && /[1-9]/.test(digits.split(/e/i)[0] ?? "")) return undefined;
  return significant(String(number)) === significant(digits) ? String(number) : digits;
}

/** Of a fraction without an exponent, without the zeros that say nothing. */
function significant(digits: string): string {
  return /e/i.test(digits)
    ? String(Number(digits))
    : digits.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
