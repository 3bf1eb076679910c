import holidayJp from '@holiday-jp/holiday_jp'
import type { Language } from './language.ts'

/**
 * National holidays (国民の祝日に関する法律) by ISO date. Only the library's table is used: its functions take `Date`
 * and read it in the host's zone.
 */
const table: Readonly<Record<string, { readonly name: string; readonly name_en: string }>> =
  holidayJp.holidays
const years = Object.keys(table).map((date) => Number(date.slice(0, 4)))
const firstYear = Math.min(...years)
const lastYear = Math.max(...years)

/** Where the library gives the day made up for (「こどもの日 振替休日」), the law's bare 「休日」, or a dated English name. */
const names = {
  substitute: { ja: '振替休日', en: 'Substitute holiday' },
  between: { ja: '国民の休日', en: 'National holiday' },
  sports: { ja: 'スポーツの日', en: 'Sports Day' },
} as const

/** A day outside the years whose holidays are known: refused, since a guess would put a notice on a closed day. */
export class HolidaysUnknownError extends RangeError {
  override readonly name = 'HolidaysUnknownError'
}

/** The last year whose national holidays are known. Update @holiday-jp/holiday_jp well before it comes. */
export function holidaysKnownUntil(): number {
  return lastYear
}

/** The first year whose national holidays are known. */
export function holidaysKnownFrom(): number {
  return firstYear
}

/**
 * The name of the national holiday on this day, 振替休日 and 国民の休日 included, or undefined.
 * @throws HolidaysUnknownError outside `holidaysKnownFrom()` to `holidaysKnownUntil()`.
 */
export function holidayName(date: Temporal.PlainDate, language: Language): string | undefined {
  if (date.year < firstYear || date.year > lastYear) {
    throw new HolidaysUnknownError(
      `National holidays are known for ${firstYear} to ${lastYear} only, and ${date.year} was asked for`,
    )
  }
  const entry = table[date.toString({ calendarName: 'never' })]
  if (!entry) return undefined
  if (entry.name.endsWith('振替休日')) return names.substitute[language]
  if (entry.name.startsWith('休日')) return names.between[language]
  if (entry.name === 'スポーツの日') return names.sports[language]
  return language === 'ja' ? entry.name : entry.name_en
}
