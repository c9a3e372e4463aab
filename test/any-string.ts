import * as fc from "fast-check";

/**
 * Strings of any whole characters, as `fc.string({ unit: "binary" })` makes them. That takes 3 s to
 * be set up in each file: it lists all 1,112,064 of them.
 */
export function anyString({ maxLength = 10 } = {}): fc.Arbitrary<string> {
  return fc.array(codePoint, { maxLength }).map(codePoints => String.fromCodePoint(...codePoints));
}

const codePoint = fc.oneof(
  fc.nat(0x7f),
  fc.nat(0xd7ff),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
);
