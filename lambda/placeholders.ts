import { cutText } from "./cut-text.ts";

/**
 * `<aws.scheduler.scheduled-time>` and its like, which only the service of that name fills; also as it
 * is copied out of a page's source.
 */
const AWS_PLACE = /(?:<|&lt;)\s*aws\.(?:scheduler|events|pipes)\.[\w.-]+\s*(?:>|&gt;)/i;

/** Whether a value holds, anywhere, a place that AWS was to fill. */
export function hasUnfilledPlaces(value: unknown): boolean {
  return AWS_PLACE.test(JSON.stringify(value) ?? "");
}

/**
 * `<name>`, `<$.path>`, `${name}`, `{{name}}`, `{% name %}`, and `$(command)`, which a shell leaves as it
 * is in single quotes. No id of a program looks like these.
 */
const ANY_PLACE =
  /<\s*(?:\$[\w.[\]-]*|[a-z][a-z._-]*)\s*>|\$\{[^{}]*\}|\$\([^()]+\)|\{\{[^{}]*\}\}|\{%[^{}%]*%\}/i;

/**
 * What an id could hold by accident, and is a place only where it is all of it, or all between two
 * bars: `$.path`, and `$$.path` and `States.UUID()` of a state machine that lacks the `.$` behind the
 * field's name; `{name}`, as routes write it; `` `command` `` of a shell.
 */
const WHOLE_PLACE =
  /(?<=^|\|)(?:\$\$?\.[\w.[\]-]+|States\.[a-z\d]+\([^|]*\)|\{[a-z][a-z._-]*\}|`[^`|]+`)(?=$|\|)/i;

/** The same: a variable of a shell or of Windows, `$GITHUB_SHA` or `%TIME%`, which is in capitals. */
const VARIABLE = /(?<=^|\|)(?:\$[A-Z][A-Z\d_]+|%[A-Z][A-Z\d_]+%)(?=$|\|)/;

/** AWS's own is named first. */
const PLACES = [AWS_PLACE, ANY_PLACE, WHOLE_PLACE, VARIABLE];

/**
 * The place in a text that says which event it is. Whatever template was to fill it did not, so it
 * is the same text for every event: the first would run, and all others would be taken for copies.
 */
export function placeholderIn(id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  return PLACES.map(place => place.exec(id)?.[0]).find(found => found !== undefined);
}

/** What programs write for a value that they do not have, as all of an id or behind its last bar. */
const NO_VALUE = /(?<=^|\|)(?:undefined|null|None|NaN|\[object Object\])$/;

/** The same in a text that was made to be an id; a value that is part of one may be called anything. */
export function placeholderInId(id: string | undefined): string | undefined {
  return placeholderIn(id) ?? NO_VALUE.exec(id ?? "")?.[0];
}

/** The sentence for such a text, without its full stop. */
export function unfilled(name: string, place: string): string {
  return `${name} contains the placeholder ${cutText(place, 100)}, which was not replaced, so all events would look like one. Send the value`;
}
