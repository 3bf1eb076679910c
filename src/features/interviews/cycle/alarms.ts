// What HR should know of running cycles: interviews whose time has come and that nobody conducts.
import { fromDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { reach } from '../../../directory/rights.ts'
import type { Ask } from '../../../intake/handler.ts'
import { hr } from '../../../intake/permissions.ts'
import type { Alarm } from '../../feature.ts'
import { texts } from './views-common.ts'

/** One for each cycle, since the first day of its earliest step concerned; leads to where evaluators are named. */
export async function cycleAlarms(tx: Tx, ask: Ask, zone: string): Promise<readonly Alarm[]> {
  if ((await hr.allows(ask.actor, ask.now)) !== true) return []
  const part = reach(ask.actor, 'hr', await loadOrganisation(tx, ask.today, []))
  const day = ask.today.toString()
  const rows = await tx.$queryRaw<{ id: number; name: string; since: Date; people: number }[]>`
    SELECT c.id,
           CASE WHEN ${ask.language === 'ja'}::boolean THEN c.name ELSE c.name_en END AS name,
           min(s.opens_on) AS since, count(DISTINCT i.person_id)::int AS people
      FROM interview i JOIN step s ON s.id = i.step_id JOIN cycle c ON c.id = s.cycle_id
     WHERE c.status = 'open' AND s.status = 'open' AND s.opens_on <= ${day}::date AND i.status = 'waiting'
       AND NOT EXISTS (SELECT FROM participant p WHERE p.interview_id = i.id AND p.role = 'conductor'
                          AND p.from_on <= ${day}::date AND (p.to_on IS NULL OR p.to_on > ${day}::date))
       AND (${part === 'all'}::boolean OR EXISTS (
         SELECT FROM post t WHERE t.person_id = i.person_id AND t.valid_from <= ${day}::date
            AND (t.valid_to IS NULL OR t.valid_to > ${day}::date)
            AND t.section_id = ANY(${part === 'all' ? [] : [...part]}::int[])))
     GROUP BY c.id ORDER BY since, c.id`
  const t = texts(ask.language).alarm
  return rows.map(({ id, name, since, people }) => ({
    at: fromDbDate(since).toZonedDateTime(zone).toInstant(),
    wholeDay: true,
    text: t.text(people),
    detail: name,
    remedy: { label: t.open, action: { id: 'interviews.cycle-preview', data: { cycle: id, page: 0 } } },
  }))
}
