import type { DirectRun } from "./direct-run.ts";
import { read } from "./envelopes.ts";
import type { Place, Reading, RecordsReply, TriggerRecord } from "./reading.ts";

/** What one invocation of the dispatcher asks for. */
export type Invocation =
  | {
      readonly kind: "records";
      readonly reply: RecordsReply;
      readonly records: readonly TriggerRecord[];
    }
  | { readonly kind: "direct"; readonly run: DirectRun }
  | { readonly kind: "check" }
  | { readonly kind: "rejected"; readonly message: string };

/**
 * Reads any event AWS delivers, nested as it may be, and never throws.
 *
 * `invocationId` is Lambda's request id. AWS keeps it when it retries an asynchronous invocation,
 * so it stands in as the id of events that have none. `ownFunctions` are the ARNs of our own
 * functions, without a version, whose failed invocations are events again.
 */
export function readInvocation(
  event: unknown,
  invocationId: string,
  ownFunctions: readonly string[] = [],
): Invocation {
  const place: Place = {
    position: "invocation",
    detailType: "Invocation",
    id: invocationId,
    depth: 0,
    ownFunctions,
  };
  try {
    return asInvocation(read(event, place));
  } catch (error) {
    // What lies in messages is bounded when it is parsed; the event itself Lambda has parsed.
    if (error instanceof RangeError) {
      return { kind: "rejected", message: "The event is nested too deeply to be read." };
    }
    throw error;
  }
}

function asInvocation(reading: Reading): Invocation {
  switch (reading.kind) {
    case "records":
      return { kind: "records", reply: reading.reply, records: reading.records };
    case "rejected":
      return { kind: "rejected", message: reading.message };
    case "ignored":
      return { kind: "records", reply: "none", records: [reading] };
    case "triggers": {
      const [only] = reading.asked;
      const alone = reading.triggers.length === 0 && reading.asked.length === 1;
      // Whoever could only send it gets no flow that messages may not start, although a person hands
      // in the record of its failed invocation.
      const sent = only?.kind === "direct" && only.sent === true;
      return alone && only !== undefined && !sent
        ? only
        : { kind: "records", reply: "none", records: [reading] };
    }
  }
}
