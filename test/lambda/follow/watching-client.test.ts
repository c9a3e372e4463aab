import { expect, it } from "vitest";
import { watchingClient } from "../../../lambda/follow/watching-client.ts";
import { UserError } from "../../../shared/user-error.ts";
import { createWorld } from "../../conformance/world.ts";
import { createCallerTime } from "../../virtual/caller-time.ts";

const { client } = createWorld(createCallerTime());
const page = { limit: 20, offset: 0 };

it("hands the question on as it is, and the answer back", async () => {
  const answer = { kind: "value", value: { executions: [] } } as const;
  const asked: unknown[] = [];
  const watching = watchingClient({
    ...client,
    async history(...question) {
      asked.push(question);
      return answer;
    },
  });
  expect(await watching.history(1, page, { timeLimitMs: 5 })).toBe(answer);
  expect(asked).toEqual([[1, page, { timeLimitMs: 5 }]]);
  expect({ ...watching, history: null }).toEqual({ ...client, history: null });
});

it("takes a mistake of the user for a fault that passes", async () => {
  const history = () => Promise.reject(new UserError("Allow the role to read the secret."));
  expect(await watchingClient({ ...client, history }).history(1, page)).toEqual({
    kind: "unreachable",
    permanent: false,
    message: "Allow the role to read the secret.",
  });
});

it("lets a mistake of this code out", async () => {
  const history = () => Promise.reject(new TypeError("x is no function"));
  await expect(watchingClient({ ...client, history }).history(1, page)).rejects.toThrow(
    new TypeError("x is no function"),
  );
});
