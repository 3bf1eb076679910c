// Whether a notice of the interviews may be told to this person at this moment, asked of the rows kind by kind: who holds the matter up,
// and whether it is still open. Written from what the product promises, not from its code.
import type { World } from '../world.ts'
import type { Told } from './feature.ts'

interface Matter {
  readonly id: number
  readonly person_id: number
  readonly status: string
  readonly runs: boolean
  readonly opened: boolean
  readonly quiet: boolean
  readonly away: boolean
  readonly offered: boolean
  readonly holders: readonly number[]
  readonly in_force: readonly number[]
  readonly meeting_id: number | null
  readonly starts_at: Date | null
  readonly ends_at: Date | null
  readonly meeting_status: string | null
  readonly conductor_id: number | null
  readonly answered: readonly number[]
}

const away = (person: string) =>
  `(EXISTS (SELECT FROM absence b WHERE b.person_id = ${person} AND b.from_on <= $2 AND (b.to_on IS NULL OR b.to_on > $2))
    OR EXISTS (SELECT FROM person g WHERE g.id = ${person} AND g.left_on <= $2))`
const inForce = (q: string) =>
  `${q}.role = 'conductor' AND ${q}.from_on <= $2 AND (${q}.to_on IS NULL OR ${q}.to_on > $2)`

const matterOf = async (world: World, id: number, { now, today }: Told): Promise<Matter | undefined> => {
  const [row] = await world.ask<Matter>(
    `SELECT i.id, i.person_id, i.status, coalesce(s.status = 'open' AND c.status = 'open', true) AS runs,
       coalesce(s.opens_on <= $2, true) AS opened, coalesce(i.quiet_until > $2, false) AS quiet,
       ${away('i.person_id')} AS away,
       EXISTS (SELECT FROM slot l JOIN participant q ON q.interview_id = i.id AND q.person_id = l.owner_id
         WHERE q.role = 'conductor' AND (q.to_on IS NULL OR q.to_on > q.from_on) AND l.status = 'offered'
         AND l.arrangement_id IS NULL AND (l.step_id IS NULL OR l.step_id = i.step_id) AND l.starts_at > $3) AS offered,
       ARRAY(SELECT q.person_id FROM participant q WHERE q.interview_id = i.id AND ${inForce('q')}
               AND NOT ${away('q.person_id')}
             UNION SELECT a.deputy_id FROM participant q JOIN absence a ON a.person_id = q.person_id
               WHERE q.interview_id = i.id AND q.role = 'conductor' AND a.deputy_id IS NOT NULL
               AND a.from_on <= $2 AND (a.to_on IS NULL OR a.to_on > $2) AND a.deputy_id <> i.person_id
               AND NOT ${away('a.deputy_id')}) AS holders,
       ARRAY(SELECT q.person_id FROM participant q WHERE q.interview_id = i.id AND ${inForce('q')}) AS in_force,
       m.id AS meeting_id, m.starts_at, m.ends_at, m.status AS meeting_status, m.conductor_id,
       ARRAY(SELECT f.person_id FROM confirmation f WHERE f.meeting_id = m.id) AS answered
     FROM interview i LEFT JOIN step s ON s.id = i.step_id LEFT JOIN cycle c ON c.id = s.cycle_id
     LEFT JOIN meeting m ON m.id = i.meeting_id WHERE i.id = $1`,
    [id, today.toString(), new Date(now.epochMilliseconds)],
  )
  return row
}

const idIn = (subject: string) => Number(subject.split(':')[1])

