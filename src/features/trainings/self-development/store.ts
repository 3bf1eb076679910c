// Applications as rows. What is granted is taken from the year's budget in the same statement that looks whether it is
// there (and a check of the table refuses whatever else were tried).
import { writeAudit } from '../../../db/audit.ts'
import type { Prisma } from '../../../db/generated/client.ts'
import { fromDbDate, fromDbInstant, fromDbInstantOrNull, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadPeople } from '../../../directory/people.ts'
import type { By } from '../sign-up/store.ts'
import { type Application, after, type SelfCommand, type SelfKind, type SelfStatus } from './rules.ts'

export const selfSubject = (id: number): string => `self-development:${id}`

type Row = Prisma.SelfDevelopmentGetPayload<object>

const toApplication = (row: Row): Application => ({
  ...row,
  kind: row.kind as SelfKind,
  status: row.status as SelfStatus,
  appliedAt: fromDbInstant(row.appliedAt),
  decidedAt: fromDbInstantOrNull(row.decidedAt),
  fromOn: fromDbDate(row.fromOn),
  toOn: fromDbDate(row.toOn),
})

export async function loadApplications(
  tx: Tx,
  where: Prisma.SelfDevelopmentWhereInput,
): Promise<Application[]> {
  const rows = await tx.selfDevelopment.findMany({ where, orderBy: [{ appliedAt: 'asc' }, { id: 'asc' }] })
  return rows.map(toApplication)
}

/** One of them, locked until the transaction ends. */
export async function lockedApplication(tx: Tx, id: number): Promise<Application | undefined> {
  await tx.$queryRaw`SELECT id FROM self_development WHERE id = ${id}::int FOR UPDATE`
  return (await loadApplications(tx, { id }))[0]
}

/** Whoever approves today: their applications, and the people they are of. */
export async function waitingFor(tx: Tx, approverId: number, today: Temporal.PlainDate) {
  const applications = await loadApplications(tx, { approverId, status: 'awaiting_approval' })
  const people = await loadPeople(
    tx,
    applications.map(({ personId }) => personId),
    today,
  )
  return { applications, people }
}

export interface Budget {
  readonly yen: number
  readonly grantedYen: number
}

export const loadBudget = (tx: Tx, fiscalYear: number): Promise<Budget | null> =>
  tx.selfDevelopmentBudget.findUnique({ where: { fiscalYear }, select: { yen: true, grantedYen: true } })

export const leftOf = (budget: Budget | null): number => (budget ? budget.yen - budget.grantedYen : 0)

export type Changed =
  | { readonly type: 'changed'; readonly application: Application }
  | { readonly type: 'not-now' }
  | { readonly type: 'over-budget' }

/** Does what is commanded to a locked application. Nothing is written where it does not fit or the budget is spent. */
export async function change(
  tx: Tx,
  application: Application,
  command: SelfCommand,
  by: By,
): Promise<Changed> {
  const to = after(application, command)
  if (!to) return { type: 'not-now' }
  if (to.spends !== 0) {
    const paid = await tx.$executeRaw`
      UPDATE self_development_budget SET granted_yen = granted_yen + ${to.spends}::int
      WHERE fiscal_year = ${application.fiscalYear}::int AND granted_yen + ${to.spends}::int BETWEEN 0 AND yen`
    if (paid === 0) return { type: 'over-budget' }
  }
  const decided = command.type === 'approve' || command.type === 'decline' || command.type === 'grant'
  const row = await tx.selfDevelopment.update({
    where: { id: application.id },
    data: {
      status: to.status,
      grantedYen: to.grantedYen,
      version: { increment: 1 },
      ...(decided && { decidedById: by.actorId, decidedAt: toDbInstant(by.now) }),
      ...(to.status !== 'awaiting_approval' && { approverId: null }),
      ...(command.type === 'decline' && { declineReason: command.reason }),
      ...(command.type === 'report' && { result: command.result, resultUrl: command.url }),
    },
  })
  await writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: by.via,
    flow: by.flow ?? null,
    action: `trainings.self-${command.type}`,
    subject: selfSubject(application.id),
    subjectPersonId: application.personId,
    change: { from: application.status, to: to.status, yen: to.grantedYen },
  })
  return { type: 'changed', application: toApplication(row) }
}
