import { describe, expect, it } from "vitest";
import { findFlows } from "../../../action/inputs/find-flows.ts";
import type { FlowSelection } from "../../../action/inputs/flow-selection.ts";
import { apiKeyCredentials } from "../../../shared/etlworks/credentials.ts";
import { createEtlworksClient } from "../../../shared/etlworks/etlworks-client.ts";
import { createProcessHost } from "../../../shared/run/process-host.ts";
import { UserError } from "../../../shared/user-error.ts";

interface ListedFlow {
  readonly id: number;
  readonly name: string;
  readonly tags?: readonly string[];
}

/** What an instance answers to a list with this query. */
type List = (query: URLSearchParams) => readonly ListedFlow[] | number | Page;

interface Page {
  readonly flows: readonly ListedFlow[];
  /** How many there are, by its own words. */
  readonly total: number;
}

const ALL: readonly ListedFlow[] = [
  { id: 1, name: "Load orders", tags: ["nightly", "eu"] },
  { id: 2, name: "Load refunds", tags: ["Nightly"] },
  { id: 3, name: "Month end", tags: ["monthly", "nightly-full"] },
  { id: 4, name: "Twin", tags: [] },
  { id: 5, name: "Twin", tags: [] },
];

const filtering: List = query => {
  const wanted = query.getAll("tag");
  return wanted.length === 0
    ? ALL
    : ALL.filter(({ tags }) => wanted.every(tag => tags?.includes(tag) === true));
};

async function find(selection: Exclude<FlowSelection, { kind: "one" }>, list: List = filtering) {
  const queries: string[] = [];
  const client = createEtlworksClient({
    async send({ url }) {
      queries.push(url.search);
      const answer = list(url.searchParams);
      const paged = typeof answer === "object" && "total" in answer;
      const found = paged ? answer.flows : answer;
      const headers = paged ? { "x-total-count": String(answer.total) } : undefined;
      const status = typeof found === "number" ? found : 200;
      const body =
        typeof found === "number"
          ? JSON.stringify({ status, error: "Bad Request", message: "no", path: url.pathname })
          : JSON.stringify(found);
      return { kind: "answer", status, headers: headers ?? {}, body, cut: false };
    },
    baseUrl: new URL("https://acme.example.com/rest"),
    credentials: apiKeyCredentials("abcdefgh12345678"),
    redact: text => text,
    epochMs: () => 0,
    monotonicMs: () => 0,
  });
  const never = new AbortController().signal;
  const host = createProcessHost({
    clock: { monotonicMs: () => 0, epochMs: () => 0 },
    random: () => 0.5,
    stop: never,
    abandon: never,
    sleep: async () => undefined,
  });
  const names = { baseUrl: "base-url", credentials: "api-key", flow: selection.kind };
  const lookUp = { client, host, names, deadline: 600_000, onDelay: () => undefined };
  try {
    const found = await findFlows(selection, { day: "1" }, lookUp);
    const ids = found.kind === "found" ? found.flows.map(({ id }) => id) : found.kind;
    return { ids, queries, why: "" };
  } catch (error) {
    if (error instanceof UserError) return { ids: [], queries, why: error.message };
    throw error;
  }
}

const tag = (...tags: string[]) => ({ kind: "tag", tags }) as const;
const named = (...choices: (string | number)[]) =>
  ({
    kind: "several",
    entries: choices.map(choice => ({
      choice:
        typeof choice === "number"
          ? ({ kind: "id", id: choice } as const)
          : ({ kind: "name", name: choice } as const),
    })),
  }) as const;

