import { isIPv4, isIPv6 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressDigits, addressRange } from "../../../../lambda/routes/pattern/address-range.ts";

describe("an address", () => {
  it.each([
    ["10.0.0.1", "0A000001"],
    ["255.255.255.255", "FFFFFFFF"],
    ["010.000.0.1", "0A000001"],
    ["::", "0".repeat(32)],
    ["2001:DB8::1", "20010DB8000000000000000000000001"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::ffff:a00:1", "0A000001"],
    ["00001::", "00010000000000000000000000000000"],
  ])("%s has the digits %s", (text, digits) => {
    expect(addressDigits(text)).toBe(digits);
  });

  it.each([
    "",
    "10.0.0",
    "10.0.0.",
    "10.0.0.256",
    "10.0.0.1.1",
    "1..2.3",
    "0000000010.0.0.1",
    "a.b.c.d",
    ":",
    ":::",
    "1::2::3",
    "1:2:3",
    "1:2:3:4:5:6:7:8:9",
    "::1:2:3:4:5:6:7:8",
    "12345::",
    "g::",
    "1:2:3:4:5:6:7:",
    ":1:2:3:4:5:6:7",
    "::1%eth0",
    "::1.2.3.4",
    "[::1]",
    "10.0.0.1/8",
  ])("%j is none", text => {
    expect(addressDigits(text)).toBeUndefined();
  });

  it("is known when Node knows it, save for the forms with dots in IPv6", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), text => {
        const plain = isIPv4(text) || (isIPv6(text) && !text.includes("."));
        expect(addressDigits(text) !== undefined).toBe(plain);
      }),
    );
  });
});

describe("a block", () => {
  it.each([
    ["10.0.0.0/24", "0A000000", "0A0000FF"],
    ["10.0.0.77/24", "0A000000", "0A0000FF"],
    ["0.0.0.0/0", "00000000", "FFFFFFFF"],
    ["16.0.0.0/6", "10000000", "13FFFFFF"],
    ["2001:db8::/127", `20010DB8${"0".repeat(24)}`, `20010DB8${"0".repeat(23)}1`],
  ])("%s goes from %s to %s", (text, bottom, top) => {
    expect(addressRange(text)).toEqual({ bottom, top });
  });

  it.each([
    "10.0.0.0",
    "10.0.0.0/32",
    "::/128",
    "10.0.0.0/-1",
    "10.0.0.0/+1",
    "x/1",
    "::/1/1",
    "::/",
  ])("%s is none, as with AWS", text => {
    expect(addressRange(text)).toBeUndefined();
  });
});
