// What was entered into a form, field by field: a form gives each field as a text or as several chosen values.
import { parseJapaneseDate } from '../kernel/parse-date.ts'
import { normalise } from '../kernel/words.ts'
import type { FormValues } from './card.ts'

/** The one value of a field as it was written; '' where nothing was entered. */
export const raw = (values: FormValues, name: string): string => {
  const value = values[name]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

/** The one value of a field, normalised; '' where nothing was entered. */
export const one = (values: FormValues, name: string): string => normalise(raw(values, name))

/** Everything chosen in a field. */
export const many = (values: FormValues, name: string): readonly string[] => {
  const value = values[name]
  return typeof value === 'string' ? [value] : (value ?? [])
}

/** The day that a field says, in any way in which people write days; undefined where it says none. */
export const dayOf = (values: FormValues, name: string): Temporal.PlainDate | undefined => {
  const parsed = parseJapaneseDate(one(values, name))
  return parsed.ok ? parsed.date : undefined
}

/** Whether a day was given that is today at the earliest and a year from now at the latest. */
export const isWithinYear = (
  day: Temporal.PlainDate | undefined,
  today: Temporal.PlainDate,
): day is Temporal.PlainDate =>
  day !== undefined &&
  Temporal.PlainDate.compare(day, today) >= 0 &&
  Temporal.PlainDate.compare(day, today.add({ years: 1 })) <= 0
