// 開所日: the days and hours of a section or facility, as they are entered. Pure.
import type { FormValues } from '../../cards/card.ts'
import { many, one } from '../../cards/values.ts'
import { parseJapaneseDate } from '../../kernel/parse-date.ts'
import { timeOf } from './assembly-rules.ts'

export interface SpecialDay {
  /** ISO date. */
  readonly date: string
  readonly open: boolean
}

export interface Office {
  /** ISO weekdays, 1 Monday to 7 Sunday. */
  readonly weekdays: readonly number[]
  readonly observesHolidays: boolean
  readonly opensAt: string
  readonly closesAt: string
  readonly days: readonly SpecialDay[]
}

export type OfficeWrong = 'weekdays' | 'time' | 'order' | 'day' | 'both' | 'many'

export interface OfficeRead {
  readonly office: Office
  readonly problems: readonly {
    readonly field: string
    readonly code: OfficeWrong
    readonly value?: string
  }[]
}

const mostDays = 200

/** Days as people list them: one a line, or with commas between. */
const daysIn = (values: FormValues, name: string): string[] => {
  const value = values[name]
  const text = typeof value === 'string' ? value : (value?.join('\n') ?? '')
  return text.split(/[\r\n,、，;；]+/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
}

export function readOffice(values: FormValues): OfficeRead {
  const problems: OfficeRead['problems'][number][] = []
  const weekdays = [...new Set(many(values, 'weekdays').map(Number))]
    .filter((day) => Number.isInteger(day) && day >= 1 && day <= 7)
    .toSorted((a, b) => a - b)
  if (weekdays.length === 0) problems.push({ field: 'weekdays', code: 'weekdays' })
  const opensAt = timeOf(one(values, 'opensAt'))
  const closesAt = timeOf(one(values, 'closesAt'))
  if (!opensAt) problems.push({ field: 'opensAt', code: 'time' })
  // 00:00 is the end of the day: an office that is open all night.
  if (!closesAt) problems.push({ field: 'closesAt', code: 'time' })
  else if (opensAt && closesAt !== '00:00' && closesAt <= opensAt)
    problems.push({ field: 'closesAt', code: 'order' })
  const days = new Map<string, boolean>()
  for (const [field, open] of [
    ['closed', false],
    ['open', true],
  ] as const) {
    const written = daysIn(values, field)
    if (written.length > mostDays) problems.push({ field, code: 'many' })
    for (const value of written.slice(0, mostDays)) {
      const parsed = parseJapaneseDate(value)
      if (!parsed.ok) problems.push({ field, code: 'day', value: value.slice(0, 30) })
      else if (days.get(`${parsed.date}`) === !open) problems.push({ field, code: 'both', value })
      else days.set(`${parsed.date}`, open)
    }
  }
  return {
    office: {
      weekdays,
      observesHolidays: many(values, 'holidays').includes('yes'),
      opensAt: opensAt ?? '08:30',
      closesAt: closesAt ?? '17:15',
      days: [...days].map(([date, open]) => ({ date, open })).toSorted((a, b) => (a.date < b.date ? -1 : 1)),
    },
    problems,
  }
}
