import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCommand } from "../../lambda/lanes/commands/read-command.ts";
import { noBash, type Played, playScript, type StubAnswer } from "./clone.ts";
import { templateSection } from "./template.ts";

/** examples/lambda/lanes.sh and send-message.sh: what they send. */
describe.skipIf(noBash)("examples/lambda/lanes.sh", () => {
  it.each<[string, unknown]>([
    ["check", { check: true }],
    ["lanes", { lanes: true }],
    ["hold 12345", { lane: "12345", do: "hold" }],
    ["hold 12345 --why repair", { lane: "12345", do: "hold", why: "repair" }],
    ["resume 12345 --why repair", undefined],
    ["hold 12345 --dry-run", { lane: "12345", do: "hold", dryRun: true }],
    ["--dry-run drop orders/2026", undefined],
    ["drop --dry-run orders/2026", { lane: "orders/2026", do: "drop", dryRun: true }],
    ["resume 12345", { lane: "12345", do: "resume" }],
    ["again", { again: {} }],
    [
      "again --route orders --lane 7 --outcomes error,timed-out --since 2026-05-09 --until 2026-05-10 --dry-run",
      {
        again: {
          route: "orders",
          lane: "7",
          outcomes: ["error", "timed-out"],
          since: "2026-05-09",
          until: "2026-05-10",
        },
        dryRun: true,
      },
    ],
    [
      "backfill landing orders/ --since 2026-05-09 --limit 100",
      { backfill: { bucket: "landing", prefix: "orders/", since: "2026-05-09", limit: 100 } },
    ],
    ["hold", undefined],
    ["hold one two", undefined],
    ["again orders", undefined],
    ["again --limit 3", undefined],
    ["again --since", undefined],
    ["backfill landing", undefined],
    ["backfill landing orders/ --limit many", undefined],
    ["backfill landing orders/ --outcomes error", undefined],
    ["lanes all", undefined],
    ["delete 12345", undefined],
    ["", undefined],
  ])("%s", (words, payload) => {
    const played = lanes(words === "" ? [] : words.split(" "));
    expect(payloadOf(played)).toEqual(payload);
    expect(played.status, played.errors).toBe(payload === undefined ? 2 : 0);
    if (payload === undefined) expect(played.errors).toContain("lanes.sh");
    else expect(played.output).toBe("{}\n");
    // The dispatcher takes each of these; the check it reads elsewhere.
    if (payload !== undefined && words !== "check") {
      expect(["none", "rejected"]).not.toContain(readCommand(payload, []).kind);
    }
  });

  it("sends any name of a lane as it is", () => {
    const name = fc
      .string({ minLength: 1, unit: "grapheme" })
      .filter(text => !text.startsWith("-") && !/\p{Cc}/u.test(text))
      .filter(text => text.isWellFormed());
    const hard = [
      'a"b\\c',
      "a b",
      "$(x)`y`",
      "{dirname}",
      "line\nbreak\ttab",
      "\r\u0001\u001f\u007f",
      "ö/日本",
      "'",
    ];
    fc.assert(
      fc.property(fc.oneof(name, fc.constantFrom(...hard)), lane => {
        expect(payloadOf(lanes(["hold", lane]))).toEqual({ lane, do: "hold" });
      }),
      { numRuns: 25, examples: hard.map(lane => [lane]) },
    );
  });

  it("invokes the alias of the stack's dispatcher", () => {
    const { calls } = lanes(["lanes"], {}, { STACK: "team" });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toEqual(
      expect.arrayContaining(["--function-name", "team-dispatcher", "--qualifier", "live"]),
    );
  });

  it("is red when the function has failed, though the CLI exits 0", () => {
    const file = JSON.stringify({ errorMessage: 'There is no lane "x".' });
    const { status, output, errors } = lanes(["hold", "x"], {
      out: '{"StatusCode": 200, "FunctionError": "Unhandled"}',
      file,
    });
    expect(status).toBe(1);
    expect(output).toContain("There is no lane");
    expect(errors).toContain("The dispatcher refused this or failed");
  });

  it("is red when AWS refuses", () => {
    const { status, errors } = lanes(["lanes"], { error: "AccessDeniedException", exit: 254 });
    expect(status).not.toBe(0);
    expect(errors).toContain("AccessDeniedException");
  });

  it("explains itself", () => {
    const { status, errors } = lanes(["--help"]);
    expect(status).toBe(2);
    for (const word of ["hold LANE", "resume", "drop", "again", "backfill", "--dry-run"]) {
      expect(errors).toContain(word);
    }
    expect(errors).not.toContain("set -euo");
  });
});

describe.skipIf(noBash)("examples/lambda/send-message.sh", () => {
  it("asks for an output that the template has", () => {
    const { calls } = playScript("lambda/send-message.sh");
    const [, name = ""] = /OutputKey=='(\w+)'/.exec(calls.flat().join(" ")) ?? [];
    expect(Object.keys(templateSection("Outputs"))).toContain(name);
    expect(calls.at(-1)).toContain('{"refresh": "customers"}');
  });

  it("takes another stack, or a queue by its address, as with Terraform", () => {
    const other = playScript("lambda/send-message.sh", { environment: { STACK: "nightly" } });
    expect(other.calls[0]).toContain("nightly");
    const { calls } = playScript("lambda/send-message.sh", {
      environment: { QUEUE_URL: "https://sqs/events" },
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain("https://sqs/events");
  });
});

describe.skipIf(noBash)("examples/lambda/remove.sh", () => {
  it("asks where things are before it deletes, and names all that stays", () => {
    const { calls, output, status } = playScript("lambda/remove.sh", {
      answers: {
        "aws cloudformation describe-stacks": [
          { out: "etlworks-Ledger-1" },
          { out: "https://sqs/dead" },
          { out: "https://sqs/failed" },
        ],
      },
    });
    expect(status).toBe(0);
    expect(calls.map(call => call[2])).toEqual([
      "describe-stacks",
      "describe-stacks",
      "describe-stacks",
      "delete-stack",
      "wait",
    ]);
    const asked = [
      ...calls
        .flat()
        .join(" ")
        .matchAll(/OutputKey=='(\w+)'/g),
    ].map(([, name]) => name);
    expect(Object.keys(templateSection("Outputs"))).toEqual(expect.arrayContaining(asked));
    for (const thing of [
      "etlworks-Ledger-1",
      "https://sqs/dead",
      "https://sqs/failed",
      "etlworks-key",
    ]) {
      expect(output).toContain(` ${thing}\n`);
    }
  });

  it("deletes nothing when there is no such stack", () => {
    const answer = { error: "Stack with id etlworks does not exist", exit: 254 };
    const { calls, status, errors } = playScript("lambda/remove.sh", {
      answers: { "aws cloudformation describe-stacks": answer },
    });
    expect(status).not.toBe(0);
    expect(errors).toContain("does not exist");
    expect(calls.flat()).not.toContain("delete-stack");
  });
});

function lanes(
  words: readonly string[],
  answer: StubAnswer = { out: '{"StatusCode": 200}', file: "{}" },
  environment: Readonly<Record<string, string>> = {},
): Played {
  const answers = { "aws lambda invoke": answer };
  return playScript("lambda/lanes.sh", { arguments: words, answers, environment });
}

/** What the dispatcher would be sent; `undefined` when nothing was sent. */
function payloadOf({ calls }: Played): unknown {
  const [call] = calls;
  if (call === undefined) return undefined;
  const payload: unknown = JSON.parse(call[call.indexOf("--payload") + 1] ?? "");
  return payload;
}
