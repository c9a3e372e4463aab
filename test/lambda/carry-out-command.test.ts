import { createServer } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type CommandDependencies, carryOutCommand } from "../../lambda/carry-out-command.ts";
import { deliver } from "../../lambda/lanes/deliver.ts";
import type { RouteResult } from "../../lambda/routes/route.ts";
import type { Trigger } from "../../lambda/trigger.ts";
import { UserError } from "../../shared/user-error.ts";
import { createMemoryLedger } from "../virtual/memory-ledger.ts";
import { decisionOf } from "./lanes/decisions.ts";
import { stubAwsVariables } from "./stand-ins/aws-variables.ts";
import { createRecorded } from "./stand-ins/recorded-log.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const AT = Date.UTC(2026, 10, 26, 21);

/** A ledger in which two events wait in lane `orders`, and what commands tell. */
async function createCommands(changes: Partial<CommandDependencies> = {}) {
  const recorded = createRecorded();
  const { ledger, table } = createMemoryLedger();
  const clock = { now: AT };
  const woken: string[] = [];
  const dependencies: CommandDependencies = {
    ledger,
    wake: async (lane, gen) => {
      woken.push(`${lane}-${gen}`);
      return `${lane}-${gen}`;
    },
    epochMs: () => clock.now,
    sleep: async () => {},
    random: () => 0.5,
    attempts: 1,
    askExecution: async () => ({ kind: "running" }),
    route: () => [],
    routedFlows: new Set([12_345]),
    routeNames: ["orders", "returns"],
    remainingMs: () => 600_000,
    requestId: "request-1",
    log: recorded.log,
    metrics: recorded.metrics,
    ...changes,
  };
  await deliver(
    ["a", "b"].map(identity => decisionOf({ identity, lane: "orders" })),
    { ...dependencies, ledger },
  );
  clock.now += 90_000;
  return { dependencies, table, woken, ...recorded };
}

describe("a sweep", () => {
  it("gives the alarms its numbers", async () => {
    const { dependencies, values } = await createCommands();
    const swept = await carryOutCommand({ kind: "sweep" }, dependencies);
    expect(swept).toMatchObject({ lanes: 1, waiting: 2, held: 0, oldestWaitingSeconds: 90 });
    expect(values).toEqual([
      ["Waiting", 2, {}],
      ["LanesHeld", 0, {}],
      ["OldestWaitingSeconds", 90, {}],
    ]);
  });

  it("fails when a lane could not be looked after, with every sentence, and gives its numbers", async () => {
    const { dependencies, values } = await createCommands();
    const { ledger } = dependencies;
    await ledger.takeNumbers("returns", 1, AT);
    const broken = {
      ...ledger,
      readHead: (lane: string) => Promise.reject(new Error(`${lane} is broken.`)),
    };
    const failing = carryOutCommand({ kind: "sweep" }, { ...dependencies, ledger: broken });
    await expect(failing).rejects.toThrow(
      new Error("lane orders: orders is broken.; lane returns: returns is broken."),
    );
    expect(values).toHaveLength(3);
  });

  it("fails with no longer an error than AWS can park with the event", async () => {
    const { dependencies } = await createCommands();
    const { ledger } = dependencies;
    for (let lane = 0; lane < 200; lane += 1) await ledger.takeNumbers(`lane-${lane}`, 1, AT);
    const readHead = () => Promise.reject(new Error("It is broken. ".repeat(10)));
    const failing = carryOutCommand(
      { kind: "sweep" },
      { ...dependencies, ledger: { ...ledger, readHead } },
    );
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(String(error).length).toBeLessThan(8_100);
    expect(String(error)).toContain("characters)");
  });

  it("after an execution looks at its lane only, and gives no numbers", async () => {
    const input = JSON.stringify({ lane: "orders", gen: 1 });
    const { dependencies, values } = await createCommands({
      askExecution: async () => ({ kind: "running", input }),
    });
    const swept = await carryOutCommand({ kind: "sweep-after", executionArn: "arn" }, dependencies);
    expect(swept).toMatchObject({ lanes: 1, waiting: 2, failures: [] });
    expect(values).toEqual([]);
    const { ledger } = dependencies;
    const broken = { ...ledger, readHead: () => Promise.reject(new Error("It is broken.")) };
    await expect(
      carryOutCommand(
        { kind: "sweep-after", executionArn: "arn" },
        { ...dependencies, ledger: broken },
      ),
    ).rejects.toThrow(new Error("lane orders: It is broken."));
  });
});

