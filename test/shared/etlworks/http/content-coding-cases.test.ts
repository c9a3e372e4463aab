import zlib from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Content, undoCodings } from "../../../../shared/etlworks/http/content-coding.ts";

const ABOUT = { contentType: "application/json", limit: 100_000 };

const undo = (bytes: Buffer, header: string, cut = false) =>
  undoCodings({ bytes, cut }, header, ABOUT);

const whole = (content: string | Buffer): Content => ({ bytes: Buffer.from(content), cut: false });

/** No text of any kind, and none of the codings. */
const BINARY = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 37 + 128) % 256));

describe("the codings that a header names", () => {
  it.each([
    "gzip",
    " GZIP\t",
    "identity, none,, gzip, identity, identity",
    ",,,,,,gzip",
    "none,none,none,none,x-gzip",
  ])("%j are one", async header => {
    expect(await undo(zlib.gzipSync("[1]"), header)).toEqual(whole("[1]"));
    expect(await undo(zlib.gzipSync(BINARY), header)).toEqual(whole(BINARY));
  });

  it.each(["identity, identity, identity, identity, identity", ",,,,,,", "none"])(
    "%j are none",
    async header => {
      expect(await undo(Buffer.from("[1]"), header)).toEqual(whole("[1]"));
      expect(await undo(BINARY, header)).toEqual(whole(BINARY));
    },
  );

  it("are shown as they are written, so that a secret among them is known", async () => {
    for (const name of ["S3cret-Key", "GZip2"]) {
      expect(await undo(BINARY, name)).toBe(`its content coding "${name}" cannot be read`);
    }
    expect(await undo(BINARY, "GZip")).toBe('its content coding "GZip" is damaged');
  });

  it("are undone from the last to the first, whatever comes out", async () => {
    const bytes = zlib.deflateSync(zlib.brotliCompressSync(BINARY));
    expect(await undo(bytes, "br, deflate")).toEqual(whole(BINARY));
    expect(await undo(zlib.gzipSync(zlib.zstdCompressSync(BINARY)), "zstd,gzip")).toEqual(
      whole(BINARY),
    );
  });
});

describe("bytes that may be of a coding that nobody names", () => {
  it("are, when their checksum is right", async () => {
    expect(await undo(zlib.deflateSync(BINARY), "x-new")).toEqual(whole(BINARY));
    expect(await undo(zlib.gzipSync(BINARY), "x-new")).toEqual(whole(BINARY));
  });

  it.each([
    ["deflate without a header", zlib.deflateRawSync(BINARY)],
    ["brotli", zlib.brotliCompressSync(BINARY)],
  ])("are not of %s when no text comes out", async (_coding, bytes) => {
    expect(await undo(bytes, "x-new")).toBe('its content coding "x-new" cannot be read');
    expect(await undo(bytes, "")).toEqual(whole(bytes));
  });

  it.each([
    ["deflate without a header", zlib.deflateRawSync],
    ["deflate", zlib.deflateSync],
    ["brotli", zlib.brotliCompressSync],
  ])("are not of %s when bytes are left over", async (_coding, encode) => {
    const bytes = Buffer.concat([encode("[1]"), BINARY]);
    expect(await undo(bytes, "")).toEqual(whole(bytes));
  });

  it.each([
    ["deflate without a header", zlib.deflateRawSync],
    ["brotli", zlib.brotliCompressSync],
  ])("are of %s when another coding comes out that has a mark", async (_coding, encode) => {
    for (const inner of [zlib.gzipSync("[1]"), zlib.zstdCompressSync(Buffer.from("[1]"))]) {
      expect(await undo(encode(inner), "")).toEqual(whole("[1]"));
    }
  });

  it("are taken as they are when they were cut, and no text comes out", async () => {
    const bytes = zlib.deflateSync(Buffer.concat(Array.from({ length: 99 }, () => BINARY)));
    const half = bytes.subarray(0, bytes.length - 6);
    expect(await undo(half, "", true)).toEqual({ bytes: half, cut: true });
  });
});

describe("a text under the name of a coding", () => {
  it.each([
    "[1]",
    ' \r\n\t{"a":1}',
    "<row/>",
    '"a text"',
    ")]}',\n[1]",
    "OK",
    "2026-05-09 started",
    `"${"a".repeat(62)}é and more"`,
    `"${"a".repeat(60)}😀 and more"`,
    `"${"a".repeat(61)}😀 and more"`,
    `"${"a".repeat(62)}😀 and more"`,
  ])("is %j itself", async text => {
    for (const name of ["gzip", "deflate", "br", "zstd", "x-new"]) {
      expect(await undo(Buffer.from(text), name)).toEqual(whole(text));
    }
  });

  it.each(["[\u0001]", "\u0000[1]", "a\u007fb", "{\u0085}", "*"])("is none in %j", async text => {
    expect(await undo(Buffer.from(text), "x-new")).toBe(
      'its content coding "x-new" cannot be read',
    );
  });
});

it("what was coded in any known way comes out whole, up to the limit", async () => {
  const codings = fc.constantFrom<readonly [string, (bytes: Buffer) => Buffer]>(
    ["gzip", bytes => zlib.gzipSync(bytes)],
    ["deflate", bytes => zlib.deflateSync(bytes)],
    ["br", bytes => zlib.brotliCompressSync(bytes)],
    ["zstd", bytes => zlib.zstdCompressSync(bytes)],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue({ maxDepth: 2 }).map(value => JSON.stringify([value])),
      fc.array(codings, { maxLength: 4 }),
      async (text, applied) => {
        const bytes = applied.reduce<Buffer>((left, [, encode]) => encode(left), Buffer.from(text));
        const header = applied.map(([name]) => name).join(", ");
        expect(await undo(bytes, header)).toEqual(whole(text));
      },
    ),
  );
});
