// The staff list: who is there, leaves and comes back, moves in October and April.
import type { Desk, SimulatedFeature } from './feature.ts'

export function staffList(desk: Desk): SimulatedFeature {
  const { world, year } = desk
  const { chance } = world

  /** Some go on leave and come back, each with or without a deputy; one of them conducts. */
  async function leaves(name: string, from: string, to: string): Promise<void> {
    const others = desk.staff.filter((person) => person !== desk.hr)
    const chief = chance.pick(
      others.filter((person) => person.conducts),
      'leave-conductor',
      name,
    )
    for (const person of new Set([chief, chance.pick(others, 'leave', name)])) {
      if (!person) continue
      const deputy = chance.pick(others, 'deputy', name, person.number)
      await desk.tell(desk.hr, {
        type: 'submit',
        form: 'staff-list.leave',
        data: {},
        values: {
          person: String(person.id),
          kind: 'leave',
          from,
          to,
          ...(deputy && deputy !== person && { deputy: String(deputy.id) }),
        },
      })
    }
  }

  /** The next list: some in other sections, some gone, some new. */
  function transfers(name: string): void {
    const [titles = [], ...rows] = desk.rows
    const hr = desk.hr.number
    const plain = (row: readonly string[]) => row[0] !== hr && !/長|副市長/.test(row[5] ?? '')
    const chiefs = new Set(rows.flatMap((row) => [row[10], row[11], row[12]]))
    const gone = new Set(
      rows
        .filter((row) => plain(row) && !chiefs.has(row[0]) && chance.hits(0.05, 'gone', name, row[0] ?? ''))
        .map((row) => row[0]),
    )
    const kept = rows.filter((row) => !gone.has(row[0]))
    const moved = kept.map((row) => {
      if (!plain(row) || chiefs.has(row[0]) || !chance.hits(0.12, 'moved', name, row[0] ?? '')) return row
      const there = chance.pick(kept.filter(plain), 'where', name, row[0] ?? '')
      if (!there) return row
      // Section, supervisor and evaluators as a colleague there has them; grade and address stay.
      return row.map((cell, i) => ([3, 4, 10, 11, 12].includes(i) ? (there[i] ?? cell) : cell))
    })
    // The heads of two sections change places, and their people get the other as evaluator.
    const heads = kept.filter((row) => row[5] === '課長')
    const [one, two] = [chance.pick(heads, 'head', name), chance.pick(heads, 'head-2', name)]
    const swap = new Map(
      one && two && one !== two
        ? [
            [one[0], two[0]],
            [two[0], one[0]],
          ]
        : [],
    )
    const swapped = moved.map((row) => {
      const head = row === one ? two : row === two ? one : undefined
      return row.map((cell, i) => {
        if (head && (i === 3 || i === 4)) return head[i] ?? cell
        if (head) return cell
        return i >= 10 ? (swap.get(cell) ?? cell) : cell
      })
    })
    const model = chance.pick(kept.filter(plain), 'new', name)
    const day = name === 'october' ? `${year}/10/1` : `${year + 1}/4/1`
    const fresh = [0, 1].flatMap((n) => {
      if (!model) return []
      const row = [...model]
      row[0] = name === 'october' ? `99000${n}` : `99100${n}`
      row[1] = `新人 ${n === 0 ? '一郎' : '花子'}`
      row[2] = 'シンジン'
      row[7] = day
      row[8] = `new-${name}-${n}@city.example.lg.jp`
      return [row]
    })
    desk.rows = [titles, ...swapped, ...fresh]
  }

  return {
    name: 'staff-list',
    async office(day) {
      const next = year + 1
      switch (day) {
        case `${year}-05-17`:
          return leaves('spring', `${year}-05-24`, `${year}-06-07`)
        case `${year}-06-14`:
          return leaves('year', `${year}-07-01`, `${next}-02-01`)
        case `${year}-09-15`:
          transfers('october')
          return desk.importList(`${year}-10-01`, true)
        case `${year}-10-01`:
        case `${next}-04-03`:
          return desk.accounts()
        case `${next}-03-21`:
          transfers('april')
          return desk.importList(`${next}-04-01`, true)
      }
    },
    state: [
      `SELECT concat_ws(' ', 'post', p.number, s.code, t.title, t.valid_from, t.valid_to) FROM post t
         JOIN person p ON p.id = t.person_id JOIN section s ON s.id = t.section_id`,
      `SELECT concat_ws(' ', 'route', r.role, p.number, e.number, r.valid_from, r.valid_to) FROM route r
         LEFT JOIN person p ON p.id = r.subject_person_id JOIN person e ON e.id = r.evaluator_id`,
      `SELECT concat_ws(' ', 'person', number, name, left_on) FROM person`,
      `SELECT concat_ws(' ', 'absence', p.number, a.kind, a.from_on, a.to_on, d.number) FROM absence a
         JOIN person p ON p.id = a.person_id LEFT JOIN person d ON d.id = a.deputy_id`,
      `SELECT concat_ws(' ', 'grant', p.number, g.role, g.valid_from, g.valid_to) FROM role_grant g
         JOIN person p ON p.id = g.person_id`,
      `SELECT concat_ws(' ', 'booking', p.number, b.starts_at, b.status, b.sequence) FROM booking b
         JOIN person p ON p.id = b.person_id`,
      // The trail: an effect that happened twice is there twice.
      `SELECT concat_ws(' ', 'audit', a.action, x.number, y.number, 'times', count(*)) FROM audit a
         LEFT JOIN person x ON x.id = a.actor_id LEFT JOIN person y ON y.id = a.subject_person_id
         -- asked for anew where the answer with the code was lost
         WHERE a.action <> 'trainings.code-opened'
         GROUP BY a.action, x.number, y.number`,
    ],
  }
}
