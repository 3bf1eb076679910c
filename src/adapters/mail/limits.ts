// How often something may happen within a stretch of time, by what it happens to. Of each process by itself, and no more
// of them are remembered than fit: where there are too many the oldest are forgotten.

export interface Limits {
  /** Whether it has happened as often as it may. */
  full(key: string): boolean
  count(key: string): void
}

const mostRemembered = 10_000

export function createLimits({
  most,
  inMs,
  ticks = () => performance.now(),
}: {
  readonly most: number
  readonly inMs: number
  readonly ticks?: () => number
}): Limits {
  const counted = new Map<string, { times: number; readonly since: number }>()
  const present = (key: string) => {
    const found = counted.get(key)
    if (found && ticks() - found.since < inMs) return found
    counted.delete(key)
    return undefined
  }
  return {
    full: (key) => (present(key)?.times ?? 0) >= most,
    count(key) {
      const found = present(key)
      if (found) {
        found.times += 1
        return
      }
      const [oldest] = counted.keys()
      if (counted.size >= mostRemembered && oldest !== undefined) counted.delete(oldest)
      counted.set(key, { times: 1, since: ticks() })
    },
  }
}
