/**
 * A point in time from the server, in milliseconds since 1970. The only place that decides on
 * units: milliseconds are documented; seconds, microseconds and nanoseconds are told apart by their
 * size, as a number or as digits in quotes, and ISO 8601 is read with and without a zone (UTC).
 * Zero and less mean "not set".
 */
export function parseServerTime(value: unknown): number | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return /^\d{1,20}(?:\.\d{1,20})?$/.test(text) ? fromNumber(Number(text)) : fromDate(text);
}

/** Today is 1.8e9 s, 1.8e12 ms, 1.8e15 µs, 1.8e18 ns; the limits lie in 1973 and in 5138. */
function fromNumber(time: number): number | undefined {
  if (!Number.isFinite(time) || time <= 0) return undefined;
  if (time < 1e11) return Math.round(time * 1e3);
  if (time < 1e14) return Math.round(time);
  if (time < 1e17) return Math.round(time / 1e3);
  return time < 1e20 ? Math.round(time / 1e6) : undefined;
}

/** Year, month, day, time, fraction, zone; a name of the zone behind it says nothing new. */
const ISO =
  /^(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/+-]{1,64}\])?)?$/i;

function fromDate(text: string): number | undefined {
  const parts = ISO.exec(text);
  // Without a zone `Date.parse` would take this machine's, which says nothing about the server.
  const iso = parts === null ? httpDate(text) : canonical(parts);
  const time = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isFinite(time) && time > 0 ? time : undefined;
}

function canonical([, day, time = "00:00", seconds = "00", fraction = "0", zone = "Z"]: string[]) {
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const offset = /^[zug]/i.test(zone)
    ? "Z"
    : zone.replace(/^(...):?(..)?$/, (_all, hours, minutes = "00") => `${hours}:${minutes}`);
  return `${day}T${time}:${seconds}.${milliseconds}${offset}`;
}

function httpDate(text: string): string | undefined {
  return /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
    ? text
    : undefined;
}
