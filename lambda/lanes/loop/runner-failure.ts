import { parseJsonSafely, textField } from "../../../shared/json-fields.ts";
import { cutText } from "../../cut-text.ts";

const MAX_WHY = 1_000;
const MAX_MESSAGE = 4_000;

/** What AWS says of a runner that did not end well, to stand in brackets or before a full stop. */
export function whyRunnerEnded(failure: string): string {
  return cutText(failure.replace(/\.$/, ""), MAX_WHY);
}

/**
 * A runner that could not find out whether its run began leaves the outcome to the lane, but knows why,
 * and of which run it was not sure: AWS hands its outcome on as the text of its error.
 */
export function whyStartUnknown(failure: string | undefined): string | undefined {
  const parsed = failure === undefined ? undefined : parseJsonSafely(failure);
  const outcome = parsed?.kind === "json" ? parsed.value : undefined;
  if (textField(outcome, "kind") !== "start-unknown") return undefined;
  const message = textField(outcome, "message");
  return message && cutText(message, MAX_MESSAGE);
}
