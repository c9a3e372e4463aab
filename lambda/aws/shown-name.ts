/**
 * A name that a person gave, as it may stand in a log: the secret's own or its ARN, or that of the
 * field in it. Somebody may have written the key itself there; what does not look like a name is cut.
 */
export function shownName(name: string): string {
  if (name.startsWith("arn:")) return name;
  const words = name.split(/[^A-Za-z0-9]+/);
  const isName =
    name.length <= 64 &&
    words.every(word => word.length <= 20) &&
    name.replaceAll(/\D/g, "").length <= 4;
  return isName ? name : `${name.slice(0, 4)}…`;
}
