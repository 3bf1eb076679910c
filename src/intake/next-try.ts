// What follows when the handling of an event has failed. Pure.

/**
 * here: in this process, shortly, while the person waits · later: put off in the record, for whichever process looks
 * then · end: it is over, the person is told.
 */
export type NextTry =
  | { readonly type: 'here'; readonly ms: number }
  | { readonly type: 'later'; readonly ms: number }
  | { readonly type: 'end' }

/**
 * Milliseconds after the first attempt, the second and so on. What lies in the moment (a lost connection, somebody
 * else's transaction) is given a quarter of an hour; a defect fails again soon enough, and is tried again only for the
 * case that it was taken for one wrongly.
 */
const waits = {
  passing: [300, 1_000, 3_000, 30_000, 120_000, 300_000, 600_000],
  defect: [500, 2_000],
} as const

/** Longer than this nobody is kept waiting without a word. */
const patienceMs = 5_000

export interface Failed {
  /** How many attempts there were. */
  readonly tried: number
  readonly passing: boolean
  /** Somebody waits for the answer to this very delivery. */
  readonly awaited: boolean
  /** The answer is of use whenever it comes; a Home is drawn anew when it is opened again. */
  readonly keeps: boolean
}

export function nextTry({ tried, passing, awaited, keeps }: Failed): NextTry {
  const ms = waits[passing ? 'passing' : 'defect'][tried - 1]
  if (ms === undefined) return { type: 'end' }
  if (awaited && ms <= patienceMs) return { type: 'here', ms }
  return keeps ? { type: 'later', ms } : { type: 'end' }
}
