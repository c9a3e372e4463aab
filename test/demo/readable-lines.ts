import { isObject } from "../../shared/json.ts";
import { parseJsonSafely } from "../../shared/json-fields.ts";

const SHOWN = ["lane", "gen", "batch", "events", "flow", "auditId", "outcome", "again"];

/** Shows log lines as a person would want them, without metrics, until it is called off. */
export function showLogReadably(): () => void {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array): boolean => {
    const line = typeof text === "string" && text.startsWith("{") ? readable(text) : text;
    return line === "" || write(line);
  };
  return () => {
    process.stdout.write = write;
  };
}

function readable(text: string): string {
  const parsed = parseJsonSafely(text.trim());
  if (parsed.kind !== "json" || !isObject(parsed.value)) return text;
  const { value } = parsed;
  if ("_aws" in value) return "";
  const { level, message } = value;
  if (typeof level !== "string" || typeof message !== "string") return text;
  const fields = SHOWN.filter(name => name in value).map(name => `${name} ${String(value[name])}`);
  return `    ${level.padEnd(6)}${message}  (${fields.join(", ")})\n`;
}
