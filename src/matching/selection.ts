// Who gets a seat when more people apply than there are seats: priority class, then a lottery that anybody can compute
// again, then each in turn takes the best session left (serial dictatorship). Nobody gains by naming other wishes than
// their own, and no two people would rather swap. Never "first choices first", which rewards clever lies.
import { createHash } from 'node:crypto'

export interface Applicant {
  /** What the person knows of themselves: the staff number (職員番号). */
  readonly number: string
  /** The priority class, 1 before 2. */
  readonly priority: number
  /** Sessions in the order of their wishes. */
  readonly wishes: readonly string[]
}

export interface Session {
  readonly id: string
  readonly seats: number
}

/** A place in the queue: the class first, then the lottery number. */
export interface Turn {
  readonly priority: number
  /** 64 hexadecimal digits; the smaller goes first. */
  readonly lot: string
}

export type Result = Turn & {
  readonly number: string
  /** The seat and which wish it was (1 = first), or nothing. */
  readonly seat?: { readonly session: string; readonly wish: number }
  /** Sessions they would rather have had, in the order of their wishes, with their place on each waiting list (1 = next). */
  readonly waiting: readonly { readonly session: string; readonly place: number }[]
}

export interface Selection {
  /** In the order in which people took their turns. */
  readonly results: readonly Result[]
  /**
   * For each session that was filled, the turn of whoever took its last seat. With their own lottery number and this,
   * everybody can check their result without learning who else applied: a seat was had by nobody behind it.
   */
  readonly cutoffs: ReadonlyMap<string, Turn>
}

/**
 * The lottery number: SHA-256 of `seed|event|staff number` in hexadecimal, as `printf '%s' 'seed|event|number' |
 * sha256sum` prints it. The seed is drawn once, after applications have closed, and published.
 */
export const lotOf = (seed: string, event: string, number: string): string =>
  createHash('sha256').update(`${seed}|${event}|${number}`).digest('hex')

/** Negative when `a` takes their turn before `b`. */
export const byTurn = (a: Turn, b: Turn): number =>
  a.priority - b.priority || (a.lot < b.lot ? -1 : a.lot > b.lot ? 1 : 0)

/**
 * Gives out the seats. The result depends on nothing but the arguments, whatever their order. Throws RangeError when a
 * staff number, a session or a wish occurs twice, a wish names no session, or seats are not a whole number from 0.
 */
export function select(
  draw: { readonly seed: string; readonly event: string },
  applicants: readonly Applicant[],
  sessions: readonly Session[],
): Selection {
  const left = new Map(sessions.map(({ id, seats }) => [id, seats]))
  if (left.size !== sessions.length) throw new RangeError('a session occurs twice')
  if (sessions.some(({ seats }) => !Number.isSafeInteger(seats) || seats < 0))
    throw new RangeError('seats are whole numbers from 0')
  if (new Set(applicants.map(({ number }) => number)).size !== applicants.length)
    throw new RangeError('an applicant occurs twice')

  const queue = applicants
    .map((applicant) => ({ ...applicant, lot: lotOf(draw.seed, draw.event, applicant.number) }))
    .sort(byTurn)
  const cutoffs = new Map<string, Turn>()
  const waiting = new Map<string, number>()
  const results = queue.map(({ number, priority, lot, wishes }): Result => {
    if (new Set(wishes).size !== wishes.length) throw new RangeError('a wish occurs twice')
    if (wishes.some((wish) => !left.has(wish))) throw new RangeError('a wish names no session')
    const found = wishes.findIndex((wish) => (left.get(wish) ?? 0) > 0)
    const session = wishes[found]
    if (session !== undefined) {
      const rest = (left.get(session) ?? 0) - 1
      left.set(session, rest)
      if (rest === 0) cutoffs.set(session, { priority, lot })
    }
    const rather = session === undefined ? wishes : wishes.slice(0, found)
    const queued = rather.map((wish) => {
      const place = (waiting.get(wish) ?? 0) + 1
      waiting.set(wish, place)
      return { session: wish, place }
    })
    const turn = { number, priority, lot, waiting: queued }
    return session === undefined ? turn : { ...turn, seat: { session, wish: found + 1 } }
  })
  return { results, cutoffs }
}

export interface Published {
  readonly cutoffs: ReadonlyMap<string, Turn>
  /** Sessions that had no seat to give. */
  readonly closed: ReadonlySet<string>
}

/**
 * Checks one result by what is published, as its owner would: they have the first of their wishes that was not full
 * before their turn.
 */
export function agrees(result: Result, wishes: readonly string[], { cutoffs, closed }: Published): boolean {
  const open = (session: string) => {
    const cutoff = cutoffs.get(session)
    return !closed.has(session) && (!cutoff || byTurn(result, cutoff) <= 0)
  }
  const best = wishes.find(open)
  return best === result.seat?.session
}