it("the lanes are described", async () => {
  const { dependencies, lines } = await createCommands();
  expect(await carryOutCommand({ kind: "lanes" }, dependencies)).toMatchObject({
    lanes: [{ lane: "orders", waiting: 2, oldest: "2026-11-26T21:00:00.000Z" }],
  });
  expect(lines).toEqual([]);
});

describe("a lane that is changed by hand", () => {
  const hold = { lane: "orders", do: "hold", by: "me", why: "It is late.", dryRun: false } as const;

  it("is changed, and the log tells of it", async () => {
    const { dependencies, lines, table } = await createCommands();
    const answer = await carryOutCommand({ kind: "control", command: hold }, dependencies);
    const told = {
      lane: "orders",
      do: "hold",
      dryRun: false,
      held: true,
      running: null,
      waiting: 2,
      dropped: 0,
    };
    expect(answer).toEqual(told);
    expect(lines).toEqual([{ level: "WARN", message: "a lane was changed by hand", ...told }]);
    expect(table.lanes.get("orders")?.head.hold).toMatchObject({ by: "me", why: "It is late." });
  });

  it("is not changed by a dry run, and nothing is logged", async () => {
    const { dependencies, lines, table } = await createCommands();
    const command = { ...hold, dryRun: true };
    expect(await carryOutCommand({ kind: "control", command }, dependencies)).toMatchObject({
      dryRun: true,
      held: true,
    });
    expect(lines).toEqual([]);
    expect(table.lanes.get("orders")?.head.hold).toBeUndefined();
  });

  it("drops under the name of this invocation", async () => {
    const { dependencies } = await createCommands();
    const asked = vi.spyOn(dependencies.ledger, "requestDrop");
    const command = { ...hold, do: "drop" } as const;
    expect(await carryOutCommand({ kind: "control", command }, dependencies)).toMatchObject({
      dropped: 2,
      waiting: 0,
    });
    expect(asked.mock.calls).toEqual([["orders", { id: "request-1", upto: 2 }]]);
  });

  it("may be the lane of a flow before its first event, and no other that nobody knows", async () => {
    const { dependencies } = await createCommands();
    const command = { ...hold, lane: "12345" };
    expect(await carryOutCommand({ kind: "control", command }, dependencies)).toMatchObject({
      held: true,
    });
    const unknown = { ...hold, lane: "order" };
    await expect(
      carryOutCommand({ kind: "control", command: unknown }, dependencies),
    ).rejects.toThrow(UserError);
  });
});

describe("events that wait again", () => {
  const command = { outcomes: ["error"], dryRun: false };

  it.each([true, false])("are told of in the log, but for a dry run: %s", async dryRun => {
    const { dependencies, lines } = await createCommands();
    const telling = { identity: "a", round: 1, outcome: "error", batch: 1, at: AT };
    await dependencies.ledger.tellEntry(telling);
    const answer = await carryOutCommand(
      { kind: "again", command: { ...command, dryRun } },
      dependencies,
    );
    expect(answer).toEqual({
      dryRun,
      again: 1,
      lanes: { orders: 1 },
      outcomes: { error: 1 },
      complete: true,
    });
    expect(lines).toEqual(
      dryRun ? [] : [{ level: "WARN", message: "events wait again", again: 1 }],
    );
  });
});

describe("a name that nobody has", () => {
  const again = (asked: object) =>
    ({ kind: "again", command: { outcomes: ["error"], dryRun: false, ...asked } }) as const;
  const routeNames = ["orders", "invoices"];

  it("is refused as a lane whose events are to wait again", async () => {
    const { dependencies } = await createCommands();
    for (const dryRun of [true, false]) {
      await expect(
        carryOutCommand(again({ lane: "ordres", dryRun }), dependencies),
      ).rejects.toThrow(
        new UserError(
          'No such lane is known: "ordres". The nearest names are "orders", "12345". Invoke the dispatcher with {"lanes": true} to see all lanes.',
        ),
      );
    }
    expect(await carryOutCommand(again({ lane: "orders" }), dependencies)).toMatchObject({
      again: 0,
    });
    expect(await carryOutCommand(again({ lane: "12345" }), dependencies)).toMatchObject({
      again: 0,
    });
  });

  it("is refused as a route whose events are to wait again", async () => {
    const { dependencies, lines } = await createCommands({ routeNames });
    await expect(carryOutCommand(again({ route: "ordres" }), dependencies)).rejects.toThrow(
      new UserError(
        'No such route is known: "ordres". The nearest names are "orders", "invoices", "direct".',
      ),
    );
    for (const route of ["orders", "invoices", "direct", undefined]) {
      expect(
        await carryOutCommand(again({ ...(route !== undefined && { route }) }), dependencies),
      ).toMatchObject({ again: 0 });
    }
    expect(lines).toEqual([]);
  });

  it("is none of a route that has got another name since", async () => {
    const { dependencies } = await createCommands({ routeNames: ["others"] });
    const telling = { identity: "a", round: 1, outcome: "error", batch: 1, at: AT };
    await dependencies.ledger.tellEntry(telling);
    const route = decisionOf({ identity: "a" }).route;
    expect(await carryOutCommand(again({ route }), dependencies)).toMatchObject({ again: 1 });
  });
});

