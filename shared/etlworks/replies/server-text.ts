/**
 * A text of the server's, made small where it is read: a durable execution may remember 256 KB, a
 * commit status 140 characters, and a server may send 10 MB. Cut between characters, never inside
 * one, with a mark where it was cut. Half a character, which no file and no JSON can hold, becomes
 * a replacement character.
 */
export function boundedText(text: string, maxCharacters: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= maxCharacters) return whole;
  let end = 0;
  for (let count = 0; count < maxCharacters && end < whole.length; count++) {
    end += (whole.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return end < whole.length ? `${whole.slice(0, end)}…` : whole;
}

/** Cuts each line of a log: one of 10 MB helps nobody and fills the job's log. */
export function withShortLines(text: string, maxCharacters: number): string {
  return text
    .split("\n")
    .map(line => boundedText(line, maxCharacters))
    .join("\n");
}

/**
 * Hides credentials that nobody told us of. A flow's exception often quotes the request that failed,
 * with its `Authorization` header or a token; and GitHub drops a whole job output that looks like a
 * secret. For messages only: a flow may well be called "Reset password: nightly".
 */
export function hideCredentials(text: string): string {
  return CREDENTIALS.reduce((left, pattern) => left.replace(pattern, hide), text);
}

function hide(_match: string, before: string): string {
  return `${before}***`;
}

const SECRET_FIELDS =
  "password|passwd|pwd|passphrase|secret|(?:api|access|secret|private|account|storage|encryption|master|shared|signing|subscription)[_-]?key|(?:access|refresh|id|auth|session|security|api|csrf|xsrf)[_-]?token|session[_-]?id|x-amz-(?:signature|credential)";

/** Each keeps its first group. Bounded and without nested repeats: a text may be 10 MB of dots. */
const CREDENTIALS: readonly RegExp[] = [
  // An Authorization header, with or without its scheme.
  /\b(authorization["'\\]{0,2}\s{0,4}[:=]\s{0,4}["'\\]{0,2}(?:[a-z][\w-]{0,30}\s{1,4})?)(?=[^\s"'\\,;<>]{0,512}[\d+/=._~-]|[^\s"'\\,;<>]{16})[^\s"'\\,;<>*][^\s"'\\,;<>]{0,8191}/gi,
  /\b(bearer(?:\s|%20|\+|:){1,4})(?=[^\s"'\\,;<>]{0,512}[\d+/=._~-]|[^\s"'\\,;<>]{16})[^\s"'\\,;<>*][^\s"'\\,;<>]{0,8191}/gi,
  /\b([Bb]asic\s{1,4})(?=[a-z]{0,64}[A-Z0-9+/=])[\w+/=-]{8,4096}/g,
  // A JWT: a header that begins with `{"`, a body, and a signature; also the beginning of one.
  /()\beyJ[\w-]{8,8192}(?:\.[\w-]{0,8192}){0,4}/g,
  // Fields that hold one: in JSON, in a query, in a connection string.
  new RegExp(
    `((?:${SECRET_FIELDS}|token)\\\\{0,2}["']\\s{0,4}:\\s{0,4}\\\\{0,2}["'])[^"'\\\\]{1,8192}`,
    "gi",
  ),
  new RegExp(
    `((?:${SECRET_FIELDS}|[?&](?:token|sig|signature|key|code))["'\\\\]{0,2}\\s{0,4}[:=]\\s{0,4}["'\\\\]{0,2})[^\\s"'\\\\&,;<>*][^\\s"'\\\\&,;<>]{0,8191}`,
    "gi",
  ),
  // A token by that name alone: parsers say "token: x" of other things.
  /(token["'\\]{0,2}\s{0,4}[:=]\s{0,4}["'\\]{0,2})(?=[^\s"'\\&,;<>]{0,64}\d)[^\s"'\\&,;<>*][^\s"'\\&,;<>]{7,8191}/gi,
  // Elements of XML, also inside HTML.
  new RegExp(`(<[\\w.:-]{0,60}(?:${SECRET_FIELDS})(?:\\s[^<>]{0,256})?>)[^<>]{1,8192}(?=</)`, "gi"),
  new RegExp(`(&lt;[\\w.:-]{0,60}(?:${SECRET_FIELDS})&gt;)[^&<>]{1,8192}(?=&lt;/)`, "gi"),
  // Options of a command, and statements.
  new RegExp(
    `((?:^|\\s)--(?:${SECRET_FIELDS}|token)(?:\\s{1,4}|=)["']?)[^\\s"'*][^\\s"']{0,1024}`,
    "gi",
  ),
  /(\s(?:-u|--user)\s{1,4}["']?[^\s:"']{1,128}:)[^\s"'*][^\s"']{0,512}/g,
  /(\bidentified\s{1,4}by\s{1,4}["']?)[^\s"';*][^\s"';]{0,512}/gi,
  /(\bpassword\s{1,4}["'])[^"'\r\n*][^"'\r\n]{0,512}(?=["'])/gi,
  // Cookies, and what some schemes of an Authorization header have.
  /\b((?:set-)?cookie["'\\]{0,2}\s{0,4}[:=]\s{0,4}["'\\]{0,2})(?=[^\r\n"'\\]{0,512}=)[^\r\n"'\\*][^\r\n"'\\]{0,8191}/gi,
  /\b((?:NTLM|Negotiate)\s{1,4})[\w+/=-]{8,8192}/g,
  /\b((?:signature|response|c?nonce)=["']?)[\da-f]{8,256}/gi,
  // The password of an address, or a token in its place.
  /(:\/\/[^\s:@/]{0,256}:)[^\s@/]{1,512}(?=@)/g,
  /(:\/\/)(?=[^\s:@/]{0,256}\d)[^\s:@/]{16,512}(?=@)/g,
  /(\bthin:[^\s:@/]{1,128}\/)[^\s@]{1,64}(?=@)/g,
  // Keys that are known by their first letters.
  /()\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk_live_|rk_live_|sk-|AIza|npm_|pypi-)[\w-]{16,512}/g,
  /()\b(?:ya29\.|hvs\.|dapi|shpat_|dop_v1_)[\w-]{20,512}/g,
  /()\bSG\.[\w-]{16,64}\.[\w-]{16,128}/g,
  /(\bhooks\.slack\.com\/services\/)[\w/]{10,256}/g,
  /()\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?:(?!-----)[\s\S]){1,16384}/g,
];
