/** The first and the last address of a block, as hexadecimal digits. */
export interface AddressRange {
  readonly bottom: string;
  readonly top: string;
}

/** The block that a text such as `10.0.0.0/24` or `2001:db8::/32` names. */
export function addressRange(text: string): AddressRange | undefined {
  const [address = "", bits = "", ...rest] = text.split("/");
  const digits = addressDigits(address);
  if (digits === undefined || !/^\d{1,3}$/.test(bits) || rest.length > 0) return undefined;
  const free = digits.length * 4 - Number(bits);
  // AWS refuses blocks of a single address.
  if (free < 1) return undefined;
  const mask = (1n << BigInt(free)) - 1n;
  const number = BigInt(`0x${digits}`);
  return { bottom: inHex(number & ~mask, digits.length), top: inHex(number | mask, digits.length) };
}

/**
 * An IPv4 address as 8 hexadecimal digits, an IPv6 address as 32, as Java's InetAddress reads them:
 * leading zeros are decimal, and an IPv4 address mapped into IPv6 is the IPv4 address.
 */
export function addressDigits(text: string): string | undefined {
  return /^[\d.]{7,15}$/.test(text) ? digitsOfIPv4(text) : digitsOfIPv6(text);
}

function digitsOfIPv4(text: string): string | undefined {
  const parts = text.split(".");
  const valid = parts.length === 4 && parts.every(part => part !== "" && Number(part) <= 255);
  return valid ? parts.map(part => inHex(BigInt(part), 2)).join("") : undefined;
}

function digitsOfIPv6(text: string): string | undefined {
  if (!/^[\da-f:]{2,}$/i.test(text)) return undefined;
  const [before = "", after, ...rest] = text.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const missing = 8 - head.length - tail.length;
  if (rest.length > 0 || (after === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!groups.every(group => /^0*[\da-f]{1,4}$/i.test(group))) return undefined;
  const digits = groups.map(group => inHex(BigInt(`0x${group}`), 4)).join("");
  return digits.startsWith(IPV4_MAPPED) ? digits.slice(IPV4_MAPPED.length) : digits;
}

const IPV4_MAPPED = "00000000000000000000FFFF";

function inHex(number: bigint, length: number): string {
  return number.toString(16).toUpperCase().padStart(length, "0");
}
