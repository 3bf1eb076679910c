// The interviews behind a button of a reminder, as far as they are with the person who pressed it.
import { z } from 'zod'
import type { Tx } from '../../../db/transaction.ts'
import type { Core } from '../../feature.ts'
import type { Interview } from '../state.ts'
import { heldUpBy, type Matter } from './matter.ts'
import { loadScene, type Scene, type Subject } from './scene.ts'

/** One interview, or all of a step that are with somebody. */
export const aim = z.object({ interview: z.int().optional(), step: z.int().optional() })
export type Aim = z.infer<typeof aim>

/** Interviews that such a button could mean for a conductor, a deputy or the staff member themselves. */
async function candidates(tx: Tx, { interview, step }: Aim, personId: number): Promise<number[]> {
  if (interview !== undefined) return [interview]
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT i.id FROM interview i JOIN participant p ON p.interview_id = i.id
    WHERE i.step_id = ${step ?? 0} AND i.status = 'waiting' AND p.role = 'conductor' AND (
      p.person_id = ${personId} OR EXISTS (
        SELECT FROM absence a WHERE a.person_id = p.person_id AND a.deputy_id = ${personId}))
    ORDER BY i.id`
  return rows.map((row) => row.id)
}

/** Those that are held up by this person now. Others are not told apart from what is not there. */
export async function heldUpByPerson(
  core: Core,
  tx: Tx,
  target: Aim,
  personId: number,
  now: Temporal.Instant,
): Promise<{ readonly scene: Scene; readonly subjects: readonly Subject[] }> {
  const ids = await candidates(tx, target, personId)
  if (ids.length > 0)
    await tx.$queryRaw`SELECT id FROM interview WHERE id = ANY(${ids}::int[]) ORDER BY id FOR UPDATE`
  const scene = await loadScene(core, tx, ids, now)
  const subjects = [...scene.subjects.values()].filter(
    ({ matter, interview }) =>
      heldUpBy(matter, scene.people, now, scene.today)?.by.includes(personId) ||
      isAskedOf(matter, interview, personId, now),
  )
  return { scene, subjects }
}

/** Waiting for this person's word on how a meeting went. */
function isAskedOf(matter: Matter, interview: Interview, personId: number, now: Temporal.Instant): boolean {
  if (interview.status !== 'booked' || !matter.running) return false
  const { meeting } = interview
  return (
    Temporal.Instant.compare(meeting.endsAt, now) <= 0 &&
    [matter.personId, meeting.conductorId].includes(personId) &&
    !meeting.answers.some((answer) => answer.personId === personId)
  )
}
