import { UserError } from "../../shared/user-error.ts";
import type { Route } from "./route.ts";
import type { Routes } from "./routes.ts";

/** A setting of the dispatcher without which a route cannot do what it says. */
export interface RouteNeed {
  readonly setting: "ETLWORKS_LEDGER" | "ETLWORKS_MANIFESTS";
  /** Where the routes ask for it, such as `routes[2].batch`. */
  readonly path: string;
}

/** All that the routes need beside what every dispatcher has. */
export function needsOf({ list }: Routes): readonly RouteNeed[] {
  return list.flatMap((route, index) => needsOfRoute(route, `routes[${index}]`));
}

/** Throws one UserError that names each route which needs a setting that is missing. */
export function refuseUnmetNeeds(
  routes: Routes,
  isSet: (setting: RouteNeed["setting"]) => boolean,
): void {
  const lines = needsOf(routes)
    .filter(({ setting }) => !isSet(setting))
    .map(({ setting, path }) => `- ${path}: needs ${WHAT[setting]}; set ${setting}, or remove it`);
  if (lines.length > 0) throw new UserError(`The routes are refused:\n${lines.join("\n")}`);
}

const WHAT = {
  ETLWORKS_LEDGER: "the ledger table, in which events wait for their run",
  ETLWORKS_MANIFESTS: "a place in S3 for manifests",
} as const;

function needsOfRoute(route: Route, path: string): readonly RouteNeed[] {
  const needs: RouteNeed[] = [];
  const ledger = (name: string) =>
    needs.push({ setting: "ETLWORKS_LEDGER", path: `${path}.${name}` });
  if (route.batch !== undefined) ledger("batch");
  // Without lanes nothing keeps an order, and nothing could hold.
  if (route.lane !== undefined) ledger("lane");
  if (route.afterFailure === "hold") ledger("afterFailure");
  for (const [name, { batchPlaces }] of route.parameters) {
    if (batchPlaces.includes("manifest")) {
      needs.push({ setting: "ETLWORKS_MANIFESTS", path: `${path}.parameters.${name}` });
    }
  }
  return needs;
}
