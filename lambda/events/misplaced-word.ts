import { isObject } from "../../shared/json.ts";
import { DRY_RUN_WORD } from "../dry-run-word.ts";
import { isEventBridgeEvent } from "./trigger-of-event.ts";

/**
 * What is wrong with an event of AWS's that has `dryRun` or `force` among its own fields. AWS puts
 * neither there. Whoever wrote it wants nothing started, or something started again; to read the
 * event without the word would do the opposite without saying so. A dry run that is written right
 * has been taken out of the event before.
 */
export function misplacedWord(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  if (!Array.isArray(value["Records"]) && !isEventBridgeEvent(value)) return undefined;
  for (const name of Object.keys(value)) {
    const instead = WORDS.find(([word]) => word.test(name))?.[1];
    if (instead !== undefined) {
      return `${name} stands in the event, where it is not obeyed. Nothing was started. ${instead}`;
    }
  }
  return undefined;
}

const WORDS: readonly (readonly [word: RegExp, instead: string])[] = [
  [
    DRY_RUN_WORD,
    'For a dry run, invoke the dispatcher with "dryRun": true at the top, beside "force" and "event" if there are any.',
  ],
  [
    /^force$/i,
    'To run an event again, invoke the dispatcher with {"force": "again-1", "event": <the event>}.',
  ],
];
