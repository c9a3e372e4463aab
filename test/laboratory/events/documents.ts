import { isList, isMembers, jsonOf, type Members, type Written } from "./written.ts";

/** What the pages say that is found in one event, whatever it came in. */
export type Content =
  | { readonly kind: "event"; readonly seen: Seen }
  /** A flow that is asked for by its id. */
  | {
      readonly kind: "ask";
      readonly ask: Ask;
      readonly id: string;
      readonly identity: string;
      readonly byHand: boolean;
      readonly unknownAgain: boolean;
    }
  /** Acknowledged, and nothing is started. */
  | { readonly kind: "nothing" }
  /** Goes back to AWS. */
  | { readonly kind: "bad"; readonly why: string };

/** An event as routes see it. */
export interface Seen {
  readonly event: Members;
  /** The same for every copy, by whatever path. */
  readonly identity: string;
  /** Has no envelope of its own, so it goes back when no route wants it. */
  readonly own: boolean;
  /** Whether its numbers are as they were written. */
  readonly exact: boolean;
  /** Of the event, or of what it came in. */
  readonly id?: string;
  readonly force?: string;
  readonly file?: object;
  /** Nothing would know it again at AWS's next attempt. */
  readonly unknownAgain: boolean;
}

export interface Ask {
  readonly flow: number;
  readonly parameters: { readonly [name: string]: string | number | boolean };
  readonly id?: string;
}

/** Where a document stands. */
export interface Place {
  readonly detailType: "Invocation" | "Queue Message" | "Topic Message" | "Pipe Record";
  /** Stands for the id of an event that has none. */
  readonly id: string;
  readonly exact: boolean;
  readonly byHand: boolean;
  /** Nothing is around it. */
  readonly isWhole?: boolean;
  /** By a wrapper with force, where a list is one of a pipe. */
  readonly isForced?: boolean;
  readonly force?: string;
  readonly unknownAgain?: boolean;
}

/** A text of JSON that may be an event, or be in one, and what the pages say is in it. */
export interface Document {
  readonly text: string;
  readonly what: string;
  readonly read: (place: Place) => readonly Content[];
  /** What a pipe takes it back by. */
  readonly name?: string;
}

export const ACCOUNT = "111122223333";
export const REGION = "eu-central-1";

/** An event of some other source of EventBridge. */
export function bridgeEvent(event: {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly detail: Members;
}): Document {
  const shaped = {
    version: "0",
    id: event.id,
    "detail-type": event.type,
    source: event.source,
    account: ACCOUNT,
    time: "2026-05-09T10:00:00Z",
    region: REGION,
    resources: ["arn:aws:one", "arn:aws:two"],
    detail: event.detail,
  };
  return {
    what: `event ${event.id} of ${event.source}`,
    text: jsonOf(shaped),
    read: ({ exact, force }) => [
      {
        kind: "event",
        seen: {
          event: shaped,
          identity: JSON.stringify(["bridge", event.id]),
          own: false,
          exact,
          id: event.id,
          unknownAgain: false,
          ...(force !== undefined && { force }),
        },
      },
    ],
  };
}

/** JSON of somebody's own; a schedule's and a CloudEvent's name themselves. */
export function own(body: Written): Document {
  return {
    what: `own ${jsonOf(body).slice(0, 100)}`,
    text: jsonOf(body),
    read: place => {
      const { id, detailType, exact, force, unknownAgain = false, isWhole } = place;
      if ((detailType === "Invocation" || place.isForced === true) && isList(body)) {
        // As a pipe hands its items over.
        if (body.length === 0) return [{ kind: "nothing" }];
        return body.flatMap((item, index) =>
          own(item).read({
            ...place,
            isWhole: false,
            isForced: false,
            detailType: "Pipe Record",
            id: `${id}/${index}`,
            unknownAgain: isWhole === true || unknownAgain,
          }),
        );
      }
      if (isWhole === true && jsonOf(body) === '{"check":"true"}') {
        return [{ kind: "bad", why: "a command with a mistake" }];
      }
      const named = nameOf(body);
      return [
        {
          kind: "event",
          seen: {
            event: { source: "etlworks.dispatcher", "detail-type": detailType, detail: body },
            identity: JSON.stringify(named ?? ["own", id]),
            own: true,
            exact,
            id: named?.join("|") ?? id,
            unknownAgain: named === undefined && unknownAgain,
            ...(force !== undefined && { force }),
          },
        },
      ];
    },
  };
}

function nameOf(body: Written): readonly string[] | undefined {
  if (!isMembers(body)) return undefined;
  const { scheduleArn, scheduledTime, specversion, type, source, id } = body;
  // The same hour each day is no time.
  if (scheduledTime === "02:00") return undefined;
  if (specversion !== undefined && type === undefined) return undefined;
  const name = specversion === undefined ? [scheduleArn, scheduledTime] : [source, id];
  return name.every(part => typeof part === "string") ? name : undefined;
}

export function ask(wanted: Ask): Document {
  const { flow, parameters, id } = wanted;
  const body = { flow, parameters, ...(id !== undefined && { id }) };
  return {
    what: `ask ${JSON.stringify(body)}`,
    text: JSON.stringify(body),
    read: place => [
      {
        kind: "ask",
        ask: wanted,
        id: id ?? place.id,
        identity: JSON.stringify(["ask", flow, id ?? ["at", place.id], place.force ?? ""]),
        byHand: place.byHand,
        unknownAgain: id === undefined && place.unknownAgain === true,
      },
    ],
  };
}

export const TEST_EVENT: Document = {
  what: "s3:TestEvent",
  text: JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: "2026-05-09T10:00:00.000Z",
    Bucket: "landing",
    RequestId: "5582815E1AEA5ADF",
    HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
  }),
  read: () => [{ kind: "nothing" }],
};

/** What the dispatcher cannot use, wherever it stands. */
export function bad(text: string, why: string): Document {
  return {
    what: `bad: ${why}`,
    text,
    // A person's dry run is answered.
    read: ({ isWhole }) =>
      isWhole === true && why.startsWith("dryRun") ? [{ kind: "nothing" }] : [{ kind: "bad", why }],
  };
}
