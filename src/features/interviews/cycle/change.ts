// What HR changes in a running cycle. Each takes a locked cycle and the caller's transaction, and replans.
import type { Tx } from '../../../db/transaction.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { readSetting } from '../../../directory/settings.ts'
import { addWorkingDays } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { planReleases } from '../conductors/notices.ts'
import { reassign } from '../conductors/reassign.ts'
import { releaseMeetings } from '../conductors/release.ts'
import { daysAfterReturn } from '../conductors/settings.ts'
import { replan } from '../reminders/replan.ts'
import type { Step } from '../state.ts'
import {
  cancelSteps,
  isAbsent,
  moveDeadlines,
  renewGenerations,
  setStepDeadline,
  takeBack,
  turnsOf,
  withdrawOffers,
} from './change-repository.ts'
import { type CyclePlan, loadCandidates, saveCycle } from './repository.ts'
import { auditCycle, auditInterviews, type By, joinCycle } from './start.ts'

const open = ['waiting', 'booked', 'suspended', 'unclear'] as const

/**
 * Moves a step's deadline for everybody, or for a section and all below it (the step itself then keeps its own).
 * Planned reminders move along. Returns how many interviews moved.
 */
export async function moveDeadline(
  core: Core,
  tx: Tx,
  cycle: CyclePlan,
  step: Step,
  deadline: Temporal.PlainDate,
  sectionId: number | null,
  by: By,
): Promise<number> {
  const sections = sectionId === null ? null : [...(await loadOrganisation(tx, by.today)).within(sectionId)]
  if (sections === null) await setStepDeadline(tx, step.id, deadline)
  const moved = await moveDeadlines(tx, step.id, step.deadline, deadline, sections, by.today)
  await auditCycle(tx, by, cycle.id, 'step.deadline-moved', {
    step: step.id,
    from: step.deadline.toString(),
    to: deadline.toString(),
    section: sectionId,
    interviews: moved.length,
  })
  await replan(core, tx, moved, by.now)
  return moved.length
}

/** Ends a step for good: interviews, meetings, calendars, slots and notices together. Held ones stay as they are. */
export async function cancelStep(core: Core, tx: Tx, cycle: CyclePlan, step: Step, by: By): Promise<void> {
  await cancelSteps(tx, [step.id])
  const count = await endInterviews(core, tx, [step.id], by)
  await auditCycle(tx, by, cycle.id, 'step.cancelled', { step: step.id, interviews: count })
}

/** Ends a cycle for good, as if each of its steps were cancelled. */
export async function cancelCycle(core: Core, tx: Tx, cycle: CyclePlan, by: By): Promise<void> {
  const steps = cycle.steps.map((step) => step.id)
  await saveCycle(tx, cycle.id, { status: 'cancelled' })
  const count = await endInterviews(core, tx, steps, by)
  await auditCycle(tx, by, cycle.id, 'cycle.cancelled', { interviews: count })
}

async function endInterviews(core: Core, tx: Tx, stepIds: readonly number[], by: By): Promise<number> {
  const turns = await turnsOf(tx, stepIds, [...open, 'exempt'])
  const ids = turns.map((turn) => turn.id)
  const released = await releaseMeetings(tx, ids, 'cancelled', 'withdrawn')
  await withdrawOffers(tx, stepIds)
  await planReleases(core, tx, released, 'cancelled', true, by.now)
  await replan(core, tx, ids, by.now)
  return ids.length
}

/** The year is over: nobody is reminded any more, meetings ahead are taken back, what was not held stays visible. */
export async function closeCycle(core: Core, tx: Tx, cycle: CyclePlan, by: By): Promise<void> {
  const steps = cycle.steps.filter((step) => step.status === 'open').map((step) => step.id)
  const turns = await turnsOf(tx, steps, open)
  const booked = turns.filter((turn) => turn.status === 'booked').map((turn) => turn.id)
  const released = await releaseMeetings(tx, await aheadOf(tx, booked, by.now), 'waiting', 'withdrawn')
  await withdrawOffers(tx, steps)
  await saveCycle(tx, cycle.id, { status: 'closed' })
  await planReleases(core, tx, released, 'cancelled', true, by.now)
  await auditCycle(tx, by, cycle.id, 'cycle.closed', { open: turns.length })
  await replan(
    core,
    tx,
    turns.map((turn) => turn.id),
    by.now,
  )
}

