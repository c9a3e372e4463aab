import { isObject } from "../../shared/json.ts";
import { field, textField } from "../../shared/json-fields.ts";
import { matcherOf } from "../lanes/ripeness.ts";
import { parseValue } from "./pattern/operators.ts";
import { textTest } from "./pattern/text-tests.ts";

/** Why an event starts no flow although the route's pattern matches it; undefined when it does. */
export type SkipRule = (event: unknown) => string | undefined;

/**
 * Objects that tools and consoles leave behind: folder markers and empty files. A route that names
 * such an object means it: by its exact key, or by an ending without a dot such as `/_SUCCESS` (an
 * ending with a dot names a kind of file), as a file of a set in the same way, or by a size that can
 * only be 0.
 */
export function skipRule(
  wanted: ReadonlyMap<string, readonly unknown[]>,
  include: { readonly folders: boolean; readonly empty: boolean },
  set: readonly string[] = [],
): SkipRule {
  const names = [
    ...(wanted.get("detail.object.key") ?? []).flatMap(namesOf),
    ...set.filter(isMeantInSet).map(nameInSet),
  ];
  const namesSize = (wanted.get("detail.object.size") ?? []).some(isZero);
  return event => {
    if (textField(event, "source") !== "aws.s3") return undefined;
    if (textField(event, "detail-type") !== "Object Created") return undefined;
    const object = field(field(event, "detail"), "object");
    const key = textField(object, "key") ?? "";
    const size = field(object, "size");
    const isFolder = key.endsWith("/") && (size ?? 0) === 0;
    if (!isFolder && size !== 0) return undefined;
    if (names.some(isNamed => isNamed(key))) return undefined;
    if (isFolder) {
      return include.folders
        ? undefined
        : "the object is a folder marker; set includeFolders to run the flow for it";
    }
    return include.empty || namesSize
      ? undefined
      : "the object is empty (0 bytes); set includeEmpty to run the flow for it";
  };
}

type NameTest = (key: string) => boolean;

function namesOf(value: unknown): readonly NameTest[] {
  if (typeof value === "string") return [key => key === value];
  const [name = "", operand] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  if (typeof operand === "string") {
    switch (name) {
      case "exactly":
        return [key => key === operand];
      case "equals-ignore-case":
        return [test("equals-ignore-case", operand)];
      case "suffix":
        return isEnding(operand) ? [test("suffix", operand)] : [];
      case "wildcard": {
        const ending = endingOf(operand);
        // Without a `*` it names one key.
        return ending === undefined || isEnding(ending) ? [test("wildcard", operand)] : [];
      }
      default:
        return [];
    }
  }
  const ignoringCase = name === "suffix" ? textField(operand, "equals-ignore-case") : undefined;
  return ignoringCase !== undefined && isEnding(ignoringCase)
    ? [test("suffix-ignore-case", ignoringCase)]
    : [];
}

function test(operator: Parameters<typeof textTest>[0], text: string): NameTest {
  const matches = textTest(operator, text);
  return key => matches({ value: key, text: `"${key}"`, elements: new Map() });
}

/** In a set each `*` stands for any text. */
function isMeantInSet(name: string): boolean {
  const last = name.lastIndexOf("*");
  return last < 0 || isEnding(name.slice(last + 1));
}

/** What a set demands is the name of a file in any folder. */
function nameInSet(name: string): NameTest {
  const isMeant = matcherOf(name);
  return key => isMeant(key.slice(key.lastIndexOf("/") + 1));
}

/** What follows the last `*` that stands for any text, and not for itself as `\*` does. */
function endingOf(pattern: string): string | undefined {
  const signs: readonly string[] = pattern.match(/\\.|./gs) ?? [];
  const last = signs.lastIndexOf("*");
  return last < 0 ? undefined : signs.slice(last + 1).join("");
}

function isEnding(text: string): boolean {
  return text !== "" && !text.includes(".");
}

/** `0`, `{"numeric": ["<", 1]}` and their like. What a comparison allows is in one piece. */
function isZero(value: unknown): boolean {
  if (value === 0) return true;
  if (field(value, "numeric") === undefined) return false;
  const allows = parseValue(value, "", () => {});
  if (allows === "absent") return false;
  const [zero, one] = [0, 1].map(size =>
    allows({ value: size, text: String(size), elements: new Map() }),
  );
  return zero === true && one === false;
}
