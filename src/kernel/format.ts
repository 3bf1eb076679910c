import { eraYearName } from './era.ts'
import { fiscalYearEraName } from './fiscal-year.ts'
import type { Language } from './language.ts'

// Asked for part by part and put together here: a whole style (`dateStyle`) comes out differently from one ICU to the
// next and wrongly in Japanese for Temporal values. en-US, since en-GB shortens September to "Sept".
const parts: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  ja: new Intl.DateTimeFormat('ja-JP-u-ca-gregory', { weekday: 'short', month: 'numeric', timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat('en-US-u-ca-gregory', { weekday: 'short', month: 'short', timeZone: 'UTC' }),
}

function weekdayAndMonth(date: Temporal.PlainDate, language: Language): { weekday: string; month: string } {
  const found = parts[language].formatToParts(date.toZonedDateTime('UTC').epochMilliseconds)
  const part = (type: Intl.DateTimeFormatPartTypes) => found.find((each) => each.type === type)?.value ?? ''
  return { weekday: part('weekday'), month: part('month') }
}

/** 「5月29日(金)」, `Fri 29 May`. */
export function formatDate(date: Temporal.PlainDate, language: Language): string {
  const { weekday, month } = weekdayAndMonth(date, language)
  return language === 'ja' ? `${date.month}月${date.day}日(${weekday})` : `${weekday} ${date.day} ${month}`
}

/** 「2027年5月29日(土)」, `Sat 29 May 2027`. */
export function formatDateYear(date: Temporal.PlainDate, language: Language): string {
  const short = formatDate(date, language)
  return language === 'ja' ? `${date.year}年${short}` : `${short} ${date.year}`
}

/** 和暦: 「令和9年5月29日」, with 元年 for a first year. Before Meiji 6 (1873) the western year stands. */
export function formatDateEra(date: Temporal.PlainDate): string {
  return `${eraYearName(date)}${date.month}月${date.day}日`
}

/** 「14:30」, to the minute begun; an instant is shown in `zone` (IANA). */
export function formatTime(time: Temporal.PlainTime): string
export function formatTime(time: Temporal.Instant | Temporal.PlainTime, zone: string): string
export function formatTime(time: Temporal.Instant | Temporal.PlainTime, zone = 'UTC'): string {
  const local = time instanceof Temporal.Instant ? time.toZonedDateTimeISO(zone).toPlainTime() : time
  return local.toString({ smallestUnit: 'minute', roundingMode: 'trunc' })
}

/** 「5月29日(金) 14:00」, `Fri 29 May, 14:00`, in `zone` (IANA). */
export function formatDateTime(instant: Temporal.Instant, zone: string, language: Language): string {
  const date = formatDate(instant.toZonedDateTimeISO(zone).toPlainDate(), language)
  return `${date}${language === 'ja' ? ' ' : ', '}${formatTime(instant, zone)}`
}

/** 「5月29日(金) 14:00〜14:30」, `Fri 29 May, 14:00–14:30`, in `zone` (IANA); the end's day only where it differs. */
export function formatSpan(
  start: Temporal.Instant,
  end: Temporal.Instant,
  zone: string,
  language: Language,
): string {
  const day = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toPlainDate()
  const sameDay = day(start).equals(day(end))
  const until = sameDay ? formatTime(end, zone) : formatDateTime(end, zone, language)
  const dash = language === 'ja' ? '〜' : sameDay ? '–' : ' – '
  return `${formatDateTime(start, zone, language)}${dash}${until}`
}

/** 「令和9年度」, `FY2027`. The fiscal year is named by the western year in which it starts. */
export function formatFiscalYear(fiscalYear: number, language: Language): string {
  return language === 'ja' ? fiscalYearEraName(fiscalYear) : `FY${fiscalYear}`
}