describe("flows by tag", () => {
  it("takes each flow once, of every tag, whatever the server makes of two filters", async () => {
    const { ids, queries } = await find(tag("nightly", "eu"));
    expect(ids).toEqual([1]);
    expect(queries).toEqual(["?tag=nightly", "?tag=eu"]);
  });

  it("compares without regard to capitals, and never a part of a tag", async () => {
    expect((await find(tag("nightly"), () => ALL)).ids).toEqual([1, 2]);
  });

  it("compares so too where the filter of the server counts capitals", async () => {
    const exact: List = query => (query.has("tag") ? [] : ALL);
    const { ids, queries } = await find(tag("Monthly"), exact);
    expect(ids).toEqual([3]);
    expect(queries).toEqual(["?tag=Monthly", ""]);
  });

  it("reads the whole list where the filter is refused", async () => {
    const list: List = query => (query.has("tag") ? 400 : ALL);
    const { ids, queries } = await find(tag("monthly"), list);
    expect(ids).toEqual([3]);
    expect(queries).toEqual(["?tag=monthly", ""]);
  });

  it("trusts a filter without visible tags only when it left something out", async () => {
    const hidden = ALL.map(({ id, name }) => ({ id, name }));
    const honest: List = query => (query.has("tag") ? hidden.slice(0, 2) : hidden);
    expect((await find(tag("nightly"), honest)).ids).toEqual([1, 2]);
    const { ids, why } = await find(tag("nightly"), () => hidden);
    expect(ids).toEqual([]);
    expect(why).toContain('not certain which flows have the tag "nightly"');
  });

  it("refuses a tag that nobody has, also beside one that somebody has", async () => {
    const { ids, why } = await find(tag("eu", "montly"));
    expect(ids).toEqual([]);
    expect(why).toMatch(/^tag: no flow has the tag "montly"; tags in use: .*"monthly"/);
  });

  it("says that each tag has a line of its own", async () => {
    const { why } = await find(tag("eu, monthly"));
    expect(why).toMatch(/ Write each tag on its own line\.$/);
  });

  it("says that no flow has a tag at all", async () => {
    const { why } = await find(tag("x"), query =>
      query.has("tag") ? [] : [{ id: 1, name: "a", tags: [] }],
    );
    expect(why).toContain("no flow has a tag");
  });
});

describe("a server that shows a part of its list", () => {
  const many = Array.from({ length: 60 }, (_, index) => ({
    id: index + 1,
    name: `Load ${index + 1}`,
    tags: ["nightly"],
  }));
  const first = { flows: many.slice(0, 50), total: 60 };

  it("is not taken to have shown all flows of a tag", async () => {
    for (const list of [
      () => first,
      (query: URLSearchParams) => (query.has("tag") ? 400 : first),
    ]) {
      const { ids, why } = await find(tag("nightly"), list);
      expect(ids).toEqual([]);
      expect(why).toContain("Etlworks shows only 50 of its 60 flows in this list");
      expect(why).toContain("by their ids");
    }
  });

  it("is asked for the whole list, where that can be had", async () => {
    const list: List = query => (query.has("tag") ? first : many);
    expect((await find(tag("nightly"), list)).ids).toHaveLength(60);
  });

  it("and counts all flows with every filter: the filter is believed", async () => {
    const others = many.map(({ id, name }) => ({ id: id + 100, name, tags: [] }));
    const list: List = query =>
      query.has("tag")
        ? { flows: many.slice(0, 3), total: 120 }
        : {
            flows: [
              ...many.slice(0, 3),
              ...many.slice(3).map(flow => ({ ...flow, tags: [] })),
              ...others,
            ],
            total: 120,
          };
    expect((await find(tag("nightly"), list)).ids).toEqual([1, 2, 3]);
  });

  it("is advised on as a list, which takes an id in place of a name", async () => {
    expect((await find(named("Twin"))).why).toBe(
      'several: 2 flows are called "Twin": "Twin" (4), "Twin" (5). Write the id in place of the name.',
    );
    expect((await find(named("3"))).why).toMatch(
      /^several: no flow is called "3"; .* If it is an id, write it without quotation marks\.$/,
    );
  });

  it.each([
    ["Load orders, Month end", " Write each name on its own line."],
    ['"Load orders"', " Write it without quotation marks."],
    ["Load orders # the big one", " A remark needs a line of its own."],
    ["Load order", ""],
  ])("is advised on what a line cannot hold: %s", async (name, advice) => {
    const { why } = await find(named(name));
    expect(why.replace(/^.*capitals included\./, "")).toBe(advice);
  });

  it("is not said to lack a flow", async () => {
    expect((await find(named("Load 60"), () => first)).why).toContain(
      "write its id in place of the name",
    );
  });
});

describe("flows in a list", () => {
  it("takes ids as they are, without a request", async () => {
    expect(await find(named(7, 8))).toEqual({ ids: [7, 8], queries: [], why: "" });
  });

  it("reads the list once for all names, and keeps their order", async () => {
    const { ids, queries } = await find(named("Month end", 9, "Load orders"));
    expect(ids).toEqual([3, 9, 1]);
    expect(queries).toEqual([""]);
  });

  it("tells all that is wrong at once", async () => {
    const { why } = await find(named("Load order", "Twin", "Load orders", 1));
    expect(why).toMatch(/no flow is called "Load order"/);
    expect(why).toMatch(/2 flows are called "Twin"/);
    expect(why).toMatch(/"Load orders" \(1\) is given twice/);
    expect(why.split("\n")).toHaveLength(3);
  });
});
