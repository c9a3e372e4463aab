import { UserError } from "../../shared/user-error.ts";

/** For each property of the result, how it is read. */
export type Readers<Result, Source> = {
  readonly [Name in keyof Result]: (source: Source) => Result[Name];
};

/**
 * Reads everything, also after something was wrong, and throws one UserError with all sentences,
 * each once. `check` may add what is wrong about several properties together.
 */
export function readAll<Result extends object, Source>(
  readers: Readers<Result, Source>,
  source: Source,
  check: (problems: string[]) => void,
): Result {
  const problems: string[] = [];
  const values: Partial<Result> = {};
  for (const name in readers) {
    const value = attempt(problems, () => ({ read: readers[name](source) }));
    if (value !== undefined) values[name] = value.read;
  }
  check(problems);
  if (problems.length > 0 || !isWhole(values, readers)) {
    throw new UserError([...new Set(problems)].join("\n"));
  }
  return values;
}

/** What is read, or `undefined` where something is wrong with it: then that is one more of the problems. */
export function attempt<Value>(problems: string[], read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.message.split("\n"));
    return undefined;
  }
}

function isWhole<Result extends object>(
  values: Partial<Result>,
  readers: object,
): values is Result {
  return Object.keys(readers).every(name => Object.hasOwn(values, name));
}
