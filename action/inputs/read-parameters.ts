import { UserError } from "../../shared/user-error.ts";
import type { Workspace } from "../runner/workspace.ts";
import { warningsOfNames } from "./parameter-warnings.ts";
import {
  emptyParameters,
  mergeParameters,
  parseParameters,
  type ReadParameters,
} from "./parameters.ts";
import { attempt } from "./read-all.ts";
import type { InputSource } from "./read-input.ts";

/** The parameters of `parameters-file`, and over them those of `parameters`. */
export function readParameters(source: InputSource, workspace: Workspace): ReadParameters {
  const path = source.optional("parameters-file");
  const problems: string[] = [];
  const given = attempt(problems, () => parseParameters(source.untrimmed("parameters")));
  const filed = attempt(problems, () => {
    if (path === "") return { parameters: {}, warnings: [] };
    return parseParameters(workspace.readText(path, "parameters-file"), "parameters-file");
  });
  if (given === undefined || filed === undefined) throw new UserError(problems.join("\n"));
  const parameters = mergeParameters(filed.parameters, given.parameters);
  return {
    parameters,
    warnings: [
      ...given.warnings,
      ...filed.warnings,
      ...warningsOfNames(parameters),
      ...emptyWarning(emptyParameters(parameters)),
    ],
  };
}

const MAX_NAMED = 20;

/** Also for the parameters of one flow of several: `where` says of which. */
export function emptyWarning(empty: readonly string[], where = ""): string[] {
  const [first] = empty;
  if (first === undefined) return [];
  const more = empty.length > MAX_NAMED ? ` and ${empty.length - MAX_NAMED} more` : "";
  const names = `${empty
    .slice(0, MAX_NAMED)
    .map(name => `"${name}"`)
    .join(", ")}${more}`;
  return [
    `${where}Empty parameter ${names}: Etlworks skips empty values, so the flow will see the literal text {${first}}.`,
  ];
}
