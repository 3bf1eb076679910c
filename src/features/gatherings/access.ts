// Who may run a series: HR for their part of the city, and whoever it names as its coordinator.

import type { GatheringSeries } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Actor } from '../../directory/actor.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { reach } from '../../directory/rights.ts'
import { auditing } from '../../intake/audited.ts'
import type { Ask, Permission } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'

export const isHr = (actor: Pick<Actor, 'grants'>): boolean => actor.grants.some(({ role }) => role === 'hr')

export const runsSeries = (core: Core): Permission => ({
  who: { ja: '人事担当または運営担当の方', en: 'HR officers and coordinators' },
  allows: async (actor) =>
    isHr(actor) || (await core.db.prisma.gatheringSeries.count({ where: { coordinatorId: actor.id } })) > 0,
})

/** Whoever is, or was, asked to take part in something. */
export const takesPart = (core: Core): Permission => ({
  who: { ja: '座談会・コーヒーペアの対象の方', en: 'people whom round tables are for' },
  guests: true,
  allows: async (actor) =>
    (await core.db.prisma.gatheringMember.count({ where: { personId: actor.id } })) > 0,
})

/** As above, but for what only staff may do there: leading, searching colleagues, reaching them elsewhere. */
export const staffTakesPart = (core: Core): Permission => {
  const { who, allows } = takesPart(core)
  return { who, allows }
}

/** The sections for which they may make series; undefined: for none. null: the whole city. */
export function homeOf(actor: Pick<Actor, 'grants'>): number | null | undefined {
  const grants = actor.grants.filter(({ role }) => role === 'hr')
  if (grants.some(({ sectionId }) => sectionId === null)) return null
  return grants[0]?.sectionId
}

export function mayRun(
  actor: Pick<Actor, 'id' | 'grants'>,
  series: Pick<GatheringSeries, 'sectionId' | 'coordinatorId'>,
  org: Organisation,
): boolean {
  if (series.coordinatorId === actor.id) return true
  const sections = reach(actor, 'hr', org)
  return sections === 'all' || (series.sectionId !== null && sections.has(series.sectionId))
}

export interface Running {
  readonly series: GatheringSeries
  readonly org: Organisation
}

/** Undefined where there is none, or it is not theirs: the two are never told apart. */
export async function running(
  tx: Tx,
  ask: Pick<Ask, 'actor' | 'today'>,
  seriesId: number,
): Promise<Running | undefined> {
  const series = await tx.gatheringSeries.findUnique({ where: { id: seriesId } })
  if (!series) return undefined
  const org = await loadOrganisation(tx, ask.today, [])
  return mayRun(ask.actor, series, org) ? { series, org } : undefined
}

/** Series that somebody may run, the latest first. */
export async function runBy(tx: Tx, ask: Pick<Ask, 'actor' | 'today'>): Promise<GatheringSeries[]> {
  const all = await tx.gatheringSeries.findMany({
    ...(!isHr(ask.actor) && { where: { coordinatorId: ask.actor.id } }),
    orderBy: { id: 'desc' },
  })
  if (all.length === 0) return []
  const org = await loadOrganisation(tx, ask.today, [])
  return all.filter((series) => mayRun(ask.actor, series, org))
}

/** What somebody changed for others; never what anybody entrusted to the seating. */
export const audit = auditing('gathering')
