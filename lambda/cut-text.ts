/** The beginning of a text that is too long, and how long it was. Never half a character. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const whole = text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "");
  return `${whole}… (${text.length} characters)`;
}
