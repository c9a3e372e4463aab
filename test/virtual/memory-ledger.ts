import {
  type BatchChange,
  type HeadChange,
  type Ledger,
  MAX_DELETED,
  MAX_DROPPED,
  MAX_READ,
  type WantedEntries,
} from "../../lambda/lanes/ledger/ledger.ts";
import {
  type Batch,
  type Counter,
  type Entry,
  type Head,
  NEW_HEAD,
  type Ticket,
} from "../../lambda/lanes/ledger/ledger-contents.ts";
import {
  compareMembers,
  isWaiting,
  memberText,
  ticketOf,
} from "../../lambda/lanes/ledger/ticket.ts";

/** What lies in a ledger of maps, for those who look at it from outside. */
export interface MemoryTable {
  readonly entries: Map<string, Entry>;
  readonly lanes: Map<string, MemoryLane>;
}

export interface MemoryLane {
  counter: Counter | undefined;
  listed: boolean;
  head: Head;
  readonly tickets: Map<string, Ticket>;
  readonly batches: Map<number, Batch>;
}

export interface MemoryLedgerOptions {
  /** Tickets, lanes and entries on one page; small, so that pages are tried. */
  readonly pageSize?: number;
  /** Whether the table leaves a ticket of a deletion where it is, as it does under load. */
  readonly leavesTicket?: () => boolean;
}

