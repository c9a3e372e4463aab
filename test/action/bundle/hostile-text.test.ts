import { describe, it } from "vitest";
import { visibleText } from "../../../action/runner/plain-text.ts";
import { HOSTILE_LINES, HOSTILE_TEXT } from "../hostile-text.ts";
import { type Played, play, type Scene } from "./play.ts";

/**
 * Everything that comes from outside may be meant for the runner or for the page. That no step obeys
 * it is checked with every step (check-step.ts); here it is told to.
 */
const HUGE = `${HOSTILE_TEXT}\n`.repeat(Math.ceil(1_048_576 / HOSTILE_TEXT.length));

interface Place {
  readonly name: string;
  readonly scene: (text: string) => Scene;
  readonly outcome: string | undefined;
  /** The commands that belong here. */
  readonly commands: readonly string[];
  /** A megabyte would tell no more here: it goes the same way as in another place. */
  readonly enough?: true;
}

const places: readonly Place[] = [
  {
    name: "the message of a run that failed",
    scene: text => ({ run: { end: "error", message: text } }),
    outcome: "error",
    commands: ["error"],
  },
  {
    name: "the message of a run that warned",
    scene: text => ({ run: { end: "warning", message: text } }),
    outcome: "warning",
    commands: ["warning"],
    enough: true,
  },
  {
    name: "the exception of a start that was none",
    scene: text => ({ flow: { starts: [{ code: 5, exception: text }] } }),
    outcome: "not-started",
    commands: ["error"],
    enough: true,
  },
  {
    name: "the error of a start with success false",
    scene: text => ({ flow: { starts: [{ refusal: text }] } }),
    outcome: "not-started",
    commands: ["error"],
  },
  {
    name: "the name of the flow",
    scene: text => ({ flow: { name: text } }),
    outcome: "success",
    commands: [],
  },
  {
    name: "the name of the flow in a dry run",
    scene: text => ({ flow: { name: text }, inputs: { "dry-run": "true" } }),
    outcome: "skipped",
    commands: [],
    enough: true,
  },
  {
    name: "the name of another flow",
    scene: text => ({
      inputs: { "flow-id": "", "flow-name": "Load orders" },
      sandbox: { flows: [{ id: 8, name: text }] },
    }),
    outcome: "refused",
    commands: ["error"],
  },
  {
    name: "a status",
    scene: text => ({ faults: [{ kind: "status-word", word: text, path: /\?auditId/ }] }),
    outcome: "success",
    commands: ["warning"],
  },
  {
    name: "the last status before the timeout",
    scene: text => ({
      inputs: { timeout: "6s" },
      faults: [{ kind: "status-word", word: text, path: /\?auditId/, times: 99 }],
    }),
    outcome: "timed-out",
    commands: ["warning", "error"],
    enough: true,
  },
  {
    name: "the log of the run",
    scene: text => ({ run: { log: text }, inputs: { "show-log": "always" } }),
    outcome: "success",
    commands: ["group", "endgroup"],
  },
  {
    name: "an error body",
    scene: text => ({
      faults: [
        {
          kind: "answer",
          when: "before",
          status: 403,
          body: JSON.stringify({ status: 403, message: text }),
          path: /run$/,
        },
      ],
    }),
    outcome: "refused",
    commands: ["error"],
  },
  {
    name: "an error that is no JSON",
    scene: text => ({
      faults: [{ kind: "answer", when: "before", status: 400, body: text, path: /run$/ }],
    }),
    outcome: "refused",
    commands: ["error"],
    enough: true,
  },
  {
    name: "the answer to a stop request",
    scene: text => ({
      inputs: { timeout: "3s", "stop-request": "POST /v1/stop" },
      run: { runningMs: Number.POSITIVE_INFINITY },
      faults: [
        {
          kind: "answer",
          when: "before",
          status: 403,
          body: JSON.stringify({ message: text }),
          path: /stop/,
        },
      ],
    }),
    outcome: "timed-out",
    commands: ["warning", "error"],
    enough: true,
  },
  {
    name: "why a start is in doubt",
    scene: text => ({
      faults: [
        {
          kind: "answer",
          when: "after",
          status: 500,
          body: JSON.stringify({ message: text }),
          path: /run$/,
        },
      ],
    }),
    outcome: "success",
    commands: ["warning"],
    enough: true,
  },
  {
    name: "a fault that somebody debugs",
    scene: text => ({
      environment: { RUNNER_DEBUG: "1" },
      faults: [
        {
          kind: "answer",
          when: "before",
          status: 500,
          body: JSON.stringify({ message: text }),
          path: /\?auditId/,
        },
      ],
    }),
    outcome: "success",
    commands: ["debug"],
    enough: true,
  },
];

