// Cards as Slack messages and Home. Everything drawn here passes the schema of blocks.ts, whatever the card holds.
import type { Card } from '../../cards/card.ts'
import { fitLabel, languageOf, moreMark } from '../../cards/fit.ts'
import { slackLimits as limits } from '../../cards/limits.ts'
import { allot } from '../layout.ts'
import type { SlackBlock, SlackHome, SlackMessage } from './blocks.ts'
import { makeIds } from './ids.ts'
import { type Place, piecesOf, richBlock } from './pieces.ts'
import { escapeMrkdwn, label } from './text.ts'

/** The card's blocks within a surface's limits. */
function layOut(card: Card, place: Place, budget: { blocks: number; characters: number }): SlackBlock[] {
  let charts = 0
  const pieces = card.blocks.flatMap((block, index) => {
    const native = place.charts && (block.type !== 'chart' || charts++ < limits.charts)
    return piecesOf(block, index, { ...place, charts: native })
  })
  const { shown, marked } = allot(pieces, { ...budget, mark: { blocks: 1, characters: 40 } })

  const blocks: SlackBlock[] = []
  const mark = (count: number): SlackBlock => ({
    type: 'context',
    block_id: place.ids.block(),
    elements: [{ type: 'plain_text', text: moreMark(count, place.language), emoji: false }],
  })
  let lost = 0
  for (let at = 0; at < pieces.length; at++) {
    const list = pieces[at]?.list
    if (list === undefined) {
      const kept = shown[at]
      if (kept && 'blocks' in kept.drawn) blocks.push(...kept.drawn.blocks)
      else if (!kept && pieces[at]?.rank !== 3) lost++
      continue
    }
    // A whole list at once, up to its last row.
    let end = at
    while (end + 1 < pieces.length && pieces[end + 1]?.list === list) end++
    const rows = shown.slice(at, end + 1)
    const out = rows.filter((row) => !row).length
    const left = marked.has(list) ? out : 0
    lost += out - left
    const lines = rows.flatMap((row) => (row && 'line' in row.drawn ? row.drawn.line : []))
    if (lines.length > 0) {
      if (left > 0) lines.push({ type: 'text', text: moreMark(left, place.language) })
      blocks.push(richBlock(place.ids, lines))
    } else {
      blocks.push(...rows.flatMap((row) => (row && 'blocks' in row.drawn ? row.drawn.blocks : [])))
      if (left > 0) blocks.push(mark(left))
    }
    at = end
  }
  if (lost > 0) blocks.push(mark(lost))
  return blocks.length > 0
    ? blocks
    : [{ type: 'section', block_id: place.ids.block(), text: label(card.summary, limits.text) }]
}

/**
 * A message for `chat.postMessage` and `chat.update`. `token` is kept in its metadata, so that a message whose answer
 * was lost can be found again. The text, which notifications show and readers read, is the summary. `charts: 'text'`
 * draws charts in text, for a workspace that refuses Slack's chart block.
 */
export function renderMessage(
  card: Card,
  token?: string,
  { charts = 'native' }: { charts?: 'native' | 'text' } = {},
): SlackMessage {
  const place: Place = { ids: makeIds(), language: languageOf(card), charts: charts === 'native' }
  // Escaped after the cut, so that no entity is cut in two; an escaped sign takes at most five for one.
  const preview = escapeMrkdwn(fitLabel(card.summary, Math.floor(limits.text / 5)))
  return {
    text: preview,
    blocks: layOut(card, place, { blocks: limits.messageBlocks, characters: limits.messageCharacters }),
    ...(token && { metadata: { event_type: 'hagukumi_message' as const, event_payload: { token } } }),
  }
}

/** The view for `views.publish`. */
export function renderHome(card: Card): SlackHome {
  const place: Place = { ids: makeIds(), language: languageOf(card), charts: false }
  const blocks = layOut(card, place, { blocks: limits.viewBlocks, characters: limits.viewCharacters })
  return {
    type: 'home',
    blocks: blocks.filter((block) => block.type !== 'data_visualization'),
  }
}
