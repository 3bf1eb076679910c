// The forms of a 1on1, and how they are read.
import type { FieldErrors, Form, FormValues, Option } from '../../cards/card.ts'
import { dayOf, isWithinYear, one, raw } from '../../cards/values.ts'
import { formatTime } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { type Cadence, cadences, nextTimes } from './cadence.ts'
import { type Series, type SeriesFields, type Wish, wishes } from './state.ts'
import { textsIn } from './texts.ts'

export const longestTopic = 1000
const longestPlace = 200

/** As it was written, before anything is cut off: a text that is too long is refused with its length. */
export function rawOf(values: FormValues, name: string): string {
  return raw(values, name).trim()
}

export function rhythmFields(
  series: SeriesFields | undefined,
  today: Temporal.PlainDate,
  language: Language,
): Form['fields'] {
  const t = textsIn(language)
  const options = (labels: readonly string[]): Option[] =>
    labels.map((label, i) => ({ label, value: `${i + 1}` }))
  return [
    {
      type: 'select',
      name: 'cadence',
      label: t.cadenceField,
      options: cadences.map((value) => ({ value, label: t.cadence[value] })),
      value: series?.cadence ?? 'monthly',
    },
    {
      type: 'select',
      name: 'weekday',
      label: t.weekdayField,
      options: options(t.weekdays),
      value: `${series?.weekday ?? 3}`,
    },
    {
      type: 'select',
      name: 'nth',
      label: t.nthField,
      options: options(t.nths),
      value: `${series?.nth ?? 2}`,
    },
    { type: 'time', name: 'time', label: t.timeField, value: series ? formatTime(series.time) : '10:00' },
    {
      type: 'number',
      name: 'minutes',
      label: t.minutesField,
      min: 5,
      max: 240,
      value: series?.minutes ?? 30,
    },
    {
      type: 'text',
      name: 'place',
      label: t.placeField,
      optional: true,
      maxLength: longestPlace,
      ...(series?.place && { value: series.place }),
    },
    {
      type: 'date',
      name: 'starts',
      label: t.startsField,
      value: firstDay(series, today).toString(),
    },
  ]
}

/** A rhythm that goes on counts from its next day: every other week stays the same other week. */
const firstDay = (series: SeriesFields | undefined, today: Temporal.PlainDate): Temporal.PlainDate =>
  (series && nextTimes(series, today, 1, () => true)[0]?.due) ?? today.add({ days: 1 })

/** Nothing but the place is another one. */
export const isSameRhythm = (is: SeriesFields, will: SeriesFields, today: Temporal.PlainDate): boolean =>
  is.cadence === will.cadence &&
  is.weekday === will.weekday &&
  is.nth === will.nth &&
  is.minutes === will.minutes &&
  is.time.equals(will.time) &&
  will.startsOn.equals(firstDay(is, today))

/** The rhythm, or what to mend at which field. */
export function readRhythm(
  values: FormValues,
  today: Temporal.PlainDate,
  language: Language,
): { readonly fields: SeriesFields } | { readonly errors: FieldErrors } {
  const t = textsIn(language)
  const errors: Record<string, string> = {}
  const whole = (name: string, least: number, most: number) => {
    const is = /^\d{1,3}$/.test(one(values, name)) ? Number(one(values, name)) : Number.NaN
    return is >= least && is <= most ? is : undefined
  }
  const cadence: Cadence | undefined = cadences.find((each) => each === one(values, 'cadence'))
  const weekday = whole('weekday', 1, 7)
  const nth = whole('nth', 1, 5)
  const minutes = whole('minutes', 5, 240)
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(one(values, 'time'))
  const place = one(values, 'place')
  const startsOn = dayOf(values, 'starts')
  if (!cadence) errors.cadence = t.required
  if (!weekday) errors.weekday = t.required
  if (!nth) errors.nth = t.required
  if (!minutes) errors.minutes = t.minutesWrong
  if (!clock) errors.time = t.timeWrong
  if (place.length > longestPlace) errors.place = t.tooLong(longestPlace, place.length)
  if (!isWithinYear(startsOn, today.add({ days: 1 }))) errors.starts = t.startsWrong
  if (!cadence || !weekday || !nth || !minutes || !clock || !startsOn || Object.keys(errors).length > 0)
    return { errors }
  const time = new Temporal.PlainTime(Number(clock[1]), Number(clock[2]))
  return { fields: { cadence, weekday, nth, minutes, time, place, startsOn } }
}

export function topicForm(series: number, language: Language): Form {
  const t = textsIn(language)
  return {
    language,
    id: 'one-on-ones.topic',
    title: t.topicTitle,
    submit: t.save,
    cancel: t.cancel,
    data: { series },
    intro: t.topicIntro,
    fields: [
      { type: 'text', name: 'text', label: t.topicField, multiline: true, maxLength: longestTopic },
      {
        type: 'select',
        name: 'wish',
        label: t.wishField,
        options: wishes.map((value) => ({ value, label: t.wish[value] })),
        value: 'listen',
      },
    ],
  }
}

export const wishOf = (values: FormValues): Wish =>
  wishes.find((each) => each === one(values, 'wish')) ?? 'listen'

export function pauseForm(series: Series, today: Temporal.PlainDate, language: Language): Form {
  const t = textsIn(language)
  return {
    language,
    id: 'one-on-ones.pause',
    title: t.pauseTitle,
    submit: t.pause,
    cancel: t.cancel,
    data: { series: series.id, version: series.version },
    fields: [
      {
        type: 'date',
        name: 'until',
        label: t.pauseField,
        hint: t.pauseHint,
        value: today.add({ months: 1 }).toString(),
      },
    ],
  }
}
