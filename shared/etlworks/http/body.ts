import { decodeText } from "./charset.ts";
import { undoCodings } from "./content-coding.ts";

/** A body as text. */
export interface Decoded {
  readonly text: string;
  /** The text went on past the limit and was cut there. */
  readonly cut: boolean;
  /** Why the bytes could not be read; `text` is what they are without decoding. */
  readonly unread?: string;
}

/**
 * Turns the bytes of a body into text: undoes the content codings, then the charset. What is
 * labelled wrongly is taken as what it is: gzip without a label or twice under one, plain JSON with
 * one, UTF-8 under another name. Never makes more than `limit` bytes of it. `whole`: nothing of the
 * bytes is missing.
 */
export async function decodeBody(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  { limit, whole }: { readonly limit: number; readonly whole: boolean },
): Promise<Decoded> {
  const contentType = headers["content-type"] ?? "";
  const codings = headers["content-encoding"] ?? "";
  const content = await undoCodings({ bytes, cut: !whole }, codings, { contentType, limit });
  if (typeof content === "string") {
    return { text: decodeText(bytes, contentType), cut: !whole, unread: content };
  }
  return { text: decodeText(content.bytes, contentType), cut: content.cut };
}
