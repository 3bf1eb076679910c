import { eraOf, westernYear } from './era.ts'
import { formatDateEra } from './format.ts'
import { normalise } from './words.ts'

/**
 * Why a date was not read: nothing there; not one of the known ways to write a date; no such day (30 February); or an
 * era that had not begun or had ended on that day (H31.5.1), with the right name of the day as `hint`.
 */
export type DateProblem =
  | { reason: 'empty' | 'format' | 'day'; hint?: undefined }
  | { reason: 'era'; hint: string | undefined }

export type ParsedDate = { ok: true; date: Temporal.PlainDate } | ({ ok: false } & DateProblem)

const refuse = (reason: 'empty' | 'format' | 'day'): ParsedDate => ({ ok: false, reason })

/** Day 0 of Excel's serial numbers (1900 system), such that every day from 1 March 1900 comes out right. */
const excelEpoch = Temporal.PlainDate.from('1899-12-30')

const eraDate =
  /^(明治|大正|昭和|平成|令和|[MTSHR])(元|\d{1,3})(?:年(\d{1,2})月(\d{1,2})日?|([./-])(\d{1,2})\5(\d{1,2}))$/i
const eraCompact = /^([MTSHR])(\d{2})(\d{2})(\d{2})$/i
const western = /^(\d{4})(?:年(\d{1,2})月(\d{1,2})日?|([./-])(\d{1,2})\4(\d{1,2}))$/
const westernCompact = /^(\d{4})(\d{2})(\d{2})$/

/**
 * Reads a date as staff lists have it: 和暦 (R6.4.1, r6/4/1, 令和元年5月1日, H301203), western (2024/4/1, 2024-04-01,
 * 2024年4月1日, 20240401), full-width or with stray spaces, Excel serial numbers of the 1900 system between 20000 and
 * 80000 (1954 to 2119), and `Date` values at UTC midnight as spreadsheet readers give them. A time of midnight after
 * the date is ignored. Two-digit western years are refused, since they could be an era's.
 */
export function parseJapaneseDate(value: string | number | boolean | Date | null | undefined): ParsedDate {
  if (value === null || value === undefined) return refuse('empty')
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return refuse('format')
    return day(value.getUTCFullYear(), value.getUTCMonth() + 1, value.getUTCDate())
  }
  const text = tidy(String(value))
  if (text === '') return refuse('empty')

  const era = eraDate.exec(text) ?? eraCompact.exec(text)
  if (era) {
    const [, name = '', year = '', ...rest] = era
    const [month, date] = numbers(rest)
    return inEra(name, year === '元' ? 1 : Number(year), month, date)
  }
  const serial = /^\d{5}(?:\.\d+)?$/.test(text) ? Math.floor(Number(text)) : 0
  if (serial >= 20_000 && serial <= 80_000) return { ok: true, date: excelEpoch.add({ days: serial }) }

  const found = western.exec(text) ?? westernCompact.exec(text)
  if (!found) return refuse('format')
  const [year, month, date] = numbers(found.slice(1))
  return day(year, month, date)
}

/** Without spaces, with one kind of dash, without a time of midnight. */
function tidy(value: string): string {
  return normalise(value)
    .replace(/[‐-―−ー]/g, '-')
    .replace(/(\d|日)(?: |T)0?0:00(?::00(?:\.0+)?)?Z?$/i, '$1')
    .replace(/ /g, '')
}

/** The groups of a match that took part and are digits, as numbers. */
function numbers(groups: readonly (string | undefined)[]): [number, number, number] {
  const [a = 0, b = 0, c = 0] = groups
    .filter((group) => group !== undefined && /^\d+$/.test(group))
    .map(Number)
  return [a, b, c]
}

function day(year: number, month: number, date: number): ParsedDate {
  // Years that no living member of staff can have: a slipped digit, not a date.
  if (year < 1873 || year > 2199) return refuse('day')
  try {
    return { ok: true, date: Temporal.PlainDate.from({ year, month, day: date }, { overflow: 'reject' }) }
  } catch {
    return refuse('day')
  }
}

function inEra(name: string, year: number, month: number, date: number): ParsedDate {
  const western = westernYear(name, year)
  if (western === undefined || year === 0) return { ok: false, reason: 'era', hint: undefined }
  const parsed = day(western, month, date)
  if (!parsed.ok) return parsed
  // Temporal's own Japanese calendar takes H40 for R10: the era must come back as it was written.
  const right = eraOf(parsed.date)
  if (right && westernYear(right.name, 1) === westernYear(name, 1)) return parsed
  return { ok: false, reason: 'era', hint: formatDateEra(parsed.date) }
}
