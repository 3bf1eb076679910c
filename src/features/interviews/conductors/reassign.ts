import { writeAudits } from '../../../db/audit.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Core } from '../../feature.ts'
import { replan } from '../reminders/replan.ts'
import { interviewSubject } from '../state.ts'
import { localDay } from './day.ts'
import { type ConductorChange, planChanges, planReleases } from './notices.ts'
import { releaseMeetings } from './release.ts'
import { assignAll, bumpVersions, loadAssignable, saveMoves } from './repository.ts'
import { movesTo, reachOf } from './rules.ts'

/**
 * Asks anew who conducts these interviews and makes their participants follow, as of today. Interviews that are over,
 * or whose meeting already was, keep their people; a meeting ahead whose conductor changes is taken back and the
 * interview waits for new times. Audited; those concerned are told in one message. Doing it twice changes nothing.
 */
export async function reassign(
  core: Core,
  tx: Tx,
  interviewIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const today = localDay(core, now)
  const open = (await loadAssignable(tx, interviewIds)).filter(
    (interview) => reachOf(interview, now) !== 'keeps',
  )
  const assignments = await assignAll(
    tx,
    open.map((interview) => ({
      ...interview,
      meetsOn: interview.startsAt && localDay(core, interview.startsAt),
    })),
    today,
  )

  const moves: Parameters<typeof saveMoves>[1][number][] = []
  const changes: (ConductorChange & { readonly told: boolean })[] = []
  for (const [index, interview] of open.entries()) {
    const assignment = assignments[index]
    if (!assignment) continue
    const move = movesTo(interview.rows, assignment, today)
    if (!move) continue
    moves.push({ ...move, interviewId: interview.id })
    const from = interview.rows.find((row) => row.role === 'conductor')?.personId ?? null
    if (from === assignment.conductorId) continue
    const losesMeeting =
      interview.meetingId !== null && interview.meetingConductorId !== assignment.conductorId
    changes.push({
      interviewId: interview.id,
      personId: interview.personId,
      generation: interview.generation,
      from,
      to: assignment.conductorId,
      meetingId: losesMeeting ? interview.meetingId : null,
      told: interview.status !== 'suspended',
    })
  }
  if (moves.length === 0) return
  await saveMoves(tx, moves, today)
  if (changes.length === 0) return

  const losing = changes.filter((change) => change.meetingId !== null).map((change) => change.interviewId)
  const released = await releaseMeetings(tx, losing, 'waiting', 'withdrawn')
  const kept = changes.filter((change) => change.meetingId === null).map((change) => change.interviewId)
  await bumpVersions(tx, kept)
  await writeAudits(
    tx,
    changes.map((change) => ({
      at: now,
      actorId: null,
      via: 'system' as const,
      action: 'interview.conductor-changed',
      subject: interviewSubject(change.interviewId),
      subjectPersonId: change.personId,
      change: { from: change.from, to: change.to, meetingReleased: change.meetingId },
    })),
  )
  await planChanges(
    core,
    tx,
    changes.filter((change) => change.told),
    now,
  )
  // The staff member reads of the lost meeting beside the new name; without a new name they still must know.
  const nameless = new Set(changes.filter((change) => change.to === null).map((change) => change.interviewId))
  await planReleases(
    core,
    tx,
    released.filter((one) => !nameless.has(one.interviewId)),
    'conductor',
    false,
    now,
  )
  await planReleases(
    core,
    tx,
    released.filter((one) => nameless.has(one.interviewId)),
    'conductor',
    true,
    now,
  )
  await replan(
    core,
    tx,
    changes.map((change) => change.interviewId),
    now,
  )
}
