import { ASSUMPTIONS, type Assumption } from "./assumptions.ts";

type Verdict = "confirmed" | "contradicted" | "not seen";

/** What was found out. The texts given to it are ours: nothing that the server said gets in. */
export interface Notes {
  /** `right`: as assumed; `undefined`: the answers did not show it. `seen` says what was seen. */
  judge(assumption: Assumption, right: boolean | undefined, seen?: string): void;
  shape(title: string, lines: readonly string[]): void;
  fact(text: string): void;
  render(): string;
}

export function createNotes(): Notes {
  const findings = new Map<string, { readonly verdict: Verdict; readonly seen: string }>();
  const shapes: string[] = [];
  const facts: string[] = [];
  return {
    judge(assumption, right, seen = "") {
      const before = findings.get(assumption);
      // One counterexample counts more than any number of examples.
      if (before?.verdict === "contradicted" || (before !== undefined && right === undefined))
        return;
      const verdict = right === undefined ? "not seen" : right ? "confirmed" : "contradicted";
      findings.set(assumption, { verdict, seen });
    },
    shape(title, lines) {
      const list = lines.length === 0 ? ["nothing to see"] : lines;
      shapes.push(`**${title}**\n\n${list.map(line => `- ${line}`).join("\n")}`);
    },
    fact(text) {
      facts.push(`- ${text}`);
    },
    render() {
      const rows = Object.entries(ASSUMPTIONS).map(([name, sentence]) => {
        const { verdict, seen } = findings.get(name) ?? { verdict: "not seen", seen: "" };
        return { verdict, row: `| ${sentence} | ${marked(verdict)} | ${seen} |` };
      });
      const count = (verdict: Verdict) => rows.filter(row => row.verdict === verdict).length;
      return `# An Etlworks instance, probed

This page has no value, no name of yours and no address on it: only what the fields of the API are called,
kinds of values, yes and no. Read it once, then paste it into an issue.

Confirmed: ${count("confirmed")}. Contradicted: ${count("contradicted")}. Not seen: ${count("not seen")}.

## What we assume

| assumption | | seen |
|---|---|---|
${rows.map(({ row }) => row).join("\n")}

## Shapes

${shapes.join("\n\n")}

## Also seen

${facts.length === 0 ? "- nothing else" : facts.join("\n")}
`;
    },
  };
}

function marked(verdict: Verdict): string {
  return verdict === "contradicted" ? "**contradicted**" : verdict;
}
