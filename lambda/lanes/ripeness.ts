import type { BatchRule } from "../decision.ts";
import type { Ticket } from "./ledger/ledger-contents.ts";

/** What can be done with what waits in a lane. */
export type Ripeness =
  /** These share a run. */
  | { readonly kind: "ripe"; readonly members: readonly Ticket[] }
  /** These have waited long enough for the others of their set, which did not come. */
  | {
      readonly kind: "incomplete";
      readonly members: readonly Ticket[];
      readonly missing: readonly string[];
    }
  /** Nothing can be ripe before `at`, unless something new comes. */
  | {
      readonly kind: "later";
      readonly at: number;
      /** The first number with which a group that waits can be full before that. */
      readonly full?: number;
      /** Every number up to this one is known; what is missing above it may still come. */
      readonly seen: number;
    }
  /** Nothing waits. */
  | { readonly kind: "empty" }
  /** Only tickets that were not given can tell. */
  | { readonly kind: "unknown" };

export interface Waiting {
  /** By number. What lies in the open batch is not among them. */
  readonly tickets: readonly Ticket[];
  /** Whether these are all, and not the first of more. */
  readonly complete: boolean;
  /** When the last run of a route began. */
  readonly begins: Readonly<Record<string, number>>;
  readonly now: number;
}

/**
 * Which batch is ripe: of all groups that are ripe, the one whose first event came first.
 *
 * A group is what may share a run: the events of one route with the same `by`. An event of a route
 * without a batch rule is a group of its own, ripe at once.
 */
export function ripen({ tickets, complete, begins, now }: Waiting): Ripeness {
  if (tickets.length === 0) return complete ? { kind: "empty" } : { kind: "unknown" };
  let at = Number.POSITIVE_INFINITY;
  let full = Number.POSITIVE_INFINITY;
  const seen = seenNumber(tickets, now);
  for (const group of groupsOf(tickets)) {
    const found = ripenGroup(group, complete, begins, now);
    if (found.kind !== "later") return found;
    at = Math.min(at, found.at);
    if (found.lacks !== undefined) full = Math.min(full, seen + Math.max(1, found.lacks));
  }
  // A group of another route, which waits for nothing, may stand on a later page.
  if (!complete) return { kind: "unknown" };
  return { kind: "later", at, seen, ...(Number.isFinite(full) && { full }) };
}

type GroupRipeness =
  | Extract<Ripeness, { kind: "ripe" | "incomplete" | "unknown" }>
  | { readonly kind: "later"; readonly at: number; readonly lacks?: number };

interface Group {
  readonly rule: BatchRule | undefined;
  readonly route: string;
  readonly tickets: readonly Ticket[];
}

/** In the order of their first events. The newest event has the route's newest rule. */
function groupsOf(tickets: readonly Ticket[]): readonly Group[] {
  const groups = Map.groupBy(tickets, groupName);
  return [...groups.values()].map(members => ({
    rule: members.at(-1)?.rule,
    route: members[0]?.route ?? "",
    tickets: members,
  }));
}

function groupName({ route, by, rule, seq, round }: Ticket): string {
  return JSON.stringify(rule === undefined ? [seq, round] : [route, by]);
}

function ripenGroup(
  { rule, route, tickets }: Group,
  complete: boolean,
  begins: Readonly<Record<string, number>>,
  now: number,
): GroupRipeness {
  if (rule === undefined) return { kind: "ripe", members: tickets };
  const { quietMs, longestMs, everyMs } = rule;
  const most = Math.max(1, rule.most);
  const members = tickets.slice(0, most);
  const isFull = tickets.length >= most;
  // An older group may be full with tickets that nobody has shown us.
  if (!isFull && !complete) return { kind: "unknown" };

  const times = members.map(ticket => ticket.at);
  const longest = Math.min(...times) + longestMs;
  const missing = missingOf(rule.all ?? [], members);
  if (missing.length > 0) {
    // A full batch has no place for what is missing.
    if (isFull || now >= longest) return { kind: "incomplete", members, missing };
    return { kind: "later", at: longest };
  }
  const earliest = allowedAt(begins[route], everyMs, now);
  const quiet = rule.all === undefined ? Math.max(...times) + quietMs : now;
  const ripeAt = isFull ? now : Math.min(quiet, longest);
  const at = Math.max(ripeAt, earliest);
  if (now >= at) return { kind: "ripe", members };
  // Being full helps only where it is not the route that must wait.
  return earliest >= ripeAt
    ? { kind: "later", at }
    : { kind: "later", at, lacks: most - tickets.length };
}

/** A clock that was wrong when the last run began must not stop the route for longer than its rule. */
function allowedAt(lastStartedAt: number | undefined, everyMs: number, now: number): number {
  if (lastStartedAt === undefined || everyMs === 0) return 0;
  return Math.min(lastStartedAt, now) + everyMs;
}

function missingOf(all: readonly string[], tickets: readonly Ticket[]): readonly string[] {
  return all.filter(name => {
    const matches = matcherOf(name);
    return !tickets.some(({ file }) => matches(file));
  });
}

/** A file's name, or a pattern in which `*` stands for any text. */
export function matcherOf(name: string): (file: string) => boolean {
  const parts = name.split("*");
  const [start = "", ...rest] = parts;
  const end = rest.pop();
  if (end === undefined) return file => file === name;
  return file => {
    if (file.length < start.length + end.length) return false;
    if (!file.startsWith(start) || !file.endsWith(end)) return false;
    let from = start.length;
    const until = file.length - end.length;
    for (const part of rest) {
      const found = file.indexOf(part, from);
      if (found < 0 || found + part.length > until) return false;
      from = found + part.length;
    }
    return true;
  };
}

/** Numbers below this many of the last are gaps: dispatchers take them in order and write in any. */
const RECENT_NUMBERS = 50;

/** Whoever took a number and has not written its ticket by then is slow or dead. */
const LATE_MS = 10_000;

/**
 * The number before the first one that may still come. A number that nobody used, such as a
 * duplicate's or one of an earlier batch, must not count as such for long: with each event that
 * comes, it would wake a lane whose batch is not full.
 */
function seenNumber(tickets: readonly Ticket[], now: number): number {
  const last = tickets.at(-1)?.seq ?? 0;
  let seen = last;
  // Backwards: a number was taken before the next one that has a ticket.
  for (let place = tickets.length - 1; place >= 0; place -= 1) {
    const ticket = tickets[place];
    if (ticket === undefined || ticket.at <= now - LATE_MS) break;
    const before = tickets[place - 1]?.seq ?? 0;
    if (ticket.seq <= last - RECENT_NUMBERS) break;
    if (before < ticket.seq - 1) seen = Math.max(before, last - RECENT_NUMBERS);
  }
  return seen;
}

/** What one event means for a lane that sleeps: when it can make something ripe by itself. */
export function ripeWith(
  ticket: Pick<Ticket, "at" | "route" | "rule">,
  begins: Readonly<Record<string, number>>,
): number {
  const { rule, at, route } = ticket;
  if (rule === undefined || rule.all !== undefined) return at;
  const { quietMs, longestMs, everyMs, most } = rule;
  const waits = most <= 1 ? 0 : Math.min(quietMs, longestMs);
  return Math.max(at + waits, allowedAt(begins[route], everyMs, at));
}

/** Between two looks at a lane that is not ripe. */
export const MIN_LOOK_GAP_MS = 4_000;
