// A small programme of the simulation's own, whose notices it knows exactly: who is to have which note, on which day.
// One kind is repeated where nobody can say whether it arrived, the other is flagged.
import type { NoticeKind, WantedNotice } from '../../../src/delivery/notice.ts'
import type { Feature } from '../../../src/features/feature.ts'
import type { Desk, SimulatedFeature } from './feature.ts'

const kinds = { repeated: 'simulate.repeated', flagged: 'simulate.flagged' } as const

const kind = (name: string, ifUnknown: NoticeKind['ifUnknown']): NoticeKind => ({
  kind: name,
  priority: 3,
  ifUnknown,
  hours: 'working',
  draw: async (_, notices) => ({
    summary: 'お知らせ',
    blocks: notices.map(({ subject }) => ({ type: 'text', text: subject })),
  }),
})

/** What the product is given. */
export const notesProgramme = (): Feature => ({
  name: 'simulate',
  notices: [kind(kinds.repeated, 'repeat'), kind(kinds.flagged, 'flag')],
})

const noteFor = (recipientId: number, flag: boolean, dueAt: Temporal.Instant): WantedNotice => ({
  kind: flag ? kinds.flagged : kinds.repeated,
  recipientId,
  rung: 'note',
  anchor: 'once',
  dueAt,
})

export function notes(desk: Desk): SimulatedFeature {
  const { world } = desk
  const expected = new Map<string, number>()
  let sent = 0
  return {
    name: 'simulate',
    async afternoon(day) {
      if (!world.chance.hits(0.15, 'notes', day)) return
      sent += 1
      const n = sent
      // At any hour of the next days: telling it within working hours is delivery's business.
      const due = world.time.now.add({ minutes: 3 + world.chance.below(3 * 24 * 60, 'note-due', n) })
      const wanted = desk.staff
        .filter((person) => world.chance.hits(0.15, 'note', n, person.number))
        .map((person) => ({
          subject: `note:${n}:${person.number}`,
          recipient: person.id,
          wanted: [noteFor(person.id, world.chance.hits(0.4, 'flag', n, person.number), due)],
        }))
      if (wanted.length === 0) return
      const plan = () =>
        world.command((city) =>
          city.core.db.prisma.$transaction((tx) => city.core.notices.reconcile(tx, wanted, world.time.now)),
        )
      await plan()
      // Wanted again, as every replan does: planned once all the same.
      if (world.chance.hits(0.5, 'again', n)) await plan()
      for (const { subject, recipient } of wanted) expected.set(subject, recipient)
    },
    verdict: async ({ subject, recipient }) =>
      // A note may arrive before the office knows that it has planned it.
      (expected.get(subject) ?? recipient) === recipient ? undefined : 'somebody else’s note',
    async end() {
      const rows = await world.ask<{ subject: string; recipient_id: number }>(
        `SELECT subject, recipient_id FROM notice WHERE subject LIKE 'note:%'`,
      )
      const planned = new Set(rows.map((row) => `${row.subject}:${row.recipient_id}`))
      return [...expected].flatMap(([subject, recipient]) =>
        planned.has(`${subject}:${recipient}`)
          ? []
          : [{ what: 'lost' as const, text: `${subject} was never planned` }],
      )
    },
    notices: `SELECT concat_ws(' ', n.kind, n.subject) AS name, n.status FROM notice n WHERE n.kind LIKE 'simulate.%'`,
  }
}
