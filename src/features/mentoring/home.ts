// 「メンター」: what concerns the reader, first as a participant, then as somebody who runs programmes.
import type { Block, Card, Row } from '../../cards/card.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Ask } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import { mayRun, runnerOf } from './access.ts'
import { mineBlocks } from './mine.ts'
import { stateOf } from './scene.ts'
import { textsIn } from './texts.ts'
import { bold, buttons, card, notes, periodOf, showProgramme, text } from './views.ts'

/** The latest programmes that a page can hold; older ones have ended. */
const mostProgrammes = 20

export async function drawHome(core: Core, tx: Tx, ask: Ask, lines?: readonly string[]): Promise<Card> {
  const t = textsIn(ask.language)
  const mine = await mineBlocks(core, tx, ask)
  const { access } = await runnerOf(tx, ask.actor, ask.today)
  const runs = access.home !== undefined
  const programmes = runs
    ? (await tx.mentoringProgramme.findMany({ orderBy: { id: 'desc' } })).filter((each) =>
        mayRun(access, each),
      )
    : []
  const rows = programmes.slice(0, mostProgrammes).map(
    (programme): Row => ({
      text: programme.name,
      detail: `${t.statuses[programme.status as keyof typeof t.statuses]} ${periodOf(stateOf(programme), ask.language)}`,
      button: { label: t.open, action: showProgramme(programme.id) },
    }),
  )
  const running: Block[] = runs
    ? [
        ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : [text(t.noneRun)]),
        buttons({
          label: t.create,
          ...(mine.length === 0 && { style: 'primary' as const }),
          action: { id: 'mentoring.edit', data: {} },
        }),
      ]
    : []
  return card(ask.language, [
    { type: 'heading', text: t.heading },
    ...notes(lines),
    ...mine,
    ...(mine.length > 0 && running.length > 0 ? [{ type: 'divider' } satisfies Block] : []),
    ...running,
    ...(mine.length + running.length === 0 ? [bold(t.none)] : []),
  ])
}
