import { parseJson } from "../../json.ts";

/** Whether a text is an object or a list, from its first sign to its last: no beginning of one is one itself. */
export function isWholeJson(text: string): boolean {
  const trimmed = text.trim();
  if (!/^[{[]/.test(trimmed) || !/[}\]]$/.test(trimmed)) return false;
  try {
    parseJson(trimmed);
    return true;
  } catch {
    return false;
  }
}
