import { isObject } from "../shared/json.ts";
import { field } from "../shared/json-fields.ts";

/** What the rule of lambda/template.yaml lets through: the parameters `Buckets` and `DetailTypes`. */
export interface Delivered {
  readonly buckets: readonly string[];
  readonly detailTypes: readonly string[];
}

/**
 * What routes wait for and the template's rule holds back, a sentence each. Only plain names are
 * compared. It need not be a mistake: events may come another way, such as a queue of their own.
 */
export function undelivered(routes: unknown, delivered: Delivered): readonly string[] {
  const list = isObject(routes) ? routes["routes"] : routes;
  return Array.isArray(list) ? list.flatMap(route => undeliveredTo(route, delivered)) : [];
}

function undeliveredTo(route: unknown, { buckets, detailTypes }: Delivered): readonly string[] {
  const when = field(route, "when");
  if (!plainNames(field(when, "source")).includes("aws.s3")) return [];
  const waitsFor = (kind: string, wanted: unknown, setting: string, through: readonly string[]) =>
    plainNames(wanted)
      .filter(name => !through.includes(name))
      .map(
        name =>
          `Route ${JSON.stringify(field(route, "name"))} waits for the ${kind} ${JSON.stringify(name)}, which ${setting} does not let through. Add it there, unless these events come another way.`,
      );
  const bucket = field(field(field(when, "detail"), "bucket"), "name");
  return [
    ...waitsFor("detail type", field(when, "detail-type"), "DETAIL_TYPES", detailTypes),
    ...waitsFor("bucket", bucket, "BUCKETS", buckets),
  ];
}

function plainNames(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === "string") : [];
}
