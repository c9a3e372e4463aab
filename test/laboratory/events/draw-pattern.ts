import type { Chance } from "../../virtual/chance.ts";
import { BUCKETS, IPS, KIND_TEXTS, MEMBERS, SOURCES, TYPES } from "./draw-values.ts";
import type { Field, Pattern, Test } from "./match-pattern.ts";

/** Whose events a route is for: of objects, of a bus, of our own shapes, of all. */
export type Target = "s3" | "bridge" | "own" | "any";

/** `sample` gives a key, mostly one of which the scene tells. */
export function drawPattern(chance: Chance, target: Target, sample: () => string): Pattern {
  if (target === "any") {
    const source = chance.pick<readonly [Test, ...Test[]]>([
      [{ "anything-but": ["aws.nothing"] }],
      [{ prefix: "" }],
      [{ exists: true }],
      ["etlworks.run-flow"],
      ["com.example.shop", { prefix: "aws." }],
    ]);
    return { fields: [{ path: ["source"], tests: source }] };
  }
  const pool = target === "s3" ? objectFields(chance, sample) : madeFields(chance);
  const source: Field = {
    path: ["source"],
    tests:
      target === "s3"
        ? ["aws.s3"]
        : target === "own"
          ? ["etlworks.dispatcher"]
          : [chance.pick(SOURCES)],
  };
  const fields = [source];
  if (target !== "s3" && chance.likely(0.3))
    fields.push({
      path: ["detail-type"],
      tests:
        target === "own"
          ? [chance.pick(["Queue Message", "Topic Message", "Invocation", "Pipe Record"])]
          : [chance.pick(TYPES)],
    });
  const taken = new Set(fields.map(({ path }) => path.join(".")));
  for (const draw of pool) {
    const field = draw();
    const name = field.path.join(".");
    if (!chance.likely(0.25) || taken.has(name)) continue;
    taken.add(name);
    fields.push(field);
  }
  if (!chance.likely(0.15)) return { fields };
  const branches = pool.map(field => field()).filter(({ path }) => !taken.has(path.join(".")));
  const [one, two] = [
    branches[chance.whole(0, branches.length - 1)],
    branches[chance.whole(0, branches.length - 1)],
  ];
  if (one === undefined || two === undefined || one === two) return { fields };
  return { fields, or: [{ fields: [one] }, { fields: [two] }] };
}

function objectFields(chance: Chance, sample: () => string): readonly (() => Field)[] {
  const size = chance.pick([0, 9, 1024]);
  return [
    () => ({
      path: ["detail-type"],
      tests: chance.likely(0.8) ? ["Object Created"] : ["Object Deleted", "Object Created"],
    }),
    () => ({ path: ["detail", "bucket", "name"], tests: [chance.pick(BUCKETS)] }),
    () => ({ path: ["detail", "object", "key"], tests: drawTests(chance, sample) }),
    () => ({ path: ["detail", "object", "key"], tests: drawTests(chance, sample) }),
    () => ({
      path: ["detail", "object", "size"],
      tests: [
        {
          numeric: chance.pick([
            ["<", size + 1],
            [">=", size],
            [">", 0, "<=", 1024],
            ["=", size],
          ]),
        },
      ],
    }),
    () => ({ path: ["detail", "object", "version-id"], tests: [{ exists: chance.likely(0.5) }] }),
    () => ({
      path: ["detail", "source-ip-address"],
      tests: [chance.pick<Test>([{ cidr: "10.0.0.0/24" }, chance.pick(IPS), { prefix: "10." }])],
    }),
    () => ({
      path: ["detail", "reason"],
      tests: drawTests(chance, () => chance.pick(["PutObject", "CopyObject"])),
    }),
  ];
}

function madeFields(chance: Chance): readonly (() => Field)[] {
  return [
    ...MEMBERS.map(
      name => (): Field => ({
        path: ["detail", name],
        tests: drawTests(chance, () => chance.pick(KIND_TEXTS)),
      }),
    ),
    () => ({
      path: ["detail", "total"],
      tests: [chance.pick<Test>([{ numeric: [">", 0] }, 5, { "anything-but": [10] }])],
    }),
    () => ({ path: ["detail", "amount"], tests: [{ exists: chance.likely(0.7) }] }),
    () => ({ path: ["detail", "flag"], tests: [chance.pick([true, false, null])] }),
    () => ({ path: ["detail", "tags"], tests: [chance.pick(KIND_TEXTS)] }),
  ];
}

function drawTests(chance: Chance, text: () => string): readonly [Test, ...Test[]] {
  const one = drawTest(chance, text);
  return chance.likely(0.25) ? [one, drawTest(chance, text)] : [one];
}

function drawTest(chance: Chance, text: () => string): Test {
  const sample = text();
  const letters = Array.from(sample);
  const cut = chance.whole(1, Math.max(1, letters.length));
  const head = letters.slice(0, cut).join("");
  const tail = letters.slice(-cut).join("");
  if (sample === "") return chance.pick<Test>(["", { "anything-but": [""] }]);
  return chance.pick<Test>([
    sample,
    { prefix: head },
    { suffix: tail },
    { prefix: { "equals-ignore-case": head.toUpperCase() } },
    { suffix: { "equals-ignore-case": tail } },
    { "equals-ignore-case": sample },
    { "anything-but": [sample] },
    { "anything-but": { prefix: head } },
    { "anything-but": { suffix: tail } },
    { wildcard: `${escapeStars(head)}*` },
    { wildcard: `*${escapeStars(tail)}` },
    { wildcard: `${escapeStars(letters[0] ?? "")}*${escapeStars(letters.at(-1) ?? "")}` },
    { exists: true },
  ]);
}

function escapeStars(text: string): string {
  return text.replace(/[*\\]/g, "\\$&");
}
