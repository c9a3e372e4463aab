/**
 * One sign, as addresses (in UTF-8, or one byte as older servers write it), HTML and JSON write it.
 */
export const WRITTEN_LETTERS =
  /%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%[\da-f]{2}|&#0{0,6}(?:\d{4,6};|\d{2,3};?)|&#x0{0,6}(?:[\da-f]{3,5};|[\da-f]{2};?)|&[a-z]{2,8}\d{0,2};|\\u[\da-f]{4}|\\x[\da-f]{2}/gi;

/** The letter that it stands for; what is none stays as it is. */
export function letterOf(written: string): string {
  if (written.startsWith("&") && !written.startsWith("&#")) {
    return NAMED.get(written) ?? NAMED.get(written.toLowerCase()) ?? written;
  }
  if (/^%.{3}/.test(written)) {
    return Buffer.from(written.replaceAll("%", ""), "hex").toString("utf8");
  }
  const decimal = /&#(\d+)/.exec(written)?.[1];
  const code =
    decimal === undefined ? Number.parseInt(written.replace(/\W*[ux]?/i, ""), 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : written;
}

/** The names of HTML 4 for U+00C0 to U+00FF, which Java's escapers write. */
const LATIN_NAMES =
  "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const NAMED: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&pound;", "£"],
  ["&sect;", "§"],
  ["&euro;", "€"],
  ...LATIN_NAMES.split(" ").map(
    (name, index) => [`&${name};`, String.fromCodePoint(0xc0 + index)] as const,
  ),
]);
