/** One flow, as the user names it. */
export type FlowChoice =
  | { readonly kind: "id"; readonly id: number }
  | { readonly kind: "name"; readonly name: string };

/**
 * A name as it is compared: composed characters (NFC), every run of blanks as one space, and nothing
 * that cannot be seen. What looks the same is one name; capitals make another.
 */
export function normalName(name: string): string {
  return name.replace(BLANKS, " ").replace(UNSEEN, "").normalize("NFC").replace(/ +/g, " ").trim();
}

/** The byte order mark counts as white space in a pattern, and takes no place. */
const BLANKS = /(?!\ufeff)[\s\p{Z}\u0085]/gu;

/**
 * Control characters, marks of direction and of zero width, soft hyphens, variation selectors. Not
 * the two joiners: between letters of some scripts, and in emoji, they can be seen.
 */
const UNSEEN =
  /\p{Cc}|\p{Bidi_Control}|\u034f|\p{Variation_Selector}|[\u00ad\u180e\u200b\u2060-\u206f\ufeff]/gu;
