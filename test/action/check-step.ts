import { isObject, type JsonObject } from "../../shared/json.ts";
import { readDeclaredOutputs } from "./action-metadata.ts";
import type { StepResult } from "./run-bundle.ts";

/** What else is known of a step that is to be checked. */
export interface CheckedStep {
  /** Texts that may be shown nowhere. */
  readonly secrets: readonly string[];
  /** GITHUB_ENV and GITHUB_PATH. */
  readonly otherFiles: string;
  /** RUNNER_DEBUG was set. */
  readonly debug: boolean;
  /** The runner's files cannot be written. */
  readonly filesBroken: boolean;
  /** `host:port` of everything that was connected to, and of what may be. */
  readonly connections: readonly string[];
  readonly allowedHosts: readonly string[];
}

/** Throws an error that lists everything that no step may ever do. */
export function checkStep(step: StepResult, about: CheckedStep): void {
  const faults = [
    ...commandFaults(step, about),
    ...secretFaults(step, about),
    ...fileFaults(step, about),
    ...summaryFaults(step.summary),
    ...connectionFaults(about),
    ...(step.phase === "main" && step.exitCode !== null ? endFaults(step, about) : []),
    ...(step.phase === "post" ? postFaults(step) : []),
  ];
  if (step.stderr !== "") faults.push(`wrote to stderr: ${step.stderr}`);
  if (faults.length > 0) {
    throw new Error(`${faults.join("\n")}\nThe step's log:\n${withoutMasks(step).join("\n")}`);
  }
}

/** One red annotation for a step that fails, none for one that passes, and nothing forged. */
function commandFaults(step: StepResult, { debug }: CheckedStep): string[] {
  const faults: string[] = [];
  const errors = step.commands.filter(({ name }) => name === "error").length;
  const expected = step.exitCode === 1 ? 1 : 0;
  if (errors !== expected) {
    faults.push(`exit code ${step.exitCode} with ${errors} error annotations`);
  }
  const allowed = [
    "add-mask",
    "error",
    "warning",
    "group",
    "endgroup",
    ...(debug ? ["debug"] : []),
  ];
  for (const { name, text } of step.commands) {
    if (!allowed.includes(name)) faults.push(`unexpected command ${name}: ${text}`);
  }
  if (/##\[/.test(step.stdout)) faults.push("the log holds ##[, an old command");
  // Masks and annotations carry such signs escaped or as they are; a log line may not.
  for (const line of withoutMasks(step)) {
    if (/[^\P{Cc}\t]|[\u2028\u2029]|\p{Bidi_Control}/u.test(line)) {
      faults.push(`control characters in ${JSON.stringify(line)}`);
    }
  }
  return faults;
}

/** After its mask no secret is seen again, in whatever form, in anything the step leaves behind. */
function secretFaults(step: StepResult, { secrets }: CheckedStep): string[] {
  const masked = step.commands.filter(({ name }) => name === "add-mask").map(({ text }) => text);
  const places: Readonly<Record<string, string>> = {
    "the log": withoutMasks(step).join("\n"),
    stderr: step.stderr,
    outputs: JSON.stringify(step.outputs) + Object.values(step.outputs).join("\n"),
    state: JSON.stringify(step.state) + Object.values(step.state).join("\n"),
    "the summary": step.summary,
  };
  const faults: string[] = [];
  for (const secret of new Set(secrets)) {
    if (secret.length < 4) continue;
    if (!masked.includes(secret) && step.commands.length > 0 && step.phase === "main") {
      faults.push("a secret was never masked");
    }
    for (const form of formsOf(secret)) {
      for (const [place, text] of Object.entries(places)) {
        if (text.includes(form))
          faults.push(`a secret is shown in ${place} as ${form.slice(0, 8)}…`);
      }
    }
  }
  const firstOther = step.commands.findIndex(({ name }) => name !== "add-mask");
  const firstMask = step.commands.findIndex(({ name }) => name === "add-mask");
  if (firstOther >= 0 && firstMask > firstOther) faults.push("something was printed before a mask");
  return faults;
}

function withoutMasks({ stdout }: StepResult): string[] {
  return stdout.split("\n").filter(line => !line.startsWith("::add-mask::"));
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  // Base64 of the secret after one or two other bytes, without the letters that these touch.
  const shifted = [1, 2].map(offset =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    escapeHtml(secret),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    ...(secret.length < 10 ? [] : shifted),
  ];
  return [...new Set(forms)].filter(form => form.length >= 4);
}

function escapeHtml(text: string): string {
  const signs = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
    "`": "&#96;",
  };
  return Object.entries(signs).reduce((left, [sign, name]) => left.replaceAll(sign, name), text);
}

const outputNames = readDeclaredOutputs();

