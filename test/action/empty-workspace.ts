import type { Workspace } from "../../action/runner/workspace.ts";
import { UserError } from "../../shared/user-error.ts";

/** A workspace without files, that takes every path to write to. */
export const emptyWorkspace: Workspace = {
  readText(path, input) {
    throw new UserError(`${input}: "${path}" is not there.`);
  },
  checkTarget: () => undefined,
  writeText: () => undefined,
};
