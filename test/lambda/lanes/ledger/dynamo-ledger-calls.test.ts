import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Fields } from "../../../../lambda/lanes/ledger/attribute-value.ts";
import { createDynamoLedger } from "../../../../lambda/lanes/ledger/dynamo-ledger.ts";
import type {
  Changed,
  DynamoTable,
  ItemPage,
  Transacted,
} from "../../../../lambda/lanes/ledger/dynamo-table.ts";
import { KEPT_MS, type Ledger, type NewEntry } from "../../../../lambda/lanes/ledger/ledger.ts";
import type { Batch, Entry } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { ticketOf } from "../../../../lambda/lanes/ledger/ticket.ts";
import { decisionOf, ruleOf } from "../decisions.ts";

const AT = Date.UTC(2026, 10, 26, 21, 0, 0, 900);
const TEXT = "2026-11-26T21:00:00.900Z";
const TTL = Math.floor((AT + KEPT_MS) / 1_000);
const WAITS = "#state = :waiting AND #round = :round";

/** What the table answers, by the kind of the call. */
interface Answers {
  readonly get?: Fields | undefined;
  readonly getMany?: readonly Fields[];
  readonly page?: ItemPage;
  readonly changed?: Changed;
  readonly transacted?: Transacted;
  readonly left?: readonly { readonly pk: string; readonly sk: string }[];
}

type Call = readonly [name: keyof DynamoTable, ...given: readonly unknown[]];

/** A ledger in a table that says what it is told, and the calls that were made of it. */
function ledgerWith(answers: Answers = {}): { ledger: Ledger; calls: readonly Call[] } {
  const calls: Call[] = [];
  const page = async () => answers.page ?? { items: [] };
  const table: DynamoTable = {
    async get(...given) {
      calls.push(["get", ...given]);
      return answers.get;
    },
    async getMany(...given) {
      calls.push(["getMany", ...given]);
      return answers.getMany ?? [];
    },
    query(...given) {
      calls.push(["query", ...given]);
      return page();
    },
    scan(...given) {
      calls.push(["scan", ...given]);
      return page();
    },
    async change(...given) {
      calls.push(["change", ...given]);
      return answers.changed ?? { kind: "done", item: { rev: 7, next: 7, at: TEXT } };
    },
    async transact(...given) {
      calls.push(["transact", ...given]);
      return answers.transacted ?? { kind: "done" };
    },
    async deleteMany(...given) {
      calls.push(["deleteMany", ...given]);
      return answers.left ?? [];
    },
  };
  return { ledger: createDynamoLedger("ledger", table), calls };
}

/** The token of a transaction: the same for the same content. */
function tokenOf(...content: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 36);
}

/** The one call that was made by some work with the ledger. */
async function callOf(work: (ledger: Ledger) => Promise<unknown>): Promise<unknown> {
  const { ledger, calls } = ledgerWith();
  await work(ledger);
  expect(calls).toHaveLength(1);
  return calls[0];
}

const HEAD = { pk: "L#orders", sk: "head" };
const COUNTER = { pk: "L#orders", sk: "next" };
const BATCH = { pk: "B#orders", sk: "0000000004" };
const REV = "SET #rev = if_not_exists(#rev, :none) + :one";
const COUNTS = { ":none": 0, ":one": 1 };
const MEMBERS = [
  { seq: 3, round: 1 },
  { seq: 12, round: 2 },
];
const OUT = { kind: "success", verdict: "pass", message: "It ended.", at: AT } as const;
const OUT_FIELDS = { kind: "success", verdict: "pass", message: "It ended.", at: TEXT };
const HOLD = { by: "batch 3", why: "It failed.", at: AT };
const HOLD_FIELDS = { by: "batch 3", why: "It failed.", at: TEXT };

