import { toDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { inForce } from '../directory/load.ts'
import type { PersonEntry } from './wire.ts'

/** Everybody in the city on a day, by section, with what makes them worth trying out. */
export async function loadCast(tx: Tx, on: Temporal.PlainDate): Promise<PersonEntry[]> {
  const force = inForce(on)
  const day = toDbDate(on)
  const rows = await tx.person.findMany({
    where: { OR: [{ posts: { some: force } }, { guestUntil: { gt: day }, leftOn: { gt: day } }] },
    include: {
      posts: { where: { ...force, main: true }, include: { section: true, grade: true }, take: 1 },
      grants: { where: force },
      identities: { where: { platform: 'playground' }, select: { id: true } },
      routesTo: { where: { ...force, role: { in: ['first', 'assistant'] } }, select: { id: true }, take: 1 },
    },
  })
  return rows
    .map((row) => {
      const post = row.posts[0]
      const guest = row.guestUntil !== null && row.guestUntil > day
      const roles = new Set<PersonEntry['roles'][number]>()
      if (row.grants.some((grant) => grant.role === 'hr')) roles.add('hr')
      if (row.grants.some((grant) => grant.role === 'admin')) roles.add('admin')
      if (row.grants.some((grant) => grant.role === 'clerk')) roles.add('clerk')
      if (row.routesTo.length > 0) roles.add('conductor')
      return {
        order: [
          post?.section.code ?? '~',
          String(99 - (post?.grade?.rank ?? 0)).padStart(2, '0'),
          row.number,
        ].join(' '),
        entry: {
          id: row.id,
          number: row.number,
          name: row.name,
          kana: row.kana,
          title: guest ? '内定者' : (post?.title ?? ''),
          section: guest ? 'メールでご案内している方' : (post?.section.name ?? ''),
          roles: [...roles],
          account: row.identities.length > 0,
          ...(guest && { guest }),
        },
      }
    })
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ entry }) => entry)
}
