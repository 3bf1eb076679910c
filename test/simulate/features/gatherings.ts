// Round tables of a year: HR calls for people, they join, pause and leave, some would rather not sit with somebody;
// rounds are seated and published month after month, people cannot come, hosts move times and say what took place. Each
// seat has its hour booked and no other, every table has a host who comes, and nobody reads who avoids whom.

import { workingDaysFrom } from '../japan.ts'
import type { World } from '../world.ts'
import type { Desk, Said, SimulatedFeature, Told, Wrong } from './feature.ts'

const liking = {
  'gatherings.join': 6,
  'gatherings.leave': 0.4,
  'gatherings.pause': 0.4,
  'gatherings.resume': 3,
  'gatherings.lead': 0.5,
  'gatherings.series': 1,
  'gatherings.table': 3,
  'gatherings.cannot': 1.2,
  'gatherings.can': 2,
  'gatherings.times': 1,
  'gatherings.move': 3,
  'gatherings.answer': 8,
}

const click = (id: string, data: Readonly<Record<string, number>> = {}): Said => ({
  type: 'click',
  action: { id, data },
})

interface SeatRow {
  readonly coming: boolean
  readonly status: string
  readonly host_id: number
  readonly starts_at: Date | null
  readonly ends_at: Date | null
}

const seatsOf = (world: World, where: string, id: unknown, recipient: number) =>
  world.ask<SeatRow>(
    `SELECT s.status = 'coming' AS coming, t.status, t.host_id, t.starts_at, t.ends_at
     FROM gathering_seat s JOIN gathering_table t ON t.id = s.table_id
       JOIN gathering_round r ON r.id = t.round_id AND r.status <> 'draft'
     WHERE ${where} = $1 AND s.person_id = $2`,
    [Number(id), recipient],
  )

/** Undefined: all is right. */
async function verdictOf(
  world: World,
  { kind, detail, recipient, now, today }: Told,
): Promise<string | undefined> {
  if (kind === 'gatherings.prepare') {
    const rows = await world.ask(
      `SELECT FROM gathering_series s WHERE s.id = $1 AND s.status = 'open' AND s.coordinator_id = $2
         AND NOT EXISTS (SELECT FROM gathering_round r WHERE r.series_id = s.id AND r.status = 'draft')`,
      [Number(detail.series), recipient],
    )
    return rows.length > 0 ? undefined : 'nothing to seat, or not theirs'
  }
  if (kind === 'gatherings.invite' || kind === 'gatherings.named') {
    const [member] = await world.ask<{ status: string; facilitates: boolean; open: boolean }>(
      `SELECT m.status, m.facilitates, s.status = 'open' AS open FROM gathering_member m
       JOIN gathering_series s ON s.id = m.series_id WHERE m.series_id = $1 AND m.person_id = $2`,
      [Number(detail.series), recipient],
    )
    if (kind === 'gatherings.named') return member?.facilitates ? undefined : 'no facilitator'
    return member?.open && member.status === 'asked' ? undefined : `answered (${member?.status})`
  }
  const byTable = kind === 'gatherings.tomorrow' || kind === 'gatherings.held'
  const [seat] = byTable
    ? await seatsOf(world, 't.id', detail.table, recipient)
    : await seatsOf(world, 's.round_id', detail.round, recipient)
  if (!seat) return 'they have no seat'
  const begins = seat.starts_at && Temporal.Instant.fromEpochMilliseconds(seat.starts_at.getTime())
  const ahead = !begins || Temporal.Instant.compare(now, begins) < 0
  switch (kind) {
    case 'gatherings.seated':
      return seat.coming && ahead ? undefined : 'not coming, or over'
    case 'gatherings.changed':
      return seat.status === 'cancelled' || ahead ? undefined : `over (${seat.status})`
    case 'gatherings.tomorrow': {
      if (!begins || !seat.coming || seat.status !== 'planned' || !ahead) return 'nothing to come to'
      const first = workingDaysFrom(begins.toZonedDateTimeISO('Asia/Tokyo').toPlainDate(), -1)
      return Temporal.PlainDate.compare(first, today) <= 0 ? undefined : 'too early'
    }
    case 'gatherings.held': {
      const over = seat.ends_at && seat.ends_at.getTime() <= now.epochMilliseconds
      return over && seat.host_id === recipient && seat.status === 'planned' ? undefined : 'not to be asked'
    }
    default:
      return `unknown: ${kind}`
  }
}