describe("a write on the head", () => {
  test("claims, and makes what a first claim needs", async () => {
    const open = { id: 4, members: MEMBERS, missing: ["a.csv"] };
    expect(await callOf(ledger => ledger.claim("orders", 6, open))).toStrictEqual([
      "change",
      {
        key: HEAD,
        update: `${REV}, #open = :open, #nb = :nb, #begins = if_not_exists(#begins, :empty) REMOVE #sleep`,
        condition: "#rev = :rev",
        values: {
          ...COUNTS,
          ":open": { id: 4, members: ["3.1", "12.2"], missing: ["a.csv"] },
          ":nb": 5,
          ":empty": {},
          ":rev": 6,
        },
      },
    ]);
  });

  test("falls asleep on a head that nobody wrote yet", async () => {
    const sleep = { until: AT, full: 20, seen: 12 };
    expect(await callOf(ledger => ledger.fallAsleep("orders", 0, sleep))).toStrictEqual([
      "change",
      {
        key: HEAD,
        update: `${REV}, #sleep = :sleep`,
        condition: "attribute_not_exists(#rev)",
        values: { ...COUNTS, ":sleep": { until: TEXT, full: 20, seen: 12 } },
      },
    ]);
  });

  test.each([
    [1, undefined, "(attribute_not_exists(#gen) OR #gen = :gen)", {}],
    [2, undefined, "#gen = :gen", {}],
    [1, 0, "(attribute_not_exists(#gen) OR #gen = :gen) AND attribute_not_exists(#rev)", {}],
    [2, 6, "#gen = :gen AND #rev = :rev", { ":rev": 6 }],
  ])("raises generation %i at %s", async (gen, rev, condition, more) => {
    expect(await callOf(ledger => ledger.raise("orders", gen, rev))).toStrictEqual([
      "change",
      {
        key: HEAD,
        update: `${REV}, #gen = :next REMOVE #sleep`,
        condition,
        values: { ...COUNTS, ":gen": gen, ":next": gen + 1, ...more },
      },
    ]);
  });

  const hold = "#hold = if_not_exists(#hold, :hold)";
  test.each([
    [{}, "", { ":hold": undefined, ":began": undefined }, {}],
    [{ hold: HOLD }, `, ${hold}`, { ":hold": HOLD_FIELDS, ":began": undefined }, {}],
    [
      { began: { route: "a route", at: AT } },
      ", #begins.#route = :began",
      { ":hold": undefined, ":began": TEXT },
      { names: { route: "a route" } },
    ],
    [
      { hold: HOLD, began: { route: "r", at: AT } },
      `, ${hold}, #begins.#route = :began`,
      { ":hold": HOLD_FIELDS, ":began": TEXT },
      { names: { route: "r" } },
    ],
  ])("closes a batch with %j", async (closing, set, values, names) => {
    expect(await callOf(ledger => ledger.close("orders", 4, closing))).toStrictEqual([
      "change",
      {
        key: HEAD,
        update: `${REV}${set} REMOVE #open`,
        condition: "#open.#id = :batch",
        values: { ...COUNTS, ":batch": 4, ...values },
        ...names,
      },
    ]);
  });

  test.each<[string, (ledger: Ledger) => Promise<unknown>, object]>([
    [
      "holds",
      ledger => ledger.hold("orders", HOLD),
      { update: `${REV}, #hold = :hold`, values: { ...COUNTS, ":hold": HOLD_FIELDS } },
    ],
    [
      "resumes",
      ledger => ledger.resume("orders"),
      { update: `${REV} REMOVE #hold`, values: COUNTS },
    ],
    [
      "asks for a drop",
      ledger => ledger.requestDrop("orders", { id: "d", upto: 9 }),
      {
        update: `${REV}, #drop = :drop`,
        condition: "attribute_not_exists(#drop)",
        values: { ...COUNTS, ":drop": { id: "d", upto: 9 } },
      },
    ],
    [
      "ends a drop",
      ledger => ledger.finishDrop("orders", "d"),
      {
        update: `${REV} REMOVE #drop`,
        condition: "#drop.#id = :id",
        values: { ...COUNTS, ":id": "d" },
      },
    ],
  ])("%s", async (_, work, change) => {
    expect(await callOf(work)).toStrictEqual(["change", { key: HEAD, ...change }]);
  });

  test("tells of the head that there is, or of a new one", async () => {
    const head = { rev: 7, gen: 2, nb: 5, begins: {} };
    const refused = ledgerWith({ changed: { kind: "refused", item: { ...head, ...HEAD } } });
    expect(await refused.ledger.finishDrop("orders", "d")).toEqual({ kind: "refused", head });
    expect(await refused.ledger.resume("orders")).toEqual(head);
    expect(await refused.ledger.hold("orders", HOLD)).toEqual(head);
    const none = ledgerWith({ changed: { kind: "refused", item: undefined } });
    expect(await none.ledger.finishDrop("orders", "d")).toEqual({
      kind: "refused",
      head: { rev: 0, gen: 1, nb: 1, begins: {} },
    });
  });

  test("is read as it is, or as a new one", async () => {
    const there = ledgerWith({ get: { rev: 7 } });
    expect(await there.ledger.readHead("orders")).toEqual({ rev: 7, gen: 1, nb: 1, begins: {} });
    expect(there.calls).toEqual([["get", HEAD]]);
    expect(await ledgerWith().ledger.readHead("orders")).toEqual({
      rev: 0,
      gen: 1,
      nb: 1,
      begins: {},
    });
  });
});

