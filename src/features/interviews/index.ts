import type { BookingText } from '../../agenda/feeds.ts'
import type { Core, Feature } from '../feature.ts'
import { arrangement } from './arrangement/index.ts'
import { board } from './board/index.ts'
import { booking } from './booking/index.ts'
import { conductors } from './conductors/index.ts'
import { cycle } from './cycle/index.ts'
import { held } from './held/index.ts'
import { reminders } from './reminders/index.ts'
import { noticeTitle } from './reminders/titles.ts'

// Each part brings what it answers and tells; this door puts them together.
type FeaturePart = Omit<Feature, 'name'>

const parts: readonly ((core: Core) => FeaturePart)[] = [
  board,
  conductors,
  cycle,
  booking,
  arrangement,
  held,
  reminders,
]

/** Evaluation interviews (人事評価の面談), from the plan of a year to "held". `domain.md` A. */
export function interviews(core: Core): Feature {
  const made = parts.map((part) => part(core))
  const following = made.flatMap((part) => (part.on ? [part.on] : []))
  return {
    name: 'interviews',
    title: { ja: '面談', en: 'Interviews' },
    commands: made.flatMap((part) => part.commands ?? []),
    questions: made.flatMap((part) => part.questions ?? []),
    actions: Object.assign({}, ...made.map((part) => part.actions)),
    forms: Object.assign({}, ...made.map((part) => part.forms)),
    notices: made
      .flatMap((part) => part.notices ?? [])
      .map((notice) => ({ title: noticeTitle(notice.kind), ...notice })),
    home: async (ask) => (await Promise.all(made.map(async (part) => (await part.home?.(ask)) ?? []))).flat(),
    bookings: async (tx, subjects, reader) => {
      const known = new Map<string, BookingText>()
      for (const { bookings } of made)
        for (const [subject, text] of (await bookings?.(tx, subjects, reader)) ?? []) known.set(subject, text)
      return known
    },
    on: async (event, tx, now) => {
      for (const follow of following) await follow(event, tx, now)
    },
  }
}
