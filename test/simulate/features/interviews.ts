// The evaluation interviews of a year: HR starts the cycle of four steps, moves a deadline, cancels a step; people
// offer hours, take them, meet, answer, ask for more time.

import { offeredIn } from '../cards.ts'
import { workingDaysFrom, zone } from '../japan.ts'
import type { Desk, Promised, Said, SimulatedFeature, Staff } from './feature.ts'
import { verdictOf } from './interviews-verdict.ts'

const liking = {
  'interviews.pick': 4,
  'interviews.take': 8,
  'interviews.offer': 6,
  'interviews.slots': 0.3,
  'interviews.withdraw': 0.2,
  'interviews.withdraw-all': 0.2,
  'interviews.arrange': 2,
  'interviews.suits': 6,
  'interviews.arrangement': 3,
  'interviews.propose': 5,
  'interviews.accept': 6,
  'interviews.arrange-cancel': 0.3,
  'interviews.open': 1.5,
  'interviews.release': 0.6,
  'interviews.cancel': 1,
  'interviews.fix': 0.8,
  'interviews.answer': 8,
  'interviews.later': 0.7,
  'interviews.ask-deadline': 0.6,
  'interviews.team': 0.5,
  'interviews.mine': 0.3,
  'interviews.calendar': 0.1,
  'interviews.ics': 0.1,
  'interviews.individual-new': 0.05,
  'interviews.deadlines': 1,
  'interviews.deadline-grant': 4,
  'interviews.deadline-decline': 1,
  'interviews.unclear': 2,
  'interviews.check': 3,
  'interviews.settle': 3,
  'interviews.tell-superior': 0.5,
}

const click = (id: string, data: Readonly<Record<string, number>>): Said => ({
  type: 'click',
  action: { id, data },
})

/** The rungs of the ladder, in working days from the deadline. */
const rungs = [-7, -3, -1, 0, 1, 3, 7]