describe("the counter of a lane", () => {
  test("gives numbers and lists the lane", async () => {
    const { ledger, calls } = ledgerWith();
    expect(await ledger.takeNumbers("orders", 3, AT)).toEqual({ first: 5 });
    expect(calls).toStrictEqual([
      [
        "change",
        {
          key: COUNTER,
          update: "ADD #next :count SET #at = :at, #lanes = :listed",
          values: { ":count": 3, ":at": TEXT, ":listed": "1" },
        },
      ],
    ]);
  });

  test("that came back without its item is told of", async () => {
    const { ledger } = ledgerWith({ changed: { kind: "refused", item: undefined } });
    await expect(ledger.takeNumbers("orders", 3, AT)).rejects.toThrow(
      "The counter of lane orders cannot be read: its attribute next is undefined.",
    );
  });

  test("is read, if there is one", async () => {
    const { ledger, calls } = ledgerWith({ get: { next: 3, at: TEXT } });
    expect(await ledger.readCounter("orders")).toEqual({ next: 3, at: AT });
    expect(calls).toEqual([["get", COUNTER]]);
    expect(await ledgerWith().ledger.readCounter("orders")).toBeUndefined();
  });

  test.each(["done", "refused"] as const)("leaves the list when unchanged: %s", async kind => {
    const { ledger, calls } = ledgerWith({ changed: { kind, item: {} } });
    expect(await ledger.forgetLane("orders", { next: 3, at: AT })).toStrictEqual({ kind });
    expect(calls).toStrictEqual([
      [
        "change",
        {
          key: COUNTER,
          update: "REMOVE #lanes",
          condition: "#next = :next",
          values: { ":next": 3 },
        },
      ],
    ]);
  });

  test("is found in the list, a page at a time", async () => {
    const query = {
      IndexName: "lanes",
      KeyConditionExpression: "#lanes = :listed",
      values: { ":listed": "1" },
      consistent: false,
    };
    const items = [{ pk: "L#a" }, { pk: "L#L#b" }];
    const first = ledgerWith({ page: { items, after: { pk: "L#L#b", sk: "next", lanes: "1" } } });
    expect(await first.ledger.listLanes()).toStrictEqual({ lanes: ["a", "L#b"], after: "L#b" });
    expect(first.calls).toStrictEqual([["query", { ...query, after: undefined }]]);

    const last = ledgerWith({ page: { items: [] } });
    expect(await last.ledger.listLanes("orders")).toStrictEqual({ lanes: [] });
    expect(last.calls).toStrictEqual([["query", { ...query, after: { ...COUNTER, lanes: "1" } }]]);
  });
});

const decision = decisionOf({ identity: "a", lane: "orders", batch: { ...ruleOf(), by: "2026" } });
const newEntry: NewEntry = { seq: 3, at: AT, decision };
const entry: Entry = { ...newEntry, identity: "a", lane: "orders", round: 1, state: "waiting" };
const ticket = { ...ticketOf(newEntry), at: TEXT };
const entryItem = { lane: "orders", seq: 3, round: 1, at: TEXT, decision, state: "waiting" };

