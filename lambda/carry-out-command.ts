import { messageOf } from "../shared/thrown.ts";
import { saidIn } from "./aws/answers.ts";
import type { Objects } from "./aws/s3.ts";
import { cutText, MAX_ERROR } from "./cut-text.ts";
import { triggerOf } from "./events/trigger-of-event.ts";
import { backfill, type ObjectDecisions, type StoredObject } from "./lanes/commands/backfill.ts";
import { controlLane } from "./lanes/commands/control-lane.ts";
import { describeLanes } from "./lanes/commands/describe-lanes.ts";
import { refuseUnknownLane } from "./lanes/commands/known-names.ts";
import type { LaneCommand } from "./lanes/commands/read-command.ts";
import { runAgain } from "./lanes/commands/run-again.ts";
import { type Swept, sweep, sweepAfter } from "./lanes/commands/sweep.ts";
import type { DeliverDependencies } from "./lanes/deliver.ts";
import type { AskExecution } from "./lanes/wake.ts";
import { loadPart } from "./lazy-part.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { decisionIn, type RouteResult } from "./routes/route.ts";
import type { Trigger } from "./trigger.ts";

export interface CommandDependencies extends DeliverDependencies {
  readonly askExecution: AskExecution;
  readonly route: (trigger: Trigger) => readonly RouteResult[];
  readonly routedFlows: ReadonlySet<number>;
  /** Of the routes that are deployed. */
  readonly routeNames: readonly string[];
  /** The first is the dispatcher's own ARN; empty where it is not known. */
  readonly ownFunctions?: readonly string[];
  readonly remainingMs: () => number;
  /** Of this invocation: no other command has it. */
  readonly requestId: string;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Does what a person or a schedule asked of the lanes. The answer is JSON, exact for scripts. */
export async function carryOutCommand(
  asked: LaneCommand,
  dependencies: CommandDependencies,
): Promise<unknown> {
  switch (asked.kind) {
    case "lanes":
      return describeLanes(dependencies);
    case "sweep":
      return tellSweep(await sweep(dependencies), dependencies);
    case "sweep-after":
      return answerOf(await sweepAfter(asked.executionArn, dependencies));
    case "control": {
      const { command } = asked;
      await refuseUnknownLane(command.lane, lanesOfFlows(dependencies), dependencies);
      const answer = await controlLane(command, {
        ...dependencies,
        commandId: dependencies.requestId,
      });
      if (!command.dryRun) dependencies.log.warn("a lane was changed by hand", { ...answer });
      return answer;
    }
    case "again": {
      const { command } = asked;
      if (command.lane !== undefined) {
        await refuseUnknownLane(command.lane, lanesOfFlows(dependencies), dependencies);
      }
      const answer = await runAgain(command, dependencies, [
        ...dependencies.routeNames,
        // That of what was asked for by its flow.
        "direct",
      ]);
      if (!answer.dryRun && answer.again > 0) {
        dependencies.log.warn("events wait again", { again: answer.again });
      }
      return answer;
    }
    case "backfill": {
      const { createObjects } = await loadPart(() => import("./aws/s3.ts"));
      const objects: Objects = createObjects();
      return backfill(asked.command, {
        ...dependencies,
        listObjects: (bucket, prefix) => listed(objects, bucket, prefix),
        decide: (bucket, object) => decideObject(bucket, object, dependencies),
      });
    }
  }
}

/** Without a lane of its own a route runs in the lane of its flow. */
function lanesOfFlows({ routedFlows }: CommandDependencies): string[] {
  return [...routedFlows].map(String);
}

/** With a sentence for whoever asked, when the bucket cannot be listed. */
async function* listed(objects: Objects, bucket: string, prefix: string) {
  try {
    yield* objects.list(bucket, prefix);
  } catch (error) {
    const name = error instanceof Error ? error.name : "Error";
    const message = saidIn(error, messageOf(error));
    throw new Error(
      `The bucket ${bucket} could not be listed (${name}: ${message}). Is the name right, and may the dispatcher's role call s3:ListBucketVersions on it? What was delivered before is kept; the same command goes on.`,
      { cause: error },
    );
  }
}

/** The numbers of a whole sweep are what the alarms and the dashboard show. */
function tellSweep(swept: Swept, { metrics }: CommandDependencies): Swept {
  metrics.add("Waiting", swept.waiting);
  metrics.add("LanesHeld", swept.held);
  metrics.add("OldestWaitingSeconds", swept.oldestWaitingSeconds);
  return answerOf(swept);
}

/** Lanes that could not be looked after make the invocation fail, so that AWS tries again. */
function answerOf(swept: Swept): Swept {
  if (swept.failures.length > 0) throw new Error(cutText(swept.failures.join("; "), MAX_ERROR));
  return swept;
}

/**
 * As if the event of the object had come, in the shape in which S3 sends it through EventBridge. Its
 * Region and account are the dispatcher's: buckets of others send no events here.
 */
export function decideObject(
  bucket: string,
  { key, versionId, size, etag, lastModified }: StoredObject,
  { route, ownFunctions: [self = ""] = [] }: Pick<CommandDependencies, "route" | "ownFunctions">,
): ObjectDecisions {
  const [, partition = "aws", , region, account] = self.split(":");
  const time = new Date(lastModified).toISOString();
  const event = {
    version: "0",
    id: `backfill ${bucket} ${key} ${versionId ?? `${etag} ${time}`}`,
    "detail-type": "Object Created",
    source: "aws.s3",
    ...(account !== undefined && { account }),
    time,
    ...(region !== undefined && { region }),
    resources: [`arn:${partition}:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size, etag, ...(versionId !== undefined && { "version-id": versionId }) },
      reason: "PutObject",
    },
  };
  // Without a version, the same content uploaded again is told from before by its time alone. Without
  // bars, as no other event's given id is.
  const once = JSON.stringify([bucket, key, etag, time]).replaceAll("|", "\\u007c");
  const decided = route(triggerOf(event, versionId === undefined ? { id: once } : {}));
  return {
    decisions: decided.flatMap(one => (one.kind === "run" ? decisionIn(one) : [])),
    failures: decided.flatMap(one =>
      one.kind === "rejected" ? `${key}: ${one.route}: ${one.message}` : [],
    ),
  };
}
