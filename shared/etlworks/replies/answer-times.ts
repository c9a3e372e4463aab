import type { HttpAnswer } from "../http/http-message.ts";
import { parseDate, parseServerTime } from "./server-time.ts";

/** A server that says "tomorrow" is asked once an hour all the same: it may be back sooner. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** No wait is a billion seconds long, but today is so many since 1970. */
const MIN_TIME = 1e9;

/**
 * `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). Also in use are fractions of a second,
 * and the moment in seconds or milliseconds since 1970. Anything else asks for nothing.
 */
export function retryAfter(
  answer: HttpAnswer,
  now: () => number,
): { readonly retryAfterMs?: number } {
  const header = answer.headers["retry-after"]?.trim() ?? "";
  const seconds = /^\d{1,400}(?:\.\d{0,20})?$/.test(header) ? Number(header) : undefined;
  if (seconds !== undefined && !(seconds >= MIN_TIME && seconds < 1e17)) {
    return { retryAfterMs: Math.min(Math.ceil(seconds * 1_000), MAX_RETRY_AFTER_MS) };
  }
  const date = seconds === undefined ? parseDate(header) : parseServerTime(seconds);
  if (date === undefined) return {};
  // Against the server's own clock where it gives one: ours may be minutes off.
  const reference = serverTime(answer).serverTime ?? now();
  return { retryAfterMs: Math.min(Math.max(0, date - reference), MAX_RETRY_AFTER_MS) };
}

/** A gateway that adds a second `Date` puts it behind the first. */
export function serverTime(answer: HttpAnswer): { readonly serverTime?: number } {
  const [first = ""] = (answer.headers["date"] ?? "").split(/(?<=GMT)\s*,/i);
  const date = parseDate(first.trim());
  return date === undefined ? {} : { serverTime: date + ageOf(answer) };
}

/** `Age`: only what a cache has kept has one (RFC 9111, 5.1). */
export function ageOf(answer: HttpAnswer): number {
  const header = answer.headers["age"]?.trim() ?? "";
  return /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : 0;
}
