/** How long to wait between attempts. Milliseconds. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
}

export const usualBackoff: Backoff = { firstMs: 2_000, longestMs: 15 * 60_000 }

/**
 * Capped exponential backoff with full jitter: anything between nothing and the cap of this attempt (1 is the first),
 * so that many who failed together do not come back together. `random` gives 0 ≤ x < 1. At least 1 ms.
 */
export function backoffMs(attempt: number, random: () => number, backoff: Backoff = usualBackoff): number {
  const cap = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(Math.max(attempt - 1, 0), 40))
  return Math.max(1, Math.floor(random() * cap))
}
