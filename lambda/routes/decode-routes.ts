import { UserError } from "../../shared/user-error.ts";

/**
 * The text of a file of routes. A decoder that puts U+FFFD in place of what is no UTF-8 would make a
 * pattern such as `{"prefix": "Aufträge/"}` of a file in another encoding into one that no key ever
 * matches, so that its events would be lines "no route matches" in the log.
 */
export function decodeRoutes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const encoding = isUtf16(bytes) ? "UTF-16" : "another encoding, such as Windows-1252";
    throw new UserError(
      `The routes are refused: the file is not UTF-8 but ${encoding}. Save it as UTF-8.`,
    );
  }
}

/** By its byte order mark, as Windows' tools write it. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
