// The city as its rows say it, without the numbers that rows happen to have: two runs that went the same way compare
// equal, whatever was undone and done again in one of them.
import type { World } from './world.ts'

/** Each question gives lines of text. What is told and when is compared apart. */
const questions = [
  `SELECT concat_ws(' ', 'post', p.number, s.code, t.title, t.valid_from, t.valid_to) FROM post t
     JOIN person p ON p.id = t.person_id JOIN section s ON s.id = t.section_id`,
  `SELECT concat_ws(' ', 'route', r.role, p.number, e.number, r.valid_from, r.valid_to) FROM route r
     LEFT JOIN person p ON p.id = r.subject_person_id JOIN person e ON e.id = r.evaluator_id`,
  `SELECT concat_ws(' ', 'person', number, name, left_on) FROM person`,
  `SELECT concat_ws(' ', 'absence', p.number, a.kind, a.from_on, a.to_on, d.number) FROM absence a
     JOIN person p ON p.id = a.person_id LEFT JOIN person d ON d.id = a.deputy_id`,
  `SELECT concat_ws(' ', 'step', ordinal, deadline, status) FROM step`,
  `SELECT concat_ws(' ', 'interview', p.number, s.ordinal, i.kind, i.status, i.deadline, 'v', i.version, 'g',
       i.generation, 'quiet', i.quiet_until, 'held', i.held_on, 'at', m.starts_at, m.place, m.status, c.number)
     FROM interview i JOIN person p ON p.id = i.person_id LEFT JOIN step s ON s.id = i.step_id
     LEFT JOIN meeting m ON m.id = i.meeting_id LEFT JOIN person c ON c.id = m.conductor_id`,
  `SELECT concat_ws(' ', 'participant', p.number, s.ordinal, q.role, c.number, q.from_on, q.to_on) FROM participant q
     JOIN interview i ON i.id = q.interview_id JOIN person p ON p.id = i.person_id
     JOIN person c ON c.id = q.person_id LEFT JOIN step s ON s.id = i.step_id`,
  `SELECT concat_ws(' ', 'slot', p.number, s.ordinal, l.starts_at, l.status, l.place) FROM slot l
     JOIN person p ON p.id = l.owner_id LEFT JOIN step s ON s.id = l.step_id`,
  `SELECT concat_ws(' ', 'meeting', c.number, m.starts_at, m.ends_at, m.status) FROM meeting m
     JOIN person c ON c.id = m.conductor_id`,
  `SELECT concat_ws(' ', 'booking', p.number, b.starts_at, b.status, b.sequence) FROM booking b
     JOIN person p ON p.id = b.person_id`,
  `SELECT concat_ws(' ', 'confirmation', p.number, m.starts_at, f.answer) FROM confirmation f
     JOIN person p ON p.id = f.person_id JOIN meeting m ON m.id = f.meeting_id`,
  `SELECT concat_ws(' ', 'arrangement', p.number, s.ordinal, a.status, a.answer_by) FROM arrangement a
     JOIN person p ON p.id = a.owner_id JOIN step s ON s.id = a.step_id`,
  `SELECT concat_ws(' ', 'deadline-request', p.number, s.ordinal, d.deadline, d.status) FROM deadline_request d
     JOIN interview i ON i.id = d.interview_id JOIN person p ON p.id = i.person_id LEFT JOIN step s ON s.id = i.step_id`,
  `SELECT concat_ws(' ', 'grant', p.number, g.role, g.valid_from, g.valid_to) FROM role_grant g
     JOIN person p ON p.id = g.person_id`,
  // The trail: an effect that happened twice is there twice.
  `SELECT concat_ws(' ', 'audit', a.action, x.number, y.number, 'times', count(*)) FROM audit a
     LEFT JOIN person x ON x.id = a.actor_id LEFT JOIN person y ON y.id = a.subject_person_id
     GROUP BY a.action, x.number, y.number`,
]

export async function stateOf(world: World): Promise<string[]> {
  const lines: string[] = []
  for (const question of questions)
    for (const { line } of await world.ask<{ line: string }>(`SELECT line FROM (${question}) AS q(line)`))
      lines.push(line)
  return lines.sort()
}

/** Every notice by what it is about (person, step, hour) with its fate. */
export async function noticesOf(world: World): Promise<ReadonlyMap<string, string>> {
  const rows = await world.ask<{ name: string; status: string }>(
    `SELECT concat_ws(' ', n.kind, r.number, CASE split_part(n.subject, ':', 1)
         WHEN 'interview-reminders' THEN concat_ws(' ', 'of', ip.number, st.ordinal)
         WHEN 'conductor' THEN concat_ws(' ', 'of', ip.number, st.ordinal)
         WHEN 'meeting' THEN concat_ws(' ', 'meeting', m.starts_at, mc.number)
         WHEN 'released' THEN concat_ws(' ', 'meeting', m.starts_at, mc.number)
         WHEN 'note' THEN n.subject ELSE split_part(n.subject, ':', 1) END,
         CASE WHEN split_part(n.subject, ':', 1) = 'interview-reminders'
           THEN substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1) END) AS name, n.status
     FROM notice n JOIN person r ON r.id = n.recipient_id
     LEFT JOIN interview i ON split_part(n.subject, ':', 1) IN ('interview-reminders', 'conductor')
       AND i.id::text = split_part(n.subject, ':', 2)
     LEFT JOIN person ip ON ip.id = i.person_id LEFT JOIN step st ON st.id = i.step_id
     LEFT JOIN meeting m ON split_part(n.subject, ':', 1) IN ('meeting', 'released')
       AND m.id::text = split_part(n.subject, ':', 2)
     LEFT JOIN person mc ON mc.id = m.conductor_id`,
  )
  const found = new Map<string, string>()
  for (const { name, status } of rows)
    found.set(name, status === 'sent' ? 'sent' : (found.get(name) ?? status))
  return found
}