describe.concurrent("hostile text", () => {
  it.for(places)("in $name", async ({ scene, outcome, commands }, { expect }) => {
    const played = await play(scene(HOSTILE_TEXT));
    expect(commandsOf(played)).toEqual(commands);
    expect(played.outputs["outcome"]).toBe(outcome);
    const names = Object.keys(played.state).filter(name => !name.startsWith("start-"));
    expect(names).toEqual(names.length === 0 ? [] : ["settings", "run-1"]);
  });

  const huge = places.filter(({ enough }) => enough !== true);
  it.for(huge)("of 1 MB in $name", async ({ scene, outcome, commands }, { expect }) => {
    const played = await play(scene(HUGE));
    expect(commandsOf(played)).toEqual(commands);
    expect(played.outputs["outcome"]).toBe(outcome);
    expect(played.elapsedMs).toBeLessThan(40_000);
    // The log of a run may be long; nothing else is.
    const size = played.stdout.length - (played.log.length > 100 ? 1_048_576 * 2 : 0);
    expect(size).toBeLessThan(65_536);
  });

  it("arrives in the outputs as it can be seen, where it can do no harm", async ({ expect }) => {
    const { outputs } = await play({ run: { end: "error", message: HOSTILE_TEXT } });
    const message = visibleText(HOSTILE_TEXT.trim());
    expect(outputs["message"]).toBe(message.toWellFormed());
    const result: unknown = JSON.parse(outputs["result"] ?? "");
    expect(result).toMatchObject({ message: message.toWellFormed() });
  });

  it("costs no more time than its length", async ({ expect }) => {
    const error = `${". ".repeat(100_000)}x`;
    const { outputs, elapsedMs } = await play({
      inputs: { "flow-id": "", "flow-name": "Load orders" },
      faults: [
        { kind: "body", body: JSON.stringify({ success: false, error }), path: /flows/, times: 2 },
      ],
    });
    expect(outputs["message"]).toMatch(
      /^Etlworks at 127\.0\.0\.1:\d+ refused to list the flows \(200: \. \./,
    );
    expect(elapsedMs).toBeLessThan(20_000);
  });

  it("in a parameter is sent as it is, and shown as text", async ({ expect }) => {
    const parameters = Object.fromEntries(
      HOSTILE_LINES.filter(line => line.isWellFormed()).map((line, index) => [`p${index}`, line]),
    );
    const { exitCode, sandbox } = await play({
      inputs: { parameters: JSON.stringify(parameters) },
    });
    expect(exitCode).toBe(0);
    expect(sandbox.model.runs[0]?.parameters).toEqual(parameters);
  });

  it("in every input is refused in one harmless annotation", async ({ expect }) => {
    // No environment can hold these.
    const text = HOSTILE_TEXT.replaceAll("\0", "").toWellFormed();
    const refused = ["base-url", "flow-id", "wait", "timeout", "poll-interval", "if-running"];
    const inputs = [...refused, "stop-request", "run-query", "show-log"].map(
      name => [name, text] as const,
    );
    const played = await play({ inputs: Object.fromEntries(inputs) });
    expect(commandsOf(played)).toEqual(["error"]);
    for (const name of refused) expect(played.outputs["message"]).toContain(`${name}: `);
    expect(played.wire).toEqual([]);
  });
});

function commandsOf({ commands }: Played): string[] {
  return commands.map(({ name }) => name).filter(name => name !== "add-mask");
}
