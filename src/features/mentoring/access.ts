// Who may run a programme: HR for their part of the city, the head of a section for theirs. Who takes part in one.
import type { MentoringProgramme } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Actor } from '../../directory/actor.ts'
import type { Reach } from '../../directory/audience.ts'
import { sectionsHeadedBy } from '../../directory/lines.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { reach } from '../../directory/rights.ts'
import type { Permission } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import { isGuest } from '../guests.ts'

const dayOf = (core: Core, now: Temporal.Instant) => now.toZonedDateTimeISO(core.zone).toPlainDate()
export const isHr = (actor: Pick<Actor, 'grants'>) => actor.grants.some(({ role }) => role === 'hr')

/** HR officers and heads of sections; each for their own part, to which the handler narrows. */
export const runsProgrammes = (core: Core): Permission => ({
  who: { ja: '人事担当または所属長の方', en: 'HR officers and heads of sections' },
  allows: async (actor, now) =>
    isHr(actor) || (await sectionsHeadedBy(core.db.prisma, actor.id, dayOf(core, now))).size > 0,
})

/** Whoever was asked to take part in a programme; people who are to join (内定者) too. */
export const takesPart = (core: Core): Permission => ({
  who: { ja: 'メンター制度の対象の方', en: 'people whom a mentoring programme is for' },
  guests: true,
  allows: async (actor) =>
    (await core.db.prisma.mentoringMember.count({
      where: { personId: actor.id, programme: { status: { not: 'cancelled' } } },
    })) > 0,
})

/** As above, but for what only staff may do there: searching colleagues, reaching them elsewhere. */
export const staffTakesPart = (core: Core): Permission => {
  const { who, allows } = takesPart(core)
  return { who, allows }
}

/** 内定者 who were asked to take part. */
export const guestTakesPart = (core: Core): Permission => {
  const { allows } = takesPart(core)
  return { ...isGuest, allows: async (actor, now) => actor.guest === true && allows(actor, now) }
}

export interface Access {
  readonly sections: 'all' | ReadonlySet<number>
  /** The section that a new programme of theirs is for; null: the whole city. Undefined: they may run none. */
  readonly home: number | null | undefined
}

/** The part of the city for which somebody may run programmes. */
export async function accessOf(
  tx: Tx,
  actor: Pick<Actor, 'id' | 'grants'>,
  org: Organisation,
): Promise<Access> {
  const byRight = reach(actor, 'hr', org)
  if (byRight === 'all') return { sections: 'all', home: null }
  const headed = [...(await sectionsHeadedBy(tx, actor.id, org.on))].sort((a, b) => a - b)
  const sections = new Set([...byRight, ...headed.flatMap((id) => [...org.within(id)])])
  const granted = actor.grants.find(({ role }) => role === 'hr')?.sectionId
  return { sections, home: granted ?? homeOf(actor.id, headed, org) }
}

/** Of somebody who heads several, the section of their own post comes first; then the uppermost. */
function homeOf(personId: number, headed: readonly number[], org: Organisation): number | undefined {
  const own = org.mainPost(personId)?.sectionId
  if (own !== undefined && headed.includes(own)) return own
  return headed.find((id) => !headed.some((other) => other !== id && org.within(other).has(id)))
}

export const mayRun = (access: Access, programme: Pick<MentoringProgramme, 'sectionId'>): boolean =>
  access.sections === 'all' || (programme.sectionId !== null && access.sections.has(programme.sectionId))

/** Whom a programme may ask to take part. */
export const reachOfProgramme = (
  { sectionId }: Pick<MentoringProgramme, 'sectionId'>,
  org: Organisation,
): Reach => [{ sections: sectionId === null ? 'all' : org.within(sectionId) }]

export async function runnerOf(tx: Tx, actor: Pick<Actor, 'id' | 'grants'>, today: Temporal.PlainDate) {
  const org = await loadOrganisation(tx, today, [actor.id])
  return { org, access: await accessOf(tx, actor, org) }
}
