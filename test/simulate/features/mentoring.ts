// A mentor programme of a year: HR calls for people, some say whom they would rather not have, pairs are matched and
// published, agreed to or declined; people leave, go on leave and move; pairs are made anew; the programme ends. A decline
// is nobody's, nobody is given whom they avoid, and what is asked about goes to whom it concerns alone.
import type { World } from '../world.ts'
import type { Desk, Said, SimulatedFeature, Told, Wrong } from './feature.ts'

const liking = {
  'mentoring.sign-up': 6,
  'mentoring.not-joining': 0.7,
  'mentoring.accept': 6,
  'mentoring.decline': 1.2,
  'mentoring.meet': 3,
  'mentoring.check-in': 6,
  'mentoring.rematch': 0.4,
  'mentoring.survey': 5,
}

const click = (id: string, data: Readonly<Record<string, number>> = {}): Said => ({
  type: 'click',
  action: { id, data },
})

interface PairRow {
  readonly id: number
  readonly status: string
  readonly version: number
  readonly mentee: number
  readonly mentor: number
  readonly source: string
}

const numberIn = (subject: string) => Number(subject.split(':').at(-1))

/** Undefined: all is right. */
async function verdictOf(
  world: World,
  { kind, subject, detail, recipient, today }: Told,
): Promise<string | undefined> {
  const away = await world.ask(
    `SELECT FROM absence WHERE person_id = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on > $2)`,
    [recipient, today.toString()],
  )
  if (away.length > 0) return 'they are on leave'
  if (kind === 'mentoring.sign-up') {
    const [member] = await world.ask<{ status: string }>(
      'SELECT status FROM mentoring_member WHERE programme_id = $1 AND person_id = $2',
      [Number(detail.programme), recipient],
    )
    return member?.status === 'asked' ? undefined : `answered already (${member?.status})`
  }
  if (kind === 'mentoring.survey' || kind === 'mentoring.cancelled') {
    const rows = await world.ask(
      `SELECT FROM mentoring_programme p WHERE p.id = $1 AND p.status IN ('closed', 'cancelled')
         AND EXISTS (SELECT FROM mentoring_pair x WHERE x.programme_id = p.id AND $2 IN (x.mentee_id, x.mentor_id))`,
      [numberIn(subject), recipient],
    )
    return rows.length > 0 ? undefined : 'not of an ended programme of theirs'
  }
  const [pair] = await world.ask<PairRow & { coordinator: number; accepted: boolean; answered: boolean }>(
    `SELECT x.id, x.status, x.version, x.mentee_id AS mentee, x.mentor_id AS mentor, x.source,
            p.coordinator_id AS coordinator,
            CASE WHEN x.mentee_id = $2 THEN x.mentee_accepted ELSE x.mentor_accepted END AS accepted,
            EXISTS (SELECT FROM mentoring_check_in c
                    WHERE c.pair_id = x.id AND c.person_id = $2 AND c.round = $3) AS answered
     FROM mentoring_pair x JOIN mentoring_programme p ON p.id = x.programme_id WHERE x.id = $1`,
    [numberIn(subject), recipient, String(detail.round ?? '')],
  )
  if (!pair) return 'there is no such pair'
  if (kind === 'mentoring.coordinator')
    return pair.coordinator === recipient ? undefined : 'not the coordinator'
  if (pair.mentee !== recipient && pair.mentor !== recipient) return 'not one of the two'
  switch (kind) {
    case 'mentoring.offer':
      if (pair.status !== 'offered') return `no offer (${pair.status})`
      return pair.accepted ? 'agreed already' : undefined
    case 'mentoring.introduction':
    case 'mentoring.meeting':
    case 'mentoring.joined':
      return pair.status === 'active' ? undefined : `not a pair (${pair.status})`
    case 'mentoring.check-in':
    case 'mentoring.care':
      if (pair.status !== 'active') return `not a pair (${pair.status})`
      return pair.answered ? 'answered already' : undefined
    case 'mentoring.changed':
      return pair.status === 'declined' || pair.status === 'ended'
        ? undefined
        : `nothing changed (${pair.status})`
    default:
      return `a kind that the observer does not know: ${kind}`
  }
}

