// What may be done with an announcement, and what has to happen before it goes. Pure.
// Words used here: author, approver (the second person), release (recipients are drawn, notices planned).
import type { Audience } from '../../directory/audience.ts'
import { isEverybody } from '../../directory/audience.ts'
import {
  type ClosedReason,
  closedReason,
  HolidaysUnknownError,
  toWorkingTime,
  type WorkingCalendar,
} from '../../kernel/calendar.ts'
import type { Sizes } from './settings.ts'

export const statuses = ['draft', 'awaiting', 'scheduled', 'sending', 'sent', 'cancelled'] as const
export type Status = (typeof statuses)[number]

export interface Broadcast {
  readonly id: number
  readonly authorId: number
  readonly status: Status
  readonly version: number
  readonly title: string
  readonly body: string
  readonly link: string | null
  readonly acknowledge: boolean
  readonly urgent: boolean
  readonly audience: Audience
  /** Null: as soon as it may go. */
  readonly sendAt: Temporal.Instant | null
  readonly expected: number | null
  readonly approverId: number | null
  readonly declined: string | null
  readonly nobody: boolean
  readonly releasedAt: Temporal.Instant | null
  readonly again: number
  readonly updatedAt: Temporal.Instant
}

/** Within these, everything is shown whole on every platform, also beside other news in one message. */
export const limits = { title: 80, body: 2_500, link: 1_000, reason: 300 } as const

/** In which states each step is possible; in all others the button is out of date. */
export const possible = {
  write: ['draft'],
  submit: ['draft'],
  /** Back to the draft, to be changed. */
  reopen: ['awaiting', 'scheduled'],
  decide: ['awaiting'],
  cancel: ['draft', 'awaiting', 'scheduled', 'sending', 'sent'],
  again: ['sent'],
} as const satisfies Readonly<Record<string, readonly Status[]>>
export type Step = keyof typeof possible

export const may = (step: Step, status: Status): boolean =>
  (possible[step] as readonly Status[]).includes(status)

export interface Size {
  /** How many it would reach now. */
  readonly count: number
  readonly audience: Audience
}

/** The author types the number: for everybody, and above the city's size. */
export const mustType = ({ count, audience }: Size, { typedAbove }: Sizes): boolean =>
  isEverybody(audience) || count > typedAbove

/** A second person looks first: above the city's size. Zero: always. */
export const needsApproval = (count: number, { approvalAbove }: Sizes): boolean =>
  approvalAbove !== null && count > approvalAbove

export type Submission =
  | { readonly type: 'nobody' }
  /** Nothing typed, or another number. */
  | { readonly type: 'count'; readonly count: number }
  | { readonly type: 'no-approver' }
  | { readonly type: 'goes'; readonly to: 'awaiting' | 'scheduled' }

/** What becomes of a draft that its author sends off. `typed`: the number as typed, absent where none was. */
export function submission(
  size: Size,
  sizes: Sizes,
  { typed, approvers }: { readonly typed?: number | undefined; readonly approvers: number },
): Submission {
  if (size.count === 0) return { type: 'nobody' }
  if (mustType(size, sizes) && typed !== size.count) return { type: 'count', count: size.count }
  if (!needsApproval(size.count, sizes)) return { type: 'goes', to: 'scheduled' }
  return approvers === 0 ? { type: 'no-approver' } : { type: 'goes', to: 'awaiting' }
}

/** A year ahead is a slip of the pen. */
const furthestDays = 366

export type TimeProblem =
  | { readonly type: 'past' | 'far' }
  /** Nothing is sent then unless it is urgent; `opens`: the next working moment. */
  | { readonly type: 'closed'; readonly why: ClosedReason; readonly opens: Temporal.Instant }
  | { readonly type: 'hours'; readonly opens: Temporal.Instant }

/** What speaks against this moment. What is urgent goes at any time, and is only warned of a closed day or hour. */
export function timeProblem(
  at: Temporal.Instant,
  now: Temporal.Instant,
  calendar: WorkingCalendar,
  zone: string,
): TimeProblem | undefined {
  if (Temporal.Instant.compare(at, now) <= 0) return { type: 'past' }
  if (Temporal.Instant.compare(at, now.add({ hours: 24 * furthestDays })) > 0) return { type: 'far' }
  try {
    const opens = toWorkingTime(calendar, zone, at)
    if (opens.equals(at)) return undefined
    const why = closedReason(calendar, at.toZonedDateTimeISO(zone).toPlainDate())
    return why ? { type: 'closed', why, opens } : { type: 'hours', opens }
  } catch (error) {
    // Beyond the last year whose holidays are known: delivery itself waits for the office to open.
    if (error instanceof HolidaysUnknownError) return undefined
    throw error
  }
}

/** An address that may stand behind a button: http or https, and not too long. */
export function readLink(text: string): string | undefined {
  if (text.length > limits.link || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' ? url.href : undefined
}
