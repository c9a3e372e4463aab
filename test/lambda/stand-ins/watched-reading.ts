import type { Place, Reading } from "../../../lambda/events/reading.ts";

/** Reads every value as `reading`, and keeps where each one stood. */
export function watched(reading: Reading) {
  const seen: { readonly value: unknown; readonly place: Place }[] = [];
  return {
    seen,
    inner: (value: unknown, inPlace: Place): Reading => {
      seen.push({ value, place: inPlace });
      return reading;
    },
  };
}
