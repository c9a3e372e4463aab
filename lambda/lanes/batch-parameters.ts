import type { BatchPlace, Decision, ParameterText } from "../decision.ts";
import type { Entry } from "./ledger/ledger-contents.ts";

/** Most of `{batch.keys}`: what fits well into a parameter. */
const MAX_KEYS_BYTES = 8 * 1_024;

export type BatchParameters =
  | { readonly kind: "filled"; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: "impossible"; readonly message: string };

/** The parameters of a batch: those of its newest event, with what only the batch knows. */
export function fillParameters(
  { parameters }: Decision,
  entries: readonly Entry[],
  manifest: string | undefined,
): BatchParameters {
  const filled: [string, string][] = [];
  for (const [name, text] of Object.entries(parameters)) {
    const parts: string[] = [];
    for (const part of typeof text === "string" ? [text] : text) {
      const value = typeof part === "string" ? part : placeOf(part.batch, entries, manifest);
      if (typeof value !== "string") {
        return {
          kind: "impossible",
          message: `Parameter ${JSON.stringify(name)}: ${value.problem}`,
        };
      }
      parts.push(value);
    }
    filled.push([name, parts.join("")]);
  }
  return { kind: "filled", parameters: Object.fromEntries(filled) };
}

/** Whether a parameter names this place of the batch. */
export function usesPlace({ parameters }: Decision, place: BatchPlace): boolean {
  return Object.values(parameters).some(text => placesIn(text).includes(place));
}

function placesIn(text: ParameterText): readonly string[] {
  if (typeof text === "string") return [];
  return text.flatMap(part => (typeof part === "string" ? [] : part.batch));
}

function placeOf(
  place: string,
  entries: readonly Entry[],
  manifest: string | undefined,
): string | { readonly problem: string } {
  switch (place) {
    case "count":
      return String(entries.length);
    case "keys":
      return keysOf(entries, manifest);
    case "manifest":
      return (
        manifest ?? {
          problem:
            "There is no list of files for {batch.manifest}. Set ETLWORKS_MANIFESTS of the lane, then run the events again.",
        }
      );
    case "by":
      return entries.at(-1)?.decision.batch?.by ?? "";
    case "firstTime":
      return timesOf(entries)[0] ?? "";
    case "lastTime":
      return timesOf(entries).at(-1) ?? "";
    default:
      return {
        problem: `{batch.${place}} is not known to this release. Deploy all functions from one release.`,
      };
  }
}

function keysOf(
  entries: readonly Entry[],
  manifest: string | undefined,
): string | { readonly problem: string } {
  const list = entries.flatMap(({ decision }) => decision.file?.key ?? []);
  const keys = list.join("\n");
  const bytes = Buffer.byteLength(keys);
  const where = manifest === undefined ? "" : ` They are listed in ${manifest}.`;
  const torn = list.filter(key => /[\r\n]/.test(key)).length;
  if (torn > 0) {
    return {
      problem: `{batch.keys} is a list of lines, and ${torn} of ${entries.length} keys contain a line break.${where} Let the flow read {batch.manifest} instead, or rename the files.`,
    };
  }
  if (bytes <= MAX_KEYS_BYTES) return keys;
  return {
    problem: `{batch.keys} of ${entries.length} files would be ${bytes} bytes, and 8 KB are allowed.${where} Let the flow read {batch.manifest} instead, or lower batch.most.`,
  };
}

/**
 * When the events happened, from the first to the last: AWS may deliver them in another order. When it
 * was delivered, for one that does not say.
 */
function timesOf(entries: readonly Entry[]): readonly string[] {
  return entries
    .map(({ decision, at }) => {
      const { eventTime = "" } = decision.file ?? {};
      const time = Date.parse(eventTime);
      return Number.isNaN(time)
        ? { time: at, text: new Date(at).toISOString() }
        : { time, text: eventTime };
    })
    .toSorted((one, other) => one.time - other.time)
    .map(({ text }) => text);
}
