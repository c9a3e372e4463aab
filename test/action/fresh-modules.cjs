/**
 * Runs an ES module and what it imports from its own folder as if for the first time, but compiles each
 * file once: that is half of what a step costs. Node's own loader would compile it for each step. Plain
 * JavaScript, as watch-connections.cjs is; Node needs --experimental-vm-modules.
 */
const { readFileSync } = require("node:fs");
const { isBuiltin } = require("node:module");
const { SourceTextModule, SyntheticModule } = require("node:vm");

async function importAfresh(entry) {
  const loaded = new Map();
  await evaluate(load(entry.href));

  function load(url) {
    const known = loaded.get(url);
    if (known !== undefined) return known;
    const created = compile(url, {
      initializeImportMeta: meta => {
        meta.url = url;
      },
      importModuleDynamically: async specifier => evaluate(await find(specifier, url)),
    });
    loaded.set(url, created);
    return created;
  }

  async function evaluate(module) {
    if (module.status === "unlinked") {
      await module.link((specifier, { identifier }) => find(specifier, identifier));
    }
    await module.evaluate();
    return module;
  }

  function find(specifier, from) {
    return isBuiltin(specifier) ? partOfNode(specifier) : load(new URL(specifier, from).href);
  }
}

const compiled = new Map();

function compile(url, options) {
  const bytes = readFileSync(new URL(url));
  const known = compiled.get(url);
  // V8 compares no more than the length.
  const { text, cachedData } =
    known?.bytes.equals(bytes) === true
      ? known
      : { text: bytes.toString("utf8"), cachedData: undefined };
  const created = new SourceTextModule(text, { ...options, identifier: url, cachedData });
  if (cachedData === undefined) {
    compiled.set(url, { bytes, text, cachedData: created.createCachedData() });
  }
  return created;
}

const partsOfNode = new Map();

async function partOfNode(specifier) {
  const known = partsOfNode.get(specifier);
  if (known !== undefined) return known;
  const part = await import(specifier);
  const created = new SyntheticModule(Object.keys(part), () => {
    for (const [name, value] of Object.entries(part)) created.setExport(name, value);
  });
  partsOfNode.set(specifier, created);
  return created;
}

module.exports = { importAfresh };