/** A meeting that already was is left for its two people to confirm. */
async function aheadOf(tx: Tx, interviewIds: readonly number[], now: Temporal.Instant): Promise<number[]> {
  const rows = await tx.interview.findMany({
    where: {
      id: { in: [...interviewIds] },
      meeting: { startsAt: { gt: new Date(now.epochMilliseconds) } },
    },
    select: { id: true },
  })
  return rows.map((row) => row.id)
}

/** Opens a closed cycle again, as a new generation: reminders start anew, conductors are asked for anew. */
export async function reopenCycle(core: Core, tx: Tx, cycle: CyclePlan, by: By): Promise<void> {
  await saveCycle(tx, cycle.id, { status: 'open', generation: cycle.generation + 1 })
  const ids = await renewGenerations(tx, cycle.id)
  await auditCycle(tx, by, cycle.id, 'cycle.reopened', { generation: cycle.generation + 1 })
  await reassign(core, tx, ids, by.now)
  await replan(core, tx, ids, by.now)
}

/** One person no longer takes part in this cycle; what is held stays. Returns how many interviews that concerned. */
export async function exemptPerson(
  core: Core,
  tx: Tx,
  cycle: CyclePlan,
  personId: number,
  by: By,
): Promise<number> {
  await rememberExempt(tx, cycle, personId, true)
  if (cycle.status !== 'open') {
    await auditCycle(tx, by, cycle.id, 'cycle.exempted', { person: personId })
    return 0
  }
  const steps = cycle.steps.filter((step) => step.status === 'open').map((step) => step.id)
  const turns = await turnsOf(tx, steps, open, [personId])
  const ids = turns.map((turn) => turn.id)
  const released = await releaseMeetings(tx, ids, 'exempt', 'offered')
  await auditInterviews(tx, by, 'interview.exempted', turns, { cycle: cycle.id })
  await planReleases(core, tx, released, 'cancelled', true, by.now)
  await replan(core, tx, ids, by.now)
  return ids.length
}

/**
 * Takes a person (back) into the cycle: exempt interviews wait again; who has none gets those of the steps ahead. A
 * deadline that is over becomes one that leaves time enough.
 */
export async function includePerson(
  core: Core,
  tx: Tx,
  cycle: CyclePlan,
  personId: number,
  by: By,
): Promise<number> {
  await rememberExempt(tx, cycle, personId, false)
  if (cycle.status !== 'open') {
    await auditCycle(tx, by, cycle.id, 'cycle.included', { person: personId })
    return 0
  }
  const steps = cycle.steps.filter((step) => step.status === 'open')
  const turns = await turnsOf(
    tx,
    steps.map((step) => step.id),
    ['exempt'],
    [personId],
  )
  if (turns.length === 0) {
    const everybody = { ...cycle, participation: { ...cycle.participation, ...unlimited } }
    return joinCycle(core, tx, everybody, await loadCandidates(tx, by.today, [personId]), by.now, by.today)
  }
  const calendarOf = await calendarsOf(tx, [personId], await loadOrganisation(tx, by.today, [personId]))
  const earliest = addWorkingDays(calendarOf(personId), by.today, await readSetting(tx, daysAfterReturn))
  const rows = await tx.interview.findMany({
    where: { id: { in: turns.map((turn) => turn.id) } },
    select: { id: true, stepId: true },
  })
  const deadlines = new Map(steps.map((step) => [step.id, step.deadline]))
  const due = rows.map(({ id, stepId }) => {
    const planned = deadlines.get(stepId ?? 0) ?? earliest
    const over = Temporal.PlainDate.compare(planned, by.today) < 0
    return { id, deadline: over ? earliest : planned }
  })
  await takeBack(tx, due, (await isAbsent(tx, personId, by.today)) ? 'suspended' : 'waiting')
  await auditInterviews(tx, by, 'interview.included', turns, { cycle: cycle.id })
  const ids = turns.map((turn) => turn.id)
  await reassign(core, tx, ids, by.now)
  await replan(core, tx, ids, by.now)
  return ids.length
}

/** HR names this person: the general conditions no longer matter. */
const unlimited = {
  gradeFrom: null,
  gradeTo: null,
  employmentKindIds: null,
  minServiceMonths: null,
  hiredBy: null,
  hiredSince: null,
  exemptIds: [],
}

async function rememberExempt(tx: Tx, cycle: CyclePlan, personId: number, exempt: boolean): Promise<void> {
  const others = cycle.participation.exemptIds.filter((id) => id !== personId)
  await saveCycle(tx, cycle.id, {
    participation: { ...cycle.participation, exemptIds: exempt ? [...others, personId] : others },
  })
}
