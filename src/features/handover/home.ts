import { loadPeople } from '../../directory/people.ts'
import type { Ask, HomeItem } from '../../intake/handler.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Core } from '../feature.ts'
import { leftOf, sideOf } from './state.ts'
import { loadHandovers } from './store.ts'
import { textsIn } from './texts.ts'
import { nameIn, openHandover } from './views.ts'

/** What the reader has left to tick, by the day until which it is to be done. */
export const homeItems = (core: Core) => async (ask: Ask) => {
  const own = ask.actor.id
  const t = textsIn(ask.language)
  const rows = await loadHandovers(
    core.db.prisma,
    { status: 'open', OR: [{ fromId: own }, { toId: own }] },
    5,
  )
  if (rows.length === 0) return []
  const other = (row: (typeof rows)[number]) => (row.fromId === own ? row.toId : row.fromId)
  const name = nameIn(await loadPeople(core.db.prisma, rows.map(other), ask.today), ask.language)
  return rows.flatMap((row): HomeItem[] => {
    const side = sideOf(row, own)
    const left = side ? leftOf(row.items, side) : 0
    if (left === 0) return []
    return [
      {
        at: row.due.toZonedDateTime(core.zone).toInstant(),
        text: t.homeOpen(name(other(row))),
        detail: t.homeLeft(left, formatDate(row.due, ask.language)),
        button: { label: t.open, action: openHandover(row.id) },
      },
    ]
  })
}