describe("an entry", () => {
  test("is written once, with its ticket", async () => {
    const { ledger, calls } = ledgerWith();
    expect(await ledger.putEntry(newEntry)).toEqual({ kind: "written" });
    expect(calls).toEqual([
      [
        "transact",
        [
          {
            kind: "put",
            item: { pk: "E#a", sk: "e", ...entryItem },
            condition: "attribute_not_exists(#pk)",
          },
          { kind: "put", item: { pk: "L#orders", sk: "W#000000000000003#1", ...ticket } },
        ],
        tokenOf("put", "a", "orders", 3),
      ],
    ]);
  });

  test("that is known comes back", async () => {
    const item = { pk: "E#a", ...entryItem };
    const parts = [
      { refused: true, item },
      { refused: false, item: undefined },
    ];
    const { ledger } = ledgerWith({ transacted: { kind: "refused", parts } });
    expect(await ledger.putEntry(newEntry)).toEqual({ kind: "known", entry });
  });

  test.each([[[]], [[{ refused: true, item: undefined }]]])(
    "that was refused with %j is told of",
    async parts => {
      const { ledger } = ledgerWith({ transacted: { kind: "refused", parts } });
      await expect(ledger.putEntry(newEntry)).rejects.toThrow(
        new Error("The ledger refused the entry a."),
      );
    },
  );

  test("is read with others, each once, in the order that was asked for", async () => {
    const items = [
      { pk: "E#b", ...entryItem },
      { pk: "E#a", ...entryItem },
    ];
    const { ledger, calls } = ledgerWith({ getMany: items });
    const b = { ...entry, identity: "b" };
    expect(await ledger.readEntries(["a", "b", "c", "a"])).toEqual([entry, b, entry]);
    expect(calls).toEqual([
      ["getMany", ["a", "b", "c"].map(name => ({ pk: `E#${name}`, sk: "e" }))],
    ]);
  });

  test.each([
    ["done", "told"],
    ["refused", "past"],
  ] as const)("is told: %s is %s", async (kind, result) => {
    const { ledger, calls } = ledgerWith({ changed: { kind, item: {} } });
    const telling = { identity: "a", round: 2, outcome: "success", batch: 4, at: AT };
    expect(await ledger.tellEntry(telling)).toEqual({ kind: result });
    expect(calls).toStrictEqual([
      [
        "change",
        {
          key: { pk: "E#a", sk: "e" },
          update:
            "SET #state = :told, #outcome = :outcome, #batch = :batch, #toldAt = :at, #ttl = :ttl",
          condition: WAITS,
          values: {
            ":waiting": "waiting",
            ":round": 2,
            ":told": "told",
            ":at": TEXT,
            ":ttl": TTL,
            ":outcome": "success",
            ":batch": "0000000004",
          },
        },
      ],
    ]);
  });

  test.each([
    [{ kind: "done" }, "waiting"],
    [{ kind: "refused", parts: [] }, "past"],
  ] as const)("waits again: %j is %s", async (transacted, result) => {
    const { ledger, calls } = ledgerWith({ transacted });
    const later = AT + 1_000;
    expect(await ledger.waitAgain({ ...entry, round: 2, state: "told" }, later)).toEqual({
      kind: result,
    });
    expect(calls).toEqual([
      [
        "transact",
        [
          {
            kind: "change",
            key: { pk: "E#a", sk: "e" },
            update: "SET #state = :waiting, #round = :next REMOVE #ttl, #outcome, #batch, #toldAt",
            condition: "#state = :told AND #round = :round",
            values: { ":told": "told", ":waiting": "waiting", ":round": 2, ":next": 3 },
          },
          {
            kind: "put",
            item: {
              pk: "L#orders",
              sk: "W#000000000000003#3",
              ...ticket,
              round: 3,
              at: "2026-11-26T21:00:01.900Z",
            },
          },
        ],
        tokenOf("again", "a", "orders", 3, 2, later),
      ],
    ]);
  });

  test("is found by hand, a page at a time", async () => {
    const part = { part: 1, parts: 4 };
    const ProjectionExpression =
      "#pk, #lane, #seq, #round, #at, #state, #outcome, #batch, #toldAt, #decision.#route, #decision.#flow, #decision.#policy, #decision.#origin, #decision.#identity, #decision.#lane, #decision.#afterFailure, #decision.#batch, #decision.#file";
    const FilterExpression = "#sk = :entry";
    const sent = { ProjectionExpression, Segment: 1, TotalSegments: 4 };
    const scan = { ...sent, FilterExpression, values: { ":entry": "e" } };
    const after = { pk: "E#a", sk: "e" };
    const first = ledgerWith({ page: { items: [{ pk: "E#a", ...entryItem }], after } });
    expect(await first.ledger.scanEntries({}, part)).toStrictEqual({
      entries: [{ ...entry, decision: { ...decision, parameters: {} } }],
      after: '{"pk":"E#a","sk":"e"}',
    });
    expect(first.calls).toEqual([["scan", { ...scan, after: undefined }]]);

    const last = ledgerWith();
    expect(await last.ledger.scanEntries({}, part, JSON.stringify(after))).toStrictEqual({
      entries: [],
    });
    expect(last.calls).toEqual([["scan", { ...scan, after }]]);

    const odd = ledgerWith();
    await odd.ledger.scanEntries({}, part, '"E#a"');
    expect(odd.calls).toEqual([["scan", { ...scan, after: {} }]]);

    const wanted = ledgerWith();
    const objects = { bucket: "landing", prefix: "in/" };
    const outcomes = ["error", "busy"];
    await wanted.ledger.scanEntries({ lane: "a", route: "r", outcomes, objects }, part);
    await wanted.ledger.scanEntries({ objects: { ...objects, prefix: "" } }, part);
    const entriesOf = "#sk = :entry AND ";
    expect(wanted.calls).toEqual([
      [
        "scan",
        {
          ...scan,
          FilterExpression: `${entriesOf}#lane = :lane AND #decision.#route = :route AND #state = :told AND #outcome IN (:outcome0, :outcome1) AND #decision.#file.#bucket = :bucket AND begins_with(#decision.#file.#key, :prefix)`,
          values: {
            ":entry": "e",
            ":lane": "a",
            ":route": "r",
            ":told": "told",
            ":outcome0": "error",
            ":outcome1": "busy",
            ":bucket": "landing",
            ":prefix": "in/",
          },
          after: undefined,
        },
      ],
      [
        "scan",
        {
          ...scan,
          FilterExpression: `${entriesOf}#decision.#file.#bucket = :bucket`,
          values: { ":entry": "e", ":bucket": "landing" },
          after: undefined,
        },
      ],
    ]);
  });
});

