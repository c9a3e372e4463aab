import { STATUS_CODES } from "node:http";
import type { HttpAnswer } from "../http/http-message.ts";
import { boundedText, hideCredentials } from "./server-text.ts";

/**
 * By its text, or by its label. No page begins as JSON does: what is labelled as one and is JSON cut
 * off, or JSON with a script that something on the way has added, comes from an API.
 */
export function looksLikeHtml({ headers, body }: HttpAnswer): boolean {
  const labelled = /\bhtml\b/i.test(headers["content-type"] ?? "");
  return isHtmlPage(body) || (labelled && !/^[\s\uFEFF]*(?:\)\]\}|[[{])/.test(body));
}

/** By the text itself, whatever its label says. XML declarations and remarks may stand before it. */
export function isHtmlPage(body: string): boolean {
  return /^[\s\uFEFF]*(?:<(?:\?xml|!--)[^>]{0,2000}>\s*){0,9}<(?:!doctype html|html|head|body|script|meta|title)\b/i.test(
    body,
  );
}

/** The page's title where it says more than its status does, such as "No required SSL certificate". */
export function titleOf({ body, status }: HttpAnswer, redact: (text: string) => string): string {
  const raw = /<title[^>]{0,200}>([^<]{1,500})</i.exec(body.slice(0, 20_000))?.[1] ?? "";
  const title = redact(raw)
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^(?:error )?\d{3}\b[\s:-]*/i, "");
  const usual = STATUS_CODES[status] ?? "";
  const says = title !== "" && title.toLowerCase() !== usual.toLowerCase();
  return says ? ` ("${boundedText(hideCredentials(title), 120)}")` : "";
}
