import type { JsonObject } from "../../../shared/json.ts";
import type { Chance } from "../../virtual/chance.ts";

/** Folders with what names of lanes may be made of. */
export const FOLDERS = ["a", "a/Ü #1", "b", "b/📦", "c/1", "c/2"] as const;
export const FILES = ["x", "y", "z.csv"] as const;

/** Routes of every kind, some of which are there. */
export function drawRoutes(chance: Chance): string {
  const keys = (...prefixes: readonly string[]) => ({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { object: { key: prefixes.map(prefix => ({ prefix })) } },
  });
  const file = { file: "s3://{bucket}/{key}" };
  const routes = [
    { name: "plain", when: keys("a/"), flow: 11, parameters: file },
    { name: "strict", when: keys("a/", "b/"), flow: 12, parameters: file, afterFailure: "hold" },
    { name: "shares the lane", when: keys("b/"), flow: 12, batch: {} },
    {
      name: "bätch 📦",
      when: keys("b/"),
      flow: 13,
      batch: chance.pick<JsonObject>([
        {},
        { quiet: "30s", most: 3 },
        { every: "5m" },
        { keep: "last" },
        { by: "{dirname}", quiet: "1m" },
      ]),
    },
    {
      name: "set",
      when: keys("c/"),
      flow: 14,
      batch: { all: ["x", "y"], by: "{dirname}", longest: "10m" },
    },
    { name: "once", when: keys("a/", "c/"), flow: 15, once: "{dirname}", lane: "{dirname}" },
    {
      name: "any event",
      when: { source: ["aws.s3"], detail: { object: { key: [{ prefix: "b/" }] } } },
      flow: 16,
      parameters: { what: "{detail-type}" },
    },
  ];
  const some = routes.filter(() => chance.likely(0.5));
  return JSON.stringify(some.length === 0 ? routes : some);
}
