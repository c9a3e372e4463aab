import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * What a picture shows, written into the picture (a `tEXt` chunk, PNG 3rd edition, 11.3.3.2): the
 * hash of the Markdown it was taken of. So a test can tell without a browser that it is out of date.
 */
export function labelOf(markdown: string): string {
  return createHash("sha256").update(markdown).digest("hex");
}

const KEYWORD = "Source";

/** The chunk goes right before `IEND`, which is always the last 12 bytes. */
export function withLabel(picture: Buffer, label: string): Buffer {
  const body = Buffer.from(`tEXt${KEYWORD}\0${label}`, "latin1");
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([picture.subarray(0, -12), chunk, picture.subarray(-12)]);
}

export function readLabel(picture: Buffer): string | undefined {
  const text = picture.toString("latin1");
  return new RegExp(`tEXt${KEYWORD}\0([0-9a-f]{64})`).exec(text)?.[1];
}
