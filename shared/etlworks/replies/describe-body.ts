import type { HttpAnswer } from "../http/http-message.ts";
import { parseErrorMessage } from "./etlworks-replies.ts";
import { looksLikeHtml, titleOf } from "./html-page.ts";
import { parseBody } from "./json-body.ts";
import { boundedText, hideCredentials } from "./server-text.ts";

/** One readable clause from an error body: the server's words, or what kind of thing it sent. */
export function describeBody(answer: HttpAnswer, redact: (text: string) => string): string {
  const body = answer.body.trim();
  if (body === "") return "no text";
  const json = parseBody(body, redact);
  if (json.kind === "json") {
    const said = parseErrorMessage(json.value) ?? clause(redact(JSON.stringify(json.value)));
    return boundedText(said, MAX_CLAUSE);
  }
  if (answer.unread !== undefined) {
    return `a body that cannot be read: ${redact(answer.unread)}`;
  }
  if (looksLikeHtml(answer)) return `an HTML page${titleOf(answer, redact)}`;
  return clause(
    redact(body)
      .slice(0, 16 * MAX_CLAUSE)
      .replace(/\s+/g, " "),
  );
}

export const MAX_CLAUSE = 1_000;

function clause(text: string): string {
  return boundedText(hideCredentials(text.slice(0, 16 * MAX_CLAUSE)), MAX_CLAUSE);
}
