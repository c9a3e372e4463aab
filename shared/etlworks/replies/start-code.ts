/**
 * What the code in the answer to a start says of a run: one has begun (0 started, 4 ended already),
 * another is in the way, or there is none. Any other code says nothing.
 */
export const START_CODES: Readonly<Record<string, "begun" | "busy" | "no run">> = {
  "0": "begun",
  "1": "busy",
  "2": "no run",
  "3": "no run",
  "4": "begun",
  "5": "no run",
};
