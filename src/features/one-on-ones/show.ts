// Reads what one of the two may see, and draws it. Everybody else gets "not found", whatever there is.
import type { Block } from '../../cards/card.ts'
import { toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { leadsOf, membersOf } from '../../directory/lines.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { loadPeople } from '../../directory/people.ts'
import { officeName, readSetting } from '../../directory/settings.ts'
import { type Answer, type Ask, replaceWith, say } from '../../intake/handler.ts'
import { Refusal } from '../../kernel/errors.ts'
import type { Core } from '../feature.ts'
import { notesSetting } from './settings.ts'
import { isPair, type Meeting, mayRead, otherOf, type Series } from './state.ts'
import { findMeeting, loadMeetings, loadSeries, loadTopics, lockSeries } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { type Line, mineCard, openSeries, type Scene, seriesCard } from './views.ts'
import { nameOf } from './words.ts'

export const notFound = () => new Refusal('not-found', { ja: ja.notFound, en: en.notFound })

/** The series, where the person is one of the two (after its end: the member). Throws Refusal. */
export async function readable(tx: Tx, id: number, personId: number): Promise<Series> {
  const [series] = await loadSeries(tx, { id })
  if (!series || !mayRead(series, personId)) throw notFound()
  return series
}

/** Locked, for one of the two while it lives. Throws Refusal. */
export async function changeable(tx: Tx, id: number, personId: number): Promise<Series> {
  const series = await lockSeries(tx, id)
  if (!series || series.state.type === 'ended' || !isPair(series, personId)) throw notFound()
  return series
}

/** A meeting with its series, locked. Throws Refusal. */
export async function changeableMeeting(
  tx: Tx,
  id: number,
  personId: number,
): Promise<{ readonly series: Series; readonly meeting: Meeting }> {
  const found = await findMeeting(tx, id)
  if (!found) throw notFound()
  const series = await changeable(tx, found.seriesId, personId)
  const meeting = await findMeeting(tx, id)
  if (!meeting) throw notFound()
  return { series, meeting }
}

export async function namesOf(
  tx: Tx,
  series: Pick<Series, 'leadId' | 'memberId'>,
  ask: Pick<Ask, 'today' | 'language'>,
): Promise<ReadonlyMap<number, string>> {
  const both = [series.leadId, series.memberId]
  const people = await loadPeople(tx, both, ask.today)
  return new Map(both.map((id) => [id, nameOf(people, id, ask.language)]))
}

/** The latest meeting that is over and about which the reader has not said whether it was held. */
async function askedOf(tx: Tx, series: Series, reader: number, now: Temporal.Instant) {
  const [last] = await tx.oneOnOneMeeting.findMany({
    where: { seriesId: series.id, status: { not: 'skipped' }, endsAt: { lte: toDbInstant(now) } },
    orderBy: { startsAt: 'desc' },
    take: 1,
    select: { id: true },
  })
  const meeting = last && (await findMeeting(tx, last.id))
  const open = meeting && meeting.status !== 'unplaced' && series.state.type !== 'ended'
  return open && !meeting.answers.some(({ personId }) => personId === reader) ? meeting : undefined
}

export async function sceneOf(core: Core, tx: Tx, ask: Ask, series: Series): Promise<Scene> {
  const { on } = await readSetting(tx, notesSetting)
  const coming = await loadMeetings(tx, {
    seriesId: series.id,
    status: { in: ['planned', 'unplaced'] },
    startsAt: { gt: toDbInstant(ask.now) },
  })
  const topics = await loadTopics(core, tx, series)
  const ended = series.state.type === 'ended'
  return {
    series,
    reader: ask.actor.id,
    language: ask.language,
    zone: core.zone,
    names: await namesOf(tx, series, ask),
    // What the other one had brought stays theirs.
    topics: ended ? topics.filter(({ authorId }) => authorId === ask.actor.id) : topics,
    coming,
    asked: await askedOf(tx, series, ask.actor.id, ask.now),
    notes: on && series.kind === 'line',
  }
}

/** The series' card as it is now, in place of what was clicked. Throws Refusal. */
export async function shown(
  core: Core,
  tx: Tx,
  ask: Ask,
  id: number,
  note?: string,
  more: readonly Block[] = [],
): Promise<Answer> {
  const series = await readable(tx, id, ask.actor.id)
  return replaceWith(seriesCard(await sceneOf(core, tx, ask, series), note, more), openSeries(id))
}

/** All that somebody has, with what comes next. */
export async function linesOf(tx: Tx, ask: Ask): Promise<Line[]> {
  const own = ask.actor.id
  const found = await loadSeries(tx, {
    status: { not: 'ended' },
    OR: [{ leadId: own }, { memberId: own }],
  })
  const people = await loadPeople(
    tx,
    found.flatMap(({ leadId, memberId }) => [leadId, memberId]),
    ask.today,
  )
  const coming = await loadMeetings(tx, {
    seriesId: { in: found.map(({ id }) => id) },
    status: { in: ['planned', 'unplaced'] },
    startsAt: { gt: toDbInstant(ask.now) },
  })
  const lines: Line[] = []
  for (const series of found)
    lines.push({
      series,
      who: nameOf(people, series.leadId === own ? series.memberId : series.leadId, ask.language),
      next: coming.find(({ seriesId }) => seriesId === series.id),
      asked: (await askedOf(tx, series, own, ask.now)) !== undefined,
    })
  return lines
}

/** With whom somebody has a 1on1 already. */
export async function servedBy(tx: Tx, personId: number): Promise<ReadonlySet<number>> {
  const live = { kind: 'line', status: { not: 'ended' } }
  const found = await loadSeries(tx, { ...live, OR: [{ leadId: personId }, { memberId: personId }] })
  return new Set(found.map((series) => otherOf(series, personId)))
}

/** What is over and still holds something of the member's: notes that are kept, topics that they had brought. */
async function pastOf(tx: Tx, ask: Ask): Promise<Pick<Line, 'series' | 'who'>[]> {
  const own = ask.actor.id
  const found = await loadSeries(tx, {
    status: 'ended',
    memberId: own,
    OR: [
      { topics: { some: { authorId: own, doneAt: null } } },
      { notes: { some: { removeOn: { gt: toDbDate(ask.today) } } } },
    ],
  })
  const people = await loadPeople(
    tx,
    found.map(({ leadId }) => leadId),
    ask.today,
  )
  return found.toReversed().map((series) => ({ series, who: nameOf(people, series.leadId, ask.language) }))
}

export async function mine(
  core: Core,
  tx: Tx,
  ask: Ask,
  place: 'new' | 'replace',
  note?: string,
): Promise<Answer> {
  const members = await membersOf(tx, ask.actor.id, ask.today)
  const leads = leadsOf(await loadOrganisation(tx, ask.today, [ask.actor.id]), ask.actor.id)
  const partners = [...members, ...leads]
  const served = await servedBy(tx, ask.actor.id)
  const lines = await linesOf(tx, ask)
  const own = ask.actor.id
  const card = mineCard(
    lines,
    {
      language: ask.language,
      zone: core.zone,
      mayBegin: partners.some((each) => !served.has(each)),
      known: partners.length > 0,
      chief: members.length > 0,
      feels:
        lines.some(({ series }) => series.memberId === own) ||
        (await tx.oneOnOneFeeling.count({ where: { personId: own } })) > 0,
      office: (await readSetting(tx, officeName))[ask.language],
      past: await pastOf(tx, ask),
    },
    note,
  )
  const again = { id: 'one-on-ones.mine' }
  return place === 'new' ? say(card, again) : replaceWith(card, again)
}