/** Undefined: all is right. Otherwise what is wrong with it, in a few words. */
export async function verdictOf(world: World, told: Told): Promise<string | undefined> {
  const { kind, subject, recipient, detail, now, today } = told
  const moment = now.epochMilliseconds
  const need = (right: boolean, wrong: string) => (right ? undefined : wrong)
  const isHr = async () => {
    const rows = await world.ask(
      `SELECT FROM role_grant WHERE person_id = $1 AND role = 'hr' AND valid_from <= $2
         AND (valid_to IS NULL OR valid_to > $2)`,
      [recipient, today.toString()],
    )
    return rows.length > 0
  }
  const named = typeof detail.interview === 'number' ? detail.interview : undefined
  const about = /^(interview|conductor)/.test(subject) ? idIn(subject) : named
  const matter = about === undefined ? undefined : await matterOf(world, about, told)
  if (about !== undefined && !matter) return 'there is no such interview'
  const both = matter ? [matter.person_id, matter.conductor_id] : []
  const open = matter?.runs && matter.status === 'waiting' && matter.opened && !matter.away

  switch (kind) {
    case 'interviews.offer':
      if (!matter || !open) return `not open (${matter?.status})`
      if (matter.quiet && detail.opens !== true) return 'quiet until later'
      if (matter.offered) return 'hours are offered: it is the staff member’s turn'
      return need(matter.holders.includes(recipient), 'not who is waited for')
    case 'interviews.pick':
      if (!matter || !open) return `not open (${matter?.status})`
      if (matter.quiet && detail.opens !== true) return 'quiet until later'
      return need(matter.person_id === recipient, 'not the staff member')
    case 'interviews.upcoming':
      if (matter?.status !== 'booked' || !matter.runs) return `not booked (${matter?.status})`
      if (!matter.starts_at || matter.starts_at.getTime() <= moment) return 'over'
      return need(both.includes(recipient), 'neither of the two')
    case 'interviews.ask':
      if (matter?.status !== 'booked' || !matter.runs) return `not booked (${matter?.status})`
      if (!matter.ends_at || matter.ends_at.getTime() > moment) return 'not over yet'
      if (matter.answered.includes(recipient)) return 'answered already'
      return need(both.includes(recipient), 'neither of the two')
    case 'interviews.phone':
      if (!matter || !open) return `not open (${matter?.status})`
      return need(await isHr(), 'not HR')
    case 'interviews.superior-soon':
      if (!matter || !open) return `not open (${matter?.status})`
      return need(
        matter.holders.includes(recipient) || matter.person_id === recipient,
        'not who is waited for',
      )
    case 'interviews.superior': {
      if (!matter || !open) return `not open (${matter?.status})`
      const rows = await world.ask(
        `SELECT FROM route r WHERE r.evaluator_id = $1 AND r.role IN ('supervisor', 'first') AND r.valid_from <= $2
           AND (r.valid_to IS NULL OR r.valid_to > $2) AND r.subject_person_id = ANY($3)`,
        [recipient, today.toString(), [...matter.holders, matter.person_id]],
      )
      return need(rows.length > 0, 'nobody’s superior here')
    }
    case 'interviews.deadline-asked': {
      const [row] = await world.ask<{ status: string }>('SELECT status FROM deadline_request WHERE id = $1', [
        idIn(subject),
      ])
      if (row?.status !== 'asked') return `a request that is ${row?.status}`
      return need(await isHr(), 'not HR')
    }
    case 'interviews.deadline-settled': {
      const [row] = await world.ask<{ status: string; requested_by_id: number }>(
        'SELECT status, requested_by_id FROM deadline_request WHERE id = $1',
        [idIn(subject)],
      )
      if (!row || !['granted', 'declined'].includes(row.status)) return `a request that is ${row?.status}`
      return need(row.requested_by_id === recipient, 'somebody else asked')
    }
    case 'interviews.conductor-changed': {
      if (!matter || !['waiting', 'booked', 'suspended', 'unclear'].includes(matter.status))
        return `closed (${matter?.status})`
      const to = Number(detail.to)
      if (!matter.in_force.includes(to)) return 'the conductor is another one by now'
      return need(recipient === to || recipient === matter.person_id, 'neither of the two')
    }
    case 'interviews.meeting-released':
    case 'interviews.released':
    case 'interviews.booked': {
      const [meeting] = await world.ask<{ status: string; starts_at: Date; conductor_id: number }>(
        'SELECT status, starts_at, conductor_id FROM meeting WHERE id = $1',
        [idIn(subject)],
      )
      if (!meeting) return 'there is no such meeting'
      const people = [matter?.person_id, meeting.conductor_id, detail.person, ...(matter?.in_force ?? [])]
      if (!people.includes(recipient)) return 'neither of the two'
      if (kind === 'interviews.released') {
        const rows = await world.ask(
          `SELECT FROM booking WHERE subject = $1 AND person_id = $2 AND status = 'released'`,
          [`meeting:${idIn(subject)}`, recipient],
        )
        return need(rows.length > 0, 'their hour still stands')
      }
      if (meeting.starts_at.getTime() <= moment) return 'over'
      if (kind === 'interviews.meeting-released') return need(meeting.status !== 'booked', 'it still stands')
      return need(meeting.status === 'booked' && matter?.status === 'booked', `no longer booked`)
    }
    case 'interviews.disclosed': {
      const rows = await world.ask(
        `SELECT FROM interview i JOIN step s ON s.id = i.step_id WHERE s.id = $1 AND i.person_id = $2
            AND i.status NOT IN ('exempt', 'cancelled') AND s.status = 'open' AND s.disclosed_on <= $3`,
        [idIn(subject), recipient, today.toString()],
      )
      return need(rows.length > 0, 'nothing of theirs was disclosed')
    }
    case 'interviews.put-off': {
      const ids = String(detail.of)
        .split(' ')
        .map((each) => Number(each.split('.')[0]))
      const rows = await world.ask<{ person_id: number; conductor_id: number; rests: boolean }>(
        `SELECT i.person_id, m.conductor_id, EXISTS (SELECT FROM closure c WHERE c.from_on <= $3 AND c.to_on > $3) AS rests
           FROM interview i, meeting m WHERE i.id = ANY($1) AND i.status = 'waiting' AND m.id = $2 AND m.status = 'released'`,
        [ids, idIn(subject), today.toString()],
      )
      const [row] = rows
      if (!row) return 'it has another time by now'
      if (row.rests) return 'everything rests today'
      return need([row.person_id, row.conductor_id].includes(recipient), 'neither of the two')
    }
    case 'interviews.offered':
      if (!matter?.runs || matter.status !== 'waiting') return `not open (${matter?.status})`
      return need(matter.person_id === recipient, 'not the staff member')
    case 'interviews.again':
      if (!matter?.runs || matter.status !== 'waiting') return `not open (${matter?.status})`
      return need(matter.person_id === recipient || matter.in_force.includes(recipient), 'neither of the two')
    case 'interviews.arrange': {
      const [row] = await world.ask<{ status: string; answered: boolean }>(
        `SELECT status, EXISTS (SELECT FROM arrangement_answer w WHERE w.arrangement_id = a.id AND w.interview_id = $2)
           AS answered FROM arrangement a WHERE id = $1`,
        [idIn(subject), about ?? 0],
      )
      if (row?.status !== 'collecting' || row.answered) return `an arrangement that is ${row?.status}`
      if (matter?.status !== 'waiting') return `not open (${matter?.status})`
      return need(matter.person_id === recipient, 'not the staff member')
    }
    case 'interviews.arranged': {
      const [row] = await world.ask<{ status: string; owner_id: number }>(
        'SELECT status, owner_id FROM arrangement WHERE id = $1',
        [idIn(subject)],
      )
      if (row?.status !== 'collecting') return `an arrangement that is ${row?.status}`
      return need(row.owner_id === recipient, 'not who arranges')
    }
    default:
      return `a kind that the observer does not know: ${kind}`
  }
}
