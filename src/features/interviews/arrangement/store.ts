// An arrangement with everything in it. Whoever changes one locks its row first, then interviews, then slots.
import { fromDbDate, fromDbInstant, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { restReasons } from '../../../directory/closures.ts'
import type { Core } from '../../feature.ts'
import { type Slot, toSlot, waitingOf } from '../booking/store.ts'
import { toStep } from '../load.ts'
import type { Interview, Step } from '../state.ts'
import { type Proposal, proposalSchema } from './proposal.ts'

export interface Arrangement {
  readonly id: number
  readonly ownerId: number
  readonly status: 'collecting' | 'proposed' | 'accepted' | 'cancelled'
  readonly answerBy: Temporal.PlainDate
  readonly step: Step
  readonly proposal: Proposal | null
  /** Its hours that are held back and still to come, in order of time. */
  readonly slots: readonly Slot[]
  /** Interviews that have answered, perhaps with nothing that suits. */
  readonly answered: ReadonlySet<number>
  /** Interview → slot → 1 suits, 2 suits best. */
  readonly suits: ReadonlyMap<number, ReadonlyMap<number, 1 | 2>>
}

export const isRunning = ({ status }: Pick<Arrangement, 'status'>): boolean =>
  status === 'collecting' || status === 'proposed'

export async function loadArrangement(
  { zone }: Pick<Core, 'zone'>,
  tx: Tx,
  id: number,
  now: Temporal.Instant,
  lock: 'lock' | 'read' = 'read',
): Promise<Arrangement | undefined> {
  if (lock === 'lock') await tx.$queryRaw`SELECT id FROM arrangement WHERE id = ${id} FOR UPDATE`
  const row = await tx.arrangement.findUnique({
    where: { id },
    include: {
      step: true,
      answers: true,
      slots: {
        where: { status: 'arranging', startsAt: { gt: toDbInstant(now) } },
        include: { suits: true },
        orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
      },
    },
  })
  if (!row) return undefined
  // Hours on days of rest are nobody's to choose; should the rest end sooner, they are again.
  const restedOn = await restReasons(tx, zone)
  const slots = row.slots.filter(({ startsAt }) => restedOn(fromDbInstant(startsAt)) === undefined)
  const suits = new Map<number, Map<number, 1 | 2>>()
  for (const slot of slots)
    for (const { interviewId, preference } of slot.suits) {
      const of = suits.get(interviewId) ?? new Map<number, 1 | 2>()
      of.set(slot.id, preference === 2 ? 2 : 1)
      suits.set(interviewId, of)
    }
  return {
    id: row.id,
    ownerId: row.ownerId,
    status: row.status as Arrangement['status'],
    answerBy: fromDbDate(row.answerBy),
    step: toStep(row.step),
    proposal: row.proposal === null ? null : proposalSchema.parse(row.proposal),
    slots: slots.map(toSlot),
    answered: new Set(row.answers.map((answer) => answer.interviewId)),
    suits,
  }
}

/** The running arrangement of a conductor for a step, if there is one. */
export async function runningArrangement(
  tx: Tx,
  ownerId: number,
  stepId: number,
): Promise<number | undefined> {
  const row = await tx.arrangement.findFirst({
    where: { ownerId, stepId, status: { in: ['collecting', 'proposed'] } },
    orderBy: { id: 'desc' },
    select: { id: true },
  })
  return row?.id
}

/** Whom it is for: those who wait for a time of this step with its conductor, as of today. */
export const membersOf = async (
  tx: Tx,
  arrangement: Pick<Arrangement, 'ownerId' | 'step'>,
  today: Temporal.PlainDate,
): Promise<Interview[]> =>
  (await waitingOf(tx, arrangement.ownerId, today)).filter((each) => each.step?.id === arrangement.step.id)
