import type { HttpReply } from "../http/http-message.ts";

/** What the headers of a list say of it: its length, and the query of the next page. */
export interface ListHeaders {
  readonly total?: number;
  readonly next?: string;
}

export function listHeaders(reply: HttpReply, page: URL): ListHeaders {
  if (reply.kind !== "answer") return {};
  const count = reply.headers["x-total-count"];
  const next = nextQuery(reply.headers["link"] ?? "", page);
  return {
    ...(count !== undefined && /^\d{1,15}$/.test(count) ? { total: Number(count) } : {}),
    ...(next === undefined ? {} : { next }),
  };
}

/**
 * The query of the link to the next page. Of its address nothing else is taken: a server behind a
 * gateway may name a host that is not for us.
 */
function nextQuery(header: string, page: URL): string | undefined {
  for (const [, address = "", parameters = ""] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) continue;
    const query = URL.parse(address, page.href)?.search ?? "";
    if (query !== "") return query;
  }
  return undefined;
}
