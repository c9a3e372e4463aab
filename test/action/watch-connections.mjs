// Loaded before the bundle: notes in a file which hosts the process connects to.
import { appendFileSync } from "node:fs";
import net from "node:net";

const file = process.env["WATCHED_CONNECTIONS"];
delete process.env["WATCHED_CONNECTIONS"];
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [first] = given;
  const options = Array.isArray(first) ? first[0] : first;
  appendFileSync(file, `${options?.host ?? options?.path ?? options}:${options?.port ?? ""}\n`);
  return connect.apply(this, given);
};
