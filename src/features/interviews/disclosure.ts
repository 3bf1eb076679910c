// 開示と苦情: from the day after results are disclosed a complaint may be made, for so many days, at a desk that is named.
// What it is about is nobody's here: the bot shows the day and the desk, and asks nothing.
import { z } from 'zod'
import type { Tx } from '../../db/transaction.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { officeName, readSetting, setting } from '../../directory/settings.ts'
import { HolidaysUnknownError, type WorkingCalendar, workingDayOnOrAfter } from '../../kernel/calendar.ts'
import type { Language } from '../../kernel/language.ts'

export interface Complaint {
  /** Days, closed ones included, counted from the day after the disclosure: one week to thirty days by city. */
  readonly days: number
  /** Empty: the office in whose name the bot speaks. */
  readonly desk: string
  readonly deskEn: string
}

export const complaintRule = setting<Complaint>(
  'interviews.complaint',
  z.object({ days: z.int().min(1).max(60), desk: z.string().max(100), deskEn: z.string().max(100) }),
  { days: 14, desk: '', deskEn: '' },
)

/** The last day of complaint: where the office is closed then, the next day on which it is open (民法142条 alike). */
export function lastComplaintDay(
  disclosedOn: Temporal.PlainDate,
  days: number,
  city: WorkingCalendar,
): Temporal.PlainDate {
  const last = disclosedOn.add({ days })
  try {
    return workingDayOnOrAfter(city, last)
  } catch (error) {
    if (error instanceof HolidaysUnknownError) return last
    throw error
  }
}

export interface Disclosure {
  readonly disclosedOn: Temporal.PlainDate
  readonly until: Temporal.PlainDate
  readonly desk: Readonly<Record<Language, string>>
}

/** How days of disclosure are shown; undefined where no step of these has one. */
export async function disclosures(
  tx: Tx,
  days: readonly (Temporal.PlainDate | null | undefined)[],
): Promise<((disclosedOn: Temporal.PlainDate) => Disclosure) | undefined> {
  if (days.every((day) => !day)) return undefined
  const rule = await readSetting(tx, complaintRule)
  const office = await readSetting(tx, officeName)
  const { city } = await loadCalendars(tx)
  const desk = { ja: rule.desk || office.ja, en: rule.deskEn || rule.desk || office.en }
  return (disclosedOn) => ({ disclosedOn, until: lastComplaintDay(disclosedOn, rule.days, city), desk })
}
