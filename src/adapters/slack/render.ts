// Cards as Slack messages and Home. Everything drawn here passes the schema of blocks.ts, whatever the card holds.
import type { Block, Button, Card, LinkButton, Option, Row } from '../../cards/card.ts'
import { fit, fitLabel, isBlank, languageOf, moreMark } from '../../cards/fit.ts'
import { slackLimits as limits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { Language } from '../../kernel/language.ts'
import { wireAction, writeJson } from '../codec.ts'
import { allot, type Piece } from '../layout.ts'
import {
  charactersOf,
  type SlackBlock,
  type SlackButton,
  type SlackHome,
  type SlackInline,
  type SlackMessage,
} from './blocks.ts'
import { chartBlocks } from './chart.ts'
import { type Ids, makeIds } from './ids.ts'
import { optionChoices, selectIds } from './options.ts'
import { escapeMrkdwn, label, richInlines, safeUrl, sectionText } from './text.ts'

interface Place {
  readonly ids: Ids
  readonly language: Language
  /** Whether this surface takes Slack's own chart block. */
  readonly charts: boolean
}

/** What is drawn of a piece: blocks, or a line of a list whose rows share one block. */
type Drawn = { readonly blocks: readonly SlackBlock[] } | { readonly line: readonly SlackInline[] }

const piece = (rank: Piece<Drawn>['rank'], blocks: readonly SlackBlock[]): Piece<Drawn> => ({
  rank,
  blocks: blocks.length,
  characters: charactersOf(blocks),
  drawn: { blocks },
})

const richBlock = (ids: Ids, elements: SlackInline[]): SlackBlock => ({
  type: 'rich_text',
  block_id: ids.block(),
  elements: [{ type: 'rich_text_section', elements }],
})

const buttonElement = (button: Button, ids: Ids, selected?: string): SlackButton => ({
  type: 'button',
  action_id: ids.action(),
  text: label(button.label, limits.buttonText),
  value: writeJson(wireAction(button.action, selected)),
  ...(button.style && { style: button.style }),
  ...(button.confirm && {
    confirm: {
      title: label(button.confirm.title, limits.confirmTitle),
      text: label(button.confirm.text, limits.confirmText),
      confirm: label(button.confirm.yes, limits.confirmButton),
      deny: label(button.confirm.no, limits.confirmButton),
    },
  }),
})

const linkElement = (button: LinkButton, ids: Ids): SlackButton => ({
  type: 'button',
  action_id: ids.action(),
  text: label(button.label, limits.buttonText),
  url: button.url,
})

function actionBlocks(elements: readonly SlackButton[], ids: Ids): Piece<Drawn>[] {
  const pieces: Piece<Drawn>[] = []
  for (let start = 0; start < elements.length; start += limits.actionElements) {
    const part = elements.slice(start, start + limits.actionElements)
    const drawn = piece(0, [{ type: 'actions', block_id: ids.block(), elements: [...part] }])
    pieces.push({
      ...drawn,
      shrink: (room) =>
        piece(0, [
          {
            type: 'actions',
            block_id: ids.block(),
            elements: part.map((each) => ({
              ...each,
              text: label(each.text.text, Math.max(4, Math.floor(room / part.length))),
            })),
          },
        ]),
    })
  }
  return pieces
}

function textPiece(text: Row['text'], place: Place, max: number): Piece<Drawn>[] {
  const whole = plainText(text)
  if (isBlank(whole)) return []
  const draw = (room: number): SlackBlock =>
    typeof text === 'string'
      ? {
          type: 'section',
          block_id: place.ids.block(),
          text: { type: 'plain_text', text: fit(text, room), emoji: false },
        }
      : richBlock(place.ids, richInlines(text, room))
  return [{ ...piece(1, [draw(max)]), shrink: (room) => piece(1, [draw(Math.min(room, max))]) }]
}

function factsPiece(facts: Extract<Block, { type: 'facts' }>['facts'], place: Place): Piece<Drawn>[] {
  const seen = facts.filter(({ label: name, value }) => !isBlank(name) || !isBlank(plainText(value)))
  if (seen.length === 0) return []
  const draw = (max: number): SlackBlock => {
    const drawn: SlackInline[] = []
    let room = max - 20
    let left = seen.length
    for (const { label: name, value } of seen) {
      const head = isBlank(name) ? [] : richInlines(`${fitLabel(name, 200)}　`, 201, { bold: true })
      const body = richInlines(value, Math.max(1, Math.min(limits.fieldText, room - 200)))
      const size = charactersOf([head, body]) + 1
      if (size > room && drawn.length > 0) break
      if (drawn.length > 0) drawn.push({ type: 'text', text: '\n' })
      drawn.push(...head, ...body)
      room -= size
      left--
    }
    if (left > 0) drawn.push({ type: 'text', text: `\n${moreMark(left, place.language)}` })
    return richBlock(place.ids, drawn)
  }
  return [{ ...piece(1, [draw(limits.text)]), shrink: (room) => piece(1, [draw(Math.max(60, room))]) }]
}

/** Rows without any button share one block; as soon as one has a button, each row has a block of its own. */
function listPieces(rows: readonly Row[], list: number, place: Place): Piece<Drawn>[] {
  const shown = rows.filter(
    (row) => row.button || !isBlank(plainText(row.text)) || !isBlank(plainText(row.detail ?? '')),
  )
  const pressed = shown.some((row) => row.button)
  return shown.map((row, index): Piece<Drawn> => {
    if (pressed) {
      const text = sectionText(row.text, row.detail, 600) ?? label('', 1)
      const block: SlackBlock = {
        type: 'section',
        block_id: place.ids.block(),
        text,
        ...(row.button && { accessory: buttonElement(row.button, place.ids) }),
      }
      return { ...piece(2, [block]), list, row: index }
    }
    const detail = richInlines(row.detail ?? '', 300)
    const line: SlackInline[] = [
      { type: 'text', text: '• ' },
      ...richInlines(row.text, 300),
      ...(detail.length > 0 ? [{ type: 'text', text: '\n　' } as const, ...detail] : []),
      { type: 'text', text: '\n' },
    ]
    return { rank: 2, list, row: index, blocks: 0, characters: charactersOf(line), drawn: { line } }
  })
}

function selectPieces(block: Extract<Block, { type: 'select' }>, place: Place): Piece<Drawn>[] {
  const name = { text: block.label, room: limits.fieldText }
  if (block.options.length === 0) {
    const nothing = place.language === 'ja' ? '選べるものがありません' : 'nothing to choose from'
    return textPiece(`${fitLabel(name.text, 200)}: ${nothing}`, place, limits.text)
  }
  const ids = selectIds(wireAction(block.action), place.ids)
  // Its data does not fit into the two ids of a menu, which has no value of its own: buttons instead.
  if (!ids) {
    const choose = (option: Option): SlackButton =>
      buttonElement({ label: option.label, action: block.action }, place.ids, option.value)
    return [
      ...textPiece(fitLabel(block.label, 200), place, limits.text),
      ...actionBlocks(block.options.map(choose), place.ids),
    ]
  }
  const { choices, selected, left } = optionChoices(block.options, {
    most: limits.options,
    characters: limits.messageOptionCharacters,
    selected: block.selected === undefined ? [] : [block.selected],
    language: place.language,
  })
  const more = left > 0 ? `（${moreMark(left, place.language)}）` : ''
  return [
    piece(0, [
      {
        type: 'section',
        block_id: ids.block,
        text: { type: 'plain_text', text: `${fitLabel(block.label, 500)}${more}`, emoji: false },
        accessory: {
          type: 'static_select',
          action_id: ids.action,
          ...choices,
          ...(selected[0] && { initial_option: selected[0] }),
          placeholder: label(block.label, limits.placeholder),
        },
      },
    ]),
  ]
}

function piecesOf(block: Block, list: number, place: Place): Piece<Drawn>[] {
  const { ids } = place
  switch (block.type) {
    case 'heading':
      return isBlank(block.text)
        ? []
        : [piece(1, [{ type: 'header', block_id: ids.block(), text: label(block.text, limits.header) }])]
    case 'text':
      return textPiece(block.text, place, limits.text)
    case 'facts':
      return factsPiece(block.facts, place)
    case 'list':
      return listPieces(block.rows, list, place)
    case 'buttons': {
      const bad = block.buttons.filter(
        (button): button is LinkButton => 'url' in button && !safeUrl(button.url),
      )
      const good = block.buttons.filter((button) => !('url' in button) || safeUrl(button.url))
      return [
        ...actionBlocks(
          good.map((button) => ('url' in button ? linkElement(button, ids) : buttonElement(button, ids))),
          ids,
        ),
        // An address that Slack would refuse is shown for reading.
        ...bad.flatMap((button) => textPiece(`${button.label} ${button.url}`, place, limits.text)),
      ]
    }
    case 'select':
      return selectPieces(block, place)
    case 'chart':
      return chartBlocks(block, { ids, native: place.charts, language: place.language }).map((drawn) =>
        piece(1, [drawn]),
      )
    case 'divider':
      return [piece(3, [{ type: 'divider', block_id: ids.block() }])]
    case 'context': {
      const text = sectionText(block.text, undefined, limits.contextText)
      if (!text) return []
      const draw = (shown: typeof text) =>
        piece(1, [{ type: 'context', block_id: ids.block(), elements: [shown] }])
      return [
        {
          ...draw(text),
          shrink: (room) =>
            draw({ type: 'plain_text', text: fit(plainText(block.text), room), emoji: false }),
        },
      ]
    }
    default:
      return block satisfies never
  }
}

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
