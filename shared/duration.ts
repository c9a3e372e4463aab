/** The longest duration we accept: one year, as long as AWS lets a durable execution live. */
const MAX_MS = 366 * 24 * 3_600_000;

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

const FORM = /^(?:(?<d>\d{1,9})d)?(?:(?<h>\d{1,9})h)?(?:(?<m>\d{1,9})m)?(?:(?<s>\d{1,9})s)?$/;

/**
 * Reads `90s`, `30m`, `1h30m`, `2d`, units from large to small, each at most once, and `0`. Returns
 * milliseconds, or `undefined` when the text is not such a duration or is over a year. A number
 * without a unit is none: beside settings in seconds and others in minutes it says two things.
 */
export function parseDuration(text: string): number | undefined {
  if (/^0{1,9}$/.test(text)) return 0;
  const parts = FORM.exec(text)?.groups;
  if (text === "" || parts === undefined) return undefined;
  let total = 0;
  for (const [unit, size] of Object.entries(UNIT_MS)) total += Number(parts[unit] ?? 0) * size;
  return total <= MAX_MS ? total : undefined;
}

/** For a number without a unit, what is wrong with it and how to write it; else `undefined`. */
export function whyNoUnit(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return undefined;
  return /^\d{1,9}$/.test(text) && parseDuration(text) === undefined
    ? `"${text}" has no unit. Did you mean ${text}s or ${text}m?`
    : undefined;
}

/** What a duration input accepts, for error sentences. */
export const DURATION_FORMS = "a duration such as 90s, 30m, 1h30m, or 0";

/** Writes milliseconds for people: `4s`, `1m 05s`, `2h 03m`, `3d 04h`. To the nearest second. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days}d ${twoDigits(hours % 24)}h`;
  if (hours > 0) return `${hours}h ${twoDigits(minutes % 60)}m`;
  if (minutes > 0) return `${minutes}m ${twoDigits(seconds % 60)}s`;
  return `${seconds}s`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
