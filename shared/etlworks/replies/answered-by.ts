import type { HttpAnswer } from "../http/http-message.ts";

/** Who answered. `where`: host and path, as they were asked. */
export function serverOf(answer: HttpAnswer, where: string): string {
  return hostOf(where) + throughProxy(answer);
}

/** The same, with the path. */
export function placeOf(answer: HttpAnswer, where: string): string {
  return where + throughProxy(answer);
}

export function hostOf(where: string): string {
  return where.split("/", 1)[0] ?? where;
}

function throughProxy({ via }: HttpAnswer): string {
  return via === undefined ? "" : ` through the proxy ${via}`;
}
