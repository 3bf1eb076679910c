// Reads what somebody may see of their own tables and series.
import { fromDbDateOrNull, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { guestsAmong } from '../../directory/guests.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { startersFor } from './rules.ts'
import type { Mine, MyTable } from './state.ts'
import { comingTo, findTable, isAhead, isOver, spanOf, type TableOfRound, tablesWith } from './store.ts'
import { textsIn } from './texts.ts'

export interface Reader {
  readonly id: number
  readonly language: Language
  /** 内定者: what only staff may do is not offered. */
  readonly guest?: boolean
}

/** How people are named to a reader: with their section, as of a day. */
export async function namesOf(
  tx: Tx,
  personIds: readonly number[],
  language: Language,
  today: Temporal.PlainDate,
): Promise<ReadonlyMap<number, string>> {
  const people = await loadPeople(tx, personIds, today)
  const org = await loadOrganisation(tx, today, [])
  const guests = await guestsAmong(tx, personIds, today)
  const t = textsIn(language).table
  return new Map(
    [...people.values()].map((person) => [
      person.id,
      t.who(
        addressed(person, language),
        guests.has(person.id) ? t.guest : (org.section(person.sectionId ?? 0)?.name ?? ''),
      ),
    ]),
  )
}

/** Tables as the reader sees them; those at which they have no seat are left out. */
export async function asSeenBy(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  tables: readonly TableOfRound[],
  reader: Reader,
  now: Temporal.Instant,
): Promise<MyTable[]> {
  const own = tables.filter(
    ({ seats, round }) => round.status !== 'draft' && seats.some(({ personId }) => personId === reader.id),
  )
  if (own.length === 0) return []
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const ids = own.flatMap(({ seats, hostId }) => [hostId, ...seats.map(({ personId }) => personId)])
  const names = await namesOf(tx, ids, reader.language, today)
  return own.map((table): MyTable => {
    const { round, seats } = table
    const { series } = round
    const starters = series.topics.length > 0 ? series.topics : textsIn(reader.language).starters
    return {
      id: table.id,
      version: table.version,
      status: table.status,
      seriesId: series.id,
      name: series.name,
      round: round.number,
      zone: core.zone,
      span: spanOf(table),
      place: series.place,
      link: series.link,
      reader: reader.id,
      guest: reader.guest === true,
      hostId: table.hostId,
      coming: comingTo(table),
      cannot: seats.filter(({ status }) => status === 'cannot').map(({ personId }) => personId),
      people: seats.length,
      names,
      starters: startersFor(starters, round.number, table.number),
      ahead: isAhead(table, now),
      asks: table.status === 'planned' && isOver(table, now),
    }
  })
}

/** Their own table; undefined where there is none or they have no seat at it: the two are never told apart. */
export async function myTable(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  tableId: number,
  reader: Reader,
  now: Temporal.Instant,
): Promise<MyTable | undefined> {
  const found = await findTable(tx, tableId)
  return found ? (await asSeenBy(core, tx, [found], reader, now))[0] : undefined
}

/** Tables of published rounds that are not over, at which they come or could. */
export async function tablesAhead(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  reader: Reader,
  now: Temporal.Instant,
  seriesId?: number,
): Promise<MyTable[]> {
  const where = { endsAt: { gt: toDbInstant(now) }, ...(seriesId && { seriesId }) }
  const found = (await tablesWith(tx, reader.id, where)).filter(
    ({ status }) => status === 'planned' || status === 'unplaced',
  )
  return asSeenBy(core, tx, found, reader, now)
}

/** Everything that concerns somebody; what they have not answered first, what they have left only where `id` asks. */
export async function minesOf(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  reader: Reader,
  now: Temporal.Instant,
  id?: number,
): Promise<Mine[]> {
  const members = await tx.gatheringMember.findMany({
    where: {
      personId: reader.id,
      ...(id === undefined
        ? { status: { not: 'left' }, series: { status: 'open' } }
        : { seriesId: id, series: { status: { not: 'draft' } } }),
    },
    include: { series: true },
    orderBy: { seriesId: 'desc' },
  })
  const tables = await tablesAhead(core, tx, reader, now, id)
  return members
    .map(({ series, status, pausedUntil, facilitates }) => ({
      series,
      status,
      facilitates,
      guest: reader.guest === true,
      pausedUntil: fromDbDateOrNull(pausedUntil),
      tables: tables.filter(({ seriesId }) => seriesId === series.id),
    }))
    .sort((a, b) => Number(b.status === 'asked') - Number(a.status === 'asked'))
}