export function gatherings(desk: Desk): SimulatedFeature {
  const { world, year } = desk
  const { chance } = world
  /** Who would rather not sit with whom. */
  const avoided = new Map<number, number>()

  const latest = async () =>
    (
      await world.ask<{ id: number; version: number; due: string | null }>(
        `SELECT id, version, CASE WHEN status = 'open' THEN next_on::text END AS due
         FROM gathering_series ORDER BY id DESC LIMIT 1`,
      )
    )[0]

  async function call(): Promise<void> {
    await desk.tell(desk.hr, {
      type: 'submit',
      form: 'gatherings.save',
      data: {},
      values: {
        name: '座談会',
        size: '3',
        cadence: 'monthly',
        rounds: '9',
        nextOn: `${year}-05-06`,
        minutes: '45',
        hours: 'any',
      },
    })
    const made = await latest()
    if (!made) throw new Error('HR has made no series')
    const { id: series, version } = made
    await desk.tell(desk.hr, {
      type: 'submit',
      form: 'gatherings.who',
      data: { series, version },
      values: {},
    })
    await desk.tell(desk.hr, click('gatherings.open', { series, version: version + 1 }))
    const keen = desk.staff.filter((person) => chance.hits(0.6, 'keen', person.number))
    for (const person of keen) await desk.tell(person, click('gatherings.join', { series }))
    for (const person of keen.filter((one) => chance.hits(0.4, 'avoids', one.number))) {
      const other = chance.pick(keen, 'avoided', person.number)
      if (!other || other === person) continue
      const values = { apart1: String(other.id) }
      await desk.tell(person, { type: 'submit', form: 'gatherings.apart', data: { series }, values })
      avoided.set(person.id, other.id)
    }
  }

  /** Ten days before a round HR seats and publishes it. */
  async function seat(day: string): Promise<void> {
    const found = await latest()
    if (!found?.due || found.due > Temporal.PlainDate.from(day).add({ days: 10 }).toString()) return
    await desk.tell(desk.hr, click('gatherings.prepare', { series: found.id, version: found.version }))
    const [draft] = await world.ask<{ id: number; version: number }>(
      `SELECT id, version FROM gathering_round WHERE status = 'draft'`,
    )
    if (draft)
      await desk.tell(desk.hr, click('gatherings.publish', { round: draft.id, version: draft.version }))
  }

  async function check(): Promise<Wrong[]> {
    const broken = (text: string): Wrong => ({ what: 'broken', text })
    const now = world.time.now.toString()
    const ahead = `FROM gathering_table t JOIN gathering_round r ON r.id = t.round_id AND r.status <> 'draft'
       WHERE t.status = 'planned' AND t.starts_at > $1::timestamptz`
    const coming = `SELECT array_agg(s.person_id ORDER BY s.person_id) FROM gathering_seat s
       WHERE s.table_id = t.id AND s.status = 'coming'`
    const unbooked = await world.ask<{ id: number }>(
      `SELECT t.id ${ahead} AND (${coming}) IS DISTINCT FROM (
         SELECT array_agg(b.person_id ORDER BY b.person_id) FROM booking b WHERE b.subject = 'gathering:' || t.id
           AND b.status = 'booked' AND b.starts_at = t.starts_at AND b.ends_at = t.ends_at)`,
      [now],
    )
    const unled = await world.ask<{ id: number }>(
      `SELECT t.id ${ahead} AND NOT t.host_id = ANY (coalesce((${coming}), '{}'))`,
      [now],
    )
    const gone = await world.ask<{ id: number }>(
      `SELECT s.person_id AS id FROM gathering_seat s JOIN gathering_table t ON t.id = s.table_id
         JOIN person p ON p.id = s.person_id
       WHERE s.status = 'coming' AND t.status = 'planned' AND t.starts_at > $1::timestamptz AND p.left_on <= $2`,
      [now, world.today.toString()],
    )
    const beside = await world.ask<{ a: number; b: number }>(
      `SELECT a.person_id AS a, b.person_id AS b FROM gathering_seat a
         JOIN gathering_seat b ON b.table_id = a.table_id AND b.status = 'coming' AND a.status = 'coming'
         JOIN gathering_table t ON t.id = a.table_id AND t.status <> 'cancelled'
       WHERE 2 < (SELECT count(*) FROM gathering_table x WHERE x.round_id = t.round_id)`,
    )
    // What is sealed is as long for everybody, and gone once it serves nothing; nothing else holds a word of it.
    const lists = await world.ask<{ lengths: number; missing: number; words: number }>(
      `SELECT (SELECT count(DISTINCT length(sealed))::int FROM gathering_member) AS lengths,
              (SELECT count(*)::int FROM gathering_member m JOIN gathering_series s ON s.id = m.series_id
               WHERE (m.status IN ('joined', 'paused') AND s.status = 'open') <> (m.sealed IS NOT NULL)) AS missing,
              (SELECT count(*)::int FROM notice WHERE key || detail::text LIKE '%apart%')
              + (SELECT count(*)::int FROM audit WHERE action LIKE 'gathering%' AND action || change::text LIKE '%apart%')
              AS words`,
    )
    return [
      ...unbooked.map(({ id }) => broken(`table ${id}: its hour is not booked for those who come alone`)),
      ...unled.map(({ id }) => broken(`table ${id}: its host does not come`)),
      ...gone.map(({ id }) => broken(`person ${id} has left and has a seat`)),
      ...beside.flatMap(({ a, b }) =>
        avoided.get(a) === b ? [broken(`${a} sits with ${b}, whom they avoid`)] : [],
      ),
      ...lists.flatMap(({ lengths, missing, words }) =>
        lengths > 1 || missing > 0 || words > 0
          ? [broken(`seating wishes show: ${lengths} lengths, ${missing} out of place, ${words} words`)]
          : [],
      ),
    ]
  }

  return {
    name: 'gatherings',
    liking,

    async office(day) {
      if (day === `${year}-04-22`) return call()
      if (day > `${year}-04-22`) return seat(day)
    },

    /** Whoever is asked, has a table that comes, or one to say of whether it took place. */
    async busy() {
      const rows = await world.ask<{ id: number }>(
        `SELECT person_id AS id FROM gathering_member WHERE status IN ('asked', 'paused')
         UNION SELECT s.person_id FROM gathering_seat s JOIN gathering_table t ON t.id = s.table_id
           JOIN gathering_round r ON r.id = t.round_id AND r.status = 'published'
         WHERE t.status IN ('planned', 'unplaced')`,
      )
      return rows.map((row) => row.id)
    },

    async openings(person) {
      const rows = await world.ask<{ id: number }>(
        `SELECT t.id FROM gathering_seat s JOIN gathering_table t ON t.id = s.table_id
           JOIN gathering_round r ON r.id = t.round_id AND r.status = 'published'
         WHERE s.person_id = $1 AND t.status IN ('planned', 'unplaced') ORDER BY t.id`,
        [person.id],
      )
      const [member] = await world.ask(
        `SELECT FROM gathering_member WHERE person_id = $1 AND status <> 'left'`,
        [person.id],
      )
      return [
        ...(member ? [{ type: 'words', text: '座談会' } as Said] : []),
        ...rows.map(({ id }) => click('gatherings.table', { table: id })),
      ]
    },

    verdict: (told) => verdictOf(world, told),

    /** No message says a word of it, to whomever it goes. */
    fresh: async ({ text }) =>
      text.includes('座談会') && /避け|配慮|apart/.test(text) ? ['a message speaks of seating wishes'] : [],

    check,

    state: [
      `SELECT concat_ws(' ', 'gathering-member', p.number, m.status, m.paused_until, m.facilitates)
       FROM gathering_member m JOIN person p ON p.id = m.person_id`,
      `SELECT concat_ws(' ', 'gathering-table', r.number, t.number, r.status, h.number, t.status, t.starts_at, t.put_off)
       FROM gathering_table t JOIN gathering_round r ON r.id = t.round_id JOIN person h ON h.id = t.host_id`,
      `SELECT concat_ws(' ', 'gathering-seat', r.number, p.number, t.number, s.status) FROM gathering_seat s
       JOIN gathering_table t ON t.id = s.table_id JOIN gathering_round r ON r.id = t.round_id
       JOIN person p ON p.id = s.person_id`,
    ],

    notices: `SELECT concat_ws(' ', n.kind, p.number, r.number, t.number, CASE WHEN t.id IS NOT NULL
         THEN substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1) END) AS name, n.status
       FROM notice n
       JOIN person p ON p.id = n.recipient_id
       LEFT JOIN gathering_table t ON t.id = (n.detail->>'table')::int
       LEFT JOIN gathering_round r ON r.id = coalesce(t.round_id, (n.detail->>'round')::int)
       WHERE n.kind LIKE 'gatherings.%'`,
  }
}
