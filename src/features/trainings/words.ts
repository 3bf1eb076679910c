// What courses, sessions and states are called, for every part of this feature.
import { formatDate, formatDateTime, formatSpan } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { textsIn } from './sign-up/texts.ts'
import type { Course, Session, SignUp } from './state.ts'

export const courseName = (course: Pick<Course, 'name' | 'nameEn'>, language: Language): string =>
  language === 'ja' ? course.name : course.nameEn || course.name

export const sessionTime = (
  session: Pick<Session, 'startsAt' | 'endsAt'>,
  zone: string,
  language: Language,
): string => formatSpan(session.startsAt, session.endsAt, zone, language)

/** The place, or that it is online; '' where neither is known. */
export const sessionPlace = (session: Pick<Session, 'place' | 'url'>, language: Language): string =>
  session.place || (session.url ? textsIn(language).online : '')

/** What a state is told with besides itself. */
export interface StateFacts {
  readonly zone: string
  readonly language: Language
  /** The session that it is about, where it has one. */
  readonly session?: Pick<Session, 'startsAt' | 'endsAt'> | undefined
  /** How the approver is addressed. */
  readonly approver?: string | undefined
  readonly waitlistPlace?: number | undefined
}

/** One line that says how a sign-up stands. */
export function stateWords(signUp: SignUp, facts: StateFacts): string {
  const { zone, language, session } = facts
  const t = textsIn(language).states
  switch (signUp.status) {
    case 'nominated':
      return t.nominated
    case 'awaiting_approval':
      return facts.approver ? t.awaiting_approval(facts.approver) : t.awaiting_hr
    case 'applied':
      return t.applied
    case 'confirmed':
      return session ? t.confirmed(sessionTime(session, zone, language)) : t.confirmedAnyTime
    case 'offered':
      return t.offered(lastDay(signUp.offerUntil, zone, language))
    case 'waitlisted':
      return t.waitlisted(facts.waitlistPlace ?? 1)
    case 'declined':
      return signUp.reasonGiven ? t.declinedWith(signUp.reasonGiven) : t.declined
    case 'cancelled':
      return textsIn(language).cancelledBecause[signUp.because]
    case 'attended':
      return t.attended(formatDate(signUp.doneOn, language))
    case 'partly':
      return t.partly
    case 'absent':
      return signUp.excused ? t.excused : t.absent
    case 'completed':
      return t.completed(formatDate(signUp.doneOn, language))
    default:
      return signUp satisfies never
  }
}

/** An offer ends at a midnight: the day before it is the last one; another hour is told as it is. */
function lastDay(until: Temporal.Instant, zone: string, language: Language): string {
  const local = until.toZonedDateTimeISO(zone)
  return local.hour === 0 && local.minute === 0
    ? formatDate(local.toPlainDate().subtract({ days: 1 }), language)
    : formatDateTime(until, zone, language)
}