function fileFaults(step: StepResult, { otherFiles }: CheckedStep): string[] {
  const faults: string[] = [];
  if (otherFiles !== "") faults.push(`GITHUB_ENV or GITHUB_PATH was written: ${otherFiles}`);
  for (const [name, value] of Object.entries(step.outputs)) {
    if (!outputNames.includes(name)) faults.push(`output ${name} is not in action.yml`);
    // The result holds the message twice, and JSON writes some signs with six.
    const limit = { result: 65_536, results: 100_000 }[name] ?? 4_096;
    if (Buffer.byteLength(value) > limit) faults.push(`output ${name} is over ${limit} bytes`);
  }
  for (const name of Object.keys(step.state)) {
    if (!/^(settings|status|(?:run|start)-\d+)$/.test(name)) faults.push(`unknown state ${name}`);
  }
  return faults;
}

/** Nobody is spoken to but the instance, GitHub, and the proxy on the way to them. */
function connectionFaults({ connections, allowedHosts }: CheckedStep): string[] {
  return [...new Set(connections)]
    .filter(host => !allowedHosts.includes(host))
    .map(host => `connected to ${host}, which nobody named`);
}

/** One result alone is listed as it is. Of several, messages and names may be shortened in the list. */
function lists(results: string, result: string, read: JsonObject): boolean {
  const all: unknown = JSON.parse(results);
  if (!Array.isArray(all)) return false;
  if (all.length === 1) return results === `[${result}]`;
  return all.some(
    (each: unknown) =>
      isObject(each) &&
      ["outcome", "verdict", "flowId", "auditId"].every(name => each[name] === read[name]),
  );
}

/** Every end has an outcome and a result, so that what chains on them never meets an empty string. */
function endFaults({ outputs }: StepResult, { filesBroken }: CheckedStep): string[] {
  if (filesBroken) return [];
  const { outcome, message, result, results } = outputs;
  if (outcome === undefined || message === undefined) return ["an end without an outcome"];
  const read: unknown = JSON.parse(result ?? "null");
  if (!isObject(read)) return ["an end without a result"];
  const faults: string[] = [];
  if (read["outcome"] !== outcome) faults.push("result and outcome differ");
  if (!lists(results ?? "", result ?? "", read)) faults.push("results does not list the result");
  for (const [name, value] of Object.entries(read)) {
    const nested = typeof value === "object" && name !== "earlierAuditIds";
    if (!RESULT_FIELDS.includes(name) || nested) faults.push(`result has a field ${name}`);
  }
  return faults;
}

const RESULT_FIELDS =
  "outcome verdict flowId flowName auditId otherAuditId status startedAt endedAt durationSeconds records message polls faults rateLimits earlierAuditIds".split(
    " ",
  );

/** The post step looks after the run; it reports nothing and never fails. */
function postFaults(step: StepResult): string[] {
  const written = [...Object.keys(step.outputs), ...Object.keys(step.state), step.summary].join("");
  return [
    ...(step.exitCode === 0 ? [] : [`the post step ended with exit code ${step.exitCode}`]),
    ...(written === "" ? [] : [`the post step wrote ${written}`]),
  ];
}

const TAG =
  /^<(\/?)(table|tr|td|h3|p|b|i|code|details|summary|pre|blockquote)( open| colspan="2")?>/;

/** Its HTML is whole and of our own making; Markdown stands only where we put it. */
export function summaryFaults(summary: string): string[] {
  if (Buffer.byteLength(summary) > 65_536) return ["the summary is over 64 KiB"];
  const [prose = "", ...pictures] = summary.split(/^```mermaid\n/m);
  const faults = pictures.flatMap(pictureFaults);
  const texts = [prose, ...pictures.map(picture => picture.replace(/^[\s\S]*?^```$/m, ""))];
  const lines = texts.join("\n").split("\n");
  for (const [index, line] of lines.entries()) {
    const ours =
      line === "" || line.startsWith("<") || line.startsWith("**Next:** ") || index === 0;
    if (!ours) faults.push(`Markdown in the summary: ${line}`);
    if (line.includes("`")) faults.push(`a backtick in the summary: ${line}`);
  }
  const open: string[] = [];
  const html = texts.join("\n");
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at + 1)) {
    const [, slash, name = ""] = TAG.exec(html.slice(at)) ?? [];
    if (slash === undefined) faults.push(`foreign HTML in the summary: ${html.slice(at, at + 40)}`);
    else if (slash === "") open.push(name);
    else if (open.pop() !== name) faults.push(`</${name}> closes nothing in the summary`);
  }
  if (open.length > 0) faults.push(`left open in the summary: ${open.join(", ")}`);
  return faults;
}

const PICTURE_LINE =
  /^(gantt| {2}(dateFormat x|axisFormat %H:%M(:%S)?|section (This run|Usually|Runs|The \d+ longest of \d+ runs)|((queued|running|other|median)|\d+\. [\p{L}\p{N}… ]+) [\ddhms ]+ :(crit, )?\d+, \d+))$/u;

function pictureFaults(picture: string): string[] {
  const [drawing, ...rest] = picture.split(/^```$/m);
  if (drawing === undefined || rest.length !== 1) return ["a picture in the summary has no end"];
  const strange = drawing.split("\n").filter(line => line !== "" && !PICTURE_LINE.test(line));
  return strange.map(line => `a strange line in the picture: ${line}`);
}
