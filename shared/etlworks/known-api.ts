import type { Reply } from "./replies/reply.ts";

/**
 * What is known of an address. Once it has answered as the API does, a web page from it is no sign of a
 * wrong address but a fault that may pass, and a start that is answered so may have begun a run.
 */
export interface KnownApi {
  readonly judge: <Value>(reply: Reply<Value>) => Reply<Value>;
}

export function createKnownApi(): KnownApi {
  let hasAnswered = false;
  return {
    judge(reply) {
      if (reply.kind === "value") hasAnswered = true;
      const isPageInstead = reply.kind === "fault" && reply.website && hasAnswered;
      return isPageInstead ? { ...reply, website: false } : reply;
    },
  };
}