/** The ledger over maps: each call takes effect at one moment, as an operation on the table does. */
export function createMemoryLedger(options: MemoryLedgerOptions = {}): {
  readonly ledger: Ledger;
  readonly table: MemoryTable;
} {
  const { pageSize = 100, leavesTicket = () => false } = options;
  const table: MemoryTable = { entries: new Map(), lanes: new Map() };

  const laneOf = (lane: string): MemoryLane => {
    const known = table.lanes.get(lane);
    if (known !== undefined) return known;
    const added: MemoryLane = {
      counter: undefined,
      listed: false,
      head: NEW_HEAD,
      tickets: new Map(),
      batches: new Map(),
    };
    table.lanes.set(lane, added);
    return added;
  };

  const changeHead = (
    lane: string,
    allowed: (head: Head) => boolean,
    change: (head: Head) => Omit<Head, "rev">,
  ): HeadChange => {
    const held = laneOf(lane);
    if (!allowed(held.head)) return { kind: "refused", head: held.head };
    held.head = { ...change(held.head), rev: held.head.rev + 1 };
    return { kind: "done", head: held.head };
  };

  const changeBatch = (
    lane: string,
    id: number,
    allowed: (batch: Batch) => boolean,
    change: Partial<Batch>,
  ): BatchChange => {
    const { batches } = laneOf(lane);
    const batch = batches.get(id);
    if (batch === undefined || !allowed(batch)) return { kind: "refused", batch };
    batches.set(id, { ...batch, ...change });
    return { kind: "done" };
  };

  const ledger: Ledger = {
    async takeNumbers(lane, count, at) {
      const held = laneOf(lane);
      const before = held.counter?.next ?? 0;
      held.counter = { next: before + count, at };
      held.listed = true;
      return { first: before + 1 };
    },
    async putEntry(entry) {
      const { decision, seq, at } = entry;
      const known = table.entries.get(decision.identity);
      if (known !== undefined) return { kind: "known", entry: known };
      const { identity, lane } = decision;
      table.entries.set(identity, {
        identity,
        lane,
        seq,
        round: 1,
        at,
        decision,
        state: "waiting",
      });
      const ticket = ticketOf(entry);
      laneOf(lane).tickets.set(memberText(ticket), ticket);
      return { kind: "written" };
    },

    readHead: async lane => laneOf(lane).head,
    claim: async (lane, rev, open) =>
      changeHead(
        lane,
        head => head.rev === rev,
        head => ({ ...without(head, "sleep"), open, nb: open.id + 1 }),
      ),
    fallAsleep: async (lane, rev, sleep) =>
      changeHead(
        lane,
        head => head.rev === rev,
        head => ({ ...head, sleep }),
      ),
    raise: async (lane, gen, rev) =>
      changeHead(
        lane,
        head => head.gen === gen && (rev === undefined || head.rev === rev),
        head => ({ ...without(head, "sleep"), gen: gen + 1 }),
      ),
    close: async (lane, batch, { hold, began }) =>
      changeHead(
        lane,
        head => head.open?.id === batch,
        head => ({
          ...without(head, "open"),
          ...(hold !== undefined && { hold: head.hold ?? hold }),
          ...(began !== undefined && { begins: { ...head.begins, [began.route]: began.at } }),
        }),
      ),
    hold: async (lane, hold) =>
      changeHead(
        lane,
        () => true,
        head => ({ ...head, hold }),
      ).head,
    resume: async lane =>
      changeHead(
        lane,
        () => true,
        head => without(head, "hold"),
      ).head,
    requestDrop: async (lane, drop) =>
      changeHead(
        lane,
        head => head.drop === undefined,
        head => ({ ...head, drop }),
      ),
    finishDrop: async (lane, drop) =>
      changeHead(
        lane,
        head => head.drop?.id === drop,
        head => without(head, "drop"),
      ),

    async queryTickets(lane, { after, upto = Number.MAX_SAFE_INTEGER, limit = pageSize }) {
      const rest = [...laneOf(lane).tickets.values()]
        .filter(ticket => ticket.seq <= upto)
        .filter(ticket => after === undefined || compareMembers(ticket, after) > 0)
        .toSorted(compareMembers);
      const tickets = rest.slice(0, Math.min(limit, pageSize));
      const last = tickets.at(-1);
      return rest.length > tickets.length && last !== undefined
        ? { tickets, after: { seq: last.seq, round: last.round } }
        : { tickets };
    },
    async readTickets(lane, members) {
      atMost(MAX_READ, members);
      const { tickets } = laneOf(lane);
      return members.flatMap(member => tickets.get(memberText(member)) ?? []);
    },
    async deleteTickets(lane, members) {
      atMost(MAX_DELETED, members);
      const left = members.length > 1 && leavesTicket() ? members.slice(-1) : [];
      for (const member of members.slice(0, members.length - left.length)) {
        laneOf(lane).tickets.delete(memberText(member));
      }
      return left;
    },

    async armBatch(lane, id, arming) {
      const { batches } = laneOf(lane);
      const batch = batches.get(id);
      if (batch !== undefined && (batch.st !== "claimed" || batch.gen > arming.gen)) {
        return { kind: "refused", batch };
      }
      const { at, ...rest } = arming;
      const { claimedAt = at, out } = batch ?? {};
      batches.set(id, {
        id,
        st: "claimed",
        ...rest,
        claimedAt,
        ...(out !== undefined && { out }),
      });
      return { kind: "armed" };
    },
    readBatch: async (lane, id) => laneOf(lane).batches.get(id),
    beginBatch: async (lane, id, gen, { arn, at }) =>
      changeBatch(
        lane,
        id,
        batch => batch.st === "claimed" && batch.gen === gen && batch.out === undefined,
        { st: "begun", runner: arn, begunAt: at },
      ),
    takeOver: async (lane, id, gone, { arn }) =>
      changeBatch(
        lane,
        id,
        batch => batch.st === "begun" && batch.runner === gone && batch.out === undefined,
        { runner: arn },
      ),
    noteAuditId: async (lane, id, runner, auditId) =>
      changeBatch(lane, id, batch => batch.runner === runner, { auditId }),
    noteOut: async (lane, id, runner, out) =>
      changeBatch(lane, id, batch => batch.runner === runner && batch.out === undefined, { out }),
    settleBatch: async (lane, id, seen, out) =>
      changeBatch(
        lane,
        id,
        ({ st, gen, runner, auditId, out: before }) =>
          before === undefined &&
          st === seen.st &&
          gen === seen.gen &&
          runner === seen.runner &&
          auditId === seen.auditId,
        { out },
      ),

    async readEntries(identities) {
      atMost(MAX_READ, identities);
      return identities.flatMap(identity => table.entries.get(identity) ?? []);
    },
    async tellEntry({ identity, round, outcome, batch, at }) {
      const entry = table.entries.get(identity);
      if (entry === undefined || !isWaiting(entry, round)) return { kind: "past" };
      table.entries.set(identity, { ...entry, state: "told", outcome, batch, toldAt: at });
      return { kind: "told" };
    },
    async dropEntries(lane, drop, tickets, at) {
      atMost(MAX_DROPPED, tickets);
      const held = laneOf(lane);
      if (held.head.drop?.id !== drop) return { kind: "no-drop" };
      const past = tickets.filter(({ identity, round }) => {
        const entry = table.entries.get(identity);
        return entry === undefined || !isWaiting(entry, round);
      });
      if (past.length > 0) {
        return { kind: "past", members: past.map(({ seq, round }) => ({ seq, round })) };
      }
      for (const ticket of tickets) {
        const entry = table.entries.get(ticket.identity);
        if (entry === undefined) continue;
        const told = { state: "told", outcome: "dropped", toldAt: at } as const;
        table.entries.set(ticket.identity, { ...entry, ...told });
        held.tickets.delete(memberText(ticket));
      }
      return { kind: "dropped" };
    },
    async waitAgain({ identity, round }, at) {
      const entry = table.entries.get(identity);
      if (entry === undefined || entry.state !== "told" || entry.round !== round) {
        return { kind: "past" };
      }
      const { lane, seq, decision } = entry;
      const next = round + 1;
      table.entries.set(identity, {
        identity,
        lane,
        seq,
        round: next,
        at: entry.at,
        decision,
        state: "waiting",
      });
      const ticket = ticketOf(entry, next, at);
      laneOf(lane).tickets.set(memberText(ticket), ticket);
      return { kind: "waiting" };
    },

    async listLanes(after) {
      const names = [...table.lanes].filter(([, { listed }]) => listed).map(([name]) => name);
      const { items, ...page } = pageOf(names.toSorted(), after, name => name);
      return { lanes: items, ...page };
    },
    async forgetLane(lane, { next }) {
      const held = laneOf(lane);
      if (held.counter?.next !== next) return { kind: "refused" };
      held.listed = false;
      return { kind: "done" };
    },
    readCounter: async lane => laneOf(lane).counter,
    async scanEntries(wanted, { part, parts }, after) {
      const all = [...table.entries.values()].filter((_, place) => place % parts === part);
      // The table reads a page first, and then leaves out what is not wanted.
      const { items, ...page } = pageOf(all, after, ({ identity }) => identity);
      const entries = items.filter(entry => isWanted(entry, wanted));
      return { entries: entries.map(withoutParameters), ...page };
    },
  };

  function pageOf<Item>(
    items: readonly Item[],
    after: string | undefined,
    keyOf: (item: Item) => string,
  ) {
    const from = after === undefined ? 0 : items.findIndex(item => keyOf(item) === after) + 1;
    const page = items.slice(from, from + pageSize);
    const last = page.at(-1);
    const more = from + pageSize < items.length && last !== undefined;
    return { items: page, ...(more && { after: keyOf(last) }) };
  }

  return { ledger, table };
}

function isWanted(
  { lane, state, outcome = "", decision: { route, file } }: Entry,
  wanted: WantedEntries,
): boolean {
  const { objects, outcomes } = wanted;
  return (
    (wanted.lane ?? lane) === lane &&
    (wanted.route ?? route) === route &&
    (outcomes === undefined || (state === "told" && outcomes.includes(outcome))) &&
    (objects === undefined ||
      (file?.bucket === objects.bucket && file.key.startsWith(objects.prefix)))
  );
}

function withoutParameters(entry: Entry): Entry {
  return { ...entry, decision: { ...entry.decision, parameters: {} } };
}

function without<Name extends "open" | "hold" | "drop" | "sleep">(
  head: Head,
  name: Name,
): Omit<Head, Name> {
  const { [name]: _, ...rest } = head;
  return rest;
}

function atMost(most: number, items: readonly unknown[]): void {
  if (items.length > most)
    throw new Error(`${items.length} items in one call; ${most} are allowed.`);
}
