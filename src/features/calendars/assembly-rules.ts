// 議会の会期 as HR enters them: the year's four in one form, others as lines of a list. Pure.
import type { FormValues } from '../../cards/card.ts'
import { one } from '../../cards/values.ts'
import { isWorkingDay, type WorkingCalendar } from '../../kernel/calendar.ts'
import { fiscalYearEnd, fiscalYearOf, fiscalYearStart } from '../../kernel/fiscal-year.ts'
import { parseJapaneseDate } from '../../kernel/parse-date.ts'
import { normalise } from '../../kernel/words.ts'

export interface Session {
  readonly name: string
  readonly from: Temporal.PlainDate
  /** The day after its last one. */
  readonly to: Temporal.PlainDate
}

export interface Hours {
  readonly opensAt: string
  readonly closesAt: string
}

export interface SessionRow extends Session, Hours {
  readonly id: number
}

/** The four that every city has (定例会), by the month in which they begin. */
export const regular = [
  { month: 6, name: '6月定例会' },
  { month: 9, name: '9月定例会' },
  { month: 12, name: '12月定例会' },
  { month: 3, name: '3月定例会' },
] as const

export const usualHours: Hours = { opensAt: '09:00', closesAt: '17:00' }
const longest = 60
const mostOthers = 20
/** As many as one form can hold. */
export const mostInYear = mostOthers
export const longestName = 30

export type Wrong = 'needed' | 'order' | 'long' | 'year' | 'overlap' | 'hours' | 'line' | 'many'

export interface Problem {
  readonly field: string
  readonly code: Wrong
  /** Of a list: which line, counted from one. */
  readonly line?: number
}

export interface Entered extends Hours {
  readonly sessions: readonly Session[]
  readonly problems: readonly Problem[]
}

export const sessionFields = (index: number) => ({ from: `from${index}`, last: `last${index}` })

/** The rest of a year's sessions, a line each: 「7月臨時会 2027年7月20日〜7月22日」 or 「臨時会, 7/20, 7/22」. */
export function readLine(line: string, fiscalYear: number): Session | undefined {
  // A weekday in brackets says nothing more.
  const text = normalise(line).replace(/\((?:[月火水木金土日]|\w{2,9})\)/g, '')
  const days = [...text.matchAll(dayPattern)]
  const [first, last = first] = days
  if (!first || !last || days.length > 2) return undefined
  const name = text
    .slice(0, first.index)
    .replace(/[\s,、:|]+$/, '')
    .trim()
  const between = first === last ? '' : text.slice(first.index + first[0].length, last.index)
  const after = text.slice(last.index + last[0].length)
  // What is left over could be a day that is not understood: 「7/20〜22」.
  if (!/^[\s~〜\-‐–—―ー,、]*(?:から)?\s*$/.test(between) || !/^[\s,、]*(?:まで)?\s*$/.test(after))
    return undefined
  const [from, end] = [dayIn(first[0], fiscalYear), dayIn(last[0], fiscalYear)]
  if (!from || !end || name === '' || name.length > longestName) return undefined
  return { name, from, to: end.add({ days: 1 }) }
}

/** With a year in any writing, or month and day alone. */
const dayPattern =
  /(?:(?:令和|平成|[RrHh])\s?(?:\d{1,2}|元)[年./-]|\d{4}[年./-])\d{1,2}[月./-]\d{1,2}日?|\d{1,2}(?:月\d{1,2}日|\/\d{1,2})/g

/** A day of the fiscal year where no year is written. */
export function dayIn(written: string, fiscalYear: number): Temporal.PlainDate | undefined {
  const short = /^(\d{1,2})(?:月|\/)(\d{1,2})日?$/.exec(written)
  if (short) {
    const month = Number(short[1])
    try {
      const year = month >= 4 ? fiscalYear : fiscalYear + 1
      return Temporal.PlainDate.from({ year, month, day: Number(short[2]) }, { overflow: 'reject' })
    } catch {
      return undefined
    }
  }
  const parsed = parseJapaneseDate(written)
  return parsed.ok ? parsed.date : undefined
}

