// What a dialog brings back, read field by field.
import type { Hours } from '../../../agenda/free-time.ts'
import type { FieldErrors, FormValues } from '../../../cards/card.ts'
import { dayOf, one as entered, many } from '../../../cards/values.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import { formatTime } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { SlotRequest } from './slots.ts'
import { textsIn } from './texts.ts'

/** One value, tidied; undefined where nothing was entered. */
export function one(values: FormValues, name: string): string | undefined {
  return entered(values, name) || undefined
}

/** "14:30" or "9:05"; "24:00" is the end of the day. */
export function timeIn(values: FormValues, name: string): Temporal.PlainTime | undefined {
  const found = /^(\d{1,2}):([0-5]\d)$/.exec(one(values, name) ?? '')
  const hour = Number(found?.[1])
  if (!found || hour > 24 || (hour === 24 && found[2] !== '00')) return undefined
  return new Temporal.PlainTime(hour % 24, Number(found[2]))
}

export function minutesIn(values: FormValues, name: string): number | undefined {
  const text = one(values, name) ?? ''
  const minutes = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return minutes >= 5 && minutes <= 480 ? minutes : undefined
}

const maxPlace = 200

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: FieldErrors }

/** The place; too long is an error at its field. */
export function placeIn(values: FormValues, language: Language, errors: Record<string, string>): string {
  const place = one(values, 'place') ?? ''
  if (place.length > maxPlace) errors.place = textsIn(language).placeLong
  return place
}

export interface HoursWanted extends SlotRequest {
  readonly place: string
  /** Hours at which the assembly sits are offered too. */
  readonly assembly: boolean
}

/** Period, weekdays, hours, length and place of an offer or an arrangement, or what to mend at which field. */
export function readRequest(
  values: FormValues,
  language: Language,
  today: Temporal.PlainDate,
): Read<HoursWanted> {
  const t = textsIn(language)
  const errors: Record<string, string> = {}
  const from = dayOf(values, 'from')
  const to = dayOf(values, 'to')
  const hoursFrom = timeIn(values, 'hoursFrom')
  const hoursTo = timeIn(values, 'hoursTo')
  const minutes = minutesIn(values, 'minutes')
  const weekdays = new Set(many(values, 'weekdays').map(Number))
  const midnight = (time: Temporal.PlainTime) => time.equals(Temporal.PlainTime.from('00:00'))

  if (!from) errors.from = t.dateNeeded
  else if (Temporal.PlainDate.compare(from, today) < 0) errors.from = t.inPast
  if (!to) errors.to = t.dateNeeded
  else if (from && Temporal.PlainDate.compare(to, from) < 0) errors.to = t.endBeforeStart
  else if (from && Temporal.PlainDate.compare(to, from.add({ months: 6 })) > 0) errors.to = t.tooLong
  if (!hoursFrom) errors.hoursFrom = t.timeNeeded
  if (!hoursTo) errors.hoursTo = t.timeNeeded
  else if (hoursFrom && !midnight(hoursTo) && Temporal.PlainTime.compare(hoursTo, hoursFrom) <= 0)
    errors.hoursTo = t.endBeforeStart
  if (minutes === undefined) errors.minutes = t.minutesWrong
  if (weekdays.size === 0) errors.weekdays = t.weekdaysNeeded
  const place = placeIn(values, language, errors)
  if (!from || !to || !hoursFrom || !hoursTo || minutes === undefined || Object.keys(errors).length > 0)
    return { ok: false, errors }
  const hours: Hours = { from: hoursFrom, to: hoursTo }
  const also = many(values, 'lunch')
  const [lunch, assembly] = [also.includes('lunch'), also.includes('assembly')]
  return { ok: true, value: { from, to, weekdays, hours, minutes, lunch, assembly, place } }
}

/** What to say of a closed or outside hour at a field. */
export const hoursError = (calendar: WorkingCalendar, language: Language): string =>
  textsIn(language).outsideHours(
    formatTime(calendar.opensAt),
    calendar.closesAt.equals(Temporal.PlainTime.from('00:00')) ? '24:00' : formatTime(calendar.closesAt),
  )
