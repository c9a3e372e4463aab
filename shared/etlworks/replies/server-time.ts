/**
 * A point in time from the server, in milliseconds since 1970. The only place that decides on units
 * and forms: milliseconds are documented; seconds, microseconds and nanoseconds are told apart by
 * their size, as a number or as digits in quotes. ISO 8601 and what Java's writers make of a date
 * are read with and without a zone (UTC). Zero and less mean "not set".
 */
export function parseServerTime(value: unknown): number | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (Array.isArray(value)) return fromParts(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return NUMBER.test(text) ? fromNumber(Number(text)) : parseDate(text);
}

/** A date as text, of a body or of a header. */
export function parseDate(text: string): number | undefined {
  const date = fromIso(text) ?? fromWords(text);
  if (date === undefined) return undefined;
  // Without a zone `Date.parse` would take this machine's, which says nothing about the server.
  const time = Date.parse(`${date.local}${zoneOf(date.zone)}`);
  return Number.isFinite(time) && time > 0 ? time : undefined;
}

/** A local time of a server somewhere: what two of them differ by is right, when they were is not. */
export function isLocalTime(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  if (typeof value !== "string" || NUMBER.test(value.trim())) return false;
  const text = value.trim();
  return (fromIso(text) ?? fromWords(text))?.zone === undefined;
}

interface WrittenDate {
  /** ISO 8601 up to the milliseconds. */
  readonly local: string;
  readonly zone: string | undefined;
}

const NUMBER = /^\d{1,20}(?:\.\d{1,20})?(?:E\d{1,2})?$/i;

/** Today is 1.8e9 s, 1.8e12 ms, 1.8e15 µs, 1.8e18 ns; the limits lie in 1973 and in 5138. */
function fromNumber(time: number): number | undefined {
  if (!Number.isFinite(time) || time <= 0) return undefined;
  if (time < 1e11) return Math.round(time * 1e3);
  if (time < 1e14) return Math.round(time);
  if (time < 1e17) return Math.round(time / 1e3);
  return time < 1e20 ? Math.round(time / 1e6) : undefined;
}

/** Year, month, day, hours, minutes, and mostly seconds and nanoseconds: how Jackson writes a local time. */
function fromParts(parts: readonly unknown[]): number | undefined {
  const numbers = parts.filter(part => Number.isSafeInteger(part)).map(Number);
  if (numbers.length !== parts.length || parts.length < 5 || parts.length > 7) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0, nanos = 0] = numbers;
  const date = [String(year), twoDigits(month), twoDigits(day)].join("-");
  const time = [hours, minutes, seconds].map(twoDigits).join(":");
  return parseDate(`${date}T${time}.${String(nanos).padStart(9, "0")}Z`);
}

/** Year, month, day, time, fraction, zone; a name of the zone behind it says nothing new. */
const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,20}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/+-]{1,64}\])?)?$/i;

function fromIso(text: string): WrittenDate | undefined {
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hours = "00", minutes = "00", seconds = "00", fraction, zone] = parts;
  const milliseconds = (fraction ?? "").slice(0, 3).padEnd(3, "0");
  return { local: `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${milliseconds}`, zone };
}

function zoneOf(zone = "Z"): string {
  const parts = /^([+-]\d\d):?(\d\d)?$/.exec(zone);
  return parts === null ? "Z" : `${parts[1]}:${parts[2] ?? "00"}`;
}

/**
 * With the month as a word, in the order in which the groups are named: of HTTP and mail (`Fri, 27
 * Nov 2026 12:01:00 GMT`), of C and Java (`Fri Nov 27 12:01:00 UTC 2026`), of Gson (`Nov 27, 2026,
 * 12:01:00 PM`).
 */
const IN_WORDS: readonly RegExp[] = [
  /^(?:[a-z]{3,9}, ?)?(?<day>\d{1,2})[ -](?<month>[a-z]{3})[ -](?<year>\d{4}|\d\d) (?<hours>\d\d):(?<rest>\d\d:\d\d) (?<zone>GMT|UTC|Z|[+-]\d\d:?\d\d)$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) {1,2}(?<day>\d{1,2}) (?<hours>\d\d):(?<rest>\d\d:\d\d) (?:(?<zone>GMT|UTC|Z) )?(?<year>\d{4})$/i,
  /^(?<month>[a-z]{3}) (?<day>\d{1,2}), (?<year>\d{4}),? (?<hours>\d{1,2}):(?<rest>\d\d:\d\d)\s(?<half>[AP]M)$/i,
];

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

function fromWords(text: string): WrittenDate | undefined {
  const found = IN_WORDS.map(form => form.exec(text)?.groups).find(groups => groups !== undefined);
  if (found === undefined) return undefined;
  const { day = "", month = "", year = "", hours = "", rest = "", zone, half } = found;
  const index = MONTHS.indexOf(month.toLowerCase());
  if (index < 0) return undefined;
  const whole = year.length === 2 ? `20${year}` : year;
  const date = `${whole}-${twoDigits(index + 1)}-${day.padStart(2, "0")}`;
  const afternoon = half?.toLowerCase() === "pm" ? 12 : 0;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + afternoon;
  return { local: `${date}T${twoDigits(hour)}:${rest}.000`, zone };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
