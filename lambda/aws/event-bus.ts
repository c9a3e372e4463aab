import { shownName } from "../../shared/shown-name.ts";
import { messageOf, nameOf } from "../../shared/thrown.ts";
import { lazyPart } from "../lazy-part.ts";
import { ForeignAnswer, SOMETHING_ELSE, saidIn, wayOut } from "./answers.ts";
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
    const put = new sdk.PutEventsCommand({ Entries: [entry] });
    const answer = await client.send(put).catch((error: unknown) => {
      throw whatToDo(nameOf(error), messageOf(error), bus) ?? refusedOrSilent(error, bus);
    });
    const [result] = answer.Entries ?? [];
    // AWS tells of each event that it was given; nobody else has it.
    if (result === undefined) throw noAnswer(new ForeignAnswer(), SOMETHING_ELSE, bus);
    // The call succeeds although the event was not taken.
    if (result.ErrorCode !== undefined) {
      const { ErrorCode: code, ErrorMessage: message = "" } = result;
      const untold = new Error(`The event was not taken: ${code}: ${message}`);
      throw whatToDo(code, message, bus) ?? untold;
    }
  };
}

function refusedOrSilent(error: unknown, bus: string): Error {
  const out = wayOut(error, "EventBridge");
  if (out !== undefined) return noAnswer(error, out, bus);
  const said = messageOf(error).replaceAll(bus, shownName(bus));
  return new Error(`The event bus ${shownName(bus)} refused the call: ${nameOf(error)}: ${said}`);
}

function noAnswer(error: unknown, out: string, bus: string): Error {
  const said = saidIn(error, messageOf(error));
  return new Error(
    `The event bus ${shownName(bus)} did not answer (${nameOf(error)}: ${said}). ${out}`,
  );
}

/** Undefined where trying again may be all. */
function whatToDo(code: string, said: string, bus: string): Error | undefined {
  const shown = shownName(bus);
  // AWS repeats what it was asked for.
  const message = said.replaceAll(bus, shown);
  switch (code) {
    case "ResourceNotFoundException":
      return new Error(
        `There is no event bus ${shown}. Set ETLWORKS_EVENT_BUS to the name or the ARN of one. (${message})`,
      );
    case "AccessDeniedException":
    case "NotAuthorizedException":
      return new Error(
        `The function may not put events on the bus ${shown} (ETLWORKS_EVENT_BUS). Allow its role events:PutEvents on it. (${message})`,
      );
    default:
      return undefined;
  }
}
