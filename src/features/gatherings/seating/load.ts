// Who sits in the next round of a series, as the search compares them.
import { z } from 'zod'
import type { GatheringSeries } from '../../../db/generated/client.ts'
import type { Tx } from '../../../db/transaction.ts'
import { guestsAmong } from '../../../directory/guests.ts'
import { loadAbsences, loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import type { Core } from '../../feature.ts'
import { departmentOf } from '../rules.ts'
import { openApart } from '../sealed.ts'
import type { SeatingJob } from './solve.ts'

const metSchema = z.array(z.tuple([z.number(), z.number(), z.number()]))

export interface Gathered {
  readonly job: SeatingJob
  /** With the posts of everybody who is seated. */
  readonly org: Organisation
}

/** Everybody who has joined and is not on leave on `day`; department and grade as they are on `today`. */
export async function gather(
  core: Pick<Core, 'sealing'>,
  tx: Tx,
  series: Pick<GatheringSeries, 'id' | 'size'>,
  seed: string,
  day: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Promise<Gathered> {
  const joined = await tx.gatheringMember.findMany({
    where: { seriesId: series.id, status: 'joined' },
    orderBy: { personId: 'asc' },
  })
  const away = await loadAbsences(
    tx,
    day,
    joined.map(({ personId }) => personId),
  )
  const members = joined.filter(({ personId }) => !away.has(personId))
  const ids = members.map(({ personId }) => personId)
  const org = await loadOrganisation(tx, today, ids)
  const chains = new Map<number, string>()
  const department = (sectionId: number | undefined) => {
    if (sectionId === undefined) return ''
    const known = chains.get(sectionId) ?? departmentOf(org.chain(sectionId))
    chains.set(sectionId, known)
    return known
  }
  const guests = await guestsAmong(tx, ids, today)
  const index = new Map(ids.map((id, i) => [id, i]))
  // As one value: thousands of rows cost more to carry than to find.
  const [row] = await tx.$queryRaw<{ met: string | null }[]>`
    SELECT json_agg(json_build_array(p.a, p.b, p.times))::text AS met FROM (
      SELECT a.person_id AS a, b.person_id AS b, count(*) AS times
      FROM gathering_round r JOIN gathering_table t ON t.round_id = r.id
        JOIN gathering_seat a ON a.table_id = t.id AND a.status = 'coming'
        JOIN gathering_seat b ON b.table_id = t.id AND b.status = 'coming' AND a.person_id < b.person_id
      WHERE r.series_id = ${series.id} AND r.status <> 'draft' AND t.status NOT IN ('cancelled', 'not_held')
      GROUP BY 1, 2) p`
  const met = metSchema.parse(JSON.parse(row?.met ?? '[]'))
  const hosted = await tx.gatheringTable.groupBy({
    by: ['hostId'],
    where: { round: { seriesId: series.id, status: { not: 'draft' } }, status: { not: 'cancelled' } },
    _count: true,
  })
  return {
    org,
    job: {
      guests: members.map(({ personId, facilitates }) => {
        const post = org.mainPost(personId)
        return {
          personId,
          facilitates,
          // Whoever has no post now is nobody's colleague; those who are to come are spread over the tables.
          department: department(post?.sectionId) || (guests.has(personId) ? 'guests' : `person ${personId}`),
          ...(guests.has(personId) && { guest: true }),
          grade: post?.gradeRank ?? 0,
        }
      }),
      size: series.size,
      seed,
      met: met.flatMap(([a, b, times]) => {
        const [one, other] = [index.get(a), index.get(b)]
        return one === undefined || other === undefined ? [] : [[one, other, times] as const]
      }),
      apart: members.flatMap((member, i) =>
        openApart(core, member).flatMap((personId) => {
          const other = index.get(personId)
          return other === undefined ? [] : [[i, other] as const]
        }),
      ),
      hosted: new Map(hosted.map(({ hostId, _count }) => [hostId, _count])),
    },
  }
}

/** Who of a series would rather not sit with whom, for a few people of it: only ever asked whether two may be moved together. */
export async function keptApart(
  core: Pick<Core, 'sealing'>,
  tx: Tx,
  seriesId: number,
  personIds: readonly number[],
): Promise<(a: number, b: number) => boolean> {
  const members = await tx.gatheringMember.findMany({
    where: { seriesId, personId: { in: [...personIds] } },
  })
  const lists = new Map(members.map((member) => [member.personId, new Set(openApart(core, member))]))
  return (a, b) => (lists.get(a)?.has(b) ?? false) || (lists.get(b)?.has(a) ?? false)
}
