import { messageOf } from "../shared/thrown.ts";
import { UserError } from "../shared/user-error.ts";

/**
 * A part of a function that lies in a file of its own: loaded with the first call, and kept. What
 * failed is not kept, so that a process whose disk had a bad moment is not broken until AWS ends it.
 */
export function lazyPart<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let part: Promise<Part> | undefined;
  return () => {
    part ??= loadPart(load).catch((error: unknown) => {
      part = undefined;
      throw error;
    });
    return part;
  };
}

/** The same, once: for what is needed one time only. */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (error) {
    throw new UserError(
      `A file of the function could not be loaded (${messageOf(error)}). Deploy all files of dist/lambda of one release, in one folder.`,
    );
  }
}