describe("entries that are dropped", () => {
  const one = ticketOf(newEntry);
  const other = { ...one, seq: 12, round: 2, identity: "b" };

  const dropping = async (transacted: Transacted) => {
    const { ledger, calls } = ledgerWith({ transacted });
    return { dropped: await ledger.dropEntries("orders", "d", [one, other], AT), calls };
  };

  test("go with their tickets, as long as the drop is this one", async () => {
    const { dropped, calls } = await dropping({ kind: "done" });
    expect(dropped).toEqual({ kind: "dropped" });
    const told = (identity: string, round: number) => ({
      kind: "change",
      key: { pk: `E#${identity}`, sk: "e" },
      update: "SET #state = :told, #outcome = :outcome, #toldAt = :at, #ttl = :ttl",
      condition: WAITS,
      values: {
        ":waiting": "waiting",
        ":round": round,
        ":told": "told",
        ":at": TEXT,
        ":ttl": TTL,
        ":outcome": "dropped",
      },
    });
    expect(calls).toStrictEqual([
      [
        "transact",
        [
          { kind: "check", key: HEAD, condition: "#drop.#id = :id", values: { ":id": "d" } },
          told("a", 1),
          told("b", 2),
          { kind: "delete", key: { pk: "L#orders", sk: "W#000000000000003#1" } },
          { kind: "delete", key: { pk: "L#orders", sk: "W#000000000000012#2" } },
        ],
        tokenOf("drop", "d", AT, "3.1", "12.2"),
      ],
    ]);
  });

  const refused = (...parts: readonly boolean[]): Transacted => ({
    kind: "refused",
    parts: parts.map(part => ({ refused: part, item: undefined })),
  });

  test.each([
    [refused(true, true, true), { kind: "no-drop" }],
    [refused(false, false, true), { kind: "past", members: [{ seq: 12, round: 2 }] }],
    [refused(false, true, false), { kind: "past", members: [{ seq: 3, round: 1 }] }],
    [refused(false, true), { kind: "past", members: [{ seq: 3, round: 1 }] }],
    [refused(), { kind: "past", members: [] }],
  ])("stay when %j", async (transacted, expected) => {
    expect((await dropping(transacted)).dropped).toStrictEqual(expected);
  });
});

