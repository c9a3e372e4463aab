/** Of an error's text: AWS keeps it with the record that it parks. */
export const MAX_ERROR = 8_000;

/** The beginning of a text that is too long, and how long it was. Never half a character. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${beginningOf(text, longest)}… (${text.length} characters)`;
}

/** At most so much of a text, and no half character at its end. */
export function beginningOf(text: string, longest: number): string {
  return text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "");
}
