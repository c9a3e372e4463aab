import { expect, it } from "vitest";
import { reasonOf } from "../../../../shared/etlworks/replies/failure-reason.ts";
import type { Failure } from "../../../../shared/etlworks/replies/reply.ts";

it.each<[Failure, string]>([
  [{ kind: "unauthorized", message: "expired", fromApi: true }, "401: expired"],
  [
    {
      kind: "unauthorized",
      status: 403,
      message: "the login was answered with 403: no",
      fromApi: true,
    },
    "the login was answered with 403: no",
  ],
  [{ kind: "rejected", status: 403, message: "a page", fromApi: false }, "403: a page"],
  [{ kind: "absent", status: 404, message: "no such run" }, "404: no such run"],
  [{ kind: "absent", status: 204, message: "the answer is empty" }, "the answer is empty"],
  [{ kind: "rate-limited", retryAfterMs: 5 }, "429, too many requests"],
  [{ kind: "unreachable", permanent: false, message: "refused" }, "refused"],
  [{ kind: "fault", message: "it answered 500", website: false }, "it answered 500"],
  [{ kind: "stopped", mayHaveArrived: false }, "stopped"],
])("%j has the reason %s", (failure, reason) => {
  expect(reasonOf(failure)).toBe(reason);
});