export function mentoring(desk: Desk): SimulatedFeature {
  const { world, year } = desk
  const { chance } = world
  /** Whom somebody said that they avoid: "7:9". */
  const avoided = new Set<string>()

  const programme = async () =>
    (
      await world.ask<{ id: number; version: number; status: string }>(
        'SELECT id, version, status FROM mentoring_programme ORDER BY id LIMIT 1',
      )
    )[0]
  const pairs = (...statuses: readonly string[]) =>
    world.ask<PairRow>(
      `SELECT id, status, version, mentee_id AS mentee, mentor_id AS mentor, source FROM mentoring_pair
       WHERE status = ANY ($1::text[]) ORDER BY id`,
      [statuses],
    )
  const hrPress = async (id: string, more: Readonly<Record<string, number>> = {}) => {
    const found = await programme()
    if (found) await desk.tell(desk.hr, click(id, { programme: found.id, version: found.version, ...more }))
  }

  async function call(): Promise<void> {
    await desk.tell(desk.hr, {
      type: 'submit',
      form: 'mentoring.save',
      data: {},
      values: {
        kind: 'mentor',
        name: 'メンター',
        startsOn: `${year}-05-10`,
        endsOn: `${year + 1}-02-25`,
        signUpUntil: `${year}-05-06`,
        cadence: 'monthly',
        capacity: '2',
        topics: '仕事\nキャリア\n両立',
        styles: '聞く',
        times: '昼\n夕',
      },
    })
    const staff = desk.staff.filter((person) => person !== desk.hr)
    const mentors = staff.filter(({ number }) => chance.hits(0.35, 'mentor', number)).map(({ id }) => id)
    const mentees = staff.map(({ id }) => id).filter((id) => !mentors.includes(id))
    await world.ask(
      `UPDATE mentoring_programme SET mentee_audience = $1, mentor_audience = $2, grades_above = NULL`,
      [{ people: mentees }, { people: mentors }],
    )
    await hrPress('mentoring.start')
  }

  /** Most answer by themselves; these few are known to name somebody in confidence. */
  async function confide(): Promise<void> {
    const found = await programme()
    const members = await world.ask<{ person: number; role: string }>(
      'SELECT person_id AS person, role FROM mentoring_member ORDER BY person_id',
    )
    for (const { person, role } of members) {
      const who = desk.staff.find(({ id }) => id === person)
      const other = chance.pick(
        members.filter((each) => each.role !== role),
        'avoids',
        who?.number ?? 0,
      )
      if (!who || !other || !chance.hits(0.3, 'confides', who.number)) continue
      await desk.tell(who, {
        type: 'submit',
        form: 'mentoring.sign-up',
        data: { programme: found?.id ?? 0 },
        values: { topics: ['0'], styles: [], times: ['0'], capacity: '2', avoid1: String(other.person) },
      })
      const [mentee, mentor] = role === 'mentee' ? [person, other.person] : [other.person, person]
      avoided.add(`${mentee}:${mentor}`)
    }
  }

  const broken = (text: string): Wrong => ({ what: 'broken', text })

  async function check(): Promise<Wrong[]> {
    const live = await pairs('proposed', 'offered', 'active')
    const left = await world.ask<{ id: number }>('SELECT id FROM person WHERE left_on <= $1', [
      world.today.toString(),
    ])
    const gone = new Set(left.map(({ id }) => id))
    // Nothing of a decline says whose it was: no row, no line of the trail.
    const told = await world.ask<{ action: string }>(
      `SELECT action FROM audit WHERE action LIKE 'mentoring.%declin%' OR action LIKE 'mentoring.%rematch%'`,
    )
    const oneSided = await world.ask<{ id: number }>(
      `SELECT x.id FROM mentoring_pair x WHERE x.status = 'declined' AND (SELECT count(DISTINCT n.recipient_id) FROM notice n
         WHERE n.kind = 'mentoring.changed' AND n.subject = 'mentoring.declined:' || x.id) <> 2`,
    )
    return [
      ...live
        .filter(({ source, mentee, mentor }) => source === 'solver' && avoided.has(`${mentee}:${mentor}`))
        .map(({ id }) => broken(`pair ${id} is of two of whom one avoids the other`)),
      ...live
        .filter(({ mentee, mentor }) => gone.has(mentee) || gone.has(mentor))
        .map(({ id }) => broken(`pair ${id} goes on with somebody who has left`)),
      ...told.map(({ action }) => broken(`the trail tells who: ${action}`)),
      ...oneSided.map(({ id }) => broken(`the decline of pair ${id} is told to one of them alone`)),
    ]
  }

  return {
    name: 'mentoring',
    liking,

    async office(day) {
      switch (day) {
        case `${year}-04-21`:
          return call()
        case `${year}-04-22`:
          return confide()
        case `${year}-05-07`:
        case `${year}-06-01`:
        case `${year}-10-05`: {
          const found = await programme()
          await desk.tell(desk.hr, click('mentoring.match', { programme: found?.id ?? 0 }))
          return hrPress('mentoring.publish')
        }
      }
    },

    async busy(day) {
      const rows = await world.ask<{ id: number }>(
        `SELECT person_id AS id FROM mentoring_member m JOIN mentoring_programme p ON p.id = m.programme_id
           WHERE m.status = 'asked' AND p.status = 'sign_up' AND p.sign_up_until >= $1
         UNION SELECT mentee_id FROM mentoring_pair WHERE status = 'offered' AND NOT mentee_accepted
         UNION SELECT mentor_id FROM mentoring_pair WHERE status = 'offered' AND NOT mentor_accepted
         UNION SELECT unnest(ARRAY[mentee_id, mentor_id]) FROM mentoring_pair WHERE status = 'active'`,
        [day.toString()],
      )
      return rows.map(({ id }) => id)
    },

    async openings(person) {
      const own = (await pairs('offered', 'active')).filter(
        ({ mentee, mentor }) => mentee === person.id || mentor === person.id,
      )
      const asked = await world.ask<{ programme: number }>(
        `SELECT programme_id AS programme FROM mentoring_member m JOIN mentoring_programme p ON p.id = m.programme_id
         WHERE m.person_id = $1 AND m.status = 'asked' AND p.status = 'sign_up' AND p.sign_up_until >= $2`,
        [person.id, world.today.toString()],
      )
      if (own.length + asked.length === 0) return []
      return [
        { type: 'words', text: 'メンター' },
        ...asked.map(({ programme: id }) => click('mentoring.sign-up', { programme: id })),
      ]
    },

    verdict: (told) => verdictOf(world, told),
    check,

    state: [
      `SELECT concat_ws(' ', 'mentoring', p.number, m.role, m.status, m.capacity) FROM mentoring_member m
         JOIN person p ON p.id = m.person_id`,
      `SELECT concat_ws(' ', 'mentoring-pair', a.number, b.number, x.status, x.source, x.end_reason, x.active_on, x.ended_on)
         FROM mentoring_pair x JOIN person a ON a.id = x.mentee_id JOIN person b ON b.id = x.mentor_id`,
    ],
    notices: `SELECT concat_ws(' ', n.kind, r.number, a.number, b.number, split_part(n.subject, ':', 1),
           substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1)) AS name, n.status
       FROM notice n JOIN person r ON r.id = n.recipient_id
       LEFT JOIN mentoring_pair x ON n.kind NOT IN ('mentoring.sign-up', 'mentoring.survey', 'mentoring.cancelled')
         AND x.id::text = substring(n.subject from '[0-9]+$')
       LEFT JOIN person a ON a.id = x.mentee_id LEFT JOIN person b ON b.id = x.mentor_id
       WHERE n.kind LIKE 'mentoring.%'`,
  }
}
