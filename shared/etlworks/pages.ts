import type { Reply } from "./replies/reply.ts";

/** The server's hard cap for `limit`. */
export const MAX_PAGE = 200;

/** No list of flows or runs is as long as this; it ends a server that always has one more page. */
const MAX_PAGES = 1_000;

/** Which part of a list is asked for. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** A part of a list, and how long the whole list is where the server says so. */
export interface Part {
  /** What tells one entry from another; an entry without it always counts as new. */
  readonly ids: readonly (string | undefined)[];
  /** `X-Total-Count`. */
  readonly total?: number;
  /** The server says where the next page is. */
  readonly next?: string;
}

/**
 * Reads a list page by page; ends early with the failure as the last element. Works with servers
 * that page by less than they were asked for, that say no total, and that ignore `offset`.
 */
export async function* readPages<Value>(
  readPage: (offset: number) => Promise<Reply<Value>>,
  partOf: (value: Value) => Part,
): AsyncGenerator<Reply<Value>> {
  const known = new Set<string>();
  let offset = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const reply = await readPage(offset);
    // Most lists that are over answer with an empty list; some with nothing at all.
    if (offset > 0 && reply.kind === "absent") return;
    if (reply.kind !== "value") {
      yield reply;
      return;
    }
    const { ids, total, next } = partOf(reply.value);
    const anyNew = ids.some(id => id === undefined || !known.has(id));
    // The same page again: the server does not know `offset`, and gave the whole list at once.
    if (offset > 0 && !anyNew) return;
    yield reply;
    for (const id of ids) if (id !== undefined) known.add(id);
    offset += ids.length;
    if (next === undefined && !mayGoOn(ids.length, offset, total)) return;
  }
}

function mayGoOn(count: number, offset: number, total: number | undefined): boolean {
  if (count === 0) return false;
  if (total !== undefined && total >= count) return offset < total;
  // Without a total only a page of a usual size (20, 25, 50, 100, 200) may be followed by another.
  return count >= 20 && count % 5 === 0;
}
