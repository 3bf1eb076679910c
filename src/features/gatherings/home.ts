// 「座談会」: what concerns the reader, first as somebody who takes part, then as somebody who runs them.
import type { Block, Card } from '../../cards/card.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Ask } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import { homeOf, runBy } from './access.ts'
import { minesOf } from './show.ts'
import { textsIn } from './texts.ts'
import { bold, buttons, card, mineRow, text } from './views.ts'
import { runRow } from './views-run.ts'

/** What a page has room for of each; older ones have ended. */
const mostRows = 12

export async function drawHome(core: Pick<Core, 'zone'>, tx: Tx, ask: Ask): Promise<Card> {
  const { language } = ask
  const t = textsIn(language)
  const mines = await minesOf(
    core,
    tx,
    { id: ask.actor.id, language, guest: ask.actor.guest === true },
    ask.now,
  )
  const run = await runBy(tx, ask)
  const makes = homeOf(ask.actor) !== undefined
  const mine: Block[] =
    mines.length > 0
      ? [{ type: 'list', rows: mines.slice(0, mostRows).map((each) => mineRow(each, language)) }]
      : []
  const running: Block[] =
    makes || run.length > 0
      ? [
          ...(mines.length > 0 ? [{ type: 'divider' } satisfies Block] : []),
          bold(t.run.heading),
          run.length > 0
            ? { type: 'list', rows: run.slice(0, mostRows).map((each) => runRow(each, language)) }
            : text(t.run.noneRun),
          ...(makes
            ? [
                buttons({
                  label: t.run.create,
                  ...(mines.length === 0 && { style: 'primary' as const }),
                  action: { id: 'gatherings.edit', data: {} },
                }),
              ]
            : []),
        ]
      : []
  return card(language, [
    { type: 'heading', text: t.heading },
    ...mine,
    ...running,
    ...(mine.length + running.length === 0 ? [text(t.none)] : []),
  ])
}
