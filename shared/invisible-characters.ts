/**
 * Control characters but tab and line ends, and what is not seen: marks of direction, of zero
 * width, variation selectors, halves of characters.
 */
export const INVISIBLE_CHARACTERS =
  "[^\\P{Cc}\\t\\n\\r]|\\p{Cf}|\\p{Cs}|\\p{Default_Ignorable_Code_Point}";

export const INVISIBLE = new RegExp(INVISIBLE_CHARACTERS, "u");
const ALL_INVISIBLE = new RegExp(INVISIBLE_CHARACTERS, "gu");

export function withoutInvisible(text: string): string {
  return text.replace(ALL_INVISIBLE, "");
}
