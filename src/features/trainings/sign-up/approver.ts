// Who is asked to approve: the supervisor, else the first evaluator; while away the deputy, else the second evaluator.

import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadAbsences, loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'

/** The world that the question is asked of, on one day. */
export interface Situation {
  readonly org: Pick<Organisation, 'evaluator'>
  readonly absent: ReadonlyMap<number, { readonly deputyId: number | null }>
  readonly left: ReadonlySet<number>
}

/** Pure. Nobody approves for themselves; null: nobody is there, and HR decides. */
export function approverOf(personId: number, { org, absent, left }: Situation): number | null {
  const here = (id: number | null): id is number =>
    id !== null && id !== personId && !absent.has(id) && !left.has(id)
  const supervisor = org.evaluator(personId, 'supervisor') ?? org.evaluator(personId, 'first')
  const deputy = supervisor === null ? null : (absent.get(supervisor)?.deputyId ?? null)
  const second = org.evaluator(personId, 'second')
  return [supervisor, deputy, second].find(here) ?? null
}

/** Who stands above each of these people today, whether at work or not; for what a supervisor is told. */
export async function loadSituation(
  tx: Tx,
  personIds: readonly number[],
  today: Temporal.PlainDate,
): Promise<Situation> {
  const org = await loadOrganisation(tx, today, personIds)
  const asked = [
    ...new Set(
      personIds.flatMap((id) =>
        (['supervisor', 'first', 'second'] as const).flatMap((role) => org.evaluator(id, role) ?? []),
      ),
    ),
  ]
  const absent = await loadAbsences(tx, today, asked)
  const all = [...asked, ...[...absent.values()].flatMap(({ deputyId }) => deputyId ?? [])]
  // A deputy may be away as well.
  const deputies = await loadAbsences(tx, today, all)
  const gone = await tx.person.findMany({
    where: { id: { in: all }, leftOn: { lte: toDbDate(today) } },
    select: { id: true },
  })
  return { org, absent: new Map([...absent, ...deputies]), left: new Set(gone.map(({ id }) => id)) }
}
