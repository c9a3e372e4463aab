import zlib from "node:zlib";

/** A body as text. */
export interface Decoded {
  readonly text: string;
  /** The text went on past the limit and was cut there. */
  readonly cut: boolean;
  /** Why the bytes could not be read; `text` is what they are without decoding. */
  readonly unread?: string;
}

/** More codings on top of each other than anybody uses: each is room for a bomb. */
const MAX_CODINGS = 4;

/**
 * Turns the bytes of a body into text: undoes the content codings, then the charset. What is
 * labelled wrongly is taken as what it is: gzip without a label, plain JSON with one, UTF-8 under
 * another name. Never makes more than `limit` bytes of it. `whole`: nothing of the bytes is missing.
 */
export async function decodeBody(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  { limit, whole }: { readonly limit: number; readonly whole: boolean },
): Promise<Decoded> {
  const contentType = headers["content-type"] ?? "";
  let content: Unpacked = { bytes, cut: !whole };
  const codings = codingsOf(headers["content-encoding"] ?? "", bytes);
  if (codings.length > MAX_CODINGS) {
    const unread = "it has too many content codings";
    return { text: decodeText(bytes, contentType), cut: !whole, unread };
  }
  for (const coding of codings) {
    const unpacked = await unpack(content, coding, limit);
    if (typeof unpacked === "string") {
      return { text: decodeText(bytes, contentType), cut: !whole, unread: unpacked };
    }
    content = unpacked;
  }
  return { text: decodeText(content.bytes, contentType), cut: content.cut };
}

interface Unpacked {
  readonly bytes: Buffer;
  readonly cut: boolean;
}

/** The codings in the order in which they are undone: the last one was applied last. */
function codingsOf(header: string, bytes: Buffer): string[] {
  const codings = header
    .toLowerCase()
    .split(",")
    .map(coding => coding.trim())
    .filter(coding => coding !== "" && coding !== "identity" && coding !== "none")
    .toReversed();
  return codings.length === 0 && isGzip(bytes) ? ["gzip"] : codings;
}

/** The bytes before the coding, or a clause that says why there are none. */
async function unpack(from: Unpacked, coding: string, limit: number): Promise<Unpacked | string> {
  const { bytes } = from;
  // Nothing has no coding, whatever the header says.
  if (bytes.length === 0) return from;
  // The last coding is taken off, and the header names more: it was applied in name only.
  if (GZIP.has(coding) && !isGzip(bytes)) return looksLikeText(bytes) ? from : damaged(coding);
  const decoder = createDecoder(coding, bytes);
  if (decoder === undefined) {
    const shown = /^[\w.-]{1,40}$/.test(coding) ? `"${coding}"` : "of an unknown name";
    return `its content coding ${shown} cannot be read`;
  }
  const unpacked = await runDecoder(decoder, from, limit);
  if (unpacked !== undefined) return unpacked;
  return looksLikeText(bytes) ? from : damaged(coding);
}

function damaged(coding: string): string {
  return `its content coding "${coding}" is damaged`;
}

const GZIP: ReadonlySet<string> = new Set(["gzip", "x-gzip"]);

type Decoder = zlib.Gunzip | zlib.Inflate | zlib.InflateRaw | zlib.BrotliDecompress;

function createDecoder(coding: string, bytes: Buffer): Decoder | undefined {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return zlib.createGunzip();
    case "deflate":
      // Both forms are in use under this name: with the zlib header (RFC 9110) and without.
      return hasZlibHeader(bytes) ? zlib.createInflate() : zlib.createInflateRaw();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      // In Node since 22.15.
      return "createZstdDecompress" in zlib ? zlib.createZstdDecompress() : undefined;
    default:
      return undefined;
  }
}

/** Stops at the limit, so that a small body cannot become a large one. `undefined`: damaged. */
function runDecoder(
  decoder: Decoder,
  from: Unpacked,
  limit: number,
): Promise<Unpacked | undefined> {
  return new Promise(resolve => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (cut: boolean) => {
      resolve({ bytes: Buffer.concat(parts), cut: cut || from.cut });
      decoder.destroy();
    };
    decoder.on("data", (part: Buffer) => {
      const room = limit - size;
      if (room < 0) return;
      parts.push(part.subarray(0, room));
      size += part.length;
      if (part.length > room) finish(true);
    });
    decoder.once("end", () => finish(false));
    // What was cut off on its way cannot end well; its beginning is all there is.
    decoder.on("error", () => (from.cut ? finish(true) : resolve(undefined)));
    decoder.end(from.bytes);
  });
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function hasZlibHeader(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

function looksLikeText(bytes: Buffer): boolean {
  // The last character may be cut in half.
  const start = bytes
    .subarray(0, 64)
    .toString("utf8")
    .replace(/\ufffd+$/, "");
  return /^\s*[[{<"\w]/.test(start) && !/[^\P{Cc}\s]|\ufffd/u.test(start);
}

function decodeText(bytes: Buffer, contentType: string): string {
  // TextDecoder takes a byte order mark of its own encoding away.
  return new TextDecoder(charsetOf(bytes, contentType)).decode(bytes);
}

/** The byte order mark; else what the bytes can only be; else what the label says; else UTF-8. */
function charsetOf(bytes: Buffer, contentType: string): string {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  // Text of an API begins with a sign of ASCII, and in UTF-16 a zero byte stands beside that.
  if (first === 0 && second !== 0 && second !== undefined) return "utf-16be";
  if (second === 0 && first !== 0 && first !== undefined) return "utf-16le";
  const label = /;\s*charset\s*=\s*["']?([^"';,\s]+)/i.exec(contentType)?.[1] ?? "utf-8";
  const declared = canonicalCharset(label);
  // Bytes with accents that make sense as UTF-8 are that: other charsets yield them by no accident.
  return declared.startsWith("utf-16") || (hasAccents(bytes) && isUtf8(bytes)) ? "utf-8" : declared;
}

function canonicalCharset(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return "utf-8";
  }
}

function hasAccents(bytes: Buffer): boolean {
  return bytes.some(byte => byte >= 0x80);
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
