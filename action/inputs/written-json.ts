import { whyTooDeep } from "../../shared/json.ts";
import { messageOf } from "../../shared/thrown.ts";
import { UserError } from "../../shared/user-error.ts";

/** A number as its author wrote it: 1.50 is not 1.5 in a query, and long ids are not rounded. */
export class WrittenNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/**
 * Parses JSON that a person wrote, with each number as a `WrittenNumber`. Throws a UserError that
 * names the place of a fault and never quotes what stands there. `input` names the input.
 */
export function parseWrittenJson(text: string, input: string): unknown {
  const deep = whyTooDeep(text);
  if (deep !== undefined) throw new UserError(`${input}: is ${deep}.`);
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value,
    );
  } catch (error) {
    throw new UserError(`${input}: starts like JSON but is not${placeOf(messageOf(error), text)}.`);
  }
}

/** V8's message quotes the text around the fault, and that may hold a secret: keep the place only. */
function placeOf(message: string, text: string): string {
  if (message.startsWith("Unexpected end")) return " complete";
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? unexpectedTokenIn(text));
  const before = text.slice(0, position).split("\n");
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return ` valid at ${place}${whatToChange(text, position)}`;
}

/** The mistakes that people make when they know JavaScript, Python or YAML better than JSON. */
function whatToChange(text: string, position: number): string {
  const sign = text.charAt(position);
  const before = text.slice(0, position).trimEnd().at(-1) ?? "";
  if (/[}\]]/.test(sign) && before === ",") return ". Remove the comma before it";
  if (sign === "'") return ". JSON needs double quotes";
  if (sign === "/" || sign === "#") return ". JSON has no remarks";
  if (/[\r\n]/.test(sign)) return ". Write a line break inside a string as \\n";
  if (sign === '"' && /[\w"}\]]/.test(before)) return ". A comma is missing before it";
  if (/[A-Za-z_]/.test(sign) && /[{,:[]/.test(before))
    return ". In JSON names and strings stand in double quotes";
  return "";
}

/** V8 names no place for this one fault: it is the last sign of the shortest beginning that has it. */
function unexpectedTokenIn(text: string): number {
  let [without, within] = [0, text.length];
  while (within - without > 1) {
    const middle = Math.floor((without + within) / 2);
    if (faultOf(text.slice(0, middle)).startsWith("Unexpected token")) within = middle;
    else without = middle;
  }
  return within - 1;
}

function faultOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}
