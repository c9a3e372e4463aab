import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFlow } from "../../../action/inputs/find-flow.ts";
import { normalName } from "../../../action/inputs/flow-choice.ts";
import { apiKeyCredentials } from "../../../shared/etlworks/credentials.ts";
import { createEtlworksClient } from "../../../shared/etlworks/etlworks-client.ts";
import { createProcessHost } from "../../../shared/run/process-host.ts";
import { UserError } from "../../../shared/user-error.ts";

const names = { baseUrl: "base-url", credentials: "api-key", flow: "flow-name" };

/** Looks a name up in an organisation with these flows, numbered from 1. */
function find(wanted: string, flows: readonly string[]): Promise<string> {
  return findInPages(wanted, [flows.map((name, index) => ({ id: index + 1, name }))]);
}

/** The same with what each request for the list shows; the first again when all are told. */
async function findInPages(wanted: string, pages: readonly unknown[]): Promise<string> {
  let asked = 0;
  return findOn(wanted, () => ({ list: pages[asked++ % pages.length] }));
}

/** An instance: what it answers to a list with this query. */
type Instance = (query: URLSearchParams) => {
  readonly status?: number;
  readonly list?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

async function findOn(wanted: string, instance: Instance): Promise<string> {
  let now = 0;
  const client = createEtlworksClient({
    async send({ url }) {
      const { status = 200, list, headers = {} } = instance(url.searchParams);
      const error = { status, error: "No", message: "no", path: url.pathname };
      const body = JSON.stringify(status === 200 ? list : error);
      return { kind: "answer", status, headers, body, cut: false };
    },
    baseUrl: new URL("https://acme.example.com/rest"),
    credentials: apiKeyCredentials("abcdefgh12345678"),
    redact: text => text,
    epochMs: () => now,
    monotonicMs: () => now,
  });
  const never = new AbortController().signal;
  const host = createProcessHost({
    clock: { monotonicMs: () => now, epochMs: () => now },
    random: () => 0.5,
    stop: never,
    abandon: never,
    sleep: async milliseconds => {
      now += milliseconds;
    },
  });
  try {
    const found = await findFlow(
      { kind: "name", name: wanted },
      { client, host, names, deadline: Number.MAX_SAFE_INTEGER, onDelay: () => undefined },
    );
    return found.kind === "found" ? `found ${found.flow.id}` : found.kind;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** The numbers of the flows that the sentence names, in order. */
function named(sentence: string): number[] {
  return [...sentence.matchAll(/" \((\d+)\)/g)].map(match => Number(match[1]));
}

describe("findFlow", () => {
  it("finds the one of that name, among any others", async () => {
    const name = fc
      .string({ minLength: 1 })
      .map(text => text.trim())
      .filter(text => text !== "");
    await fc.assert(
      fc.asyncProperty(name, fc.uniqueArray(name), fc.nat(), async (wanted, others, place) => {
        const flows = others.filter(other => normalName(other) !== normalName(wanted));
        const at = place % (flows.length + 1);
        expect(await find(wanted, flows.toSpliced(at, 0, wanted))).toBe(`found ${at + 1}`);
      }),
    );
  });

  it("never takes a name that only looks like it", async () => {
    for (const other of ["load orders", "Load orders 2", "Load-orders", "Load order"]) {
      expect(await find("Load orders", [other])).toContain(`similar names: "${other}" (1)`);
    }
  });

  it("compares names as people read them: composed, and with blanks folded", async () => {
    for (const other of [
      "Load  orders",
      "Load\u00a0orders ",
      "Load\torders",
      "Load\u2009 orders",
    ]) {
      expect(await find("Load orders", ["x", other])).toBe("found 2");
      expect(await find(other.trim(), ["x", "Load orders"])).toBe("found 2");
    }
    expect(await find("Über", ["U\u0308ber"])).toBe("found 1");
    expect(await find("U\u0308ber", ["\u00dcber"])).toBe("found 1");
    expect(await find("Über", ["U\u0308ber", "\u00dcber"])).toContain('2 flows are called "Über"');
  });

  it("does not see what cannot be seen in a name", async () => {
    const unseen = "\u200b \u00ad \u2060 \ufeff \u200e \u202a \ufe0f \u0007 \u0000 \u2066".split(
      " ",
    );
    for (const sign of unseen) {
      const other = `${sign}Load${sign} or${sign}ders${sign}`;
      expect(await find("Load orders", ["x", other])).toBe("found 2");
      expect(await find(other, ["x", "Load orders"])).toBe("found 2");
    }
    expect(await find("U\u200b\u0308ber", ["\u00dcber"])).toBe("found 1");
    expect(await find("Load orders", ["Load\u0085orders"])).toBe("found 1");
    expect(await find("Load", ["Load\u200b", "Load"])).toContain('2 flows are called "Load"');
  });

  it("takes no sign for another that only means the same", async () => {
    for (const [one, other] of [
      ["Load2", "Load²"],
      ["file", "ﬁle"],
      ["Load", "Ｌｏａｄ"],
      ["STRASSE", "STRAßE"],
      ["A", "А"],
    ] as const) {
      expect(await find(one, [other])).toContain(`similar names: "${other}" (1)`);
    }
  });

  it.for([
    ["load orders", ["Zebra", "Load customers", "Load orders"], [3, 2, 1]],
    ["Load orders daily", ["Weekly load", "Load orders weekly", "X"], [2, 1, 3]],
    ["ordres", ["customers", "orders", "order-lines"], [2, 3, 1]],
    ["日次ロード", ["月次レポート", "日次ロード（旧）", "Load"], [2, 1, 3]],
  ] as const)("lists for %s what is most alike first", async ([wanted, flows, order]) => {
    expect(named(await find(wanted, flows))).toEqual(order);
  });

  it("lists five at most", async () => {
    const flows = Array.from({ length: 40 }, (_, index) => `Flow ${index}`);
    expect(named(await find("Flow", flows))).toHaveLength(5);
    const same = await find("Same", Array<string>(9).fill("Same"));
    expect(named(same)).toEqual([1, 2, 3, 4, 5]);
    expect(same).toContain('9 flows are called "Same"');
    expect(same).toContain(", and 4 more. Use flow-id");
  });
});

describe("a flow that two pages show", () => {
  it("is one flow", async () => {
    const page = (first: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        id: first + index,
        name: first + index === 50 ? "Load orders" : "x",
      }));
    const pages = [page(1, 50), page(50, 50), page(100, 7)];
    expect(await findInPages("Load orders", pages)).toBe("found 50");
  });
});

describe("a long list", () => {
  it("is read no longer than there is time, however many pages it has", async () => {
    let now = 0;
    const limits: number[] = [];
    const client = createEtlworksClient({
      async send({ url, timeLimitMs }) {
        limits.push(timeLimitMs);
        now += 900;
        const from = Number(url.searchParams.get("offset") ?? 0);
        const page = Array.from({ length: 50 }, (_, index) => ({
          id: from + index + 1,
          name: "x",
        }));
        const headers = { "x-total-count": "100000" };
        return { kind: "answer", status: 200, headers, body: JSON.stringify(page), cut: false };
      },
      baseUrl: new URL("https://acme.example.com/rest"),
      credentials: apiKeyCredentials("abcdefgh12345678"),
      redact: text => text,
      monotonicMs: () => now,
      epochMs: () => now,
    });
    const never = new AbortController().signal;
    const host = createProcessHost({
      clock: { monotonicMs: () => now, epochMs: () => now },
      random: () => 0.5,
      stop: never,
      abandon: never,
      sleep: async milliseconds => {
        now += milliseconds;
      },
    });
    const lookUp = { client, host, names, onDelay: () => undefined };
    const nowhere = (cause: "name" | "request-limit") =>
      createEtlworksClient({
        send: async () => ({
          kind: "unreachable",
          permanent: false,
          reason: "no such host",
          cause,
        }),
        baseUrl: new URL("https://acme.example.com/rest"),
        credentials: apiKeyCredentials("abcdefgh12345678"),
        redact: text => text,
        monotonicMs: () => now,
        epochMs: () => now,
      });
    for (const [cause, told] of [
      ["name", { unreachable: true }],
      ["request-limit", { rateLimited: true }],
    ] as const) {
      now = 0;
      const lost = await findFlow(
        { kind: "name", name: "x" },
        { ...lookUp, client: nowhere(cause), deadline: 5_000 },
      );
      expect(lost).toEqual({ kind: "timed-out", ...told, why: expect.any(String) as unknown });
    }
    const busy = createEtlworksClient({
      send: async () => ({
        kind: "answer",
        status: 429,
        headers: { "retry-after": "3600" },
        body: "",
        cut: false,
      }),
      baseUrl: new URL("https://acme.example.com/rest"),
      credentials: apiKeyCredentials("abcdefgh12345678"),
      redact: text => text,
      monotonicMs: () => now,
      epochMs: () => now,
    });
    // Nobody waits for what comes after the deadline, so the sentence says why there was no wait.
    const byName = { kind: "name", name: "x" } as const;
    expect(await findFlow(byName, { ...lookUp, client: busy, deadline: now + 5_000 })).toEqual({
      kind: "timed-out",
      rateLimited: true,
      why: "the list of flows could not be read before the timeout (last try: 429, too many requests; asked to wait 1h 00m)",
    });
    now = 0;
    const findBy = (deadline: number) =>
      findFlow({ kind: "name", name: "Load orders" }, { ...lookUp, deadline });
    expect(await findBy(4_000)).toEqual({
      kind: "timed-out",
      why: "the list of flows could not be read before the timeout (last try: there was no time left after 250 flows of the list)",
    });
    expect(limits).toEqual([4_000, 3_100, 2_200, 1_300, 400]);
    // The same when the usual minute of tries would have been there.
    const begun = now;
    expect((await findBy(begun + 120_000)).kind).toBe("timed-out");
    expect(now - begun).toBeLessThan(121_000);
  });
});

const MANY = Array.from({ length: 111 }, (_, index) => ({
  id: index + 1,
  name: index === 110 ? "Load orders" : `Flow ${index + 1}`,
}));

/** 50 at a time, by whatever the query counts in. */
const fifty = (first: number) => MANY.slice(first, first + 50);

describe("a server that pages its list in its own way", () => {
  const linked =
    (write: (page: number) => string): Instance =>
    query => {
      const page = Number(query.get("page") ?? 1);
      const more = page * 50 < MANY.length;
      const headers = more ? { link: write(page + 1) } : {};
      // `offset` means nothing to it, nor does `q`.
      return { list: fifty((page - 1) * 50), headers: { ...headers } };
    };
  it.for([
    ["an address", page => `<https://acme.example.com/rest/v1/flows?page=${page}>; rel="next"`],
    ["a host that is not ours", page => `<http://10.0.0.7:8080/v1/flows?page=${page}>;rel=next`],
    ["a path", page => `</rest/v1/flows?page=${page}>; rel="next"`],
    ["a query", page => `<?page=${page}>; rel=next; title="x"`],
    [
      "several links",
      page =>
        `</rest/v1/flows?page=1>; rel="first", </rest/v1/flows?page=${page}>; rel="last next"`,
    ],
  ] as const satisfies readonly (readonly [string, (page: number) => string])[])(
    "is followed by its links: %s",
    async ([, write]) => {
      expect(await findOn("Load orders", linked(write))).toBe("found 111");
    },
  );

  it("is not followed for ever when its links lead in a circle", async () => {
    const circle: Instance = () => ({ list: fifty(0), headers: { link: '<?page=1>; rel="next"' } });
    expect(await findOn("Load orders", circle)).toContain("no flow is called");
  });

  it("is read by its own page size, and without a total", async () => {
    const small: Instance = query => {
      const first = Number(query.get("offset") ?? 0);
      return { list: MANY.slice(first, first + 20) };
    };
    expect(await findOn("Load orders", small)).toBe("found 111");
  });

  it("is not said to lack a flow that it may not have shown", async () => {
    const first: Instance = () => ({ list: fifty(0), headers: { "x-total-count": "111" } });
    const why = await findOn("Load orders", first);
    expect(why).toMatch(
      /^flow-name: no flow that the list shows is called "Load orders"; similar names: /,
    );
    expect(why).toContain("Etlworks shows only 50 of its 111 flows in this list");
    expect(why).toMatch(/use flow-id\.$/);
  });
});

describe("a server that does not take q", () => {
  it.for([400, 403, 405, 422, 500, 501, 502, 503])("and answers it %i", async status => {
    const asked: boolean[] = [];
    const found = await findOn("Load orders", query => {
      asked.push(query.has("q"));
      return query.has("q") ? { status } : { list: MANY };
    });
    expect(found).toBe("found 111");
    // One fault more or less says nothing of the filter.
    expect(asked).toEqual(status < 500 ? [true, false] : [true, true, true, false]);
  });

  it("and has no list without it either: says so", async () => {
    expect(await findOn("Load orders", () => ({ status: 403 }))).toContain("403");
    expect(await findOn("Load orders", () => ({ status: 500 }))).toContain("500");
  });

  it("but takes it again a moment later", async () => {
    let count = 0;
    const found = await findOn("Load orders", query => {
      count += 1;
      return count <= 2 ? { status: 500 } : { list: query.has("q") ? [MANY[110]] : MANY };
    });
    expect(found).toBe("found 111");
  });
});
