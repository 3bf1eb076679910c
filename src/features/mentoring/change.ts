// What happens to pairs, each in the caller's transaction: proposed, offered, active, ended; and what follows from it.

import { release } from '../../agenda/bookings.ts'
import type { MentoringPair, MentoringProgramme, Prisma } from '../../db/generated/client.ts'
import { toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import { neverStaff } from '../../directory/guests.ts'
import type { Core } from '../feature.ts'
import { openDecliners, sealDecliners } from './answer.ts'
import { comparisonOf, publicOf, solve } from './matching/solve.ts'
import { kinds, type Matter, pairSubject, replanMembers, replanPairs, tellCoordinator } from './plan.ts'
import { loadScene, type Scene } from './scene.ts'

export type EndReason = 'finished' | 'left' | 'rematch' | 'coordinator'
export const meetingSubject = (pairId: number) => `mentoring.meeting:${pairId}`

const both = ({ menteeId, mentorId }: Pick<MentoringPair, 'menteeId' | 'mentorId'>) => [menteeId, mentorId]

/** Both have accepted, or their silence has: they are introduced to each other. `knows`: who is shown it already. */
export async function activate(
  core: Core,
  tx: Tx,
  pairs: readonly MentoringPair[],
  today: Temporal.PlainDate,
  now: Temporal.Instant,
  knows?: number,
): Promise<void> {
  const ids = pairs.map(({ id }) => id)
  await tx.mentoringPair.updateMany({
    // Whoever declines at this very moment is heard.
    where: { id: { in: ids }, status: 'offered', rematch: null },
    data: {
      status: 'active',
      activeOn: toDbDate(today),
      menteeAccepted: true,
      mentorAccepted: true,
      version: { increment: 1 },
    },
  })
  await replanPairs(core, tx, ids, now)
  await tellOnce(
    core,
    tx,
    pairs.flatMap((pair) =>
      both(pair)
        .filter((id) => id !== knows)
        .map((recipientId) => ({
          kind: kinds.introduction,
          recipientId,
          subject: `mentoring.introduced:${pair.id}`,
        })),
    ),
    now,
  )
}

/** Ends pairs that had been told of each other. `tell`: who hears that there will be another partner. */
export async function endPairs(
  core: Core,
  tx: Tx,
  pairs: readonly MentoringPair[],
  reason: EndReason,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
  tell: (pair: MentoringPair) => readonly number[] = both,
): Promise<void> {
  if (pairs.length === 0) return
  const ids = pairs.map(({ id }) => id)
  await tx.mentoringPair.updateMany({
    where: { id: { in: ids } },
    data: {
      status: 'ended',
      endedOn: toDbDate(today),
      endReason: reason,
      rematch: null,
      locked: false,
      version: { increment: 1 },
    },
  })
  await release(tx, ids.map(meetingSubject))
  await replanPairs(core, tx, ids, now)
  await tellOnce(
    core,
    tx,
    pairs.flatMap((pair) =>
      tell(pair).map((recipientId) => ({
        kind: kinds.changed,
        recipientId,
        subject: `mentoring.ended:${pair.id}`,
      })),
    ),
    now,
  )
}

/** Offers that nobody needs to answer any more: as if they had not been made. */
export async function withdrawOffers(
  core: Core,
  tx: Tx,
  programmeId: number,
  now: Temporal.Instant,
): Promise<void> {
  const offered = await tx.mentoringPair.findMany({
    where: { programmeId, status: 'offered' },
    select: { id: true },
  })
  await core.notices.reconcile(
    tx,
    offered.flatMap(({ id }) => [
      { subject: pairSubject(id), wanted: [] },
      { subject: `mentoring.offer:${id}`, wanted: [] },
    ]),
    now,
  )
  await tx.mentoringPair.deleteMany({ where: { id: { in: offered.map(({ id }) => id) } } })
}

/**
 * One of the two would rather not. Nobody else can see it before the next working morning: whoever is told of a decline
 * when it happens knows whose it was.
 */
export async function declineInPrivate(
  core: Core,
  tx: Tx,
  { id, menteeId, rematch }: MentoringPair,
  personId: number,
): Promise<void> {
  const decliners = new Set([...openDecliners(core, id, rematch), personId])
  await tx.mentoringPair.update({
    where: { id },
    data: {
      rematch: sealDecliners(core, id, [...decliners]),
      ...(personId === menteeId ? { menteeAccepted: false } : { mentorAccepted: false }),
    },
  })
}

/** Who must not be paired again is in the row; who of the two said so is not. */
export async function decline(
  core: Core,
  tx: Tx,
  pair: MentoringPair & { readonly programme: MentoringProgramme },
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  await tx.mentoringPair.update({
    where: { id: pair.id },
    data: {
      status: 'declined',
      menteeAccepted: false,
      mentorAccepted: false,
      rematch: null,
      locked: false,
      version: { increment: 1 },
    },
  })
  await replanPairs(core, tx, [pair.id], now)
  await tellOnce(
    core,
    tx,
    // Both, in the same words: to whom a notice went would tell who declined.
    both(pair).map((recipientId) => ({
      kind: kinds.changed,
      recipientId,
      subject: `mentoring.declined:${pair.id}`,
    })),
    now,
  )
  await proposeAgain(core, tx, pair.programme, [pair.menteeId], today)
  await tellCoordinators(core, tx, [pair], [pair.programme], 'declined', now)
}

export const tellCoordinators = (
  core: Core,
  tx: Tx,
  pairs: readonly MentoringPair[],
  programmes: readonly MentoringProgramme[],
  what: Matter,
  now: Temporal.Instant,
) =>
  tellCoordinator(core, tx, pairs, new Map(programmes.map((one) => [one.id, one.coordinatorId])), what, now)

/** A new proposal for these mentees alone: every other pair stays as it is. The coordinator publishes it. */
export async function proposeAgain(
  core: Core,
  tx: Tx,
  programme: MentoringProgramme,
  menteeIds: readonly number[],
  today: Temporal.PlainDate,
): Promise<void> {
  const scene = await loadScene(core, tx, programme, today)
  const held = Map.groupBy(scene.pairs, ({ mentorId }) => mentorId)
  const paired = new Set(scene.pairs.map(({ menteeId }) => menteeId))
  const free = new Set(menteeIds.filter((id) => !paired.has(id)))
  // Those who have a pair are not compared again: all that they matter is that they hold a place.
  const mentees = scene.job.mentees.filter(({ personId }) => free.has(personId))
  const mentors = scene.job.mentors.map((mentor) => ({
    ...mentor,
    capacity: Math.max(0, mentor.capacity - (held.get(mentor.personId)?.length ?? 0)),
  }))
  const { pairs } = solve({ ...scene.job, mentees, mentors, locked: new Map() })
  await propose(tx, scene, pairs)
}

/** Writes what the solver found; scores as they may be shown. */
export async function propose(
  tx: Tx,
  { job, programme }: Pick<Scene, 'job' | 'programme'>,
  pairs: readonly { readonly menteeId: number; readonly mentorId: number }[],
): Promise<void> {
  const shown = comparisonOf(publicOf(job))
  const mentees = new Map(job.mentees.map((mentee) => [mentee.personId, mentee]))
  const mentors = new Map(job.mentors.map((mentor) => [mentor.personId, mentor]))
  const scores = pairs.map(({ menteeId, mentorId }) => {
    const [mentee, mentor] = [mentees.get(menteeId), mentors.get(mentorId)]
    return mentee && mentor ? (shown.told(mentee, mentor).total ?? null) : null
  })
  // Thousands of rows in a programme of the whole house.
  await tx.$executeRaw`
    INSERT INTO mentoring_pair (programme_id, mentee_id, mentor_id, status, source, score)
    SELECT ${programme.id}::int, u.mentee, u.mentor, 'proposed', 'solver', u.score
    FROM unnest(${pairs.map(({ menteeId }) => menteeId)}::int[], ${pairs.map(({ mentorId }) => mentorId)}::int[],
                ${scores}::int[]) AS u (mentee, mentor, score)`
}

/** Somebody has left: the pair ends, the other one is told kindly, the coordinator is asked; mentees get a new proposal. */
export async function endOfThoseWhoLeft(
  core: Core,
  tx: Tx,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
  personIds?: readonly number[],
): Promise<void> {
  const open = { status: { in: ['draft', 'sign_up', 'running'] } }
  const members = await tx.mentoringMember.findMany({
    where: {
      status: { not: 'left' },
      programme: open,
      ...(personIds && { personId: { in: [...personIds] } }),
    },
    select: { personId: true },
  })
  const gone = new Set(
    (
      await tx.person.findMany({
        where: {
          id: { in: [...new Set(members.map(({ personId }) => personId))] },
          leftOn: { lte: toDbDate(today) },
        },
        select: { id: true },
      })
    ).map(({ id }) => id),
  )
  if (gone.size > 0) await endOf(core, tx, gone, open, today, now)
}

/** Somebody is out of one programme. */
export const leaveProgramme = (
  core: Core,
  tx: Tx,
  programmeId: number,
  personId: number,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> => endOf(core, tx, new Set([personId]), { id: programmeId }, today, now)

async function endOf(
  core: Core,
  tx: Tx,
  gone: ReadonlySet<number>,
  programme: Prisma.MentoringProgrammeWhereInput,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const ids = [...gone]
  const of = await tx.mentoringMember.findMany({
    where: { personId: { in: ids }, programme },
    select: { personId: true, programmeId: true },
  })
  await tx.mentoringMember.updateMany({
    where: { personId: { in: ids }, programme },
    data: { status: 'left', sealed: null },
  })
  for (const { personId, programmeId } of of) await replanMembers(core, tx, programmeId, now, [personId])
  const pairs = await tx.mentoringPair.findMany({
    where: {
      status: { in: ['proposed', 'offered', 'active'] },
      OR: [{ menteeId: { in: ids } }, { mentorId: { in: ids } }],
      programme,
    },
    include: { programme: true },
  })
  const told = pairs.filter(({ status }) => status !== 'proposed')
  await tx.mentoringPair.deleteMany({
    where: { id: { in: pairs.filter(({ status }) => status === 'proposed').map(({ id }) => id) } },
  })
  await endPairs(core, tx, told, 'left', today, now, (pair) => both(pair).filter((id) => !gone.has(id)))
  for (const [, of] of Map.groupBy(pairs, ({ programmeId }) => programmeId)) {
    const [first] = of
    const without = of.flatMap(({ menteeId }) => (gone.has(menteeId) ? [] : [menteeId]))
    if (first && without.length > 0) await proposeAgain(core, tx, first.programme, without, today)
  }
  const guests = new Set(
    (await tx.person.findMany({ where: { id: { in: ids } } })).filter(neverStaff).map(({ id }) => id),
  )
  for (const what of ['left', 'guest-left'] as const) {
    const of = told.filter(({ menteeId }) => (guests.has(menteeId) ? 'guest-left' : 'left') === what)
    const programmes = of.map((pair) => pair.programme)
    await tellCoordinators(core, tx, of, programmes, what, now)
  }
}

/**
 * Whoever is no member of staff does not agree by silence. Who had never answered takes part no more; the others may be
 * given somebody else. In the same words as a decline, so that nobody reads which of the two it was.
 */
export async function lapse(
  core: Core,
  tx: Tx,
  pairs: readonly (MentoringPair & { readonly programme: MentoringProgramme })[],
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  for (const pair of pairs) {
    await tx.mentoringMember.updateMany({
      where: { programmeId: pair.programmeId, personId: pair.menteeId, answeredAt: null },
      data: { status: 'not_joining' },
    })
    await decline(core, tx, pair, today, now)
  }
}
