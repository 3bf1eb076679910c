// What people press about the table they sit at: cannot come, can after all, another time, did it take place.
import { z } from 'zod'
import { OverlapError } from '../../db/errors.ts'
import { fromDbDate } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { guestsAmong } from '../../directory/guests.ts'
import { goTogether, greetOnce, waysTogether } from '../../directory/together.ts'
import { type Answer, type Ask, action, replaceWith } from '../../intake/handler.ts'
import { formatSpan } from '../../kernel/format.ts'
import type { Core } from '../feature.ts'
import { talkBlocks } from '../talk.ts'
import type { FeaturePart } from '../together.ts'
import { audit, staffTakesPart, takesPart } from './access.ts'
import { canCome, cannotCome, setTime, takenBy } from './change.ts'
import { id } from './ids.ts'
import { bookingSubject, tableSubject } from './plan.ts'
import { myTable } from './show.ts'
import { comingTo, isAhead, isOver, lockTable, spanOf, type TableOfRound } from './store.ts'
import { textsIn } from './texts.ts'
import { firstDay, loadTimes, proposals } from './times.ts'
import { goneCard, greetingCard, showTable, tableCard, talks, timesCard } from './views.ts'

/** A host is offered times from so many days before the present one on. */
const DAYS_BEFORE = 7

const ofTable = z.object({ table: id })
const ofVersion = z.object({ table: id, version: id })

