/**
 * Text from outside, made harmless for a workflow log: one line each, without control characters,
 * and without anything the runner would take for a command.
 *
 * The runner obeys `::command::` at the start of a line and the older `##[command]` anywhere in it
 * (actions/runner, ActionCommand.cs), and it ends lines at CR as well as at LF.
 */
export function plainLines(text: string): string[] {
  return text.split(LINE_ENDS).map(line =>
    line
      .replace(TERMINAL_SEQUENCES, "")
      .replace(INVISIBLE, "")
      .replaceAll("##[", "## [")
      .replace(/^(\s*):(?=:)/, "$1: "),
  );
}

/**
 * Text from outside as it can be seen: without colours, control characters and signs that turn the
 * direction of writing, with plain line ends. Redaction comes after this: a secret whose characters
 * such signs keep apart would be whole again.
 */
export function visibleText(text: string): string {
  return text
    .split(LINE_ENDS)
    .map(line => line.replace(TERMINAL_SEQUENCES, "").replace(INVISIBLE, ""))
    .join("\n");
}

const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** Colours and cursor movements: ESC [ … letter. */
const TERMINAL_SEQUENCES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, "g");

/** Control characters but the tab, and those that turn the direction of writing. */
const INVISIBLE = /[^\P{Cc}\t]|\p{Bidi_Control}/gu;

/** The same, folded into one line. */
export function plainLine(text: string): string {
  return plainLines(text)
    .map(line => line.trim())
    .filter(line => line !== "")
    .join(" · ");
}

/** The same, and no longer than so many characters and a mark. */
export function shortLine(text: string, characters: number): string {
  const line = plainLine(text);
  // Never half of a character: the first half of a surrogate pair goes too.
  const start = line.slice(0, characters).replace(/[\ud800-\udbff]$/, "");
  return line.length > characters ? `${start}…` : line;
}

/** Cuts a text to so many bytes of UTF-8, between characters, and says so. */
export function cutToBytes(text: string, bytes: number): string {
  const buffer = Buffer.from(text, "utf8");
  if (buffer.length <= bytes) return text;
  const mark = "… (cut)";
  let end = bytes - Buffer.byteLength(mark);
  // Never inside a character: continuation bytes begin with 10.
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end--;
  return buffer.subarray(0, end).toString("utf8") + mark;
}
