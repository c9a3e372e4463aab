/** One flow, as the user names it. */
export type FlowChoice =
  | { readonly kind: "id"; readonly id: number }
  | { readonly kind: "name"; readonly name: string };

/**
 * A name as it is compared: composed characters (NFC), and every run of blanks as one space. What
 * two editors write differently for the same name is one name; capitals make another.
 */
export function normalName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/[\s\p{Z}]+/gu, " ")
    .trim();
}