export const overlap = (a: Session, b: Session): boolean => before(a.from, b.to) && before(b.from, a.to)

const before = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0

/** Why it cannot be a session of this year; null: fine. */
export function wrongOf({ from, to }: Session, fiscalYear: number): Wrong | null {
  if (!before(from, to)) return 'order'
  if (from.until(to).days > longest) return 'long'
  if (fiscalYearOf(from) !== fiscalYear || before(fiscalYearEnd(fiscalYear).add({ days: 1 }), to))
    return 'year'
  return null
}

/** What the form says of a year; a field left empty is a session that does not take place. */
export function readYear(values: FormValues, fiscalYear: number): Entered {
  const problems: Problem[] = []
  const found: { session: Session; field: string; line?: number }[] = []
  const day = (name: string): Temporal.PlainDate | null | undefined => {
    const written = one(values, name)
    if (written === '') return null
    const parsed = parseJapaneseDate(written)
    return parsed.ok ? parsed.date : undefined
  }
  for (const [index, { name }] of regular.entries()) {
    const fields = sessionFields(index)
    const [from, last] = [day(fields.from), day(fields.last)]
    if (from === null && last === null) continue
    if (!from) problems.push({ field: fields.from, code: 'needed' })
    else if (!last) problems.push({ field: fields.last, code: 'needed' })
    else found.push({ session: { name, from, to: last.add({ days: 1 }) }, field: fields.last })
  }
  const others = values.others
  const lines = (typeof others === 'string' ? others : (others?.join('\n') ?? '')).split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const session = readLine(line, fiscalYear)
    if (session) found.push({ session, field: 'others', line: index + 1 })
    else problems.push({ field: 'others', code: 'line', line: index + 1 })
  }
  if (lines.length > mostOthers) problems.push({ field: 'others', code: 'many' })
  const opensAt = timeOf(one(values, 'opensAt'))
  const closesAt = timeOf(one(values, 'closesAt'))
  if (!opensAt || !closesAt || opensAt >= closesAt) problems.push({ field: 'closesAt', code: 'hours' })
  for (const [index, { session, field, line }] of found.entries()) {
    const code = wrongOf(session, fiscalYear)
    const clash = found.slice(0, index).some(({ session: other }) => overlap(other, session))
    const wrong = code ?? (clash ? 'overlap' : null)
    if (wrong) problems.push({ field, code: wrong, ...(line !== undefined && { line }) })
  }
  return {
    sessions: found.map(({ session }) => session),
    problems,
    opensAt: opensAt ?? usualHours.opensAt,
    closesAt: closesAt ?? usualHours.closesAt,
  }
}

/** "9:00" as "09:00"; undefined where it is no time of a day. */
export function timeOf(written: string): string | undefined {
  const found = /^(\d{1,2}):([0-5]\d)$/.exec(written)
  const hour = Number(found?.[1])
  return found && hour < 24 ? `${String(hour).padStart(2, '0')}:${found[2]}` : undefined
}

/** The days of a session on which the office is open, as stretches of time. */
export function sittings(
  { from, to }: Session,
  { opensAt, closesAt }: Hours,
  calendar: WorkingCalendar,
  zone: string,
): { readonly start: Temporal.Instant; readonly end: Temporal.Instant }[] {
  const found: { start: Temporal.Instant; end: Temporal.Instant }[] = []
  const at = (day: Temporal.PlainDate, time: string) =>
    day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).toInstant()
  for (let day = from; before(day, to); day = day.add({ days: 1 }))
    if (isWorkingDay(calendar, day)) found.push({ start: at(day, opensAt), end: at(day, closesAt) })
  return found
}

export const yearSpan = (fiscalYear: number) => ({
  from: fiscalYearStart(fiscalYear),
  to: fiscalYearEnd(fiscalYear).add({ days: 1 }),
})

/** Changes with what is entered for a year: a form that carries another one is stale. */
export const markOfYear = (rows: readonly SessionRow[]): string =>
  rows.map(({ id, from, to, opensAt, closesAt }) => `${id}:${from}/${to}/${opensAt}-${closesAt}`).join(';')
