import zlib from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBody } from "../../../../shared/etlworks/http/body.ts";

const LIMIT = 1_000_000;
const JSON_TEXT = '{"message":"Überträge € 😀"}';

const encoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: bytes => zlib.gzipSync(bytes),
  "x-gzip": bytes => zlib.gzipSync(bytes),
  GZip: bytes => zlib.gzipSync(bytes),
  deflate: bytes => zlib.deflateSync(bytes),
  "deflate ": bytes => zlib.deflateRawSync(bytes),
  br: bytes =>
    zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: bytes => zlib.zstdCompressSync(bytes),
  identity: bytes => bytes,
  none: bytes => bytes,
  "": bytes => bytes,
  "gzip, br": bytes => zlib.brotliCompressSync(zlib.gzipSync(bytes)),
  "br,identity , deflate": bytes => zlib.deflateSync(zlib.brotliCompressSync(bytes)),
  "gzip, gzip, gzip, gzip": bytes => [1, 2, 3, 4].reduce(left => zlib.gzipSync(left), bytes),
};

const decode = (
  bytes: Buffer,
  headers: Readonly<Record<string, string>> = {},
  { limit = LIMIT, whole = true } = {},
) => decodeBody(bytes, headers, { limit, whole });

describe("a content coding", () => {
  it.each(Object.entries(encoders))("%j is undone", async (coding, encode) => {
    const headers = { "content-encoding": coding };
    expect(await decode(encode(Buffer.from(JSON_TEXT)), headers)).toEqual({
      text: JSON_TEXT,
      cut: false,
    });
    expect(await decode(Buffer.alloc(0), headers)).toEqual({ text: "", cut: false });
  });

  it.each(Object.keys(encoders))("%j in name only changes nothing", async coding => {
    const headers = { "content-encoding": coding };
    expect(await decode(Buffer.from(JSON_TEXT), headers)).toEqual({ text: JSON_TEXT, cut: false });
  });

  const everyCoding = Object.entries(encoders);

  it.each(everyCoding)("%j is undone without its name", async (_coding, encode) => {
    const decoded = await decode(encode(Buffer.from(JSON_TEXT)));
    expect(decoded).toEqual({ text: JSON_TEXT, cut: false });
  });

  it.each(
    ["gzip", "deflate", "br", "zstd", "compress", "br, gzip"].flatMap(name =>
      everyCoding.map(([coding, encode]) => ({ name, coding, encode })),
    ),
  )("$coding is undone under the wrong name $name", async ({ name, encode }) => {
    const decoded = await decode(encode(Buffer.from(JSON_TEXT)), { "content-encoding": name });
    expect(decoded).toEqual({ text: JSON_TEXT, cut: false });
  });

  it("is undone as often as it was done, whatever the header says", async () => {
    const twice = zlib.gzipSync(zlib.gzipSync(JSON_TEXT));
    for (const headers of [{}, { "content-encoding": "gzip" }]) {
      expect(await decode(twice, headers)).toEqual({ text: JSON_TEXT, cut: false });
    }
  });

  it.each(["compress", "gzip, compress", "utf-8", "UTF8", "aws-chunked", "8bit", "x\u001b[31m"])(
    "%j in name only changes nothing, though nobody knows it",
    async coding => {
      for (const text of ["[1]", "2026-05-09 06:00 started", '{"a":"Ü"}', "<html>"]) {
        const headers = { "content-encoding": coding };
        expect(await decode(Buffer.from(text), headers)).toEqual({ text, cut: false });
        const wide = Buffer.from(text, "utf16le");
        expect(await decode(wide, headers)).toEqual({ text, cut: false });
        const latin = { ...headers, "content-type": "text/plain; charset=iso-8859-1" };
        expect(await decode(Buffer.from(text, "latin1"), latin)).toEqual({ text, cut: false });
      }
    },
  );

  it.each([
    ["compress", 'its content coding "compress" cannot be read'],
    ["x\u001b[31m", "its content coding of an unknown name cannot be read"],
    ["gzip", 'its content coding "gzip" is damaged'],
  ])("%j of bytes that nobody can read is told", async (coding, unread) => {
    const bytes = Buffer.from([0x1f, 0x9d, 0x90, 0x7b, 0x44, 0x01]);
    expect(await decode(bytes, { "content-encoding": coding })).toMatchObject({ unread });
  });

  it("may have more members and padding behind it", async () => {
    const member = (text: string) => zlib.gzipSync(text);
    const whole = member(JSON_TEXT);
    for (const bytes of [
      Buffer.concat([member(JSON_TEXT.slice(0, 5)), member(JSON_TEXT.slice(5))]),
      Buffer.concat([whole, Buffer.alloc(50)]),
      Buffer.concat([whole, Buffer.from("\r\n\n ")]),
    ]) {
      const decoded = await decode(bytes, { "content-encoding": "gzip" });
      expect(decoded).toEqual({ text: JSON_TEXT, cut: false });
    }
    // The checksum stands right behind it.
    const damaged = Buffer.from(whole);
    damaged.writeUInt32LE(7, whole.length - 8);
    expect(await decode(damaged, { "content-encoding": "gzip" })).toMatchObject({
      unread: 'its content coding "gzip" is damaged',
    });
  });

  it("may lack the checksum behind JSON that is whole, and nothing more", async () => {
    for (const [coding, checksum] of [
      ["gzip", 8],
      ["deflate", 4],
    ] as const) {
      const encode = (text: string) => encoders[coding]?.(Buffer.from(text)) ?? Buffer.alloc(0);
      const headers = { "content-encoding": coding };
      const lacking = encode(JSON_TEXT).subarray(0, -checksum);
      expect(await decode(lacking, headers)).toEqual({ text: JSON_TEXT, cut: false });
      for (const bytes of [lacking.subarray(0, -3), encode("a log").subarray(0, -checksum)]) {
        const unread = `its content coding "${coding}" is damaged`;
        expect(await decode(bytes, headers)).toMatchObject({ unread });
      }
    }
  });

  it("is undone four times at most", async () => {
    const bytes = [1, 2, 3, 4, 5].reduce(left => zlib.gzipSync(left), Buffer.from("[1]"));
    const headers = { "content-encoding": "gzip, gzip, gzip, gzip, gzip" };
    expect(await decode(bytes, headers)).toMatchObject({
      unread: "it has too many content codings",
    });
    expect((await decode(bytes)).text).not.toBe("[1]");
  });

  it.each(["gzip", "deflate", "br", "zstd"])("%s that is damaged is told", async coding => {
    const bytes = encoders[coding]?.(Buffer.from(JSON_TEXT.repeat(50))) ?? Buffer.alloc(0);
    const headers = { "content-encoding": coding };
    const unread = `its content coding "${coding}" is damaged`;
    expect(await decode(bytes.subarray(0, -5), headers)).toMatchObject({ unread });
  });

  it.each(["gzip", "deflate", "br", "zstd"])("%s cannot make a bomb of it", async coding => {
    const bytes = encoders[coding]?.(Buffer.alloc(40_000_000, "a")) ?? Buffer.alloc(0);
    expect(bytes.length).toBeLessThan(LIMIT);
    const before = process.memoryUsage().rss;
    const decoded = await decode(bytes, { "content-encoding": coding });
    expect(decoded.cut).toBe(true);
    expect(decoded.text).toHaveLength(LIMIT);
    expect(process.memoryUsage().rss - before).toBeLessThan(30_000_000);
  });

  it.each([
    [LIMIT, false],
    [LIMIT + 1, true],
  ])("that makes %d bytes is cut: %s", async (size, cut) => {
    const bytes = zlib.gzipSync(Buffer.alloc(size, "a"));
    const decoded = await decode(bytes, { "content-encoding": "gzip" });
    expect([decoded.text.length, decoded.cut]).toEqual([LIMIT, cut]);
  });

  it("of a body that was cut on its way gives its beginning", async () => {
    const bytes = zlib.gzipSync(Buffer.from("log line\n".repeat(1_000)), { level: 0 });
    const headers = { "content-encoding": "gzip" };
    const decoded = await decode(bytes.subarray(0, 5_000), headers, { whole: false });
    expect(decoded.cut).toBe(true);
    expect(decoded.text).toMatch(/^log line\nlog line\n/);
  });
});

