// From what suits whom to a timetable for all. Pure; the optimisation itself is `matching/timetable.ts`.
import { z } from 'zod'
import type { BusySpan } from '../../../agenda/bookings.ts'
import { overlaps, type Span } from '../../../agenda/span.ts'
import { timetable } from '../../../matching/timetable.ts'

const id = z.number().int().positive()

export const proposalSchema = z.object({
  /** Epoch milliseconds at which it was made: a button of an older one is stale. */
  made: z.number(),
  placed: z.array(z.object({ interview: id, version: id, slot: id, best: z.boolean() })),
  unplaced: z.array(
    z.object({
      interview: id,
      reason: z.discriminatedUnion('kind', [
        /** Has not answered. */
        z.object({ kind: z.literal('silent') }),
        /** Said that nothing suits. */
        z.object({ kind: z.literal('nothing-suits') }),
        /** What suited is no longer free. */
        z.object({ kind: z.literal('gone') }),
        /** More people than hours that they know. */
        z.object({ kind: z.literal('crowded'), people: z.array(id), slots: z.array(id) }),
      ]),
    }),
  ),
})
export type Proposal = z.infer<typeof proposalSchema>

export interface Candidate {
  readonly interview: number
  readonly version: number
  readonly personId: number
  readonly answered: boolean
  /** Slot id → 1 suits, 2 suits best. */
  readonly suits: ReadonlyMap<number, 1 | 2>
}

export interface Place extends Span {
  readonly id: number
}

/**
 * A timetable over the hours that are still free: everybody's exclusive bookings and the conductor's are respected.
 * Who has not answered is named, not placed.
 */
export function proposalOf(
  candidates: readonly Candidate[],
  slots: readonly Place[],
  busy: readonly BusySpan[],
  ownerId: number,
  made: number,
): Proposal {
  const busyOf = Map.groupBy(
    busy.filter((each) => each.exclusive),
    (each) => each.personId,
  )
  const isFree = (personId: number, slot: Span) =>
    !(busyOf.get(personId) ?? []).some((each) => overlaps(each, slot))
  const open = slots.filter((slot) => isFree(ownerId, slot))
  const answered = candidates.filter((each) => each.answered)
  const people = answered.map((each) => ({
    id: String(each.interview),
    priority: 0,
    suits: new Map(
      open.flatMap((slot) => {
        const preference = each.suits.get(slot.id)
        return preference && isFree(each.personId, slot) ? [[String(slot.id), preference] as const] : []
      }),
    ),
  }))
  const { placed, unplaced } = timetable({
    people,
    slots: open.map((slot) => ({ id: String(slot.id), startsAt: slot.start.epochMilliseconds })),
  })
  const of = new Map(candidates.map((each) => [each.interview, each]))
  return {
    made,
    placed: placed.map(({ person, slot }) => ({
      interview: Number(person),
      version: of.get(Number(person))?.version ?? 1,
      slot: Number(slot),
      best: of.get(Number(person))?.suits.get(Number(slot)) === 2,
    })),
    unplaced: [
      ...unplaced.map(({ person, reason }): Proposal['unplaced'][number] => {
        const interview = Number(person)
        if (reason.kind === 'crowded')
          return {
            interview,
            reason: {
              kind: 'crowded',
              people: reason.people.map(Number),
              slots: reason.slots.map(Number),
            },
          }
        const chose = (of.get(interview)?.suits.size ?? 0) > 0
        return { interview, reason: { kind: chose ? 'gone' : 'nothing-suits' } }
      }),
      ...candidates
        .filter((each) => !each.answered)
        .map((each) => ({ interview: each.interview, reason: { kind: 'silent' as const } })),
    ],
  }
}
