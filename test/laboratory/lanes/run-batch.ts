import { StepSemantics } from "@aws/durable-execution-sdk-js";
import type { BatchGate } from "../../../lambda/batch-gate.ts";
import type { Out } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import {
  createBatchGate,
  type FenceDependencies,
} from "../../../lambda/lanes/ledger-batch-gate.ts";
import { type RunnerOrder, readRunnerOrder } from "../../../lambda/order.ts";
import type { Operations } from "../../virtual/virtual-durable.ts";
import { Interference, type Process, type Processes } from "../../virtual/virtual-processes.ts";
import type { VirtualFlow } from "./virtual-flow.ts";

/**
 * A runner with the real fence, and a start of its own that can be lost at any moment: the core's
 * start has a laboratory of its own, and is too slow for a hundred thousand worlds of lanes.
 */
export async function runBatch(
  input: unknown,
  operations: Operations,
  given: {
    readonly process: Process;
    readonly processes: Processes;
    readonly flow: VirtualFlow;
    /** The keys in a list of files. */
    readonly rowsOf: (address: string) => readonly string[] | undefined;
    readonly fence: FenceDependencies;
    /** Told when nobody can know what became of a start. */
    readonly onDoubt: (lane: string, batch: number) => void;
  },
): Promise<void> {
  const order = readRunnerOrder(input);
  if (order === undefined) throw new Error("This is no order of a lane.");
  const gate = createBatchGate(order, given.fence);
  const begin = await operations.step("begin", () => gate.begin(), often);
  if (begin.kind === "given-up") return;
  const note = (out: Omit<Out, "at">) => operations.step("out", () => gate.noteOut(out), often);
  if (begin.kind === "refused") {
    await note({ kind: "refused", verdict: "fail", message: begin.message });
    return;
  }
  const started =
    begin.kind === "follow"
      ? { kind: "started" as const, auditId: begin.auditId }
      : await start(order, gate, operations, given);
  // What became of it the lane finds out.
  if (started.kind === "unknown") throw new Error("start-unknown");
  const { auditId } = started;
  await operations.step("audit id", () => gate.noteAuditId(auditId), often);
  const { status } = await operations.waitForCondition<{ readonly status: string }>(
    "follow",
    async () => ({ status: given.flow.statusOf(auditId) ?? "lost" }),
    {
      initialState: { status: "" },
      waitStrategy: ({ status: now }) =>
        now === "running"
          ? { shouldContinue: true, delay: { seconds: 5 } }
          : { shouldContinue: false },
    },
  );
  const verdict = status === "success" ? "pass" : "fail";
  await note({ kind: status, verdict, message: "" });
  if (verdict === "fail") throw new Error(status);
}

type Started =
  | { readonly kind: "started"; readonly auditId: string }
  | { readonly kind: "unknown" };

async function start(
  { lane, batch }: RunnerOrder,
  gate: BatchGate,
  operations: Operations,
  { process, processes, flow, rowsOf, onDoubt }: Parameters<typeof runBatch>[2],
): Promise<Started> {
  try {
    return await operations.step<Started>(
      "start",
      async () => {
        const { events = "" } = await gate.readParameters();
        for (;;) {
          try {
            const { auditId } = await processes.operate(process, "POST", () =>
              flow.start({ lane, batch, events: eventsIn(events, rowsOf) }),
            );
            return { kind: "started", auditId };
          } catch (error) {
            // 429 begins nothing, and may be sent again; after a lost answer nobody knows.
            if (!(error instanceof Interference) || error.kind === "unanswered") {
              onDoubt(lane, batch);
              return { kind: "unknown" };
            }
          }
        }
      },
      {
        semantics: StepSemantics.AtMostOncePerRetry,
        retryStrategy: () => ({ shouldRetry: false }),
      },
    );
  } catch {
    onDoubt(lane, batch);
    return { kind: "unknown" };
  }
}

/** A flow reads its list when its run begins; one that is not there yet has no events. */
function eventsIn(
  parameter: string,
  rowsOf: (address: string) => readonly string[] | undefined,
): readonly string[] {
  return parameter.startsWith("s3://") ? (rowsOf(parameter) ?? []) : parameter.split("\n");
}

const often = {
  retryStrategy: (_error: Error, attempt: number) =>
    attempt < 8
      ? { shouldRetry: true as const, delay: { seconds: 2 ** attempt } }
      : { shouldRetry: false as const },
};
