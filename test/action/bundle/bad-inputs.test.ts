import { describe, it } from "vitest";
import { DURATIONS, mistakes, NO_KEY } from "../rejected-inputs.ts";
import { play, playBoth } from "./play.ts";

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
      expect(played.log).toEqual([`[error] Run Etlworks Flow: ${sentence}`]);
      expect(played.exitCode).toBe(1);
      expect(played.wire).toEqual([]);
      expect(played.outputs).toEqual({ message: sentence });
      expect(played.state).toEqual({ phase: "post" });
      expect(played.summary).toBe("");
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
    expect(played.log).toEqual([`[error] Run Etlworks Flow: ${sentences.join("%0A")}`]);
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual([]);
    expect(played.outputs).toEqual({ message: sentences.join("\n") });
  });

  it("leaves the post step nothing to do", async ({ expect }) => {
    const { post } = await playBoth({ inputs: { "flow-id": "x" } });
    expect(post).toMatchObject({ log: [], wire: [], exitCode: 0 });
  });
});

function shown([name, value]: readonly [string, string]): string {
  return `${name} ${JSON.stringify(value.slice(0, 40))}`;
}
