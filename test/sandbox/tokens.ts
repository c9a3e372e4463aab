import { createHmac } from "node:crypto";
import type { User } from "./users.ts";

/** The server's book of JWTs. */
export interface Tokens {
  issue(user: User): string;
  /** Whose token this is, as long as it is valid. */
  ownerOf(token: string): User | undefined;
  /** Makes every token so far invalid, as a change of the signing key does. */
  expireAll(): void;
}

/** Tokens look like real ones (HS256), because masks and log filters must cope with the form. */
export function createTokens(now: () => number, lifetimeMs: number): Tokens {
  const issued = new Map<string, { readonly user: User; readonly expiresAt: number }>();
  let serial = 0;
  return {
    issue(user) {
      serial += 1;
      const issuedAt = now();
      const expiresAt = issuedAt + lifetimeMs;
      const head = encode({ alg: "HS256", typ: "JWT" });
      const claims = encode({
        sub: user.login,
        jti: String(serial),
        iat: Math.floor(issuedAt / 1000),
        exp: Math.ceil(expiresAt / 1000),
      });
      const signature = createHmac("sha256", "sandbox").update(`${head}.${claims}`);
      const token = `${head}.${claims}.${signature.digest("base64url")}`;
      issued.set(token, { user, expiresAt });
      return token;
    },
    ownerOf(token) {
      const entry = issued.get(token);
      return entry !== undefined && now() < entry.expiresAt ? entry.user : undefined;
    },
    expireAll() {
      issued.clear();
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
