// Who takes part in a cycle (対象者): data of the cycle, never code. Pure.
import { z } from 'zod'

const isoDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** As the cycle row keeps it; everything left out does not narrow. */
export const participationSchema = z.object({
  /** Ranks of grades, both included. */
  gradeFrom: z.int().nullable().default(null),
  gradeTo: z.int().nullable().default(null),
  /** Null: all kinds of employment (任用区分). */
  employmentKindIds: z.array(z.int()).nullable().default(null),
  /** Named by HR: secondment, long leave … */
  exemptIds: z.array(z.int()).default([]),
  /** Months of service by the record date of a step. */
  minServiceMonths: z.int().min(1).max(600).nullable().default(null),
  /** Hired on this day or earlier. */
  hiredBy: isoDay.nullable().default(null),
  /** Hired on this day or later: new hires. */
  hiredSince: isoDay.nullable().default(null),
  /** Whether people who join while the cycle runs take part in the steps still ahead. */
  lateJoiners: z.boolean().default(true),
})
export type Participation = z.infer<typeof participationSchema>

/** A member of staff as far as participation goes, by the main post of the day asked for. */
export interface Candidate {
  readonly personId: number
  readonly sectionId: number | null
  readonly gradeRank: number | null
  readonly employmentKindId: number | null
  readonly hiredOn: Temporal.PlainDate | null
  readonly absent: boolean
}

/** Why somebody does not take part; `named` was decided by HR and can be taken back. */
export type ExemptReason = 'named' | 'no-post' | 'grade' | 'employment' | 'service'
export const exemptReasons: readonly ExemptReason[] = ['named', 'grade', 'employment', 'service', 'no-post']

/** Null: takes part. Service is counted to the record date of the step, so that a newcomer joins from the next one. */
export function exemptFrom(
  candidate: Candidate,
  participation: Participation,
  recordDate: Temporal.PlainDate,
): ExemptReason | null {
  const { gradeFrom, gradeTo, employmentKindIds, minServiceMonths, hiredBy, hiredSince } = participation
  const { gradeRank, employmentKindId, hiredOn } = candidate
  if (candidate.sectionId === null) return 'no-post'
  if (participation.exemptIds.includes(candidate.personId)) return 'named'
  if (gradeFrom !== null && (gradeRank === null || gradeRank < gradeFrom)) return 'grade'
  if (gradeTo !== null && (gradeRank === null || gradeRank > gradeTo)) return 'grade'
  if (
    employmentKindIds !== null &&
    (employmentKindId === null || !employmentKindIds.includes(employmentKindId))
  ) {
    return 'employment'
  }
  // Whose day of employment nobody knows is no new hire.
  if (
    hiredSince !== null &&
    (!hiredOn || Temporal.PlainDate.compare(hiredOn, Temporal.PlainDate.from(hiredSince)) < 0)
  )
    return 'service'
  if (hiredOn !== null) {
    if (hiredBy !== null && Temporal.PlainDate.compare(hiredOn, Temporal.PlainDate.from(hiredBy)) > 0)
      return 'service'
    if (
      minServiceMonths !== null &&
      Temporal.PlainDate.compare(hiredOn.add({ months: minServiceMonths }), recordDate) > 0
    ) {
      return 'service'
    }
  }
  return null
}

/** An interview that starting the cycle makes. Exempt by name is kept as one, so that HR can take it back. */
export interface PlannedInterview {
  readonly personId: number
  readonly stepId: number
  readonly status: 'waiting' | 'suspended' | 'exempt'
}

export interface Plan {
  readonly planned: readonly PlannedInterview[]
  /** Those who take part in no step at all, with the reason. */
  readonly exempt: readonly { readonly personId: number; readonly reason: ExemptReason }[]
}

/** Everybody's interviews of these steps. Who is on leave is planned as suspended and follows on return. */
export function planInterviews(
  candidates: readonly Candidate[],
  participation: Participation,
  steps: readonly { readonly id: number; readonly recordDate: Temporal.PlainDate }[],
): Plan {
  const planned: PlannedInterview[] = []
  const exempt: { personId: number; reason: ExemptReason }[] = []
  for (const candidate of candidates) {
    const { personId } = candidate
    const reasons = steps.map((step) => exemptFrom(candidate, participation, step.recordDate))
    const reason = reasons.find((one) => one !== null)
    if (reason && reasons.every((one) => one !== null)) exempt.push({ personId, reason })
    for (const [index, step] of steps.entries()) {
      if (reasons[index] === null) {
        planned.push({ personId, stepId: step.id, status: candidate.absent ? 'suspended' : 'waiting' })
      } else if (reasons[index] === 'named') planned.push({ personId, stepId: step.id, status: 'exempt' })
    }
  }
  return { planned, exempt }
}
