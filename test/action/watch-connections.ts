/** Loaded before the bundle: notes in a file which hosts the process connects to. */
import { appendFileSync } from "node:fs";
import net from "node:net";
import { field } from "../../shared/json-fields.ts";

const file = process.env["WATCHED_CONNECTIONS"] ?? "";
delete process.env["WATCHED_CONNECTIONS"];
const connect: unknown = Reflect.get(net.Socket.prototype, "connect");

Reflect.set(
  net.Socket.prototype,
  "connect",
  function connectAndNote(this: net.Socket, ...given: readonly unknown[]): unknown {
    const [first] = given;
    // Node's own callers pass their arguments as one list.
    const options: unknown = Array.isArray(first) ? first[0] : first;
    appendFileSync(file, `${String(field(options, "host"))}:${String(field(options, "port"))}\n`);
    if (typeof connect !== "function") throw new Error("net.Socket has no connect");
    const socket: unknown = Reflect.apply(connect, this, given);
    return socket;
  },
);
