import type { Prisma } from '../../db/generated/client.ts'
import { fromDbDate, fromDbInstant, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Cycle, HeldAnswer, Interview, Meeting, Step } from './state.ts'

const include = {
  step: { include: { cycle: true } },
  meeting: { include: { confirmations: true } },
  participants: true,
} satisfies Prisma.InterviewInclude

type Row = Prisma.InterviewGetPayload<{ include: typeof include }>
type StepRow = NonNullable<Row['step']>
type MeetingRow = NonNullable<Row['meeting']>

/** Interviews by any condition, with the participants in force on `on`; ordered by deadline, then id. */
export async function loadInterviews(
  tx: Tx,
  where: Prisma.InterviewWhereInput,
  on: Temporal.PlainDate,
): Promise<Interview[]> {
  const rows = await tx.interview.findMany({ where, include, orderBy: [{ deadline: 'asc' }, { id: 'asc' }] })
  return rows.map((row) => toInterview(row, on))
}

/** Those a person conducts on `on`, as a condition for `loadInterviews`. */
export const conductedBy = (personId: number, on: Temporal.PlainDate): Prisma.InterviewWhereInput => ({
  participants: {
    some: {
      personId,
      role: 'conductor',
      fromOn: { lte: toDbDate(on) },
      OR: [{ toOn: null }, { toOn: { gt: toDbDate(on) } }],
    },
  },
})

function toInterview(row: Row, on: Temporal.PlainDate): Interview {
  const day = toDbDate(on)
  const present = row.participants.filter((p) => p.fromOn <= day && (p.toOn === null || p.toOn > day))
  const ids = (role: string) => present.filter((p) => p.role === role).map((p) => p.personId)
  const base = {
    id: row.id,
    kind: row.kind as Interview['kind'],
    cycle: row.step && toCycle(row.step.cycle),
    step: row.step && toStep(row.step),
    personId: row.personId,
    postId: row.postId,
    deadline: fromDbDate(row.deadline),
    version: row.version,
    generation: row.generation,
    quietUntil: row.quietUntil && fromDbDate(row.quietUntil),
    conductorIds: ids('conductor'),
    observerIds: ids('observer'),
  }
  const meeting = row.meeting && toMeeting(row.meeting)
  const status = row.status as Interview['status']
  switch (status) {
    case 'booked':
      if (!meeting) throw new Error(`interview ${row.id} is booked without a meeting`)
      return { ...base, status, meeting }
    case 'held':
      if (!row.heldOn) throw new Error(`interview ${row.id} is held without a day`)
      return { ...base, status, meeting, heldOn: fromDbDate(row.heldOn) }
    case 'unclear':
      return { ...base, status, meeting }
    case 'waiting':
    case 'suspended':
    case 'exempt':
    case 'cancelled':
      return { ...base, status }
    default:
      throw new Error(`interview ${row.id} has an unknown status: ${status satisfies never}`)
  }
}

const toCycle = (row: StepRow['cycle']): Cycle => ({
  id: row.id,
  name: row.name,
  nameEn: row.nameEn,
  status: row.status as Cycle['status'],
  generation: row.generation,
})

/** A step as its row has it. */
export const toStep = (row: Omit<StepRow, 'cycle'>): Step => ({
  id: row.id,
  ordinal: row.ordinal,
  kind: row.kind as Step['kind'],
  name: row.name,
  nameEn: row.nameEn,
  opensOn: fromDbDate(row.opensOn),
  deadline: fromDbDate(row.deadline),
  recordDate: fromDbDate(row.recordDate),
  conductorRule: row.conductorRule as Step['conductorRule'],
  minutes: row.minutes,
  prepare: row.prepare,
  prepareEn: row.prepareEn,
  shared: row.shared,
  disclosedOn: row.disclosedOn && fromDbDate(row.disclosedOn),
  status: row.status as Step['status'],
})

const toMeeting = (row: MeetingRow): Meeting => ({
  id: row.id,
  startsAt: fromDbInstant(row.startsAt),
  endsAt: fromDbInstant(row.endsAt),
  place: row.place,
  conductorId: row.conductorId,
  answers: row.confirmations.map((c) => ({ personId: c.personId, answer: c.answer as HeldAnswer })),
})
