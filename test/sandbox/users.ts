/** The roles of Etlworks that matter for running flows. */
export const roles = ["Administrator", "Editor", "Operator", "Viewer", "API User"] as const;
export type Role = (typeof roles)[number];

/** A person or service account of the organisation. */
export interface User {
  readonly login: string;
  readonly password: string;
  readonly role: Role;
  /** The user's API key; without one only the login works. */
  readonly apiKey?: string;
  /** When the key stops working, ms since 1970. Keys are permanent by default. */
  readonly apiKeyExpiresAt?: number;
}

/** What a caller may want to do. */
export type Permission = "list" | "run" | "status" | "log" | "stop";

/**
 * Whether a role may do this.
 *
 * Running and reading a status need Operator, Editor or Administrator; stopping needs Editor or
 * Administrator; an API User may call only user-defined endpoints, never a built-in one
 * (support articles "Get Flow status API", "Flows management API", "Manage users").
 */
export function mayUse(role: Role, permission: Permission): boolean {
  return permitted[permission].includes(role);
}

/** One user of each role, with keys of the documented form: 256 letters and digits. */
export function exampleUsers(): readonly (User & { readonly apiKey: string })[] {
  return roles.map((role, index) => {
    const name = ["alice", "edgar", "olivia", "victor", "ci-robot"][index] ?? "someone";
    const login = `${name}@example.com`;
    return { login, password: `${name}-likes-cold-brew-7`, role, apiKey: exampleKey(index + 1) };
  });
}

const permitted: Readonly<Record<Permission, readonly Role[]>> = {
  list: ["Administrator", "Editor", "Operator", "Viewer"],
  run: ["Administrator", "Editor", "Operator"],
  status: ["Administrator", "Editor", "Operator"],
  log: ["Administrator", "Editor", "Operator"],
  stop: ["Administrator", "Editor"],
};

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Always the same key for the same seed, so that a copied curl line works again tomorrow. */
function exampleKey(seed: number): string {
  let state = seed;
  let key = "";
  while (key.length < 256) {
    // The "minimal standard" generator of Park and Miller, doi 10.1145/63039.63042.
    state = (state * 48271) % 2147483647;
    key += alphabet.charAt(state % alphabet.length);
  }
  return key;
}
