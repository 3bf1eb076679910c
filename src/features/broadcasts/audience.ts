// The audience of an announcement as it stands: how many, who for example, in words, and who may approve it.
import { toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Grant, Role } from '../../directory/actor.ts'
import type { Group } from '../../directory/audience/groups.ts'
import { findAudience } from '../../directory/audience/query.ts'
import { audienceLine, loadAudienceNames } from '../../directory/audience/words.ts'
import { type Audience, type Reach, reachOf } from '../../directory/audience.ts'
import { inForce, loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import type { Bilingual, Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import type { Broadcast } from './rules.ts'

/** Who may write to others at all. */
const writing: readonly Role[] = ['hr', 'training']

export interface Standing {
  readonly personIds: readonly number[]
  readonly absent: number
  readonly line: Bilingual
  readonly group?: Group | undefined
}

/** The rights of somebody on a day. */
async function grantsOf(tx: Tx, personId: number, on: Temporal.PlainDate): Promise<readonly Grant[]> {
  const rows = await tx.roleGrant.findMany({
    where: {
      personId,
      ...inForce(on),
      person: { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
    },
    select: { role: true, sectionId: true, occupation: true },
  })
  return rows.map(({ role, sectionId, occupation }) => ({
    role: role as Role,
    sectionId,
    ...(occupation !== null && { occupation }),
  }))
}

/** Whom an author may write to, by the rights of that day: an author who has lost them reaches nobody. */
export async function reachOfAuthor(tx: Tx, authorId: number, org: Organisation): Promise<Reach> {
  return reachOf({ grants: await grantsOf(tx, authorId, org.on) }, writing, org)
}

async function groupOf(core: Core, tx: Tx, audience: Audience, now: Temporal.Instant) {
  const { group } = audience
  const kind = group && core.groups?.().find((each) => each.kind === group.kind)
  return group && kind ? kind.resolve(tx, group.id, now) : undefined
}

/** Whom it would reach now, within its author's part of the city. */
export async function standingOf(
  core: Core,
  tx: Tx,
  { audience, authorId }: Pick<Broadcast, 'audience' | 'authorId'>,
  now: Temporal.Instant,
): Promise<Standing> {
  const on = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const org = await loadOrganisation(tx, on, [])
  const reach = await reachOfAuthor(tx, authorId, org)
  const group = await groupOf(core, tx, audience, now)
  const found = await findAudience(tx, { audience, reach, on, org, group: group?.personIds })
  const names = await loadAudienceNames(tx, on, org)
  const partOnly = !reach.some(({ sections, occupation }) => sections === 'all' && !occupation)
  const line = (language: Language) =>
    audienceLine(audience, names, language, { group: group?.name, partOnly })
  return {
    personIds: found.personIds,
    absent: found.absentIds.length,
    line: { ja: line('ja'), en: line('en') },
    group,
  }
}

/** Three of them for example, from the beginning, the middle and the end of the list. */
export async function examplesOf(
  tx: Tx,
  personIds: readonly number[],
  on: Temporal.PlainDate,
  language: Language,
): Promise<readonly string[]> {
  const places = [0, Math.floor(personIds.length / 2), personIds.length - 1]
  const ids = [...new Set(places.flatMap((place) => personIds[place] ?? []))]
  const people = await loadPeople(tx, ids, on)
  const org = await loadOrganisation(tx, on, ids)
  return ids.flatMap((id) => {
    const person = people.get(id)
    if (!person) return []
    const section = org.section(person.sectionId ?? 0)?.name
    return [section ? `${addressed(person, language)}(${section})` : addressed(person, language)]
  })
}

/** HR officers other than the author who look after everybody it is for: any of them may approve it. */
export async function approversOf(
  tx: Tx,
  authorId: number,
  personIds: readonly number[],
  on: Temporal.PlainDate,
): Promise<readonly number[]> {
  const org = await loadOrganisation(tx, on, [])
  const rows = await tx.roleGrant.findMany({
    where: {
      role: 'hr',
      personId: { not: authorId },
      ...inForce(on),
      person: { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
    },
    select: { personId: true, sectionId: true },
    orderBy: { personId: 'asc' },
  })
  const approvers: number[] = []
  for (const [personId, grants] of Map.groupBy(rows, (row) => row.personId)) {
    const held = grants.map(({ sectionId }) => ({ role: 'hr', sectionId }) as const)
    const reach = reachOf({ grants: held }, ['hr'], org)
    const covers =
      reach.some(({ sections }) => sections === 'all') ||
      (
        await findAudience(tx, {
          audience: { people: [...personIds].slice(0, 20_000), withAbsent: true },
          reach,
          on,
          org,
        })
      ).personIds.length === personIds.length
    if (covers) approvers.push(personId)
  }
  return approvers
}

/** The section from which an announcement comes: its author's main post on the day. */
export async function sectionOfAuthor(
  tx: Tx,
  authorIds: readonly number[],
  on: Temporal.PlainDate,
): Promise<ReadonlyMap<number, string>> {
  const posts = await tx.post.findMany({
    where: { personId: { in: [...new Set(authorIds)] }, main: true, ...inForce(on) },
    select: { personId: true, section: { select: { name: true } } },
  })
  return new Map(posts.map(({ personId, section }) => [personId, section.name]))
}
