/**
 * A name that a person gave, as it may stand in a log, or an ARN. Somebody may have written the key
 * itself there; what does not look like a name is cut.
 */
export function shownName(name: string): string {
  return name.startsWith("arn:") || looksLikeName(name) ? name : `${name.slice(0, 4)}…`;
}

/** Made of words, and not of what keys are made of: long runs of letters, and many digits. */
export function looksLikeName(text: string): boolean {
  const words = text.split(/[^A-Za-z0-9]+/);
  return (
    text.length <= 64 &&
    words.every(word => word.length <= 20) &&
    text.replaceAll(/\D/g, "").length <= 4
  );
}
