/** What programs write in place of an id or a name where there is none, zeroes and the nil UUID too. */
export function isWordForNone(text: string): boolean {
  return /^(?:|-\d+|[0-]+|null|nil|none|undefined|unknown|n\/a|nan)$/i.test(text.trim());
}
