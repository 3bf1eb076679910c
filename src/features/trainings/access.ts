// Who runs a course: HR, or training officers, of the part of the section tree that it belongs to.

import type { Tx } from '../../db/transaction.ts'
import type { Actor } from '../../directory/actor.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { reach } from '../../directory/rights.ts'
import type { Permission } from '../../intake/handler.ts'
import type { Course } from './state.ts'

const roles = ['hr', 'training'] as const

/** HR and training officers; the handler narrows to their part. */
export const officer: Permission = {
  who: { ja: '人事担当・研修担当の方', en: 'HR and training officers' },
  allows: (actor) => actor.grants.some(({ role }) => role === 'hr' || role === 'training'),
}

/** The sections whose courses somebody runs; 'all' runs those of the whole city too. */
export function runs(actor: Pick<Actor, 'grants'>, org: Organisation): 'all' | ReadonlySet<number> {
  const parts = roles.map((role) => reach(actor, role, org))
  if (parts.includes('all')) return 'all'
  return new Set(parts.flatMap((part) => (part === 'all' ? [] : [...part])))
}

/** Whether somebody runs a course that belongs to this section (null: to the whole city). */
export const runsSection = (of: 'all' | ReadonlySet<number>, sectionId: number | null): boolean =>
  of === 'all' || (sectionId !== null && of.has(sectionId))

export async function mayRun(
  tx: Tx,
  actor: Pick<Actor, 'grants'>,
  course: Pick<Course, 'sectionId'>,
  today: Temporal.PlainDate,
): Promise<boolean> {
  if (!officer.allows(actor as Actor, Temporal.Instant.fromEpochMilliseconds(0))) return false
  return runsSection(runs(actor, await loadOrganisation(tx, today, [])), course.sectionId)
}
