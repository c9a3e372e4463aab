import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** Which files of the product a file imports, by their paths from the root. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The sentence that `ls lambda` reads as: an event passes the folders in this order. */
const LAMBDA_SENTENCE: readonly string[] = ["events", "routes", "lanes", "launch", "follow"];

/** The files of `lambda/` itself that put its folders together. The others lie below the folders. */
const LAMBDA_COMPOSITIONS: ReadonlySet<string> = new Set(
  [
    "dispatcher",
    "dispatch",
    "dispatch-record",
    "dry-run",
    "carry-out-command",
    "lane",
    "runner",
  ].map(name => `lambda/${name}.ts`),
);

/** What a folder within a folder may import of that folder: the rest of it lies above, or beside it. */
const INNER_FOLDERS: ReadonlyMap<string, (to: string) => boolean> = new Map([
  ["shared/etlworks/http", to => to.startsWith("shared/etlworks/http/")],
  ["shared/etlworks/replies", to => /^shared\/etlworks\/(replies|http)\//.test(to)],
  // These two are put together by what lies beside them.
  ["shared/run/start", to => !to.startsWith("shared/run/follow/")],
  ["shared/run/follow", to => !to.startsWith("shared/run/start/")],
  ["lambda/lanes/ledger", to => to.startsWith("lambda/lanes/ledger/")],
  ["lambda/lanes", to => !/^lambda\/lanes\/(commands|loop)\//.test(to)],
  ["lambda/lanes/commands", to => !to.startsWith("lambda/lanes/loop/")],
  ["lambda/lanes/loop", to => !to.startsWith("lambda/lanes/commands/")],
]);

/** Puts folders together, and may import all of its side. In `action/` only `step.ts` lies below. */
function isComposition(path: string): boolean {
  if (sideOf(path) === "action") return roomOf(path) === "" && path !== "action/step.ts";
  return LAMBDA_COMPOSITIONS.has(path);
}

export function readImports(root: string): Imports {
  const files = globSync(["action/**/*.ts", "lambda/**/*.ts", "shared/**/*.ts"], { cwd: root }).map(
    path => path.replaceAll("\\", "/"),
  );
  return new Map(
    files.map(file => {
      const text = readFileSync(join(root, file), "utf8");
      const imported = importedBy(text).map(path => posix.join(dirname(file), path));
      return [file, [...new Set(imported)]];
    }),
  );
}

/** The relative paths in all forms of an import: of names, of types, again exported, at run time, bare. */
export function importedBy(text: string): string[] {
  const specifiers = text.matchAll(/(?:\bfrom|\bimport\s*\(?)\s*"(\.[^"]+)"/g);
  return [...specifiers].map(([, path = ""]) => path);
}

/** A sentence for each import that breaks a rule of the architecture, and for each circle. */
export function findViolations(imports: Imports): string[] {
  const edges = [...imports].flatMap(([from, targets]) => targets.map(to => ({ from, to })));
  return [
    ...edges.flatMap(({ from, to }) => {
      const why = whyForbidden(from, to);
      return why === undefined ? [] : [`${from} imports ${to}: ${why}`];
    }),
    ...mutualRooms(edges),
    ...circles(imports),
  ];
}

function whyForbidden(from: string, to: string): string | undefined {
  const side = sideOf(from);
  if (sideOf(to) !== "shared" && sideOf(to) !== side) {
    return side === "shared" ? "shared imports neither side" : "the sides never import each other";
  }
  const inner = posix.dirname(from);
  const isFree = INNER_FOLDERS.get(inner);
  if (isFree !== undefined && pathOfRoom(to) === pathOfRoom(from) && !isFree(to)) {
    return `${inner} lies below it or beside it`;
  }
  if (isComposition(to) && !isComposition(from)) return "only a handler imports a handler";
  if (isComposition(from) || side !== "lambda" || sideOf(to) !== "lambda") return undefined;
  const place = placeInSentence(to);
  if (place === -1) return undefined;
  return placeInSentence(from) === -1
    ? "what lies below the folders imports none of them"
    : place < placeInSentence(from)
      ? `${LAMBDA_SENTENCE[place]} comes before ${roomOf(from)} in ${LAMBDA_SENTENCE.join(" → ")}`
      : undefined;
}

/** Two folders that import each other are one folder with a wall through it. */
function mutualRooms(edges: readonly { readonly from: string; readonly to: string }[]): string[] {
  const rooms = new Set(
    edges
      .filter(({ from, to }) => !isComposition(from) && !isComposition(to))
      .map(({ from, to }) => `${pathOfRoom(from)} ${pathOfRoom(to)}`),
  );
  return [...rooms].flatMap(pair => {
    const [one = "", other = ""] = pair.split(" ");
    return one < other && rooms.has(`${other} ${one}`)
      ? [`${one} and ${other} import each other`]
      : [];
  });
}

function circles(imports: Imports): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push(`a circle: ${[...path.slice(at), file].join(" → ")}`);
    if (at >= 0 || finished.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

function sideOf(path: string): string {
  return path.split("/")[0] ?? "";
}

/** The folder below the side; empty for a file of the side itself. */
function roomOf(path: string): string {
  const parts = path.split("/");
  return parts.length > 2 ? (parts[1] ?? "") : "";
}

function pathOfRoom(path: string): string {
  return `${sideOf(path)}/${roomOf(path)}`;
}

function placeInSentence(path: string): number {
  return LAMBDA_SENTENCE.indexOf(roomOf(path));
}
