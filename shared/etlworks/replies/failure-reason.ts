import type { Failure } from "./reply.ts";

/** Why a call had no usable answer, as a clause: the server's code where it gave one, and its words. */
export function reasonOf(failure: Failure): string {
  switch (failure.kind) {
    case "unauthorized":
      return failure.status === undefined ? `401: ${failure.message}` : failure.message;
    case "rejected":
      return `${failure.status}: ${failure.message}`;
    case "absent":
      return failure.status < 300 ? failure.message : `${failure.status}: ${failure.message}`;
    case "rate-limited":
      return "429, too many requests";
    case "unreachable":
    case "fault":
      return failure.message;
    case "stopped":
      return "stopped";
  }
}
