// The forms of a series and of its members, and how they are read.
import type { FieldErrors, Form, FormValues } from '../../cards/card.ts'
import { dayOf, isWithinYear, one } from '../../cards/values.ts'
import type { GatheringSeries } from '../../db/generated/client.ts'
import { fromDbDate } from '../../db/time.ts'
import type { Language } from '../../kernel/language.ts'
import { normalise } from '../../kernel/words.ts'
import { bounds, cadences, longest, mostTopics, partsOfDay } from './rules.ts'
import { textsIn } from './texts.ts'

const wholeOf = (value: string): number | undefined => (/^\d{1,4}$/.test(value) ? Number(value) : undefined)

export function seriesForm(
  series: GatheringSeries | undefined,
  coordinator: string | undefined,
  today: Temporal.PlainDate,
  language: Language,
): Form {
  const all = textsIn(language)
  const t = all.form
  const number = (name: keyof typeof bounds, value: number) =>
    ({
      name,
      type: 'number',
      label: t[name],
      min: bounds[name][0],
      max: bounds[name][1],
      value,
    }) as const
  const maybe = (name: keyof typeof bounds, value: number | null | undefined) =>
    ({
      name,
      type: 'number',
      label: t[name],
      optional: true,
      min: bounds[name][0],
      max: bounds[name][1],
      ...(value && { value }),
    }) as const
  const words = (name: 'purpose' | 'place' | 'link', value: string | undefined) =>
    ({
      name,
      type: 'text',
      label: t[name],
      optional: true,
      maxLength: longest[name],
      ...(name === 'purpose' && { multiline: true }),
      ...(value && { value }),
    }) as const
  const due = series && fromDbDate(series.nextOn)
  const next = due && Temporal.PlainDate.compare(due, today) > 0 ? due : today
  return {
    language,
    id: 'gatherings.save',
    title: series ? t.editTitle : t.createTitle,
    submit: all.save,
    cancel: all.cancel,
    data: series ? { series: series.id, version: series.version } : {},
    fields: [
      {
        name: 'name',
        type: 'text',
        label: t.name,
        hint: t.nameHint,
        maxLength: longest.name,
        ...(series && { value: series.name }),
      },
      words('purpose', series?.purpose),
      number('size', series?.size ?? 4),
      {
        name: 'cadence',
        type: 'select',
        label: t.cadence,
        options: cadences.map((value) => ({ value, label: all.cadence[value] })),
        value: series?.cadence ?? 'monthly',
      },
      maybe('rounds', series?.rounds),
      {
        name: 'nextOn',
        type: 'date',
        label: t.nextOn,
        hint: t.nextOnHint,
        value: (series ? next : today.add({ days: 21 })).toString(),
      },
      number('minutes', series?.minutes ?? 45),
      {
        name: 'hours',
        type: 'select',
        label: t.hours,
        options: partsOfDay.map((value) => ({ value, label: all.hours[value] })),
        value: series?.hours ?? 'any',
      },
      words('place', series?.place),
      words('link', series?.link),
      maybe('parallel', series?.parallel),
      {
        name: 'topics',
        type: 'text',
        label: t.topics,
        multiline: true,
        optional: true,
        maxLength: 3_000,
        ...(series && series.topics.length > 0 && { value: series.topics.join('\n') }),
      },
      {
        name: 'coordinator',
        type: 'person',
        label: t.coordinator,
        hint: t.coordinatorHint,
        optional: true,
        ...(series?.coordinatorId && { value: String(series.coordinatorId), shown: coordinator ?? '' }),
      },
    ],
  }
}

export interface SeriesFields {
  readonly name: string
  readonly purpose: string
  readonly size: number
  readonly cadence: string
  readonly rounds: number | null
  readonly nextOn: Temporal.PlainDate
  readonly minutes: number
  readonly hours: string
  readonly place: string
  readonly link: string
  readonly parallel: number | null
  readonly topics: string[]
  readonly coordinatorId: number | null
}

const isLink = (value: string): boolean => {
  const url = URL.parse(value)
  return url?.protocol === 'https:' && url.hostname !== '' && url.username === '' && url.password === ''
}

/** `done`: rounds that were published already. */
export function readSeries(
  values: FormValues,
  done: number,
  today: Temporal.PlainDate,
  language: Language,
): { readonly fields: SeriesFields } | { readonly errors: FieldErrors } {
  const t = textsIn(language).form.bad
  const errors: Record<string, string> = {}
  const number = (name: keyof typeof bounds): number => {
    const [from, to] = bounds[name]
    const found = wholeOf(one(values, name))
    if (found === undefined || found < from || found > to) errors[name] = t.number(from, to)
    return found ?? from
  }
  const maybe = (name: keyof typeof bounds) => (one(values, name) === '' ? null : number(name))
  const words = (name: 'name' | 'purpose' | 'place' | 'link'): string => {
    const raw = values[name]
    const said = normalise(typeof raw === 'string' ? raw : '', { lines: name === 'purpose' })
    if (said.length > longest[name]) errors[name] = t.long(longest[name])
    return said
  }
  const among = <Value extends string>(name: string, known: readonly [Value, ...Value[]]): Value => {
    const found = known.find((each) => each === one(values, name))
    if (!found) errors[name] = t.choose
    return found ?? known[0]
  }
  const name = words('name')
  if (name === '') errors.name = t.required
  const link = words('link')
  if (link !== '' && !isLink(link)) errors.link = t.link
  const nextOn = dayOf(values, 'nextOn')
  if (!isWithinYear(nextOn, today)) errors.nextOn = t.day
  const raw = values.topics
  const topics = [
    ...new Set(normalise(typeof raw === 'string' ? raw : '', { lines: true }).split('\n')),
  ].filter((line) => line !== '')
  if (topics.length > mostTopics || topics.some((line) => line.length > longest.topic))
    errors.topics = t.topics(mostTopics, longest.topic)
  else if (topics.length > 0 && topics.length < 3) errors.topics = t.topicsFew
  const rounds = maybe('rounds')
  if (rounds !== null && !errors.rounds && rounds <= done && done > 0) errors.rounds = t.rounds(done)
  const minutes = number('minutes')
  const hours = among('hours', partsOfDay)
  if (hours === 'noon' && minutes > 60 && !errors.minutes) errors.minutes = t.noon
  const coordinator = one(values, 'coordinator')
  const fields = {
    name,
    purpose: words('purpose'),
    size: number('size'),
    cadence: among('cadence', cadences),
    rounds,
    minutes,
    hours,
    place: words('place'),
    link,
    parallel: maybe('parallel'),
    topics,
    coordinatorId: coordinator === '' ? null : Number(coordinator),
  }
  if (Object.keys(errors).length > 0 || !nextOn) return { errors }
  return { fields: { ...fields, nextOn } }
}

export function pauseForm(series: number, today: Temporal.PlainDate, language: Language): Form {
  const t = textsIn(language)
  return {
    language,
    id: 'gatherings.pause',
    title: t.mine.pauseTitle,
    submit: t.save,
    cancel: t.cancel,
    data: { series },
    fields: [
      {
        name: 'until',
        type: 'date',
        label: t.mine.pauseField,
        hint: t.mine.pauseHint,
        value: today.add({ months: 1 }).toString(),
      },
    ],
  }
}
