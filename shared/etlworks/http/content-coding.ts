import zlib from "node:zlib";
import { decodeText } from "./charset.ts";
import { isWholeJson } from "./whole-json.ts";

/** Bytes of a body. */
export interface Content {
  readonly bytes: Buffer;
  /** Something is missing at the end. */
  readonly cut: boolean;
}

interface About {
  readonly contentType: string;
  /** No coding makes more bytes than this. */
  readonly limit: number;
}

/** More codings on top of each other than anybody uses: each is room for a bomb. */
const MAX_CODINGS = 4;

/**
 * The bytes without their content codings, or a clause that says why there are none. The header's
 * names are a hint, the bytes decide: the wrong name, a name of nothing and a coding without a name
 * are all in use.
 */
export async function undoCodings(
  from: Content,
  header: string,
  about: About,
): Promise<Content | string> {
  const codings = namedCodings(header);
  if (codings.length > MAX_CODINGS) return "it has too many content codings";
  let content = from;
  for (const coding of codings) {
    const undone = await undo(content, coding, about);
    if (undone !== undefined) content = undone;
    else if (!looksLikeText(content.bytes, about)) return whyUnread(coding);
  }
  for (let count = codings.length; count < MAX_CODINGS; count++) {
    if (looksLikeText(content.bytes, about)) break;
    const undone = await undo(content, undefined, about);
    if (undone === undefined) break;
    content = undone;
  }
  return content;
}

/**
 * The codings in the order in which they are undone: the last one was applied last. As they are
 * written, since a name may be shown: in small letters nobody would know a secret in it any more.
 */
function namedCodings(header: string): string[] {
  return header
    .split(",")
    .map(coding => coding.trim())
    .filter(coding => !/^(?:|identity|none)$/i.test(coding))
    .toReversed();
}

function codingOf(name: string | undefined): Coding | undefined {
  return NAMES[name?.toLowerCase() ?? ""];
}

/** `undefined`: no coding can be undone. */
async function undo(
  from: Content,
  named: string | undefined,
  about: About,
): Promise<Content | undefined> {
  // Nothing has no coding, whatever the header says.
  if (from.bytes.length === 0) return from;
  const marked = markedCoding(from.bytes);
  if (marked !== undefined) {
    const undone = await runDecoder(DECODERS[marked](), from, about.limit);
    const shorter = undone === undefined ? withoutLineEnd(from) : undefined;
    return shorter === undefined ? undone : runDecoder(DECODERS[marked](), shorter, about.limit);
  }
  const coding = codingOf(named);
  if (coding !== undefined && !isMarked(coding)) {
    const undone = await runDecoder(DECODERS[coding](), from, about.limit);
    if (undone !== undefined) return undone;
  }
  if (looksLikeText(from.bytes, about)) return undefined;
  // The name is wrong, or there is none.
  for (const guess of ["zlib", "raw", "brotli"] as const) {
    const undone = await runDecoder(DECODERS[guess](), from, about.limit, { toItsEnd: true });
    if (undone === undefined) continue;
    const { bytes } = undone;
    // Its checksum was right. The others have none.
    const sure = guess === "zlib" && !from.cut;
    if (sure || looksLikeText(bytes, about) || markedCoding(bytes) !== undefined) return undone;
  }
  return undefined;
}

/** Programs that compress all that they print may print a line break behind it. */
function withoutLineEnd({ bytes, cut }: Content): Content | undefined {
  let end = bytes.length;
  while (end > 0 && LINE_ENDS.has(bytes[end - 1] ?? 0)) end -= 1;
  return end < bytes.length ? { bytes: bytes.subarray(0, end), cut } : undefined;
}

const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d, 0x20]);

function whyUnread(coding: string): string {
  if (codingOf(coding) !== undefined) return `its content coding "${coding}" is damaged`;
  const shown = /^[\w.-]{1,40}$/.test(coding) ? `"${coding}"` : "of an unknown name";
  return `its content coding ${shown} cannot be read`;
}

type Decoder = zlib.Gunzip | zlib.Inflate | zlib.InflateRaw | zlib.BrotliDecompress;

/** `deflate` is in use with the zlib header (RFC 9110) and without. */
type Coding = "gzip" | "zstd" | "zlib" | "raw" | "brotli";

const DECODERS: Readonly<Record<Coding, () => Decoder | undefined>> = {
  gzip: () => zlib.createGunzip(),
  zlib: () => zlib.createInflate(),
  raw: () => zlib.createInflateRaw(),
  brotli: () => zlib.createBrotliDecompress(),
  // In Node since 22.15.
  zstd: () => ("createZstdDecompress" in zlib ? zlib.createZstdDecompress() : undefined),
};

const NAMES: Readonly<Record<string, Coding>> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "zlib",
  br: "brotli",
  zstd: "zstd",
};

type Marked = "gzip" | "zstd";

/** Seen by its first bytes, whatever its name is. */
function markedCoding(bytes: Buffer): Marked | undefined {
  const first = bytes.toString("hex", 0, 4);
  if (first.startsWith("1f8b")) return "gzip";
  return first === "28b52ffd" ? "zstd" : undefined;
}

function isMarked(coding: Coding): coding is Marked {
  return coding === "gzip" || coding === "zstd";
}

/**
 * Stops at the limit, so that a small body cannot become a large one. `undefined`: damaged. With
 * `toItsEnd` also when bytes are left over: a chance beginning is no coding.
 */
function runDecoder(
  decoder: Decoder | undefined,
  from: Content,
  limit: number,
  { toItsEnd = false }: { readonly toItsEnd?: boolean } = {},
): Promise<Content | undefined> {
  return new Promise(resolve => {
    if (decoder === undefined) return resolve(undefined);
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
    decoder.once("end", () => {
      const leftOver = decoder.bytesWritten < from.bytes.length;
      if (toItsEnd && leftOver) resolve(undefined);
      else finish(false);
    });
    // What was cut off on its way cannot end well; its beginning is all there is. Where only the
    // checksum behind it is missing, that is all of it.
    decoder.on("error", () => {
      if (from.cut || isWholeJson(Buffer.concat(parts).toString())) finish(from.cut);
      else resolve(undefined);
    });
    decoder.end(from.bytes);
  });
}

function looksLikeText(bytes: Buffer, { contentType }: About): boolean {
  // The last character may be cut in half.
  const start = decodeText(bytes.subarray(0, 64), contentType).replace(/\ufffd+$/, "");
  return /^\s*[[{<"\w)]/.test(start) && !/[^\P{Cc}\s]|\ufffd/u.test(start);
}
