// A programme of several parts: each brings what it answers, tells and follows, and they are one feature.
import type { BookingText } from '../agenda/feeds.ts'
import type { Alarm, Feature } from './feature.ts'

/** One part of a feature. */
export type FeaturePart = Omit<Feature, 'name'>

/** All that the parts bring, in their order; where two have an action or form of one id, the later counts. */
export function together(parts: readonly FeaturePart[]): FeaturePart {
  return {
    commands: parts.flatMap((part) => part.commands ?? []),
    questions: parts.flatMap((part) => part.questions ?? []),
    actions: Object.assign({}, ...parts.map((part) => part.actions)),
    forms: Object.assign({}, ...parts.map((part) => part.forms)),
    files: parts.flatMap((part) => part.files ?? []),
    groups: parts.flatMap((part) => part.groups ?? []),
    jobs: parts.flatMap((part) => part.jobs ?? []),
    notices: parts.flatMap((part) => part.notices ?? []),
    home: async (ask) =>
      (await Promise.all(parts.map(async (part) => (await part.home?.(ask)) ?? []))).flat(),
    bookings: async (tx, subjects, reader) => {
      const known = new Map<string, BookingText>()
      for (const { bookings } of parts)
        for (const [subject, text] of (await bookings?.(tx, subjects, reader)) ?? []) known.set(subject, text)
      return known
    },
    alarms: async (tx, ask, which) => {
      const found: Alarm[] = []
      for (const { alarms } of parts) found.push(...((await alarms?.(tx, ask, which)) ?? []))
      return found
    },
    resting: async (tx, days, ask) => {
      const lines: string[] = []
      for (const { resting } of parts) lines.push(...((await resting?.(tx, days, ask)) ?? []))
      return lines
    },
    on: async (event, tx, now) => {
      for (const { on } of parts) await on?.(event, tx, now)
    },
  }
}
