/** As the Action demands it of names: Etlworks could not find the token of another. */
export function isParameterName(name: string): boolean {
  return /^[^\s{}\p{C}\p{Default_Ignorable_Code_Point}]+$/u.test(name);
}

/** What must be true of a name, for the sentence that refuses another. */
export const PARAMETER_NAME_RULE =
  "must have a name without spaces, braces or invisible characters";
