import { type Filled, fillPlace, isEventPlace, type Template } from "./parameter-template.ts";

/**
 * The text that events of one batch have in common. It must tell apart whatever its places tell
 * apart, since a parameter may name one of them: with `{bucket}-{dirname}`, bucket `a-b` and folder
 * `c` must not look like bucket `a` and folder `b-c`. So where a place is followed by another one,
 * the separator between them (and `%`) is percent-encoded inside the value.
 */
export function fillBy(template: Template, event: unknown): Filled {
  let text = "";
  for (const [index, part] of template.parts.entries()) {
    if (!isEventPlace(part)) {
      if (typeof part === "string") text += part;
      continue;
    }
    const filled = fillPlace(part.event, event);
    if (filled.kind === "rejected") return filled;
    const following = template.parts.slice(index + 1);
    const [separator] = following;
    text +=
      typeof separator === "string" && following.some(isEventPlace)
        ? encoded(filled.text, separator)
        : filled.text;
  }
  return { kind: "filled", text };
}

/** What is wrong with a `by`; undefined when it tells apart all that its places tell apart. */
export function byMistake({ parts, eventPlaces }: Template): string | undefined {
  if (eventPlaces.length === 0) {
    return "must have a place such as {dirname}; leave it out to put all events into one batch";
  }
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (!isEventPlace(part) || next === undefined || !parts.slice(index + 1).some(isEventPlace)) {
      continue;
    }
    if (typeof next !== "string" || /^[%\dA-Fa-f]/.test(next)) {
      return `must have a separator such as / after {${part.event}}`;
    }
  }
  return undefined;
}

function encoded(value: string, separator: string): string {
  const [first = ""] = separator;
  return value.replaceAll("%", "%25").replaceAll(first, percentEncoded(first));
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)]
    .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}
