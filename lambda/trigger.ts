import type { JsonObject } from "../shared/json.ts";
import type { EventOrigin, FileFields } from "./decision.ts";

/** One event that may start flows, whatever it came in. */
export interface Trigger {
  /**
   * The event in EventBridge's shape: `source`, `detail-type`, `detail` and, where known, `id`,
   * `time`, `region`, `account`, `resources`. An S3 notification looks as S3 through EventBridge.
   */
  readonly event: JsonObject;
  /** What was odd but did not stop us, such as a key that could not be decoded. */
  readonly warnings: readonly string[];
  readonly origin: EventOrigin;
  /** What makes two events one: the same text for every copy of the event, by whatever path. */
  readonly identity: string;
  /** The object that the event is about. */
  readonly file?: FileFields;
  /**
   * The event came without an envelope that says what it is, so somebody meant it for us: when no
   * route wants it, something is wrong.
   */
  readonly own: boolean;
}

/** The `source` of events that carry none: a queue's or topic's own JSON, a schedule's input. */
export const OWN_SOURCE = "etlworks.dispatcher";

/** The `source` of the events that tell that a run has finished, which we send ourselves. */
export const FINISHED_SOURCE = "etlworks.run-flow";
