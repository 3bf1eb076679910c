// 1on1s (ワンオンワン), `domain.md` B. A pair with a rhythm:
//   cadence   when it comes round (pure)
//   keep      the next meetings, in both calendars, and what is told of each
//   follow    what a new day and the directory do to them
//   mine, arrange, meet   what people do
//   notes, legal   notes that the two share where the city wants them, and access that a law demands
//   ojt       trainer and newcomer with a plan by weeks
//   hr        figures by section, settings
// What the two bring is sealed (sealed.ts) and opened for them alone; HR has figures by section, never names.
import type { BookingText } from '../../agenda/feeds.ts'
import { toDbInstant } from '../../db/time.ts'
import { loadPeople } from '../../directory/people.ts'
import type { HomeItem } from '../../intake/handler.ts'
import type { Core, Feature } from '../feature.ts'
import { type FeaturePart, together } from '../together.ts'
import { arranging } from './arrange.ts'
import { following } from './follow.ts'
import { hrPart } from './hr.ts'
import { meeting } from './meet.ts'
import { minePart } from './mine.ts'
import { notesPart } from './notes.ts'
import { notices } from './notices.ts'
import { ojtPart } from './ojt.ts'
import { linesOf } from './show.ts'
import { otherOf } from './state.ts'
import { loadMeetings, loadSeries, openTopics } from './store.ts'
import { textsIn } from './texts.ts'
import { comingWords, openSeries } from './views.ts'
import { nameOf, titleOf } from './words.ts'

export { discloseNotes } from './legal.ts'

export function oneOnOnes(core: Core): Feature {
  const parts: readonly FeaturePart[] = [
    minePart(core),
    arranging(core),
    meeting(core),
    notesPart(core),
    ojtPart(core),
    hrPart(core),
  ]
  return {
    name: 'one-on-ones',
    title: { ja: '1on1', en: '1on1s' },
    ...together(parts),
    notices: notices(core),
    on: following(core),
    home: async (ask) => {
      const t = textsIn(ask.language)
      const items: HomeItem[] = []
      for (const { series, who, next, asked } of await linesOf(core.db.prisma, ask)) {
        const button = { label: t.open, action: openSeries(series.id) }
        if (asked)
          items.push({
            at: null,
            text: t.homeHeld(titleOf(series, who, ask.language)),
            button: { ...button, label: t.homeAnswer },
          })
        if (next)
          items.push({
            at: next.start,
            text: titleOf(series, who, ask.language),
            detail: `${comingWords(next, { zone: core.zone, language: ask.language })} ・ ${t.homeTopics(await openTopics(core.db.prisma, series.id))}`,
            button,
          })
      }
      return items
    },
    resting: async (tx, { from, to }, { language, now }) => {
      const at = (day: Temporal.PlainDate) => day.toZonedDateTime(core.zone).toInstant()
      const first = Temporal.Instant.compare(at(from), now) > 0 ? at(from) : now
      const startsAt = { gt: toDbInstant(first.subtract({ milliseconds: 1 })), lt: toDbInstant(at(to)) }
      const where = { status: 'planned', startsAt, series: { status: 'active' } }
      const count = await tx.oneOnOneMeeting.count({ where })
      return count > 0 ? [textsIn(language).resting(count)] : []
    },
    bookings: async (tx, subjects, reader) => {
      const ids = subjects.flatMap((subject) => {
        const found = /^one-on-one:(\d+)$/.exec(subject)?.[1]
        return found ? [Number(found)] : []
      })
      const texts = new Map<string, BookingText>()
      if (ids.length === 0) return texts
      const meetings = await loadMeetings(tx, { id: { in: ids } })
      const found = await loadSeries(tx, { id: { in: meetings.map(({ seriesId }) => seriesId) } })
      const today = core.clock.now().toZonedDateTimeISO(core.zone).toPlainDate()
      const others = found.map((series) => otherOf(series, reader.id))
      const people = await loadPeople(tx, others, today)
      for (const { id, seriesId } of meetings) {
        const series = found.find((each) => each.id === seriesId)
        if (!series) continue
        const who = nameOf(people, otherOf(series, reader.id), reader.language)
        const summary = titleOf(series, who, reader.language)
        texts.set(`one-on-one:${id}`, { summary, ...(series.place && { place: series.place }) })
      }
      return texts
    },
  }
}
