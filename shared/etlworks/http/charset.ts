import { isAscii, isUtf8 } from "node:buffer";

/**
 * Bytes as text: by the byte order mark; else by what the bytes can only be; else by the label; else
 * as UTF-8, or as what is not UTF-8 mostly is.
 */
export function decodeText(bytes: Buffer, contentType: string): string {
  const wide = wideCharset(bytes);
  if (wide === "utf-32be" || wide === "utf-32le") return decodeUtf32(bytes, wide);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  const declared = declaredCharset(contentType);
  // Bytes with accents that make sense as UTF-8 are that: other charsets yield them by no accident.
  const isNone = declared.startsWith("utf-16") ? isUtf8(bytes) : !isAscii(bytes) && isUtf8(bytes);
  const charset = isNone ? "utf-8" : declared;
  // TextDecoder takes a byte order mark of its own encoding away.
  const text = new TextDecoder(charset).decode(bytes);
  return charset === "utf-8" && isMostlyBroken(text) ? WESTERN.decode(bytes) : text;
}

/** Java's older writers send this, without saying so; it knows a character for each byte. */
const WESTERN = new TextDecoder("windows-1252");

type Wide = "utf-8" | "utf-16be" | "utf-16le" | "utf-32be" | "utf-32le";

/** By the mark, or by zero bytes: JSON begins with ASCII, which is wide with zeros beside it. */
function wideCharset(bytes: Buffer): Wide | undefined {
  const first = bytes.toString("hex", 0, 4);
  if (first === "0000feff" || /^(?:00){3}(?!00)../.test(first)) return "utf-32be";
  if (first === "fffe0000" || /^(?!00)..(?:00){3}/.test(first)) return "utf-32le";
  if (first.startsWith("efbbbf")) return "utf-8";
  if (first.startsWith("feff") || /^00(?!00)..00(?!00)../.test(first)) return "utf-16be";
  if (first.startsWith("fffe") || /^(?!00)..00(?!00)..00/.test(first)) return "utf-16le";
  return undefined;
}

/** No decoder of the platform knows it. */
function decodeUtf32(bytes: Buffer, charset: "utf-32be" | "utf-32le"): string {
  const characters: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = charset === "utf-32be" ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    characters.push(code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code));
  }
  return characters
    .join("")
    .replace(/^\ufeff/, "")
    .toWellFormed();
}

/** More of what is beyond ASCII makes no sense than does. One bad byte in a log is no other charset. */
function isMostlyBroken(text: string): boolean {
  const first = text.indexOf("\ufffd");
  if (first < 0) return false;
  // What is around it tells, and a body may have 10 MB.
  const sample = text.slice(Math.max(0, first - 10_000), first + 10_000);
  const broken = sample.match(/\ufffd/g)?.length ?? 0;
  const sound = sample.match(/[^\0-\u007f\ufffd]/gu)?.length ?? 0;
  return broken > sound;
}

function declaredCharset(contentType: string): string {
  const label = /(?:^|[;,\s])charset\s*[=:]\s*["']?([^"';,\s]+)/i.exec(contentType)?.[1] ?? "utf-8";
  // Java also says ISO8859_1, 8859_1 and EUC_JP.
  const plain = label.replaceAll("_", "-").replace(/^(?:iso-?)?8859-/i, "iso-8859-");
  return canonicalCharset(label) ?? canonicalCharset(plain) ?? "utf-8";
}

function canonicalCharset(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
