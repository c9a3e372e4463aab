import { S3_TYPES } from "../lambda/routes/never-matches.ts";
import { didYouMean } from "../shared/did-you-mean.ts";
import { isObject } from "../shared/json.ts";
import { field, textField } from "../shared/json-fields.ts";

/**
 * What a route may say, and hardly anybody means: keys that almost no object has, a misspelt kind of
 * event, and a dollar sign in front of a place. The pattern is a right one, so the dispatcher takes it; the data would never come.
 */
export function unlikely(routes: readonly unknown[]): readonly string[] {
  return routes.flatMap(route => {
    const name = JSON.stringify(field(route, "name"));
    const keys = keysIn(field(route, "when")).flatMap(doubtAbout);
    return [
      ...misspeltTypes(field(route, "when")).map(doubt => `Route ${name} waits for ${doubt}`),
      ...keys.map(doubt => `Route ${name} waits for ${doubt}`),
      ...shellPlaces(field(route, "parameters")).map(doubt => `Route ${name}: ${doubt}`),
    ];
  });
}

/** AWS may add others, so that one which is like none of these may be right. */
function misspeltTypes(when: unknown): readonly string[] {
  if (!listed(field(when, "source")).includes("aws.s3")) return [];
  return listed(field(when, "detail-type")).flatMap(type => {
    if (typeof type !== "string" || S3_TYPES.includes(type)) return [];
    const meant = didYouMean(type, S3_TYPES);
    return meant.startsWith("did you mean")
      ? [`the detail type ${JSON.stringify(type)}, which no event of S3 has; ${meant}`]
      : [];
  });
}

/** The patterns of the key, also those in branches. */
function keysIn(when: unknown): readonly unknown[] {
  const key = field(field(field(when, "detail"), "object"), "key");
  const branches = field(when, "$or");
  return [...listed(key), ...listed(branches).flatMap(keysIn)];
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function doubtAbout(pattern: unknown): readonly string[] {
  const exact = typeof pattern === "string" ? pattern : undefined;
  const prefix = textField(pattern, "prefix");
  const suffix = textField(pattern, "suffix");
  const wildcard = textField(pattern, "wildcard");
  const written = exact ?? prefix ?? suffix ?? wildcard;
  if (written === undefined) return [];
  const said = JSON.stringify(pattern);
  if (wildcard === undefined && written.includes("*")) {
    const meant = `${suffix === undefined ? "" : "*"}${written}${prefix === undefined ? "" : "*"}`;
    const instead = JSON.stringify({ wildcard: meant.replaceAll(/\*{2,}/g, "*") });
    return [
      `a key with the sign "*" in its name: ${said}. If "*" stands for any text, write ${instead}.`,
    ];
  }
  const begins = suffix === undefined ? /^(?:s3:\/\/|\/)/i.exec(written)?.[0] : undefined;
  if (begins !== undefined) {
    return [
      `a key that begins with "${begins}": ${said}. Keys seldom do: they begin with the first folder, without the bucket.`,
    ];
  }
  if (/%[0-9a-f]{2}/i.test(written)) {
    return [
      `a key with "%" in its name: ${said}. Patterns see keys decoded: write a space as a space.`,
    ];
  }
  return [];
}

/** `${key}`, as in a shell or a script. */
function shellPlaces(parameters: unknown): readonly string[] {
  if (!isObject(parameters)) return [];
  return Object.entries(parameters).flatMap(([name, template]) => {
    const place = /\$(\{[^{}]+\})/.exec(typeof template === "string" ? template : "")?.[1];
    if (place === undefined) return [];
    return [
      `the parameter ${JSON.stringify(name)} has a "$" before ${place}, which the flow gets too. Write ${place} alone if it is not meant.`,
    ];
  });
}