export function interviews(desk: Desk): SimulatedFeature {
  const { world, year } = desk

  const stepId = async (ordinal: number) =>
    (await world.ask<{ id: number }>('SELECT id FROM step WHERE ordinal = $1', [ordinal]))[0]?.id ?? 0

  const stepCard = async (ordinal: number) =>
    desk.tell(desk.hr, click('interviews.step', { step: await stepId(ordinal) }))

  /** The most urgent interview that this person holds up, as staff member or as conductor. */
  async function waitingFor({ id }: Staff): Promise<number | undefined> {
    const [row] = await world.ask<{ id: number }>(
      `SELECT i.id FROM interview i JOIN step s ON s.id = i.step_id WHERE i.status = 'waiting' AND s.opens_on <= $2
         AND (i.person_id = $1 OR EXISTS (SELECT FROM participant q WHERE q.interview_id = i.id AND q.person_id = $1
                AND q.role = 'conductor' AND q.to_on IS NULL))
       ORDER BY i.deadline, i.person_id LIMIT 1`,
      [id, world.today.toString()],
    )
    return row?.id
  }

  async function conductorsOf(interview: number, today: Temporal.PlainDate): Promise<number[]> {
    const rows = await world.ask<{ person_id: number }>(
      `SELECT q.person_id FROM participant q WHERE q.interview_id = $1 AND q.role = 'conductor' AND q.from_on < $2
         AND (q.to_on IS NULL OR q.to_on > $2)
         AND NOT EXISTS (SELECT FROM absence b WHERE b.person_id = q.person_id AND b.from_on <= $2
                           AND (b.to_on IS NULL OR b.to_on > $2))`,
      [interview, today.toString()],
    )
    return rows.map((row) => row.person_id)
  }

  const planned = (subject: string, recipient: number, rung: string, anchor: string) => async () => {
    const rows = await world.ask<{ status: string }>(
      `SELECT status FROM notice WHERE subject = $1 AND recipient_id = $2 AND key LIKE $3`,
      [subject, recipient, `%:${recipient}:${rung}:${anchor}%`],
    )
    return rows.some(({ status }) => ['sent', 'failed', 'obsolete', 'queued', 'cancelled'].includes(status))
  }

  return {
    name: 'interviews',
    liking,
    likes: ({ id, data }) => (id === 'interviews.answer' && data?.answer !== 'held' ? 1 : undefined),

    async start() {
      const values = { preset: 'four-steps', year: String(year) }
      await desk.tell(desk.hr, { type: 'submit', form: 'interviews.cycle-create', data: {}, values })
      // Whose process died over it is told that it is done, not shown it: HR looks it up.
      const [cycle] = await world.ask<{ id: number }>('SELECT id FROM cycle')
      const draft = await desk.tell(desk.hr, click('interviews.cycle', { cycle: cycle?.id ?? 0 }))
      await desk.press(await desk.press(draft, 'interviews.cycle-preview'), 'interviews.cycle-start')
      const [open] = await world.ask<{ n: number }>('SELECT count(*)::int AS n FROM interview')
      if (!open?.n) throw new Error('the cycle did not start')
    },

    async office(day) {
      if (day === `${year}-05-13`) {
        const form = await desk.press(await stepCard(1), 'interviews.step-move')
        await desk.submit(form, { deadline: `${year}-06-11`, section: '' })
      }
      if (day === `${year + 1}-03-13`) await desk.press(await stepCard(4), 'interviews.step-cancel')
    },

    async busy(day) {
      const rows = await world.ask<{ person_id: number }>(
        `SELECT person_id FROM interview i JOIN step s ON s.id = i.step_id
         WHERE i.status IN ('waiting', 'booked', 'unclear') AND s.opens_on <= $1
           AND i.deadline > $1::date - 40
         UNION SELECT q.person_id FROM participant q JOIN interview i ON i.id = q.interview_id
           JOIN step s ON s.id = i.step_id
         WHERE i.status IN ('waiting', 'booked', 'unclear') AND q.role = 'conductor' AND q.to_on IS NULL
           AND s.opens_on <= $1 AND i.deadline > $1::date - 40`,
        [day.toString()],
      )
      return rows.map((row) => row.person_id)
    },

    async openings(person, hr) {
      const waiting = await waitingFor(person)
      const words = (text: string): Said => ({ type: 'words', text })
      return [
        words('面談'),
        words('面談'),
        // What a reminder's buttons ask for.
        ...(waiting === undefined
          ? []
          : ['later', 'ask-deadline', 'ask-deadline'].map((id) =>
              click(`interviews.${id}`, { interview: waiting }),
            )),
        ...(person.conducts ? [words('面談 部下'), { type: 'home' } as Said] : []),
        ...(hr ? [click('interviews.deadlines', {}), click('interviews.unclear', {})] : []),
      ]
    },

    verdict: (told) => verdictOf(world, told),

    /** Buttons name the present version of what they act on; hours of the matter are in the text. */
    async fresh({ card, text, token, now }) {
      const wrong: string[] = []
      for (const { action } of offeredIn([{ type: 'card', card, place: 'new' }])) {
        const { interview, version } = action.data ?? {}
        if (typeof interview !== 'number') continue
        const [row] = await world.ask<{ version: number; status: string }>(
          'SELECT version, status FROM interview WHERE id = $1',
          [interview],
        )
        if (!row) wrong.push(`a button for interview ${interview}, which is not there`)
        else if (typeof version === 'number' && version !== row.version)
          wrong.push(`a button of version ${version} of interview ${interview}: ${row.version}`)
      }
      const meetings = await world.ask<{ starts_at: Date; kind: string }>(
        `SELECT m.starts_at, n.kind FROM outbox o JOIN notice n ON n.outbox_id = o.id AND n.status = 'queued'
         JOIN interview i ON i.id = split_part(n.subject, ':', 2)::int
         JOIN meeting m ON m.id = i.meeting_id
         WHERE o.token = $1::uuid AND n.kind = 'interviews.upcoming' AND i.status = 'booked' AND m.starts_at > $2`,
        [token, new Date(now.epochMilliseconds)],
      )
      for (const { starts_at } of meetings) {
        const local = Temporal.Instant.fromEpochMilliseconds(starts_at.getTime()).toZonedDateTimeISO(zone)
        const hour = `${local.hour}:${String(local.minute).padStart(2, '0')}`
        if (!text.includes(hour)) wrong.push(`a meeting at ${hour} whose message says otherwise`)
      }
      return wrong
    },

    /** Before anybody acts: who by the rule of the ladder must hear of what today. */
    async morning() {
      const { today } = world
      const deadlines = await world.ask<{ deadline: string }>(
        `SELECT DISTINCT deadline FROM interview WHERE status = 'waiting'`,
      )
      const due = deadlines.flatMap(({ deadline }) => {
        const days = rungs.find((each) =>
          workingDaysFrom(Temporal.PlainDate.from(deadline), each).equals(today),
        )
        return days === undefined ? [] : [{ deadline, rung: days > 0 ? `+${days}` : `${days}` }]
      })
      if (due.length === 0) return []
      const rows = await world.ask<{
        id: number
        person_id: number
        deadline: string
        offered: boolean
        arranging: boolean
      }>(
        `SELECT i.id, i.person_id, i.deadline,
                EXISTS (SELECT FROM slot l JOIN participant q ON q.person_id = l.owner_id
                  WHERE q.interview_id = i.id AND q.role = 'conductor' AND (q.to_on IS NULL OR q.to_on > $1)
                  AND l.status = 'offered' AND l.arrangement_id IS NULL AND (l.step_id IS NULL OR l.step_id = i.step_id)
                  AND l.starts_at > $2) AS offered,
                EXISTS (SELECT FROM arrangement a WHERE a.step_id = i.step_id AND a.status IN ('collecting', 'proposed'))
                  AS arranging
         FROM interview i JOIN step s ON s.id = i.step_id JOIN cycle c ON c.id = s.cycle_id
         JOIN identity d ON d.person_id = i.person_id AND d.state = 'active'
         JOIN person p ON p.id = i.person_id
         WHERE i.status = 'waiting' AND i.deadline = ANY($3) AND s.status = 'open' AND c.status = 'open'
           AND s.opens_on < $1
           AND (i.quiet_until IS NULL OR i.quiet_until <= $1) AND (p.left_on IS NULL OR p.left_on > $1)
           AND NOT EXISTS (SELECT FROM deadline_request r WHERE r.interview_id = i.id AND r.status = 'asked')
           AND NOT EXISTS (SELECT FROM absence b WHERE b.person_id = i.person_id AND b.from_on <= $1
                             AND (b.to_on IS NULL OR b.to_on > $1))`,
        [today.toString(), new Date(world.time.now.epochMilliseconds), due.map(({ deadline }) => deadline)],
      )
      const promised: Promised[] = []
      for (const { id, person_id, deadline, offered, arranging } of rows) {
        if (arranging) continue
        const rung = due.find((each) => each.deadline === deadline)?.rung
        if (rung === undefined) continue
        for (const recipient of offered ? [person_id] : await conductorsOf(id, today))
          promised.push({
            text: `${today}: nobody planned rung ${rung} of interview ${id} to ${recipient}`,
            kept: planned(`interview-reminders:${id}`, recipient, rung, deadline),
          })
      }
      return promised
    },

    state: [
      `SELECT concat_ws(' ', 'step', ordinal, deadline, status) FROM step`,
      `SELECT concat_ws(' ', 'interview', p.number, s.ordinal, i.kind, i.status, i.deadline, 'v', i.version, 'g',
           i.generation, 'quiet', i.quiet_until, 'held', i.held_on, 'at', m.starts_at, m.place, m.status, c.number)
         FROM interview i JOIN person p ON p.id = i.person_id LEFT JOIN step s ON s.id = i.step_id
         LEFT JOIN meeting m ON m.id = i.meeting_id LEFT JOIN person c ON c.id = m.conductor_id`,
      `SELECT concat_ws(' ', 'participant', p.number, s.ordinal, q.role, c.number, q.from_on, q.to_on)
         FROM participant q JOIN interview i ON i.id = q.interview_id JOIN person p ON p.id = i.person_id
         JOIN person c ON c.id = q.person_id LEFT JOIN step s ON s.id = i.step_id`,
      `SELECT concat_ws(' ', 'slot', p.number, s.ordinal, l.starts_at, l.status, l.place) FROM slot l
         JOIN person p ON p.id = l.owner_id LEFT JOIN step s ON s.id = l.step_id`,
      `SELECT concat_ws(' ', 'meeting', c.number, m.starts_at, m.ends_at, m.status) FROM meeting m
         JOIN person c ON c.id = m.conductor_id`,
      `SELECT concat_ws(' ', 'confirmation', p.number, m.starts_at, f.answer) FROM confirmation f
         JOIN person p ON p.id = f.person_id JOIN meeting m ON m.id = f.meeting_id`,
      `SELECT concat_ws(' ', 'arrangement', p.number, s.ordinal, a.status, a.answer_by) FROM arrangement a
         JOIN person p ON p.id = a.owner_id JOIN step s ON s.id = a.step_id`,
      `SELECT concat_ws(' ', 'deadline-request', p.number, s.ordinal, d.deadline, d.status) FROM deadline_request d
         JOIN interview i ON i.id = d.interview_id JOIN person p ON p.id = i.person_id
         LEFT JOIN step s ON s.id = i.step_id`,
    ],

    notices: `SELECT concat_ws(' ', n.kind, r.number, CASE split_part(n.subject, ':', 1)
         WHEN 'interview-reminders' THEN concat_ws(' ', 'of', ip.number, st.ordinal)
         WHEN 'conductor' THEN concat_ws(' ', 'of', ip.number, st.ordinal)
         WHEN 'meeting' THEN concat_ws(' ', 'meeting', m.starts_at, mc.number)
         WHEN 'put-off' THEN concat_ws(' ', 'meeting', m.starts_at, mc.number)
         WHEN 'released' THEN concat_ws(' ', 'meeting', m.starts_at, mc.number)
         ELSE split_part(n.subject, ':', 1) END,
         CASE WHEN split_part(n.subject, ':', 1) = 'interview-reminders'
           THEN substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1) END) AS name, n.status
     FROM notice n JOIN person r ON r.id = n.recipient_id
     LEFT JOIN interview i ON split_part(n.subject, ':', 1) IN ('interview-reminders', 'conductor')
       AND i.id::text = split_part(n.subject, ':', 2)
     LEFT JOIN person ip ON ip.id = i.person_id LEFT JOIN step st ON st.id = i.step_id
     LEFT JOIN meeting m ON split_part(n.subject, ':', 1) IN ('meeting', 'released', 'put-off')
       AND m.id::text = split_part(n.subject, ':', 2)
     LEFT JOIN person mc ON mc.id = m.conductor_id
     WHERE n.kind LIKE 'interviews.%'`,
  }
}
