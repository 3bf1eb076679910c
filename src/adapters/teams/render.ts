// Cards as Teams messages. Everything drawn here passes the schema of card.ts, whatever the card holds.
import type { Card } from '../../cards/card.ts'
import { fit, fitLabel, isBlank, languageOf, moreMark } from '../../cards/fit.ts'
import { teamsLimits as limits } from '../../cards/limits.ts'
import { plainCard } from '../../cards/plain.ts'
import { allot } from '../layout.ts'
import { type Action, type Activity, type AdaptiveCard, all, type Element, type Mention } from './card.ts'
import { type Place, piecesOf } from './pieces.ts'
import { makeMentions, textElements } from './text.ts'

function layOut(card: Card, place: Place, characters: number): Element[] {
  const pieces = card.blocks.flatMap((block, index) => piecesOf(block, index, place))
  const { shown, marked } = allot(pieces, {
    blocks: Number.MAX_SAFE_INTEGER,
    characters,
    mark: { blocks: 1, characters: 150 },
  })
  const body: Element[] = []
  const mark = (count: number) =>
    body.push(...textElements(moreMark(count, place.language), place.mentions, { subtle: true, small: true }))
  let line = false
  let lost = 0
  pieces.forEach((each, at) => {
    const kept = shown[at]
    if (each.rank === 3) line = body.length > 0
    if (!kept && each.list === undefined && each.rank !== 3) lost++
    for (const [index, element] of (kept?.drawn ?? []).entries()) {
      body.push(line && index === 0 ? { ...element, separator: true } : element)
      line = false
    }
    const ends = each.list !== undefined && pieces[at + 1]?.list !== each.list
    const left = ends ? pieces.filter((one, index) => one.list === each.list && !shown[index]).length : 0
    if (each.list !== undefined && !marked.has(each.list)) lost += left
    else if (left > 0) mark(left)
  })
  if (lost > 0) mark(lost)
  return body.length > 0 ? body : textElements(fitLabel(card.summary, limits.text), place.mentions)
}

/** The envelope around a body: version, width, mentions, and the words for clients that show no cards. */
export const envelope = (
  body: AdaptiveCard['body'],
  {
    words,
    entities = [],
    actions = [],
  }: { words: string; entities?: readonly Mention[]; actions?: readonly Action[] },
): AdaptiveCard => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  body,
  ...(actions.length > 0 && { actions: [...actions] }),
  fallbackText: isBlank(words) ? '—' : words,
  msteams: { width: 'Full', ...(entities.length > 0 && { entities: [...entities] }) },
})

const makePlace = (card: Card, opensDialog: Place['opensDialog']): Place => {
  let last = 0
  return {
    language: languageOf(card),
    mentions: makeMentions(),
    id: (kind) => `${kind}${++last}`,
    opensDialog,
    selects: card.blocks.filter((block) => block.type === 'select').length,
  }
}

/**
 * A message activity with one card. The summary is what notifications show. `opensDialog` names the actions whose
 * answer is a form: only those can open a dialog, since Teams must know before the press.
 */
export function renderMessage(
  card: Card,
  { opensDialog = () => false }: { opensDialog?: (actionId: string) => boolean } = {},
): Activity {
  const language = languageOf(card)
  const words = fit(plainCard({ ...card, blocks: card.blocks.slice(0, 20) }, language), 1_000)
  let room = limits.cardCharacters - 2_000
  for (;;) {
    const place = makePlace(card, opensDialog)
    const body = layOut(card, place, room)
    const used = JSON.stringify(all(body, /^TextBlock$/))
    const entities = place.mentions.entities.filter((each) =>
      used.includes(JSON.stringify(each.text).slice(1, -1)),
    )
    const content = envelope(body, { words, entities })
    const over = JSON.stringify(content).length - limits.cardCharacters
    // Whom a card mentions takes room beside its body, known only afterwards.
    if (over <= 0 || room < 1_000) return asMessage(card.summary, content)
    room -= over + 200
  }
}

export const asMessage = (summary: string, content: AdaptiveCard): Activity => ({
  type: 'message',
  summary: fitLabel(summary, limits.summary),
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
})