describe("tickets", () => {
  const query = {
    KeyConditionExpression: "#pk = :lane AND #sk BETWEEN :from AND :to",
    consistent: true,
  };
  const range = (to: string) => ({ ":lane": "L#orders", ":from": "W#", ":to": to });

  test("are read from the first to the last", async () => {
    const { ledger, calls } = ledgerWith({ page: { items: [ticket] } });
    expect(await ledger.queryTickets("orders", {})).toStrictEqual({
      tickets: [ticketOf(newEntry)],
    });
    expect(calls).toStrictEqual([
      ["query", { ...query, values: range("W#999999999999999#~"), after: undefined }],
    ]);
  });

  test("are read on, up to a number, so many at a time", async () => {
    const { ledger, calls } = ledgerWith({
      page: { items: [], after: { pk: "L#orders", sk: "W#000000000000012#2" } },
    });
    const page = { after: { seq: 3, round: 1 }, upto: 40, limit: 7 };
    expect(await ledger.queryTickets("orders", page)).toStrictEqual({
      tickets: [],
      after: { seq: 12, round: 2 },
    });
    expect(calls).toStrictEqual([
      [
        "query",
        {
          ...query,
          values: range("W#000000000000040#~"),
          after: { pk: "L#orders", sk: "W#000000000000003#1" },
          Limit: 7,
        },
      ],
    ]);
  });

  test("end where the next place is none of a ticket", async () => {
    const { ledger } = ledgerWith({ page: { items: [], after: { pk: "L#orders", sk: "next" } } });
    expect(await ledger.queryTickets("orders", {})).toStrictEqual({ tickets: [] });
  });

  test("are read by their places, and sorted", async () => {
    const items = [
      { ...ticket, seq: 12, round: 2 },
      { ...ticket, seq: 12 },
      { ...ticket, seq: 3 },
    ];
    const { ledger, calls } = ledgerWith({ getMany: items });
    const read = await ledger.readTickets("orders", MEMBERS);
    expect(read.map(({ seq, round }) => `${seq}.${round}`)).toEqual(["3.1", "12.1", "12.2"]);
    const keys = ["W#000000000000003#1", "W#000000000000012#2"];
    expect(calls).toEqual([["getMany", keys.map(sk => ({ pk: "L#orders", sk }))]]);
  });

  test("that were not deleted come back", async () => {
    const left = ["W#000000000000012#2", "next"].map(sk => ({ pk: "L#orders", sk }));
    const { ledger, calls } = ledgerWith({ left });
    expect(await ledger.deleteTickets("orders", MEMBERS)).toEqual([{ seq: 12, round: 2 }]);
    const keys = ["W#000000000000003#1", "W#000000000000012#2"];
    expect(calls).toEqual([["deleteMany", keys.map(sk => ({ pk: "L#orders", sk }))]]);
  });
});

