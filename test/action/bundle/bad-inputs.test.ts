import { describe, it } from "vitest";
import { DURATIONS, mistakes, NO_KEY } from "../rejected-inputs.ts";
import { plain, play, playBoth } from "./play.ts";

function refusedOutputs(message: string): Record<string, string> {
  const result = JSON.stringify({
    outcome: "refused",
    verdict: "fail",
    message,
    polls: 0,
    faults: 0,
    rateLimits: 0,
  });
  return { outcome: "refused", message, result, results: `[${result}]` };
}

/** Every kind of mistake that can be known before anything is sent, as the bundle tells it. */
describe.concurrent("a mistake in the inputs", () => {
  const kinds = mistakes.filter(({ variant }) => variant !== true);
  const rows = kinds.map(mistake => ({
    ...mistake,
    name: mistake.because ?? Object.entries(mistake.inputs).map(shown).join(", "),
  }));
  it.for(rows)(
    "is refused before anything is sent: $name",
    async ({ inputs, sentence }, { expect }) => {
      const played = await play({ inputs });
      expect(played.log).toEqual([`[error] Etlworks flow: refused: ${annotated(sentence)}`]);
      expect(played.exitCode).toBe(1);
      expect(played.wire).toEqual([]);
      expect(played.outputs).toEqual(refusedOutputs(sentence));
      expect(played.state).toEqual({});
      expect(played.summary).toContain("<h3>⚙️ Setup needs a fix");
      for (const hidden of ["hidden-value", "hunter22", "tell-nobody", "12345678"]) {
        expect(played.log.join("\n") + played.outputs["message"]).not.toContain(hidden);
      }
    },
  );

  it("is told together with all others, in one annotation", async ({ expect }) => {
    const played = await play({
      inputs: { "api-key": "", "flow-id": "x", wait: "maybe", timeout: "soon" },
    });
    const sentences = [
      NO_KEY,
      'flow-id: "x" is not a positive whole number. For a name use flow-name.',
      'wait: "maybe" is not known. Use true or false.',
      `timeout: "soon" is not a duration. ${DURATIONS}`,
    ];
    expect(played.log).toEqual([`[error] Etlworks flow: refused: ${sentences.join("%0A")}`]);
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual([]);
    expect(played.outputs).toEqual(refusedOutputs(sentences.join("\n")));
  });

  it("leaves the post step nothing to do", async ({ expect }) => {
    const { post } = await playBoth({ inputs: { "flow-id": "x" } });
    expect(post).toMatchObject({ log: [], wire: [], exitCode: 0 });
  });
});

/** As the harness writes it: some signs are escaped in a command. */
function annotated(text: string): string {
  return plain(text.replaceAll("\n", "%0A")).trim();
}

function shown([name, value]: readonly [string, string]): string {
  return `${name} ${JSON.stringify(value.slice(0, 40))}`;
}
