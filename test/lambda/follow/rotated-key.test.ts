import { describe, expect, it } from "vitest";
import { createAccess } from "../../../lambda/aws/etlworks-access.ts";
import { CONFIRMED_WHILE_FOLLOWING_MS } from "../../../lambda/aws/etlworks-secret.ts";
import type { BatchToRun } from "../../../lambda/batch-gate.ts";
import { runOrder } from "../../../lambda/follow/run-order.ts";
import type { HttpReply } from "../../../shared/etlworks/http/http.ts";
import { createSecrets } from "../../../shared/secrets.ts";
import { createCallerTime } from "../../virtual/caller-time.ts";
import { createRecorded } from "../stand-ins/recorded-log.ts";
import { createKeptOperations } from "./kept-operations.ts";

const batch: BatchToRun = {
  id: 7,
  count: 1,
  route: "orders",
  flow: 1,
  policy: { ifRunning: "wait", timeout: 3_600_000, failOnWarning: false },
  afterFailure: "continue",
  origin: { source: "aws.s3", detailType: "Object Created" },
  parameterNames: [],
};

const OLD = "the-old-key-0123456789";
const NEW = "the-new-key-0123456789";
const RUN_MS = 500_000;

interface Rotation {
  /** From then on Etlworks takes the new key only. */
  readonly revokedAt: number;
  /** From then on the secret holds it. */
  readonly storedAt: number;
  readonly random: number;
}

/** A run that is followed while its key is rotated; what it ended with, and all that was logged. */
async function follow({ revokedAt, storedAt, random }: Rotation) {
  const time = createCallerTime();
  const begun = time.now();
  const since = () => time.now() - begun;
  const recorded = createRecorded();
  let startedAt = 0;
  const client = createAccess({
    baseUrl: new URL("https://etlworks.example/rest"),
    fetchSecret: async () => ({ kind: "text", text: since() < storedAt ? OLD : NEW }),
    confirmedMs: CONFIRMED_WHILE_FOLLOWING_MS,
    async send({ method, url, headers }): Promise<HttpReply> {
      const right = since() < revokedAt ? OLD : NEW;
      if (!JSON.stringify(headers).includes(right)) {
        return answer(401, { status: 401, error: "Unauthorized", message: "No.", path: "/rest" });
      }
      if (method === "POST") {
        startedAt = since();
        return answer(200, { status: 0, auditId: 11 });
      }
      if (url.pathname.endsWith("/history")) return answer(200, []);
      const status = since() - startedAt < RUN_MS ? "running" : "success";
      return answer(200, { auditId: 11, flowId: 1, status });
    },
    secrets: createSecrets(() => {}),
    now: time.now,
    epochMs: time.now,
    monotonicMs: time.now,
    onRequest: () => {},
  });
  const end = await runOrder(createKeptOperations(time).context, {
    gate: {
      begin: async () => ({ kind: "start", batch }),
      readParameters: async () => ({}),
      noteAuditId: async () => "noted",
      noteOut: async () => "noted",
    },
    lane: "1",
    runner: "arn:aws:lambda:eu-central-1:111122223333:function:runner:1/durable-execution/a/b",
    epochMs: time.now,
    random: () => random,
    client,
    runQuery: "",
    logParameters: false,
    log: recorded.log,
    metrics: recorded.metrics,
  });
  return { end, lines: JSON.stringify(recorded.lines) };
}

function answer(status: number, body: unknown): HttpReply {
  const headers = { "content-type": "application/json" };
  return { kind: "answer", status, headers, body: JSON.stringify(body), cut: false };
}

describe("a key that is revoked first and stored within a minute", () => {
  const rotations = [0, 0.3, 0.5, 0.8, 0.99].flatMap(random =>
    [30_000, 200_000, 299_000, 400_000].flatMap(revokedAt =>
      [0, 5_000, 29_000, 31_000, 45_000, 55_000].map(late => ({
        random,
        revokedAt,
        storedAt: revokedAt + late,
      })),
    ),
  );

  it("fails no run that is followed, whenever it is polled", async () => {
    for (const rotation of rotations) {
      const { end, lines } = await follow(rotation);
      const outcome = end.kind === "ended" ? end.outcome.kind : end.kind;
      expect({ ...rotation, outcome }).toEqual({ ...rotation, outcome: "success" });
      expect(lines).not.toContain("key-0123456789");
    }
  });

  it("is refused when it is not stored at all", async () => {
    const never = Number.POSITIVE_INFINITY;
    const { end } = await follow({ revokedAt: 60_000, storedAt: never, random: 0.5 });
    expect(end).toMatchObject({ verdict: "fail", outcome: { kind: "refused", auditId: "11" } });
  });
});
