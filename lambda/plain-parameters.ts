import type { ParameterText } from "./decision.ts";

/** Parameters that need nothing of a batch; undefined when one has an open place. */
export function plainParameters(
  parameters: Readonly<Record<string, ParameterText>>,
): Readonly<Record<string, string>> | undefined {
  const plain: [string, string][] = [];
  for (const [name, text] of Object.entries(parameters)) {
    if (typeof text !== "string") return undefined;
    plain.push([name, text]);
  }
  return Object.fromEntries(plain);
}
