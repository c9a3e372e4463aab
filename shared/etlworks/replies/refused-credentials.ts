import type { HttpAnswer } from "../http/http-message.ts";
import { unredacted, unredactedOrLast } from "./json-body.ts";
import { isErrorOfEtlworks, MAX_ERROR_BODY, refusalOfEtlworks } from "./refusal-in-body.ts";

/**
 * Whether an answer says of the credentials that they are not taken, be it under a status of
 * success. A 403 only in Etlworks' own words: a firewall's says nothing of them. `mayHaveActed` sees
 * the body where a 401 is no promise that nothing was done.
 */
export function refusedCredentials(
  answer: HttpAnswer,
  mayHaveActed: (body: unknown) => boolean = () => false,
): 401 | 403 | undefined {
  if (answer.status === 401) return mayHaveActed(unredactedOrLast(answer)) ? undefined : 401;
  if (answer.status >= 300 && answer.status !== 403) return undefined;
  if (answer.body.length > MAX_ERROR_BODY || !/40[13]/.test(answer.body)) return undefined;
  const value = unredacted(answer);
  const refusal = refusalOfEtlworks(value);
  const claimed = refusal?.kind === "error" ? refusal.status : undefined;
  if (claimed === 401 && answer.status < 300) return mayHaveActed(value) ? undefined : 401;
  const forbidden = answer.status === 403 && isErrorOfEtlworks(value, answer.status);
  return claimed === 403 || forbidden ? 403 : undefined;
}