export function tableHandlers(core: Core): FeaturePart {
  const permission = takesPart(core)
  const reader = ({ actor, language }: Ask) => ({ id: actor.id, language, guest: actor.guest === true })

  const shown = async (tx: Tx, ask: Ask, tableId: number, note?: string) => {
    const table = await myTable(core, tx, tableId, reader(ask), ask.now)
    return replaceWith(
      table ? tableCard(table, ask.language, note) : goneCard(ask.language),
      showTable(tableId),
    )
  }

  /** A table of a published round at which they have a seat, locked. */
  const ownTable = async (tx: Tx, ask: Ask, tableId: number) => {
    const table = await lockTable(tx, tableId)
    const sits = table?.seats.some(({ personId }) => personId === ask.actor.id)
    return table && sits && table.round.status !== 'draft' ? table : undefined
  }

  /** Changes what nobody has changed since it was shown, and shows it. */
  const change = async (
    ask: Ask,
    data: z.infer<typeof ofVersion>,
    work: (tx: Tx, table: TableOfRound) => Promise<string | undefined>,
  ): Promise<Answer> => {
    const t = textsIn(ask.language)
    try {
      return await inTransaction(core.db, async (tx) => {
        const table = await ownTable(tx, ask, data.table)
        if (!table) return shown(tx, ask, data.table)
        const stale = table.version !== data.version || !isAhead(table, ask.now)
        return shown(tx, ask, data.table, stale ? t.stale : await work(tx, table))
      })
    } catch (error) {
      // Somebody booked one of them at this very moment.
      if (!(error instanceof OverlapError)) throw error
      return inTransaction(core.db, (tx) => shown(tx, ask, data.table, t.busyNow))
    }
  }

  /** Times for the table's host to choose from. */
  const timesFor = async (tx: Tx, ask: Ask, table: TableOfRound) => {
    const people = table.seats.map(({ personId }) => personId)
    const present = spanOf(table)?.start
    const due = fromDbDate(table.round.dueOn)
    const around = present?.toZonedDateTimeISO(core.zone).toPlainDate().subtract({ days: DAYS_BEFORE }) ?? due
    const from = await firstDay(tx, around, ask.today)
    const except = new Set([bookingSubject(table.id)])
    const times = await loadTimes(tx, people, from, ask.today, core.zone, except)
    const { series } = table.round
    const taken = await takenBy(tx, table)
    const choosing = {
      people,
      host: table.hostId,
      present: present ?? from.toZonedDateTime(core.zone).toInstant(),
    }
    return { times, found: proposals(times, choosing, series, ask.now, core.zone, taken) }
  }
  const drawTimes = async (tx: Tx, ask: Ask, tableId: number, note?: string) => {
    const table = await ownTable(tx, ask, tableId)
    const mine = table && (await myTable(core, tx, tableId, reader(ask), ask.now))
    if (!table || !mine || table.hostId !== ask.actor.id || !isAhead(table, ask.now))
      return shown(tx, ask, tableId, table && textsIn(ask.language).stale)
    const { found } = await timesFor(tx, ask, table)
    const again = { id: 'gatherings.times', data: { table: tableId } }
    return replaceWith(timesCard(mine, found, ask.language, note), again)
  }

  return {
    actions: {
      'gatherings.table': action({
        effect: 'reads',
        permission,
        data: ofTable,
        handle: (ask, data) => inTransaction(core.db, (tx) => shown(tx, ask, data.table)),
      }),
      'gatherings.talk': action({
        effect: 'changes',
        permission: staffTakesPart(core),
        data: ofTable,
        handle: async (ask, data) => {
          const found = await inTransaction(core.db, async (tx) => {
            const table = await myTable(core, tx, data.table, reader(ask), ask.now)
            if (!table || !talks(table)) return undefined
            // Whoever is not staff yet is in no chat of the city's, and their address is their own.
            const guests = await guestsAmong(tx, table.coming, ask.today)
            const others = table.coming.filter((each) => each !== ask.actor.id && !guests.has(each))
            const topic = textsIn(ask.language).roundOf(table.name, table.round)
            return {
              table,
              ways: await waysTogether(tx, core.chats, ask.actor.id, others, { topic, own: true }),
            }
          })
          if (!found)
            return inTransaction(core.db, (tx) => shown(tx, ask, data.table, textsIn(ask.language).stale))
          const { table, ways } = found
          const tables = core.db.prisma.gatheringTable
          const greeting = greetOnce(greetingCard(table, ask.language), ask.flow, async (where, talk) => {
            const { count } = await tables.updateMany({
              where: { AND: [{ id: table.id }, where] },
              data: { talk },
            })
            return count
          })
          const together = await goTogether(ways, greeting)
          const blocks = talkBlocks(together, table.names, ask.language)
          return replaceWith(tableCard(table, ask.language, undefined, blocks), showTable(table.id))
        },
      }),
      'gatherings.cannot': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: (ask, data) =>
          change(ask, data, async (tx, table) => {
            await cannotCome(core, tx, table, ask.actor.id, ask.now)
            return textsIn(ask.language).table.cannotNote
          }),
      }),
      'gatherings.can': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: (ask, data) =>
          change(ask, data, async (tx, table) => {
            const t = textsIn(ask.language).table
            if (comingTo(table).includes(ask.actor.id)) return undefined
            return (await canCome(core, tx, table, ask.actor.id, ask.now)) ? t.canNote : t.canNot
          }),
      }),
      'gatherings.times': action({
        effect: 'reads',
        permission,
        data: ofTable,
        handle: (ask, data) => inTransaction(core.db, (tx) => drawTimes(tx, ask, data.table)),
      }),
      'gatherings.move': action({
        effect: 'changes',
        permission,
        data: z.object({
          table: id,
          version: id,
          minute: z
            .int()
            .min(0)
            .max(8_640_000_000_000 / 60),
        }),
        handle: async (ask, data) => {
          const t = textsIn(ask.language)
          try {
            return await inTransaction(core.db, async (tx) => {
              const table = await ownTable(tx, ask, data.table)
              if (table?.hostId !== ask.actor.id || !isAhead(table, ask.now))
                return shown(tx, ask, data.table, table && t.stale)
              if (table.version !== data.version) return drawTimes(tx, ask, data.table, t.stale)
              const start = Temporal.Instant.fromEpochMilliseconds(data.minute * 60_000)
              const { times, found } = await timesFor(tx, ask, table)
              const chosen = found.find((each) => each.start.equals(start))
              if (!chosen) return drawTimes(tx, ask, data.table, t.table.taken)
              const coming = table.seats
                .map(({ personId }) => personId)
                .filter((personId) => times.isFree(personId, chosen))
              const before = spanOf(table)?.start
              await setTime(core, tx, table, chosen, coming, { by: ask.actor.id }, ask.now)
              await audit(tx, ask, 'moved', tableSubject(table.id), {
                from: before?.toString() ?? null,
                to: chosen.start.toString(),
              })
              const when = formatSpan(chosen.start, chosen.end, core.zone, ask.language)
              return shown(tx, ask, data.table, t.table.moved(when))
            })
          } catch (error) {
            if (!(error instanceof OverlapError)) throw error
            return inTransaction(core.db, (tx) => drawTimes(tx, ask, data.table, t.table.taken))
          }
        },
      }),
      'gatherings.answer': action({
        effect: 'changes',
        permission,
        data: z.object({ table: id, held: z.boolean() }),
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const table = await ownTable(tx, ask, data.table)
            // Only the host is asked; a round that is counted for good is not counted again.
            if (table?.hostId !== ask.actor.id || !isOver(table, ask.now) || table.round.status === 'done')
              return shown(tx, ask, data.table, table && t.stale)
            await tx.gatheringTable.update({
              where: { id: table.id },
              data: { status: data.held ? 'held' : 'not_held', version: { increment: 1 } },
            })
            return shown(tx, ask, data.table, data.held ? t.table.heldNote : t.table.notHeldNote)
          }),
      }),
    },
  }
}
