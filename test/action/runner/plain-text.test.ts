import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToBytes, plainLine, plainLines, shortLine } from "../../../action/runner/plain-text.ts";
import { anyString } from "../../any-string.ts";
import { computingMs } from "../../computing-time.ts";
import { HOSTILE_LINES } from "../hostile-text.ts";

/** Pieces that only together, or only after something is taken away, become a command. */
const PARTS =
  "::|:|#|##|[|##[|]| |\t|\n|\r|\0|\u001b[0m|\u001b[|\u200e|\u202e|\u00a0|\ufeff|\u2028|\u0085|error|%0A|😀|\ud83d";
const pieces = fc.constantFrom(...HOSTILE_LINES, ...PARTS.split("|"));
const hostile = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map(dependencies => dependencies.join("")),
  anyString(),
);

/** .NET's `TrimStart` and what the runner then looks for (actions/runner, ActionCommand.cs). */
function isCommand(line: string): boolean {
  const begin = line.replace(
    /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+/,
    "",
  );
  return begin.startsWith("::") || line.includes("##[");
}

describe("plainLines", () => {
  it("leaves no line that the runner takes for a command", () => {
    fc.assert(
      fc.property(hostile, text => {
        for (const line of plainLines(text)) expect(isCommand(line)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("leaves no sign that ends a line, moves the cursor or turns the text round", () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(plainLines(text).join("")).not.toMatch(
          /[^\P{Cc}\t]|[\u2028\u2029]|\p{Bidi_Control}/u,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("changes nothing that is plain, and nothing twice", () => {
    fc.assert(
      fc.property(hostile, text => {
        const once = plainLines(text);
        expect(once.flatMap(plainLines)).toEqual(once);
      }),
    );
    expect(plainLines("SELECT a::int, 'x' -- #1 [2] 100%\n\tat line 3: ::")).toEqual([
      "SELECT a::int, 'x' -- #1 [2] 100%",
      "\tat line 3: ::",
    ]);
  });

  it("splits at every end of a line there is", () => {
    expect(plainLines("a\nb\r\nc\rd\ve\ff\u0085g\u2028h\u2029i\n\nj")).toEqual(
      "a b c d e f g h i  j".split(" "),
    );
  });

  it("takes time in proportion to the text", async () => {
    for (const piece of [" ", "\t", ":", "#", "\u001b[", "\u001b[1;", "a ", "\n "]) {
      const text = piece.repeat(300_000);
      const used = await computingMs(() => {
        plainLines(text);
        plainLine(`${text}x`);
      });
      expect(used).toBeLessThan(3_000);
    }
  });
});

describe("plainLine", () => {
  it("is one line that is no command, whatever it is made of", () => {
    fc.assert(
      fc.property(hostile, text => {
        const line = plainLine(text);
        expect(isCommand(line)).toBe(false);
        expect(plainLines(line)).toHaveLength(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("folds lines", () => {
    expect(plainLine("  one \r\n\n two\t\n")).toBe("one · two");
  });
});

describe("shortLine", () => {
  it("is never longer than asked, nor cut inside a character", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 40 }),
        (text, size) => {
          const line = shortLine(text, size);
          expect(line.length).toBeLessThanOrEqual(size + 1);
          expect(line.isWellFormed()).toBe(true);
          if (plainLine(text).length <= size) expect(line).toBe(plainLine(text));
          else expect(line.endsWith("…")).toBe(true);
        },
      ),
    );
  });
});

describe("cutToBytes", () => {
  it("keeps to the limit, cuts between characters, and marks the cut", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.integer({ min: 12, max: 400 }),
        (text, bytes) => {
          const cut = cutToBytes(text, bytes);
          expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
          if (Buffer.byteLength(text) <= bytes) expect(cut).toBe(text);
          else {
            expect(cut.endsWith("… (cut)")).toBe(true);
            expect(text.startsWith(cut.slice(0, -"… (cut)".length))).toBe(true);
          }
        },
      ),
    );
  });
});
