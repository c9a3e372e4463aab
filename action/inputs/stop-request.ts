import { isStopRequest, type StopRequest } from "../../shared/run/stop-run.ts";
import { UserError } from "../../shared/user-error.ts";
import { quoted } from "./read-input.ts";

/** `undefined` when none is given. */
export function parseStopRequest(value: string): StopRequest | undefined {
  if (value === "") return undefined;
  const [, method = "", path = ""] = /^(\S+)\s+(\S+)$/.exec(value) ?? [];
  if (!isStopRequest({ method, path })) {
    throw new UserError(
      `stop-request: ${quoted(value)} is not a request. Write a method and a path below base-url, for example POST /v1/flows/{flow-id}/stop?auditId={audit-id}.`,
    );
  }
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:$|[/?])/i.test(path)) {
    throw new UserError(
      `stop-request: ${quoted(value)} contains a path segment "." or "..", and would leave base-url. Write the path as it is.`,
    );
  }
  const unknown = path
    .match(/\{[^}]*\}?/g)
    ?.find(token => token !== "{flow-id}" && token !== "{audit-id}");
  if (unknown !== undefined) {
    throw new UserError(
      `stop-request: ${quoted(unknown)} is not known. Use {flow-id} and {audit-id}.`,
    );
  }
  return { method, path: path.replace(/^\/rest(?=\/)/, "") };
}
