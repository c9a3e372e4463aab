/**
 * Loaded before the bundle: notes in a file which hosts the process connects to. Plain JavaScript,
 * since some hundred processes load it and taking the types out costs each of them 70 ms.
 */
const { appendFileSync } = require("node:fs");
const { Socket } = require("node:net");

let file = "";
const connect = Socket.prototype.connect;

Socket.prototype.connect = function connectAndNote(...given) {
  // Node's own callers pass their arguments as one list.
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  appendFileSync(file, `${String(options?.host)}:${String(options?.port)}\n`);
  return Reflect.apply(connect, this, given);
};

/** From now on into the file that the environment names, which the step need not know of. */
function watchConnections() {
  file = process.env["WATCHED_CONNECTIONS"] ?? "";
  delete process.env["WATCHED_CONNECTIONS"];
}

watchConnections();
module.exports = { watchConnections };
