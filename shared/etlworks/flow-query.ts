import type { Page } from "./pages.ts";

export interface FlowFilter {
  /** A part of the name. */
  readonly q?: string;
  readonly tag?: readonly string[];
  readonly sort?: string;
  /** ISO 8601. */
  readonly since?: string;
}

/** `next`: the server's own words for the page. */
export function flowQuery(filter: FlowFilter, page?: Page, next?: string): string {
  if (next !== undefined) return next;
  const query = new URLSearchParams();
  if (filter.q !== undefined) query.set("q", filter.q);
  for (const tag of filter.tag ?? []) query.append("tag", tag);
  if (filter.sort !== undefined) query.set("sort", filter.sort);
  if (filter.since !== undefined) query.set("since", filter.since);
  if (page !== undefined) {
    query.set("limit", String(page.limit));
    query.set("offset", String(page.offset));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
