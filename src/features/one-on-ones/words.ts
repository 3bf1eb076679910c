// How a rhythm, a time and a colleague are said.
import { addressed, type Person } from '../../directory/people.ts'
import { formatSpan, formatTime } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Meeting, Series, SeriesFields } from './state.ts'
import { textsIn } from './texts.ts'

export function rhythmWords(fields: SeriesFields, language: Language): string {
  const t = textsIn(language)
  const weekday = t.weekdays[fields.weekday - 1] ?? ''
  const every = t.cadence[fields.cadence]
  const time = formatTime(fields.time)
  if (fields.cadence === 'weekly' || fields.cadence === 'biweekly')
    return t.everyWeek(every, weekday, time, fields.minutes)
  return t.everyMonth(every, t.nths[fields.nth - 1] ?? '', weekday, time, fields.minutes)
}

export const whenOf = (meeting: Pick<Meeting, 'start' | 'end'>, zone: string, language: Language): string =>
  formatSpan(meeting.start, meeting.end, zone, language)

export const nameOf = (people: ReadonlyMap<number, Person>, id: number, language: Language): string => {
  const person = people.get(id)
  return person ? addressed(person, language) : textsIn(language).person
}

export const titleOf = (series: Pick<Series, 'kind'>, who: string, language: Language): string =>
  series.kind === 'ojt' ? textsIn(language).ojtWith(who) : textsIn(language).with(who)
