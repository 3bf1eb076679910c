// On the morning of a day: what the directory has waiting for it begins, and everybody who must know is told.
import { toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { followReferences } from '../../directory/change/follow-references.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Core } from '../feature.ts'
import { discardOlder } from './repository.ts'

/** A list that waits longer was forgotten, and holds names. */
const forgottenAfterDays = 14

/** Tells people-changed, transfer-effective and absence-changed for what begins or ends on the day. */
export async function openDay(core: Core, event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void> {
  if (event.type !== 'day-opened') return
  const { on } = event
  const day = toDbDate(on)
  await followReferences(tx, on, now)
  const turning = { OR: [{ validFrom: day }, { validTo: day }] }
  const posts = await tx.post.findMany({ where: turning, select: { personId: true } })
  const routes = await tx.route.findMany({
    where: turning,
    select: { subjectPersonId: true, subjectSectionId: true },
  })
  const coming = await tx.person.findMany({
    where: { OR: [{ leftOn: day }, { hiredOn: day }] },
    select: { id: true },
  })
  const absences = await tx.absence.findMany({
    where: { OR: [{ fromOn: day }, { toOn: day }] },
    select: { personId: true },
  })

  const transferred = new Set(posts.map((post) => post.personId))
  const sections = new Set<number>()
  for (const { subjectPersonId, subjectSectionId } of routes) {
    if (subjectPersonId !== null) transferred.add(subjectPersonId)
    if (subjectSectionId !== null) sections.add(subjectSectionId)
  }
  if (sections.size > 0) for (const id of await peopleWithin(tx, sections, on)) transferred.add(id)

  const tell = async (type: 'people-changed' | 'absence-changed', ids: Iterable<number>) => {
    const personIds = [...new Set(ids)]
    if (personIds.length > 0) await core.tell({ type, personIds }, tx, now)
  }
  await tell('people-changed', [...coming.map((person) => person.id), ...posts.map((post) => post.personId)])
  await tell(
    'absence-changed',
    absences.map((absence) => absence.personId),
  )
  if (transferred.size > 0)
    await core.tell({ type: 'transfer-effective', personIds: [...transferred], on }, tx, now)
  await discardOlder(tx, now.subtract({ hours: forgottenAfterDays * 24 }))
}

/** Everybody with a post in these sections or below, on the day. */
async function peopleWithin(
  tx: Tx,
  sectionIds: ReadonlySet<number>,
  on: Temporal.PlainDate,
): Promise<Set<number>> {
  const org = await loadOrganisation(tx, on)
  const within = new Set<number>()
  for (const id of sectionIds) for (const below of org.within(id)) within.add(below)
  const posts = await tx.post.findMany({
    where: {
      sectionId: { in: [...within] },
      validFrom: { lte: toDbDate(on) },
      OR: [{ validTo: null }, { validTo: { gte: toDbDate(on) } }],
    },
    select: { personId: true },
  })
  return new Set(posts.map((post) => post.personId))
}
