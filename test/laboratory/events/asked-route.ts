import type { IfRunning } from "../../../shared/run/if-running.ts";
import { type Pattern, whenOf } from "./match-pattern.ts";

/** A route as the pages describe it, in the words in which it is judged. */
export interface AskedRoute {
  readonly name: string;
  readonly pattern: Pattern;
  readonly flow: number;
  readonly parameters: ReadonlyMap<string, Template>;
  readonly accept?: string | Readonly<Record<string, string>>;
  readonly once?: Template;
  readonly lane?: Template;
  readonly by?: Template;
  /** The rest, as written. */
  readonly batch?: Readonly<Record<string, unknown>>;
  readonly ifRunning?: IfRunning;
  readonly timeout?: string;
  readonly failOnWarning?: boolean;
  readonly afterFailure?: "continue" | "hold";
  readonly includeFolders?: boolean;
  readonly includeEmpty?: boolean;
}

/** Text, and places by their name. */
export type Template = readonly (string | { readonly place: string })[];

/** The routes as their file has them. */
export function routesText(routes: readonly AskedRoute[]): string {
  return JSON.stringify({ routes: routes.map(routeOf) });
}

function routeOf(route: AskedRoute): object {
  const { pattern, parameters, once, lane, by, batch, ...others } = route;
  return {
    ...others,
    when: whenOf(pattern),
    parameters: Object.fromEntries(
      [...parameters].map(([name, template]) => [name, templateText(template)]),
    ),
    ...(once !== undefined && { once: templateText(once) }),
    ...(lane !== undefined && { lane: templateText(lane) }),
    ...(batch !== undefined && {
      batch: { ...batch, ...(by !== undefined && { by: templateText(by) }) },
    }),
  };
}

function templateText(template: Template): string {
  return template
    .map(part => (typeof part === "string" ? part.replace(/[{}]/g, "$&$&") : `{${part.place}}`))
    .join("");
}
