import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../../../shared/etlworks/http/charset.ts";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

describe("the charset that a header names", () => {
  it.each([
    "charset=windows-1251",
    "text/plain;charset=windows-1251",
    "text/plain; charset = windows-1251",
    'text/plain; Charset="windows-1251"; x=y',
    "text/plain; charset='windows-1251'",
    "text/plain, charset:windows-1251",
    "text/plain charset=WINDOWS-1251",
    "text/plain; charset=windows-1251,text/html",
  ])("is read from %j", contentType => {
    expect(decodeText(bytes("cf f0 e8 e2 e5 f2"), contentType)).toBe("Привет");
  });

  it.each(["", "text/plain", "text/plain; mycharset=windows-1251", "charset=", "charset=no-such"])(
    "is not read from %j",
    contentType => {
      expect(decodeText(Buffer.from("Привет"), contentType)).toBe("Привет");
      expect(decodeText(bytes("cf f0 e8"), contentType)).toBe("Ïðè");
    },
  );

  it.each(["iso-8859-5", "ISO8859-5", "ISO8859_5", "iso_8859_5", "8859_5", "8859-5"])(
    "may be written %s",
    label => {
      expect(decodeText(bytes("bf e0"), `text/plain; charset=${label}`)).toBe("Пр");
    },
  );

  it.each(["euc-jp", "EUC_JP"])("may be written %s", label => {
    expect(decodeText(bytes("a4a2"), `charset=${label}`)).toBe("あ");
  });

  it("counts where its signs are ASCII too", () => {
    expect(decodeText(bytes("1b2442 2422 1b2842"), "charset=iso-2022-jp")).toBe("あ");
  });

  it.each(["utf-16", "utf-16le", "utf-16be"])("does not count where %s cannot be", label => {
    for (const text of ['{"status":"running"}', '{"name":"Zürich"}']) {
      expect(decodeText(Buffer.from(text), `application/json; charset=${label}`)).toBe(text);
    }
  });

  it("counts where its bytes make no sense, but are not UTF-8 either", () => {
    expect(decodeText(bytes("61 ff ff 62"), "charset=euc-kr")).toContain("\ufffd");
  });
});

describe("a byte order mark", () => {
  it.each([
    ["UTF-8", "efbbbf 61 ff", "a\ufffd"],
    ["UTF-16, big end first", "feff 0061 20ac", "a€"],
    ["UTF-16, little end first", "fffe 6100 ac20", "a€"],
    ["UTF-32, big end first", "0000feff 00000061 0001f600", "a😀"],
    ["UTF-32, little end first", "fffe0000 61000000 00f60100", "a😀"],
  ])("of %s says more than the label", (_name, hex, text) => {
    expect(decodeText(bytes(hex), "charset=iso-8859-5")).toBe(text);
  });

  it("is one only at the beginning", () => {
    expect(decodeText(bytes("0000feff 0000feff 00000061"), "")).toBe("\ufeffa");
    expect(decodeText(bytes("00000061 0000feff"), "")).toBe("a\ufeff");
    expect(decodeText(Buffer.from("a\ufeffb"), "")).toBe("a\ufeffb");
  });
});

describe("UTF-32", () => {
  it("has no characters behind the last one, and no halves of any", () => {
    expect(decodeText(bytes("00000061 0010ffff 00110000 ffffffff 0000d800"), "")).toBe(
      "a\u{10ffff}\ufffd\ufffd\ufffd",
    );
    expect(decodeText(bytes("00000061 000000"), "")).toBe("a");
  });

  it("is seen without a mark, whatever ASCII begins it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 127 }).map(code => String.fromCharCode(code)),
        fc.string({ unit: "grapheme" }).map(text => text.toWellFormed()),
        (first, rest) => {
          const codes = Array.from(first + rest, letter => letter.codePointAt(0) ?? 0);
          const [big, little] = [Buffer.alloc(codes.length * 4), Buffer.alloc(codes.length * 4)];
          for (const [index, code] of codes.entries()) {
            big.writeUInt32BE(code, index * 4);
            little.writeUInt32LE(code, index * 4);
          }
          expect(decodeText(big, "")).toBe(first + rest);
          expect(decodeText(little, "")).toBe(first + rest);
        },
      ),
    );
  });
});

describe("bytes that say nothing of their charset", () => {
  it.each([
    ["at the beginning", "", ""],
    ["at the end", "a", ""],
    ["far behind the beginning", "a".repeat(30_000), ""],
    ["far before the end", "", "a".repeat(30_000)],
  ])("are Western when an accent %s is no UTF-8", (_where, before, after) => {
    expect(decodeText(Buffer.from(`${before}é${after}`, "latin1"), "")).toBe(`${before}é${after}`);
  });

  it("are UTF-8 when as many characters make sense as do not", () => {
    expect(decodeText(Buffer.concat([Buffer.from("é"), bytes("e9")]), "")).toBe("é\ufffd");
    expect(decodeText(Buffer.concat([Buffer.from("😀"), bytes("e9")]), "")).toBe("😀\ufffd");
  });

  it("are Western when fewer make sense than do not", () => {
    expect(decodeText(bytes("c3a9 20 e9 20 e9"), "")).toBe("Ã© é é");
  });
});
