export interface Reserve {
  /** Milliseconds that are kept at the end of the invocation, */
  readonly ms: number;
  /** or such a part of a short one: 6 is a sixth. */
  readonly share: number;
}

/** Tells at any later moment whether there is more left of the invocation's time than what is kept. */
export function keepTime(remainingMs: () => number, { ms, share }: Reserve): () => boolean {
  const reserveMs = Math.min(ms, remainingMs() / share);
  return () => remainingMs() >= reserveMs;
}
