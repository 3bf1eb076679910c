// 育成面談 and 復職面談: one person's interview at any time, without a step.
import { writeAudit } from '../../../db/audit.ts'
import { fromDbDate, toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Actor } from '../../../directory/actor.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { reach, reaches } from '../../../directory/rights.ts'
import type { Core } from '../../feature.ts'
import { planReleases } from '../conductors/notices.ts'
import { reassign } from '../conductors/reassign.ts'
import { releaseMeetings } from '../conductors/release.ts'
import { replan } from '../reminders/replan.ts'
import { interviewSubject } from '../state.ts'
import { isAbsent } from './change-repository.ts'
import type { By } from './start.ts'

export type IndividualKind = 'development' | 'return'

const open = ['waiting', 'booked', 'suspended', 'unclear']

/** Whether this person evaluates or supervises anybody today. */
export async function hasLine(tx: Tx, personId: number, today: Temporal.PlainDate): Promise<boolean> {
  const route = await tx.route.findFirst({
    where: { evaluatorId: personId, role: { in: ['first', 'supervisor'] }, ...inForce(today) },
    select: { id: true },
  })
  return route !== null
}

/** HR both kinds within their part; a supervisor development interviews with their own line. Nobody with themselves. */
export function mayStart(
  actor: Actor,
  kind: IndividualKind,
  personId: number,
  organisation: Organisation,
): boolean {
  if (reaches(actor, 'hr', personId, organisation)) return true
  return kind === 'development' && isLineOf(actor.id, personId, organisation)
}

const isLineOf = (actorId: number, personId: number, organisation: Organisation): boolean =>
  organisation.evaluator(personId, 'first') === actorId ||
  organisation.evaluator(personId, 'supervisor') === actorId

export type StartProblem = 'not-yours' | 'left' | 'exists'

/**
 * Starts an interview with one person. Who is on leave has it suspended until they are back. `followUpWeeks`: how
 * many weeks after it is held others follow. Returns its id or why not.
 */
export async function startIndividual(
  core: Core,
  tx: Tx,
  wanted: {
    readonly personId: number
    readonly kind: IndividualKind
    readonly deadline: Temporal.PlainDate
    readonly followUpWeeks: readonly number[]
  },
  actor: Actor,
  by: By,
): Promise<number | StartProblem> {
  const { personId, kind, deadline, followUpWeeks } = wanted
  const organisation = await loadOrganisation(tx, by.today)
  if (!mayStart(actor, kind, personId, organisation)) return 'not-yours'
  const day = toDbDate(by.today)
  // Two officers at once wait for each other here, and the second finds the interview of the first.
  await tx.$queryRaw`SELECT id FROM person WHERE id = ${personId} FOR UPDATE`
  const person = await tx.person.findFirst({
    where: { id: personId, OR: [{ leftOn: null }, { leftOn: { gt: day } }] },
    select: { id: true },
  })
  if (!person) return 'left'
  const existing = await tx.interview.findFirst({
    where: { personId, kind, status: { in: open } },
    select: { id: true },
  })
  if (existing) return 'exists'
  const status = (await isAbsent(tx, personId, by.today)) ? 'suspended' : 'waiting'
  const made = await tx.interview.create({
    data: { kind, personId, deadline: toDbDate(deadline), status, followUpWeeks: [...followUpWeeks] },
    select: { id: true },
  })
  await writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: 'chat',
    action: 'interview.started',
    subject: interviewSubject(made.id),
    subjectPersonId: personId,
    change: { kind, deadline: deadline.toString(), followUpWeeks: [...followUpWeeks] },
    flow: by.flow,
  })
  await reassign(core, tx, [made.id], by.now)
  await replan(core, tx, [made.id], by.now)
  return made.id
}

export interface IndividualInterview {
  readonly id: number
  readonly kind: IndividualKind
  readonly personId: number
  readonly deadline: Temporal.PlainDate
  readonly status: string
  readonly version: number
}

/** Open ones that this person may see and cancel: of HR's part of the tree, or of their own line. */
export async function openIndividuals(
  tx: Tx,
  actor: Actor,
  today: Temporal.PlainDate,
): Promise<IndividualInterview[]> {
  const organisation = await loadOrganisation(tx, today)
  const rows = await tx.interview.findMany({
    where: { kind: { in: ['development', 'return'] }, status: { in: open } },
    orderBy: [{ deadline: 'asc' }, { id: 'asc' }],
  })
  const everywhere = reach(actor, 'hr', organisation) === 'all'
  return rows
    .map((row) => ({ ...row, kind: row.kind as IndividualKind, deadline: fromDbDate(row.deadline) }))
    .filter((row) => everywhere || mayStart(actor, row.kind, row.personId, organisation))
}

/** Cancels an individual interview. `stale`: it has changed since the button was shown. */
export async function cancelIndividual(
  core: Core,
  tx: Tx,
  interviewId: number,
  version: number,
  actor: Actor,
  by: By,
): Promise<'done' | 'stale' | 'not-yours'> {
  await tx.$queryRaw`SELECT id FROM interview WHERE id = ${interviewId} FOR UPDATE`
  const found = (await openIndividuals(tx, actor, by.today)).find((one) => one.id === interviewId)
  if (!found) return 'not-yours'
  if (found.version !== version) return 'stale'
  const released = await releaseMeetings(tx, [interviewId], 'cancelled', 'offered')
  await writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: 'chat',
    action: 'interview.cancelled',
    subject: interviewSubject(interviewId),
    subjectPersonId: found.personId,
    change: { status: found.status },
    flow: by.flow,
  })
  await planReleases(core, tx, released, 'cancelled', true, by.now)
  await replan(core, tx, [interviewId], by.now)
  return 'done'
}
