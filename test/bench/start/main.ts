import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * `npm run bench:start`: how long a step needs from its spawn to its first request on the wire,
 * beside an empty Node process and a script of five lines that uses the same packages. All in one
 * run, turn by turn, so that the ratios hold on any machine.
 */
const ROUNDS = Number(process.argv[2] ?? 25);
const root = join(import.meta.dirname, "..", "..", "..");
// Inside the project, so that the short script finds the same packages.
const folder = mkdtempSync(join(root, "node_modules", ".bench-start-"));

let mayHaveArrived: ((method: string | undefined) => void) | undefined;
let answerAfterMs = 0;
const server = createServer((request, response) => {
  mayHaveArrived?.(request.method);
  // A history without runs, and a start that is refused: the step then ends.
  const [status, body] = request.method === "GET" ? [200, "[]"] : [400, '{"message":"bench"}'];
  setTimeout(() => {
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  }, answerAfterMs);
});
await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
if (address === null || typeof address === "string") throw new Error("no port");
const baseUrl = `http://127.0.0.1:${address.port}`;

const empty = script("empty.mjs", "");
const plain = script(
  "plain.mjs",
  `import * as core from "@actions/core";
import * as github from "@actions/github";
core.setSecret(core.getInput("api-key"));
const reply = await fetch(\`\${core.getInput("base-url")}/rest/v1/flows/\${core.getInput("flow-id")}\`);
core.info(\`\${reply.status} \${github.context.runId}\`);
`,
);
const request = script(
  "request.mjs",
  `import http from "node:http";
http.get(process.env["INPUT_BASE-URL"], reply => reply.resume());
`,
);

const contestants = [
  { name: "empty Node process, spawn to exit", measure: () => untilExit(empty) },
  { name: "one node:http request and nothing else", measure: () => untilRequest(request) },
  {
    name: "this Action, key and flow-id",
    measure: () => untilRequest(join(root, "dist", "action", "index.js")),
  },
  { name: "five lines with @actions/core and @actions/github", measure: () => untilRequest(plain) },
];
const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const { name, measure } of contestants) {
    const time = await measure();
    // The first round warms the disk.
    if (round > 0) times.get(name)?.push(time);
  }
}
const SERVER_MS = 40;
answerAfterMs = SERVER_MS;
const delays: number[] = [];
for (let round = 0; round < ROUNDS; round++) delays.push(await betweenHistoryAndStart());
server.close();
server.closeAllConnections();
rmSync(folder, { recursive: true, force: true });

const medians = contestants.map(({ name }) => ({ name, median: median(times.get(name) ?? []) }));
const base = medians[0]?.median ?? 1;
console.log(`Node ${process.versions.node}, ${ROUNDS} rounds, medians\n`);
for (const { name, median: time } of medians) {
  console.log(
    `${name.padEnd(52)} ${time.toFixed(0).padStart(4)} ms   ${(time / base).toFixed(2)} x empty`,
  );
}

console.log(`
The start waits for the history: with a server that answers in ${SERVER_MS} ms, ${median(delays).toFixed(0)} ms lie
between the two requests. The start then finds its connection open.`);

function script(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function start(file: string) {
  return spawn(process.execPath, [file], {
    stdio: "ignore",
    env: {
      "INPUT_BASE-URL": baseUrl,
      "INPUT_API-KEY": "bench-key-0123456789",
      "INPUT_FLOW-ID": "1",
      TMPDIR: tmpdir(),
    },
  });
}

async function untilExit(file: string): Promise<number> {
  const begun = performance.now();
  const child = start(file);
  await new Promise(resolve => child.once("close", resolve));
  return performance.now() - begun;
}

async function untilRequest(file: string): Promise<number> {
  const begun = performance.now();
  const seen = new Promise<number>(resolve => {
    mayHaveArrived = () => resolve(performance.now() - begun);
  });
  const child = start(file);
  const closed = new Promise(resolve => child.once("close", resolve));
  const time = await seen;
  mayHaveArrived = undefined;
  await closed;
  return time;
}

async function betweenHistoryAndStart(): Promise<number> {
  const seen: Record<string, number> = {};
  mayHaveArrived = method => {
    seen[method ?? ""] = performance.now();
  };
  const child = start(join(root, "dist", "action", "index.js"));
  await new Promise(resolve => child.once("close", resolve));
  mayHaveArrived = undefined;
  return (seen["POST"] ?? Number.NaN) - (seen["GET"] ?? Number.NaN);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
