// 1on1s of a year: some meet their supervisor every week or month, confide topics and notes to each other, move and skip
// meetings, say whether they took place; supervisors change and people leave. What the two entrust to each other must be
// read by nobody else: in no message, no row, no answer to anybody.
import type { World } from '../world.ts'
import type { Desk, Said, SimulatedFeature, Staff, Told, Wrong } from './feature.ts'

const liking = {
  'one-on-ones.open': 4,
  'one-on-ones.answer': 7,
  'one-on-ones.feel': 4,
  'one-on-ones.times': 1.5,
  'one-on-ones.move': 5,
  'one-on-ones.skip': 0.6,
  'one-on-ones.topic-add': 2,
  'one-on-ones.topic-done': 1,
  'one-on-ones.notes': 0.4,
  'one-on-ones.continue': 5,
}

/** Nobody else writes this word. */
const SECRET = '打明話'
const mostPairs = 6

const click = (id: string, data: Readonly<Record<string, number>> = {}): Said => ({
  type: 'click',
  action: { id, data },
})

interface Pair {
  readonly id: number
  readonly kind: string
  readonly status: string
  readonly lead: number
  readonly member: number
}

const seriesOf = async (world: World, id: number): Promise<Pair | undefined> =>
  (
    await world.ask<Pair>(
      `SELECT id, kind, status, lead_id AS lead, member_id AS member FROM one_on_one WHERE id = $1`,
      [id],
    )
  )[0]

/** Undefined: all is right. Written from what the product promises, not from its code. */
async function verdictOf(
  world: World,
  { kind, subject, detail, recipient, now, today }: Told,
): Promise<string | undefined> {
  const meetingId = Number(/^one-on-one:(\d+)$/.exec(subject)?.[1] ?? detail.meeting ?? 0)
  const [meeting] = await world.ask<{ series: number; status: string; ahead: boolean; over: boolean }>(
    `SELECT series_id AS series, status, starts_at > $2 AS ahead, ends_at <= $2 AS over
     FROM one_on_one_meeting WHERE id = $1`,
    [meetingId, new Date(now.epochMilliseconds)],
  )
  const series = await seriesOf(world, meeting?.series ?? Number(detail.series ?? 0))
  if (!series) return 'there is no such 1on1'
  if (series.lead !== recipient && series.member !== recipient) return 'not one of the two'
  const away = await world.ask(
    `SELECT FROM absence WHERE person_id = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on > $2)`,
    [recipient, today.toString()],
  )
  if (away.length > 0) return 'they are on leave'
  const live = series.status !== 'ended'
  switch (kind) {
    case 'one-on-ones.begun':
    case 'one-on-ones.changed':
      return live ? undefined : 'it has ended'
    case 'one-on-ones.ended':
      return live ? 'it goes on' : undefined
    case 'one-on-ones.nudge': {
      if (meeting?.status !== 'planned' || !meeting.ahead || !live)
        return `no meeting ahead (${meeting?.status})`
      const topics = await world.ask(
        'SELECT FROM one_on_one_topic WHERE series_id = $1 AND done_at IS NULL',
        [series.id],
      )
      return topics.length > 0 ? 'there are topics' : undefined
    }
    case 'one-on-ones.held': {
      if (!meeting?.over || !live) return 'not over'
      if (['skipped', 'unplaced'].includes(meeting.status)) return `asked about what was ${meeting.status}`
      const answers = await world.ask(
        'SELECT FROM one_on_one_answer WHERE meeting_id = $1 AND person_id = $2',
        [meetingId, recipient],
      )
      return answers.length > 0 ? 'answered already' : undefined
    }
    case 'one-on-ones.moved':
      return meeting?.status === 'planned' && meeting.ahead ? undefined : `not ahead (${meeting?.status})`
    case 'one-on-ones.unplaced':
      return meeting?.status === 'unplaced' && meeting.ahead
        ? undefined
        : `it has a time (${meeting?.status})`
    case 'one-on-ones.skipped':
      return meeting?.status === 'skipped' ? undefined : `not skipped (${meeting?.status})`
    case 'one-on-ones.skips':
      return live ? undefined : 'it has ended'
    default:
      return `a kind that the observer does not know: ${kind}`
  }
}