describe("a batch", () => {
  const texts = { route: "r", flow: 12_345, by: "b", afterFailure: "hold", keep: "last" } as const;
  const arming = { gen: 2, members: MEMBERS, ...texts, at: AT };
  const item = { st: "claimed", gen: 2, members: ["3.1", "12.2"], ...texts, claimedAt: TEXT };
  const batch: Batch = {
    id: 4,
    st: "claimed",
    gen: 2,
    members: MEMBERS,
    ...texts,
    claimedAt: AT,
  };
  const condition = "attribute_not_exists(#pk) OR (#st = :st AND #gen <= :gen)";

  test("is armed with what is known", async () => {
    const { ledger, calls } = ledgerWith();
    expect(await ledger.armBatch("orders", 4, arming)).toEqual({ kind: "armed" });
    expect(calls).toStrictEqual([
      [
        "change",
        {
          key: BATCH,
          update:
            "SET #st = :st, #members = :members, #gen = :gen, #route = :route, #flow = :flow, #by = :by, #afterFailure = :afterFailure, #keep = :keep, #claimedAt = if_not_exists(#claimedAt, :at)",
          condition,
          values: {
            ":st": "claimed",
            ":members": ["3.1", "12.2"],
            ":gen": 2,
            ":route": "r",
            ":flow": 12_345,
            ":by": "b",
            ":afterFailure": "hold",
            ":keep": "last",
            ":at": TEXT,
          },
        },
      ],
    ]);
  });

  test("is armed with what it misses and with its list", async () => {
    const more = { missing: ["a.csv"], manifest: "s3://m" };
    expect(
      await callOf(ledger => ledger.armBatch("orders", 4, { ...arming, ...more })),
    ).toMatchObject([
      "change",
      {
        update:
          "SET #st = :st, #members = :members, #missing = :missing, #manifest = :manifest, #gen = :gen, #route = :route, #flow = :flow, #by = :by, #afterFailure = :afterFailure, #keep = :keep, #claimedAt = if_not_exists(#claimedAt, :at)",
        values: { ":missing": ["a.csv"], ":manifest": "s3://m" },
      },
    ]);
  });

  test("that is not armed comes back, or is told of", async () => {
    const refused = ledgerWith({ changed: { kind: "refused", item } });
    expect(await refused.ledger.armBatch("orders", 4, arming)).toStrictEqual({
      kind: "refused",
      batch,
    });
    const none = ledgerWith({ changed: { kind: "refused", item: undefined } });
    await expect(none.ledger.armBatch("orders", 4, arming)).rejects.toThrow(
      new Error("Batch 4 of orders was refused."),
    );
  });

  test("is read, if there is one", async () => {
    const { ledger, calls } = ledgerWith({ get: item });
    expect(await ledger.readBatch("orders", 4)).toStrictEqual(batch);
    expect(calls).toEqual([["get", BATCH]]);
    expect(await ledgerWith().ledger.readBatch("orders", 4)).toBeUndefined();
  });

  const noOut = "attribute_not_exists(#out)";
  const runner = { arn: "arn", at: AT };
  const seen = { ":st": "claimed", ":gen": 2, ":out": OUT_FIELDS };
  const out = { ...OUT_FIELDS, by: undefined };
  const asSeen = `${noOut} AND #st = :st AND #gen = :gen`;
  const changes: readonly [string, (ledger: Ledger) => Promise<unknown>, object][] = [
    [
      "begins",
      ledger => ledger.beginBatch("orders", 4, 2, runner),
      {
        update: "SET #st = :begun, #runner = :runner, #begunAt = :at",
        condition: `#st = :claimed AND #gen = :gen AND ${noOut}`,
        values: {
          ":begun": "begun",
          ":claimed": "claimed",
          ":gen": 2,
          ":runner": "arn",
          ":at": TEXT,
        },
      },
    ],
    [
      "is taken over",
      ledger => ledger.takeOver("orders", 4, "gone", runner),
      {
        update: "SET #runner = :runner",
        condition: `#st = :begun AND #runner = :gone AND ${noOut}`,
        values: { ":begun": "begun", ":gone": "gone", ":runner": "arn" },
      },
    ],
    [
      "gets its audit id",
      ledger => ledger.noteAuditId("orders", 4, "arn", "9"),
      {
        update: "SET #auditId = :auditId",
        condition: "#runner = :runner",
        values: { ":runner": "arn", ":auditId": "9" },
      },
    ],
    [
      "gets its outcome",
      ledger => ledger.noteOut("orders", 4, "arn", OUT),
      {
        update: "SET #out = :out",
        condition: `#runner = :runner AND ${noOut}`,
        values: { ":runner": "arn", ":out": out },
      },
    ],
    [
      "is settled as it was seen, without a runner",
      ledger => ledger.settleBatch("orders", 4, batch, { ...OUT, by: "lane" }),
      {
        update: "SET #out = :out",
        condition: `${asSeen} AND attribute_not_exists(#runner) AND attribute_not_exists(#auditId)`,
        values: {
          ...seen,
          ":runner": undefined,
          ":auditId": undefined,
          ":out": { ...OUT_FIELDS, by: "lane" },
        },
      },
    ],
    [
      "is settled as it was seen, with its runner and its run",
      ledger => ledger.settleBatch("orders", 4, { ...batch, runner: "arn", auditId: "9" }, OUT),
      {
        update: "SET #out = :out",
        condition: `${asSeen} AND #runner = :runner AND #auditId = :auditId`,
        values: { ...seen, ":runner": "arn", ":auditId": "9", ":out": out },
      },
    ],
  ];

  test.each(changes)("%s", async (_, work, change) => {
    const done = ledgerWith();
    expect(await work(done.ledger)).toStrictEqual({ kind: "done" });
    expect(done.calls).toStrictEqual([["change", { key: BATCH, ...change }]]);
    const refused = ledgerWith({ changed: { kind: "refused", item } });
    expect(await work(refused.ledger)).toStrictEqual({ kind: "refused", batch });
    const none = ledgerWith({ changed: { kind: "refused", item: undefined } });
    expect(await work(none.ledger)).toStrictEqual({ kind: "refused", batch: undefined });
  });
});
