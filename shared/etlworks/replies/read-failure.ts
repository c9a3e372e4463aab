import type { HttpAnswer } from "../http/http-message.ts";
import { retryAfter } from "./answer-times.ts";
import { hostOf, placeOf, serverOf } from "./answered-by.ts";
import { describeBody, MAX_CLAUSE } from "./describe-body.ts";
import { unredacted } from "./json-body.ts";
import { isErrorOfEtlworks, type Refusal } from "./refusal-in-body.ts";
import { type Failure, fault } from "./reply.ts";
import { boundedText } from "./server-text.ts";

/** How an answer is read: who was asked, and what is cut out of the server's texts. */
export interface About {
  readonly where: string;
  readonly now: () => number;
  readonly redact: (text: string) => string;
}

/** An answer with a status of 300 or more. */
export function readFailure(answer: HttpAnswer, dependencies: About): Failure {
  const { status } = answer;
  const host = serverOf(answer, dependencies.where);
  if (status < 400) return redirected(answer, dependencies);
  if (status === 429) return { kind: "rate-limited", ...retryAfter(answer, dependencies.now) };
  const said = describeBody(answer, dependencies.redact);
  const fromApi = isApiError(answer);
  if (status === 401) return { kind: "unauthorized", message: said, fromApi, host };
  if (status === 404) return { kind: "absent", status, message: said, fromApi, host };
  if (status >= 500 || GAVE_UP.has(status)) {
    const asked = status === 503 ? retryAfter(answer, dependencies.now) : {};
    return {
      ...fault(`${placeOf(answer, dependencies.where)} answered ${status}: ${said}`),
      ...asked,
    };
  }
  return { kind: "rejected", status, message: said, fromApi, host };
}

/** What a balancer says that gave up on a request that it may have passed on: its fate is not known. */
const GAVE_UP: ReadonlySet<number> = new Set([408, 425, 444, 460, 499]);

/** An answer that says no under a status of success. */
export function readRefusal(refusal: Refusal, answer: HttpAnswer, about: About): Failure {
  const { where } = about;
  switch (refusal.kind) {
    case "error":
      return readFailure({ ...answer, status: refusal.status }, about);
    case "no": {
      const message = boundedText(refusal.message, MAX_CLAUSE);
      const host = serverOf(answer, where);
      return { kind: "rejected", status: answer.status, message, fromApi: true, host };
    }
    case "unclear":
      return fault(`${placeOf(answer, where)} ${refusal.message}`);
  }
}

function redirected(answer: HttpAnswer, { where, redact }: About): Failure {
  const { status } = answer;
  // Nothing was asked for conditionally, so this is an intermediary's mistake.
  if (status === 304)
    return fault(`${placeOf(answer, where)} answered 304 (not modified), which is no answer`);
  // First as it is written: hosts come in small letters, and nobody would know a secret in them.
  const target = redirectTarget(redact(answer.headers["location"] ?? ""), where);
  const named = target === "" ? "" : ` to ${redact(target)}`;
  // 303 is how a server says "done, now look there": the request may have been acted upon.
  if (status === 303) return fault(`the server redirects${named}`);
  const message = `the server redirects${named}, and a redirect is not followed with credentials`;
  return { kind: "rejected", status, message, fromApi: false, host: serverOf(answer, where) };
}

/** Another host by its origin; the same host with the path, without what may hold credentials. */
function redirectTarget(location: string, where: string): string {
  // The scheme that we asked with is not known here, and says nothing.
  const target = URL.parse(location, `relative://${where}`);
  if (location.trim() === "" || target === null) return "";
  const path = boundedText(target.pathname.split(";", 1)[0] ?? "", 200);
  const same = target.host === hostOf(where);
  // Nobody's host is as long as a header may be.
  const host = boundedText(target.host, 255);
  const behind = same ? path : "";
  if (target.protocol === "relative:") return `${host}${behind}`;
  return /^https?:$/.test(target.protocol) ? `${target.protocol}//${host}${behind}` : "";
}

function isApiError(answer: HttpAnswer): boolean {
  return isErrorOfEtlworks(unredacted(answer), answer.status);
}
