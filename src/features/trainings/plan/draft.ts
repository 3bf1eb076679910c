// A course as a list or a form says it, before it is one: plain data that JSON keeps.
import { z } from 'zod'
import { audienceSchema } from '../../../directory/audience.ts'
import { nominationRule } from '../nomination/rule.ts'
import { courseKinds } from '../state.ts'

const day = z.iso.date()
/** Wall clock in the organisation's zone: "2027-06-10T13:30". */
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)

export const sessionDraft = z.object({
  startsAt: moment,
  endsAt: moment,
  place: z.string().max(100),
  url: z.string().max(500),
  capacity: z.int().min(1).max(5_000),
})
export type SessionDraft = z.infer<typeof sessionDraft>

export const courseDraft = z.object({
  code: z.string().min(1).max(40),
  name: z.string().min(1).max(100),
  nameEn: z.string().max(100),
  kind: z.enum(courseKinds),
  aims: z.string().max(500),
  teachers: z.string().max(100),
  materialsUrl: z.string().max(500),
  mandatory: z.boolean(),
  approvalNeeded: z.boolean(),
  selection: z.enum(['first_come', 'lottery', 'hr']),
  opensOn: day,
  closesOn: day,
  deadline: day.nullable(),
  minutes: z.int().min(1).max(60_000).nullable(),
  surveyWanted: z.boolean(),
  reportDays: z.int().min(1).max(365).nullable(),
  target: audienceSchema.nullable(),
  nomination: nominationRule.nullable(),
  sessions: z.array(sessionDraft).max(100),
})
export type CourseDraft = z.infer<typeof courseDraft>

/** The wall clock of a session as a moment. */
export const instantOf = (local: string, zone: string): Temporal.Instant =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()

/** A moment as its wall clock, to the minute. */
export const localOf = (instant: Temporal.Instant, zone: string): string =>
  instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' })

/** An https (or http) address, or nothing: no other scheme is ever put behind a button. */
export function webAddress(written: string): string | undefined {
  if (written === '') return ''
  if (written.length > 500) return undefined
  try {
    const { protocol, href } = new URL(written)
    return protocol === 'https:' || protocol === 'http:' ? href : undefined
  } catch {
    return undefined
  }
}