export function oneOnOnes(desk: Desk): SimulatedFeature {
  const { world, year } = desk
  const { chance } = world
  const leaks: string[] = []

  const pairs = () =>
    world.ask<Pair>(
      `SELECT id, kind, status, lead_id AS lead, member_id AS member FROM one_on_one ORDER BY id`,
    )
  const byId = (id: number) => desk.staff.find((person) => person.id === id)

  async function begin(): Promise<void> {
    const setup = { scope: 'nowhere', cadence: 'monthly', minutes: '30', notes: ['on'], kept: '120' }
    await desk.tell(desk.hr, {
      type: 'submit',
      form: 'one-on-ones.setup',
      data: {},
      values: { ...setup, template: '案内' },
    })
    const led = await world.ask<{ id: number; lead: number }>(
      `SELECT DISTINCT ON (p.number) p.id, r.evaluator_id AS lead FROM person p
       JOIN route r ON r.subject_person_id = p.id AND r.role IN ('supervisor', 'first')
       WHERE r.valid_from <= $1 AND (r.valid_to IS NULL OR r.valid_to > $1)
       ORDER BY p.number, r.role DESC`,
      [world.today.toString()],
    )
    let made = 0
    for (const { id, lead } of led) {
      const member = byId(id)
      if (!member || !byId(lead) || made === mostPairs || !chance.hits(0.5, '1on1', member.number)) continue
      made += 1
      await desk.tell(member, {
        type: 'submit',
        form: 'one-on-ones.create',
        data: {},
        values: {
          partner: String(lead),
          cadence: made % 2 === 0 ? 'monthly' : 'weekly',
          weekday: String(1 + (made % 5)),
          nth: '2',
          time: made % 3 === 0 ? '15:00' : '10:00',
          minutes: '30',
          place: '',
          starts: world.today.add({ days: 1 }).toString(),
        },
      })
    }
    for (const { id, lead, member } of await pairs()) {
      const [boss, staff] = [byId(lead), byId(member)]
      const submit = (who: Staff, form: string, values: Readonly<Record<string, string>>) =>
        desk.tell(who, { type: 'submit', form, data: { series: id }, values })
      if (staff)
        await submit(staff, 'one-on-ones.topic', { text: `${SECRET} ${staff.number}`, wish: 'advise' })
      if (boss) await submit(boss, 'one-on-ones.note', { text: `${SECRET} ${boss.number}` })
    }
  }

  /** HR and some others ask for what is not theirs, by every number there is. */
  async function pry(day: string): Promise<void> {
    const notes = await world.ask<{ id: number; series: number }>(
      'SELECT id, series_id AS series FROM one_on_one_note ORDER BY id',
    )
    for (const pair of await pairs()) {
      const others = desk.staff.filter(({ id }) => id !== pair.lead && id !== pair.member)
      const curious = [desk.hr, chance.pick(others, 'curious', day, pair.id)]
      // Whoever led them before reads nothing any more.
      if (pair.status === 'ended') curious.push(byId(pair.lead))
      for (const who of new Set(curious)) {
        if (!who || who.id === pair.member || (who.id === pair.lead && pair.status !== 'ended')) continue
        const asked = [
          click('one-on-ones.open', { series: pair.id }),
          click('one-on-ones.notes', { series: pair.id }),
          ...notes
            .filter(({ series }) => series === pair.id)
            .map(({ id }) => click('one-on-ones.note', { note: id })),
        ]
        for (const said of asked)
          if (JSON.stringify(await desk.tell(who, said)).includes(SECRET))
            leaks.push(`${who.number} reads what is between ${pair.lead} and ${pair.member}`)
      }
    }
  }

  const broken = (text: string): Wrong => ({ what: 'broken', text })

  async function check(): Promise<Wrong[]> {
    const today = world.today.toString()
    const gone = await world.ask<{ id: number }>(
      `SELECT s.id FROM one_on_one s JOIN person p ON p.id IN (s.lead_id, s.member_id)
       WHERE s.status <> 'ended' AND p.left_on <= $1`,
      [today],
    )
    const stray = await world.ask<{ id: number }>(
      `SELECT m.id FROM one_on_one_meeting m JOIN one_on_one s ON s.id = m.series_id
       WHERE s.status = 'ended' AND m.status IN ('planned', 'unplaced') AND m.starts_at > $1`,
      [new Date(world.time.now.epochMilliseconds)],
    )
    return [
      ...leaks.splice(0).map(broken),
      ...gone.map(({ id }) => broken(`1on1 ${id} goes on with somebody who has left`)),
      ...stray.map(({ id }) => broken(`meeting ${id} of a 1on1 that has ended is still ahead`)),
    ]
  }

  return {
    name: 'one-on-ones',
    liking,
    start: begin,

    async office(day) {
      if ([`${year}-05-10`, `${year}-10-04`, `${year + 1}-02-01`].includes(day)) await pry(day)
    },

    /** Whoever is asked whether a meeting was held. */
    async busy() {
      const rows = await world.ask<{ id: number }>(
        `SELECT p.id FROM one_on_one_meeting m JOIN one_on_one s ON s.id = m.series_id
           JOIN person p ON p.id IN (s.lead_id, s.member_id)
         WHERE s.status <> 'ended' AND m.status <> 'skipped' AND m.ends_at <= $1 AND m.ends_at > $1::timestamptz - interval '14 days'
           AND NOT EXISTS (SELECT FROM one_on_one_answer a WHERE a.meeting_id = m.id AND a.person_id = p.id)`,
        [new Date(world.time.now.epochMilliseconds)],
      )
      return rows.map(({ id }) => id)
    },

    async openings(person) {
      const own = (await pairs()).filter(
        ({ lead, member, status }) => status !== 'ended' && (lead === person.id || member === person.id),
      )
      if (own.length === 0) return []
      return [
        { type: 'words', text: '1on1' },
        ...own.map(({ id }) => click('one-on-ones.open', { series: id })),
      ]
    },

    verdict: (told) => verdictOf(world, told),
    fresh: async ({ text }) => (text.includes(SECRET) ? ['says what two people have confided'] : []),
    check,

    /** Nothing of it is to be read in any table, as it was written or as bytes. */
    async end() {
      const tables = await world.ask<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
      )
      const found: Wrong[] = []
      for (const { name } of tables) {
        const [row] = await world.ask<{ n: number }>(
          `SELECT count(*)::int AS n FROM "${name}" t WHERE row_to_json(t)::text LIKE ANY ($1::text[])`,
          [[`%${SECRET}%`, `%${Buffer.from(SECRET).toString('hex')}%`]],
        )
        if (row?.n) found.push(broken(`${name} shows what two people have confided`))
      }
      return found
    },

    state: [
      `SELECT concat_ws(' ', '1on1', l.number, m.number, s.status, s.end_reason, s.cadence) FROM one_on_one s
         JOIN person l ON l.id = s.lead_id JOIN person m ON m.id = s.member_id`,
      `SELECT concat_ws(' ', '1on1-meeting', l.number, m.number, x.due_on, x.starts_at, x.status) FROM one_on_one_meeting x
         JOIN one_on_one s ON s.id = x.series_id JOIN person l ON l.id = s.lead_id JOIN person m ON m.id = s.member_id`,
    ],
    notices: `SELECT concat_ws(' ', n.kind, r.number, l.number, m.number, x.due_on,
           -- of skips it names the last of the meetings, whose number two runs do not share
           CASE n.kind WHEN 'one-on-ones.skips' THEN
             (SELECT y.due_on::text FROM one_on_one_meeting y WHERE y.id::text = split_part(n.key, ':', -1))
           ELSE substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1) END) AS name,
           n.status
       FROM notice n JOIN person r ON r.id = n.recipient_id
       LEFT JOIN one_on_one_meeting x ON n.subject LIKE 'one-on-one:%' AND x.id::text = substring(n.subject from '[0-9]+$')
       LEFT JOIN one_on_one s ON s.id = coalesce(x.series_id, (n.detail->>'series')::int)
       LEFT JOIN person l ON l.id = s.lead_id LEFT JOIN person m ON m.id = s.member_id
       WHERE n.kind LIKE 'one-on-ones.%'`,
  }
}
