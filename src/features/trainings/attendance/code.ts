// The code of a session: six digits that are shown in the room and sent to the bot. Pure. Kept only as a mark (HMAC),
// valid from shortly before the start until shortly after the end; whoever guesses is soon made to wait.
import { createHmac } from 'node:crypto'
import { normalise } from '../../../kernel/words.ts'
import { isDone, type SignUp, sessionOf } from '../state.ts'

const digits = 6
/** Minutes before the start from which, and after the end until which, it is taken. */
const before = 15
const after = 30
/** So many wrong codes within so many minutes; then none is looked at until the minutes are over. */
export const tries = { most: 5, minutes: 15 } as const

export interface Validity {
  readonly validFrom: Temporal.Instant
  readonly validUntil: Temporal.Instant
}

export const validityOf = (session: {
  readonly startsAt: Temporal.Instant
  readonly endsAt: Temporal.Instant
}): Validity => ({
  validFrom: session.startsAt.subtract({ minutes: before }),
  validUntil: session.endsAt.add({ minutes: after }),
})

/** Six digits of a number that the caller has drawn, 0 to 999,999. */
export const codeOf = (drawn: number): string => String(drawn).padStart(digits, '0')
export const codeRange = 10 ** digits

/** Kept instead of the code. `mark`: HMAC under the installation's key; without it the salt alone is the key. */
export function markOf(mark: ((text: string) => string) | undefined, salt: string, code: string): string {
  const own = createHmac('sha256', salt).update(code).digest('hex')
  return mark ? mark(`attendance:${own}`) : own
}

/** The code in what somebody wrote: six digits, of whatever width, in two groups or with words around them. */
export function codeIn(written: string): string | undefined {
  const found = normalise(written.slice(0, 100)).match(/(?<!\d)\d{3}[ -]?\d{3}(?!\d)/g) ?? []
  return found.length === 1 ? found[0]?.replace(/\D/g, '') : undefined
}

/** A code of a session that is the same as the one sent. */
export interface Match extends Validity {
  readonly courseId: number
  readonly sessionId: number
}

export type Verdict =
  | { readonly type: 'wrong' }
  | { readonly type: 'early'; readonly match: Match }
  | { readonly type: 'late'; readonly match: Match }
  /** The person is not on the list of the session. */
  | { readonly type: 'not-listed'; readonly match: Match }
  | { readonly type: 'already'; readonly match: Match; readonly signUp: SignUp }
  /** Somebody has recorded otherwise: they are asked. */
  | { readonly type: 'recorded'; readonly match: Match; readonly signUp: SignUp }
  | { readonly type: 'attend'; readonly match: Match; readonly signUp: SignUp }

/**
 * What a code does for somebody, by the sessions that it fits and by their own sign-ups. Attendance follows for
 * whoever is on the list of the session at its time, and for nobody else.
 */
export function judge(matches: readonly Match[], own: readonly SignUp[], now: Temporal.Instant): Verdict {
  const listed = (match: Match) =>
    own.find(
      (each) =>
        sessionOf(each) === match.sessionId &&
        (each.status === 'confirmed' || isDone(each) || each.status === 'partly' || each.status === 'absent'),
    )
  // Where two sessions happen to have one code, the person's own is meant.
  const [match] = matches.toSorted((a, b) => Number(!listed(a)) - Number(!listed(b)))
  if (!match) return { type: 'wrong' }
  const signUp = listed(match)
  if (!signUp) return { type: 'not-listed', match }
  if (isDone(signUp)) return { type: 'already', match, signUp }
  if (Temporal.Instant.compare(now, match.validFrom) < 0) return { type: 'early', match }
  if (Temporal.Instant.compare(now, match.validUntil) >= 0) return { type: 'late', match }
  return signUp.status === 'confirmed'
    ? { type: 'attend', match, signUp }
    : { type: 'recorded', match, signUp }
}

/** Until when nobody's code of this person is looked at; null: now is fine. */
export function blockedUntil(
  found: { readonly since: Temporal.Instant; readonly wrong: number } | null,
  now: Temporal.Instant,
): Temporal.Instant | null {
  if (!found || found.wrong < tries.most) return null
  const until = found.since.add({ minutes: tries.minutes })
  return Temporal.Instant.compare(until, now) > 0 ? until : null
}
