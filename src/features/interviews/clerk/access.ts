// 庶務担当: whom a section clerk may act for. Their section and all below it, as of today; evaluation steps alone: a
// return from leave or a development talk is between its two people.
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { reach } from '../../../directory/rights.ts'
import type { Ask, Permission } from '../../../intake/handler.ts'
import { notFound } from '../booking/access.ts'
import { loadInterview } from '../booking/store.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: 'ja' | 'en'): typeof ja => (language === 'ja' ? ja : en)

export const clerks: Permission = {
  who: { ja: ja.who, en: en.who },
  allows: (actor) => actor.grants.some(({ role }) => role === 'clerk'),
}

const within = (ask: Ask, org: Organisation, personId: number): boolean => {
  const sections = reach(ask.actor, 'clerk', org)
  const post = org.mainPost(personId)
  return post !== undefined && (sections === 'all' || sections.has(post.sectionId))
}

/** What this clerk can arrange, soonest deadline first: steps whose time has come, and whatever is booked. */
export async function arrangeable(tx: Tx, ask: Ask): Promise<readonly Interview[]> {
  const org = await loadOrganisation(tx, ask.today)
  const sections = reach(ask.actor, 'clerk', org)
  const staff =
    sections === 'all'
      ? undefined
      : await tx.post.findMany({
          where: { main: true, sectionId: { in: [...sections] }, ...inForce(ask.today) },
          select: { personId: true },
        })
  const found = await loadInterviews(
    tx,
    {
      kind: 'step',
      step: { status: 'open', cycle: { status: 'open' } },
      OR: [{ status: 'booked' }, { status: 'waiting', step: { opensOn: { lte: toDbDate(ask.today) } } }],
      personId: { not: ask.actor.id, ...(staff && { in: staff.map((post) => post.personId) }) },
    },
    ask.today,
  )
  return found.filter(({ personId }) => within(ask, org, personId))
}

export interface Arranged {
  readonly interview: Interview
  /** The conductor whose times the clerk may offer; undefined where there is none of their section. */
  readonly conductor: number | undefined
}

/** One of them; for whatever is not theirs, the same answer as for what is not there. */
export async function requireArranged(
  tx: Tx,
  ask: Ask,
  id: number,
  lock: 'lock' | 'read' = 'read',
): Promise<Arranged> {
  const interview = await loadInterview(tx, id, ask.today, lock)
  if (interview?.kind !== 'step' || interview.personId === ask.actor.id) throw notFound()
  const running = interview.step?.status === 'open' && interview.cycle?.status === 'open'
  const org = await loadOrganisation(tx, ask.today, [interview.personId, ...interview.conductorIds])
  if (!running || !within(ask, org, interview.personId)) throw notFound()
  return { interview, conductor: interview.conductorIds.find((conductor) => within(ask, org, conductor)) }
}

/** The clerks in whose section somebody stands today, the nearest first; themselves left out. */
export async function clerksOf(
  tx: Tx,
  personId: number,
  today: Temporal.PlainDate,
): Promise<readonly number[]> {
  // Most cities begin without any: nobody's section is looked for then.
  if ((await tx.roleGrant.count({ where: { role: 'clerk', ...inForce(today) } })) === 0) return []
  const org = await loadOrganisation(tx, today, [personId])
  const post = org.mainPost(personId)
  if (!post) return []
  const chain = org.chain(post.sectionId).map(({ id }) => id)
  const grants = await tx.roleGrant.findMany({
    where: {
      role: 'clerk',
      sectionId: { in: chain },
      personId: { not: personId },
      ...inForce(today),
      person: { leftOn: null },
    },
    select: { personId: true, sectionId: true },
    orderBy: { personId: 'asc' },
  })
  const [nearest] = chain.filter((id) => grants.some(({ sectionId }) => sectionId === id))
  return [...new Set(grants.filter(({ sectionId }) => sectionId === nearest).map((grant) => grant.personId))]
}

/** Who of these can neither be told nor answer by themselves but by the clerk: no chat, no e-mail, at most a printed code. */
export async function withoutAccount(tx: Tx, people: readonly number[]): Promise<ReadonlySet<number>> {
  const found = await tx.identity.findMany({
    where: { personId: { in: [...people] }, state: 'active', platform: { not: 'paper' } },
    select: { personId: true },
  })
  const reached = new Set(found.map(({ personId }) => personId))
  return new Set(people.filter((id) => !reached.has(id)))
}
