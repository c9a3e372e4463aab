import type { Chance } from "../../virtual/chance.ts";
import type { StoredObject } from "./stored-objects.ts";
import { Digits, type Members, type Written } from "./written.ts";

/** Few of each, so that events meet routes and copies meet each other. */
export const BUCKETS = ["landing", "archive"] as const;
const FOLDERS = ["", "in/", "in/2026/", "ä ö/", "a+b/", "50%/", "{key}/"] as const;
const NAMES = [
  "orders.csv",
  "Orders.CSV",
  "_SUCCESS",
  "a b+c.csv",
  "ü%20é.csv",
  "😀.json",
  "x.tar.gz",
  "{bucket}}.csv",
  "__proto__",
  "it's.csv",
  "a|v1.csv",
  'b\\"\n.csv',
  "%zz%41.csv",
  ".hidden",
  `${"long".repeat(200)}.csv`,
] as const;
export const IPS = ["10.0.0.7", "10.0.1.200", "2001:db8::17"] as const;
const VERSIONS = ["v1", "v2", "v|1", "null"] as const;
const SEQUENCERS = ["0055AED6DCD90281E5", "0055AED6DCD90281E6"] as const;
export const SOURCES = ["com.example.shop", "aws.events"] as const;
export const TYPES = ["Order Placed", "Scheduled Event"] as const;
export const KIND_TEXTS = [
  "order",
  "ORDER",
  "Größe",
  "a/b",
  "",
  "%2F",
  "__proto__",
  "a",
  "-",
  "a-",
  "|",
  "{kind}",
  "12",
] as const;
/** Of an event; routes may not ask for `__proto__`. */
export const MEMBERS = ["kind", "constructor", "a b"] as const;
const EPOCH_MS = Date.UTC(2026, 4, 9, 10);

export function drawKey(chance: Chance): string {
  if (chance.likely(0.07)) return `${chance.pick(FOLDERS)}sub/`;
  return `${chance.pick(FOLDERS)}${chance.pick(NAMES)}`;
}

export function drawObject(chance: Chance): StoredObject {
  const kind = chance.pick<StoredObject["kind"]>([
    "put",
    "put",
    "put",
    "copy",
    "upload",
    "deleted",
    "marked",
    "expired",
    "tagged",
    "untagged",
    "shared",
    "thawing",
  ]);
  const isMade = kind === "put" || kind === "copy" || kind === "upload";
  const isGone = kind === "deleted" || kind === "marked" || kind === "expired";
  const key = drawKey(chance);
  const versioned = chance.likely(0.5) || kind === "marked";
  return {
    bucket: chance.pick(BUCKETS),
    key,
    kind,
    ...(!isGone && {
      ...(isMade && {
        size: chance.likely(key.endsWith("/") ? 0.8 : 0.2)
          ? 0
          : chance.pick([1, 9, 1024, 5_000_000_000]),
      }),
      etag: chance.pick(["d41d8cd98f00b204e9800998ecf8427e", "e1"]),
    }),
    ...(versioned && { version: chance.pick(VERSIONS) }),
    // Of a changed object S3 tells none.
    ...((isGone || (isMade && chance.likely(0.9))) && { sequencer: chance.pick(SEQUENCERS) }),
    requestId: `R${chance.whole(1, 9)}`,
    at: EPOCH_MS + chance.whole(0, 3_000),
    ip: chance.pick(IPS),
    eventId: `e${chance.whole(1, 1_000_000)}`,
  };
}

/** Numbers that JSON keeps and such that it does not. */
const AMOUNTS = [
  "0",
  "7",
  "1.50",
  "12345678901234",
  "0.1234567890123456789",
  "9007199254740993",
  "1e400",
  "1e-400",
  "-3.25",
  "1e3",
] as const;

/** Members of an event that somebody made, among them some that a program could trip over. */
export function drawMembers(chance: Chance, exact = true): Members {
  const members: [string, Written][] = [];
  for (const name of [...MEMBERS, "__proto__"]) {
    if (chance.likely(0.6)) members.push([name, chance.pick(KIND_TEXTS)]);
  }
  if (chance.likely(0.6))
    members.push(["total", new Digits(chance.pick(["0", "5", "10", "99.5"]))]);
  const amounts: readonly [string, ...string[]] = exact ? AMOUNTS : ["0", "7", "1.50", "-3.25"];
  if (chance.likely(0.4)) members.push(["amount", new Digits(chance.pick(amounts))]);
  if (chance.likely(0.4)) members.push(["flag", chance.pick([true, false, null])]);
  if (chance.likely(0.3))
    members.push(["tags", [chance.pick(KIND_TEXTS), chance.pick(KIND_TEXTS)]]);
  return Object.fromEntries(members);
}
