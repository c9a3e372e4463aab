import { lazyPart } from "../lazy-part.ts";
import { timeLimits } from "./time-limits.ts";

/** An event of ours, in EventBridge's words. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  readonly resources: readonly string[];
  readonly at: number;
}

export type PutEvent = (event: BusEvent) => Promise<void>;

const ANSWER_MS = 5_000;

/** Puts events on a bus, named or by its ARN. The SDK tries throttled calls three times by itself. */
export function createEventBus(bus: string): PutEvent {
  const connected = lazyPart(async () => {
    const sdk = await import("./event-bridge-client.ts");
    return { sdk, client: new sdk.EventBridgeClient({ requestHandler: timeLimits(ANSWER_MS) }) };
  });
  return async ({ source, detailType, detail, resources, at }) => {
    const { sdk, client } = await connected();
    const entry = {
      EventBusName: bus,
      Source: source,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
      Resources: [...resources],
      Time: new Date(at),
    };
    const answer = await client.send(new sdk.PutEventsCommand({ Entries: [entry] }));
    const [result] = answer.Entries ?? [];
    // The call succeeds although the event was not taken.
    if (result?.ErrorCode !== undefined) {
      throw new Error(`The event was not taken: ${result.ErrorCode}: ${result.ErrorMessage ?? ""}`);
    }
  };
}
