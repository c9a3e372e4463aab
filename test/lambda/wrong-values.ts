/** What no count is. */
export const NO_COUNTS = [undefined, null, "1", -1, 1.5, Number.NaN, 2 ** 53, Infinity, true];
export const NO_TEXTS = [undefined, null, "", 1, ["a"], {}];
export const NO_OBJECTS = [undefined, null, "a", 1, true, ["a"]];
