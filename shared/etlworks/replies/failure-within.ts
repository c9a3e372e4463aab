import type { HttpAnswer } from "../http/http-message.ts";
import { placeOf } from "./answered-by.ts";
import { isHtmlPage } from "./html-page.ts";
import { parseBody } from "./json-body.ts";
import { type About, readRefusal } from "./read-failure.ts";
import { type FindRefusal, MAX_ERROR_BODY, refusalOfEtlworks } from "./refusal-in-body.ts";
import type { Failure } from "./reply.ts";

/**
 * Why an answer of any form under a status of success is none: it is a web page, which everything is
 * answered with by a portal or a sign-in, or it says no in one of the ways of `find`.
 */
export function failureWithin(
  answer: HttpAnswer,
  about: About,
  find: FindRefusal,
): Failure | undefined {
  const { redact } = about;
  const where = placeOf(answer, about.where);
  if (isHtmlPage(answer.body)) {
    const message = `${where} answered ${answer.status} with an HTML page`;
    return { kind: "fault", message, website: true };
  }
  const json = parseBody(answer.body.trim(), redact);
  const refusal = find(json, answer.body);
  return refusal === undefined ? undefined : readRefusal(refusal, answer, about);
}

/** The same of a text, which may hold anything: only what begins like an error, and is as small, is one. */
export function failureInPlaceOfText(answer: HttpAnswer, about: About): Failure | undefined {
  const body = answer.body.trimStart();
  const looksLikeError = body.length <= MAX_ERROR_BODY && /^[{"]/.test(body);
  const refused: FindRefusal = json =>
    json.kind === "json" ? refusalOfEtlworks(json.value) : undefined;
  return looksLikeError || isHtmlPage(body) ? failureWithin(answer, about, refused) : undefined;
}
