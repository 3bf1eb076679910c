import { closedReason, type WorkingCalendar } from '../kernel/calendar.ts'
import { formatDateYear, formatTime } from '../kernel/format.ts'
import type { Language } from '../kernel/language.ts'
import type { ClockEntry } from './wire.ts'

/** The pretended date and time as the page shows it. */
export function clockEntry(
  now: Temporal.Instant,
  zone: string,
  calendar: WorkingCalendar,
  language: Language,
): ClockEntry {
  const date = now.toZonedDateTimeISO(zone).toPlainDate()
  return {
    now: now.toString(),
    shown: `${formatDateYear(date, language)} ${formatTime(now, zone)}`,
    date: date.toString(),
    closed: closedWords(date, calendar, language),
  }
}

function closedWords(date: Temporal.PlainDate, calendar: WorkingCalendar, language: Language): string {
  const reason = closedReason(calendar, date)
  if (!reason) return ''
  const ja = language === 'ja'
  switch (reason.kind) {
    case 'holiday':
      return reason.name[language]
    case 'weekend':
      return ja ? '閉庁日' : 'Closed (weekend)'
    case 'year-end':
      return ja ? '年末年始' : 'Closed (New Year)'
    case 'exception':
      return reason.note || (ja ? '閉庁日' : 'Closed')
    default:
      return reason satisfies never
  }
}