describe("a charset", () => {
  it.each([
    ["application/json", "utf8"],
    ["application/json; charset=utf-8", "utf8"],
    ["application/json; charset=ISO-8859-1", "latin1"],
    ['application/json;charset="iso-8859-1"', "latin1"],
    ["application/json; charset='ISO-8859-1'", "latin1"],
    ["text/html; CHARSET = latin1 ; x=y", "latin1"],
    ["application/json; charset=utf-16", "utf16le"],
    ["application/json; charset=UTF-16LE", "utf16le"],
    ["application/json; charset=nobody-knows", "utf8"],
    ["application/json; charset=", "utf8"],
    ["application/json; charset=utf-16", "utf8"],
    ["application/json; charset=ISO-8859-1", "utf8"],
    ["application/json; charset=windows-1252", "utf8"],
    ["application/json", "utf16le"],
    ["", "utf8"],
  ] as const)("of %j is undone, when the bytes are %s", async (label, encoding) => {
    const text = '{"message":"Überträge für Zoë"}';
    const bytes = Buffer.from(text, encoding);
    expect(await decode(bytes, { "content-type": label })).toEqual({ text, cut: false });
  });

  it("windows-1252 has its quotes and its euro", async () => {
    const bytes = Buffer.from([0x80, 0x93, 0x61, 0x94]);
    for (const label of ["windows-1252", "ISO-8859-1"]) {
      const { text } = await decode(bytes, { "content-type": `text/plain; charset=${label}` });
      expect(text).toBe("€“a”");
    }
  });

  it.each([
    ["utf-8", [0xef, 0xbb, 0xbf], "utf8"],
    ["utf-16le", [0xff, 0xfe], "utf16le"],
  ] as const)("of a byte order mark wins: %s", async (_name, mark, encoding) => {
    const bytes = Buffer.concat([Buffer.from(mark), Buffer.from("ünï", encoding)]);
    const headers = { "content-type": "text/plain; charset=ISO-8859-1" };
    expect(await decode(bytes, headers)).toEqual({ text: "ünï", cut: false });
  });

  it.each(["ISO8859_1", "8859_1", "iso_8859_1", "ISO-8859-1", "latin1", "Cp1252", "us-ascii"])(
    "is known by Java's name for it: %s",
    async name => {
      const headers = { "content-type": `application/json; charset=${name}` };
      expect((await decode(Buffer.from("Überträge", "latin1"), headers)).text).toBe("Überträge");
    },
  );

  it.each([
    ["", "Windows-1252"],
    ["application/json; charset=utf-8", "Windows-1252 under the name of UTF-8"],
    ["application/json charset=ISO-8859-1", "a label without its semicolon"],
    ["application/json, charset=ISO-8859-1", "a label with a comma"],
  ])("%j is not needed for %s", async contentType => {
    const headers = { "content-type": contentType };
    const bytes = Buffer.from('{"message":"Überträge für Zoë"}', "latin1");
    expect((await decode(bytes, headers)).text).toBe('{"message":"Überträge für Zoë"}');
  });

  it("is not in doubt for one bad byte", async () => {
    const bytes = Buffer.concat([Buffer.from("Überträge "), Buffer.from([0xff, 0x20])]);
    expect((await decode(bytes)).text).toBe("Überträge \ufffd ");
  });

  it.each(["gb18030", "shift_jis", "koi8-r", "windows-1251", "euc-kr"])(
    "%s is undone",
    async name => {
      const samples: Readonly<Record<string, readonly [number[], string]>> = {
        gb18030: [[0xd6, 0xd0, 0xce, 0xc4], "中文"],
        shift_jis: [[0x93, 0xfa, 0x96, 0x7b], "日本"],
        "koi8-r": [[0xc4, 0xc1], "да"],
        "windows-1251": [[0xe4, 0xe0], "да"],
        "euc-kr": [[0xc7, 0xd1], "한"],
      };
      const [bytes = [], text] = samples[name] ?? [];
      const headers = { "content-type": `text/plain; charset=${name}` };
      expect((await decode(Buffer.from(bytes), headers)).text).toBe(text);
    },
  );

  it("of UTF-32 is seen by its zeros, with and without a mark", async () => {
    for (const text of ['{"a":"😀"}', '\ufeff{"a":"😀"}']) {
      const signs = Array.from(text);
      const little = Buffer.alloc(signs.length * 4);
      for (const [index, sign] of signs.entries()) {
        little.writeUInt32LE(sign.codePointAt(0) ?? 0, 4 * index);
      }
      const big = Buffer.from(little).swap32();
      expect((await decode(little)).text).toBe('{"a":"😀"}');
      expect((await decode(big)).text).toBe('{"a":"😀"}');
    }
  });

  it("of UTF-16 without a mark is believed where no ASCII is", async () => {
    const bytes = Buffer.from("任务失败了", "utf16le");
    const headers = { "content-type": "text/plain; charset=utf-16" };
    expect((await decode(bytes, headers)).text).toBe("任务失败了");
  });

  it("of big-endian UTF-16 is seen with and without a mark", async () => {
    const swapped = Buffer.from("[1]", "utf16le").swap16();
    expect((await decode(swapped)).text).toBe("[1]");
    expect((await decode(Buffer.concat([Buffer.from([0xfe, 0xff]), swapped]))).text).toBe("[1]");
  });
});

it("any bytes under any label become a text, and never more than the limit", async () => {
  const coding = fc.constantFrom(...Object.keys(encoders), "compress", "gzip,br,gzip,br,gzip");
  const type = fc.constantFrom(
    "",
    "text/html; charset=utf-16",
    "a; charset=ISO-8859-1",
    "a;charset",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      coding,
      type,
      fc.boolean(),
      async (bytes, contentEncoding, contentType, whole) => {
        const headers = { "content-encoding": contentEncoding, "content-type": contentType };
        const decoded = await decode(Buffer.from(bytes), headers, { limit: 100, whole });
        expect(decoded.text.length).toBeLessThanOrEqual(200);
      },
    ),
  );
});
