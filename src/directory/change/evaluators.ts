// One evaluator named where there is none: for a person, or for everybody of a section without one of their own.
import { toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { inForce } from '../load.ts'
import type { RouteRole } from '../organisation.ts'

export type RouteSubject = { readonly subjectSectionId: number } | { readonly subjectPersonId: number }

export interface Naming {
  readonly role: RouteRole
  readonly subject: RouteSubject
  readonly evaluatorId: number
  readonly today: Temporal.PlainDate
  /** The day from which it should hold where nobody was named before; today where somebody is replaced. */
  readonly from: Temporal.PlainDate
  /** Of a section: somebody who is still employed stays. */
  readonly keepsPresent?: boolean
}

/** Names the evaluator; false where somebody is there who stays. Times that others had or will have are not touched. */
export async function nameEvaluator(tx: Tx, naming: Naming): Promise<boolean> {
  const { role, subject, evaluatorId, today, from } = naming
  const present = await tx.route.findFirst({
    where: { role, ...subject, ...inForce(today) },
    include: { evaluator: { select: { leftOn: true } } },
  })
  const gone = present?.evaluator.leftOn && present.evaluator.leftOn <= toDbDate(today)
  if (present && !gone && naming.keepsPresent) return false
  if (present) {
    // Named the person themselves, or nobody who can: it ends where the new one begins.
    if (present.validFrom >= toDbDate(today)) await tx.route.delete({ where: { id: present.id } })
    else await tx.route.update({ where: { id: present.id }, data: { validTo: toDbDate(today) } })
  }
  const wanted = !present && Temporal.PlainDate.compare(from, today) < 0 ? from : today
  await tx.route.create({
    data: { role, ...subject, evaluatorId, ...(await free(tx, role, subject, wanted)) },
  })
  return true
}

const byTime = (a: Date, b: Date): number => a.getTime() - b.getTime()

/** The span for a new route between those that the subject had before or will have. */
async function free(tx: Tx, role: RouteRole, subject: RouteSubject, wanted: Temporal.PlainDate) {
  const others = await tx.route.findMany({
    where: { role, ...subject },
    select: { validFrom: true, validTo: true },
  })
  const day = toDbDate(wanted)
  const taken = others.flatMap(({ validTo }) => (validTo && validTo > day ? [validTo] : []))
  const validFrom = [day, ...taken].sort(byTime).at(-1) ?? day
  const next = others.map((route) => route.validFrom).filter((start) => start > validFrom)
  const validTo = next.sort(byTime)[0] ?? null
  return { validFrom, validTo }
}