describe("a bucket that is filled in", () => {
  const command = { bucket: "landing", prefix: "in/", dryRun: true };
  const version = (key: string, id: string) =>
    `<Version><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>true</IsLatest><LastModified>2026-11-26T21:00:00.000Z</LastModified><ETag>"e"</ETag><Size>7</Size></Version>`;

  /** An S3 whose buckets have these versions. */
  async function startVersions(...versions: readonly string[]) {
    const server = createServer((_request, response) => {
      response.end(`<ListVersionsResult>${versions.join("")}</ListVersionsResult>`);
    });
    await new Promise<void>(resolve => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    stubAwsVariables("S3", `http://127.0.0.1:${port}`);
    return server;
  }

  it("goes through the routes as if the events had come", async () => {
    const server = await startVersions(version("in/a.csv", "v1"), version("in/b.csv", "null"));
    const triggers: Trigger[] = [];
    const decided: readonly RouteResult[] = [
      { kind: "run", ...decisionOf({ identity: "c" }), warnings: ["odd"] },
      { kind: "skipped", route: "others", reason: "It is a folder." },
      { kind: "rejected", route: "broken", message: "It has no key." },
    ];
    const { dependencies } = await createCommands({
      route(trigger) {
        triggers.push(trigger);
        return triggers.length === 1 ? decided : [];
      },
    });
    expect(await carryOutCommand({ kind: "backfill", command }, dependencies)).toEqual({
      ...command,
      objects: 2,
      delivered: 1,
      known: 0,
      unmatched: 1,
      failures: ["in/a.csv: broken: It has no key."],
      complete: true,
    });
    const event = (id: string, object: object) => ({
      version: "0",
      id,
      "detail-type": "Object Created",
      source: "aws.s3",
      time: "2026-11-26T21:00:00.000Z",
      resources: ["arn:aws:s3:::landing"],
      detail: { version: "0", bucket: { name: "landing" }, object, reason: "PutObject" },
    });
    const listed = [
      event("backfill landing in/a.csv v1", {
        key: "in/a.csv",
        size: 7,
        etag: "e",
        "version-id": "v1",
      }),
      event("backfill landing in/b.csv e 2026-11-26T21:00:00.000Z", {
        key: "in/b.csv",
        size: 7,
        etag: "e",
      }),
    ];
    expect(triggers.map(trigger => trigger.event)).toStrictEqual(listed);
    // The same content uploaded again is another event.
    expect(triggers[1]?.identity).toBe(
      JSON.stringify({ given: '["landing","in/b.csv","e","2026-11-26T21:00:00.000Z"]' }),
    );
    expect(triggers[0]?.identity).toContain('"version":"v1"');

    // Where the dispatcher knows its own ARN, as always on AWS.
    const ownFunctions = ["arn:aws-cn:lambda:cn-north-1:111122223333:function:dispatcher"];
    triggers.length = 0;
    await carryOutCommand({ kind: "backfill", command }, { ...dependencies, ownFunctions });
    expect(triggers.map(trigger => trigger.event)).toStrictEqual(
      listed.map(one => ({
        ...one,
        account: "111122223333",
        region: "cn-north-1",
        resources: ["arn:aws-cn:s3:::landing"],
      })),
    );
    server.close();
    server.closeAllConnections();
  });

  it.each([
    [Object.assign(new Error("no"), { name: "AccessDenied" }), "AccessDenied: no"],
    ["broken", "Error: broken"],
    [
      Object.assign(new Error("no XML.\n  Deserialization error: inspect it."), {
        $metadata: { httpStatusCode: 403 },
      }),
      "Error: status 403: no XML",
    ],
  ])("cannot be listed: %s", async (thrown, why) => {
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.spyOn(S3Client.prototype, "send").mockRejectedValue(thrown);
    const { dependencies } = await createCommands();
    const failure: unknown = await carryOutCommand(
      { kind: "backfill", command },
      dependencies,
    ).catch((reason: unknown) => reason);
    expect(failure).toEqual(
      new Error(
        `The bucket landing could not be listed (${why}). Is the name right, and may the dispatcher's role call s3:ListBucketVersions on it? What was delivered before is kept; the same command goes on.`,
        { cause: thrown },
      ),
    );
  });
});
