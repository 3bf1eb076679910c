// 業務引継 of a year: after each transfer chiefs are offered a checklist, begin some, and the two tick their items.
import type { World } from '../world.ts'
import type { Desk, Said, SimulatedFeature, Told } from './feature.ts'

const liking = {
  'handover.begin': 4,
  'handover.open': 4,
  'handover.tick': 8,
  'handover.untick': 0.3,
  'handover.move': 0.2,
  'handover.add': 0.3,
  'handover.stop': 0.05,
}

const click = (id: string, data: Readonly<Record<string, number>> = {}): Said => ({
  type: 'click',
  action: { id, data },
})

/** Undefined: all is right. */
async function verdictOf(
  world: World,
  { kind, subject, recipient, today }: Told,
): Promise<string | undefined> {
  if (kind === 'handover.transfer') {
    const [, section = '0', on = ''] = /^handover-transfer:(\d+):(.+)$/.exec(subject) ?? []
    if (on > today.toString()) return 'told of a transfer before its day'
    const rows = await world.ask(
      `SELECT FROM post o JOIN route r ON r.subject_person_id = o.person_id AND r.evaluator_id = $2
       WHERE o.section_id = $1 AND o.main AND o.valid_from <= $3 AND (o.valid_to IS NULL OR o.valid_to > $3)
         AND r.valid_from <= $3 AND (r.valid_to IS NULL OR r.valid_to > $3)`,
      [Number(section), recipient, today.toString()],
    )
    return rows.length > 0 ? undefined : 'not the chief of that section'
  }
  const [row] = await world.ask<{ status: string; side: string | null; left: number }>(
    `SELECT h.status, CASE WHEN h.from_id = $2 THEN 'from' WHEN h.to_id = $2 THEN 'to' END AS side,
            (SELECT count(*)::int FROM handover_item i WHERE i.handover_id = h.id
               AND CASE WHEN h.from_id = $2 THEN i.from_done ELSE i.to_done END IS NULL) AS left
     FROM handover h WHERE h.id = $1`,
    [Number(/^handover(?:-[a-z]+)?:(\d+)/.exec(subject)?.[1] ?? 0), recipient],
  )
  if (!row) return 'there is no such handover'
  switch (kind) {
    case 'handover.begun':
    case 'handover.moved':
      return row.status === 'open' && row.side ? undefined : `not theirs, or over (${row.status})`
    case 'handover.due':
      return row.status === 'open' && row.side && row.left > 0 ? undefined : `nothing left (${row.status})`
    case 'handover.done':
      return row.status === 'done' ? undefined : `not done (${row.status})`
    case 'handover.stopped':
      return row.status === 'cancelled' && row.side ? undefined : `not called off (${row.status})`
    default:
      return `a kind that the observer does not know: ${kind}`
  }
}

export function handover(desk: Desk): SimulatedFeature {
  const { world, year } = desk
  /** The weeks after a transfer. */
  const isSeason = (day: string) =>
    (day >= `${year}-10-01` && day <= `${year}-10-15`) || day >= `${year + 1}-04-01`

  return {
    name: 'handover',
    liking,
    async busy(day) {
      const open = await world.ask<{ id: number }>(
        `SELECT unnest(ARRAY[from_id, to_id]) AS id FROM handover WHERE status = 'open'`,
      )
      const chiefs = isSeason(day.toString()) ? desk.staff.filter(({ conducts }) => conducts) : []
      return [...open, ...chiefs].map(({ id }) => id)
    },
    async openings(person) {
      const own = await world.ask<{ id: number }>(
        `SELECT id FROM handover WHERE status = 'open' AND $1 IN (from_id, to_id) ORDER BY id`,
        [person.id],
      )
      const begins = person.conducts && isSeason(world.today.toString())
      return [
        ...(own.length > 0 || begins ? [{ type: 'words', text: '業務引継' } as Said] : []),
        ...own.map(({ id }) => click('handover.open', { handover: id, page: 1 })),
      ]
    },
    verdict: (told) => verdictOf(world, told),
    state: [
      `SELECT concat_ws(' ', 'handover', f.number, t.number, h.status, count(i.from_done), count(i.to_done)) FROM handover h
         JOIN person f ON f.id = h.from_id JOIN person t ON t.id = h.to_id JOIN handover_item i ON i.handover_id = h.id
         GROUP BY h.id, f.number, t.number`,
    ],
    notices: `SELECT concat_ws(' ', n.kind, r.number, f.number, t.number,
           substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1)) AS name, n.status
       FROM notice n JOIN person r ON r.id = n.recipient_id
       LEFT JOIN handover h ON n.kind <> 'handover.transfer' AND h.id::text = substring(n.subject from '[0-9]+$')
       LEFT JOIN person f ON f.id = h.from_id LEFT JOIN person t ON t.id = h.to_id
       WHERE n.kind LIKE 'handover.%'`,
  }
}
