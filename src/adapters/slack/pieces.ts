// The parts of a card as Slack's blocks, each of them legal by itself.
import type { Block, Button, LinkButton, Option, Row } from '../../cards/card.ts'
import { fit, fitLabel, isBlank, moreMark } from '../../cards/fit.ts'
import { slackLimits as limits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { Language } from '../../kernel/language.ts'
import { wireAction, writeJson } from '../codec.ts'
import type { Piece } from '../layout.ts'
import { charactersOf, type SlackBlock, type SlackButton, type SlackInline } from './blocks.ts'
import { chartBlocks } from './chart.ts'
import type { Ids } from './ids.ts'
import { optionChoices, selectIds } from './options.ts'
import { label, richInlines, safeUrl, sectionText } from './text.ts'

export interface Place {
  readonly ids: Ids
  readonly language: Language
  /** Whether this surface takes Slack's own chart block. */
  readonly charts: boolean
}

/** What is drawn of a piece: blocks, or a line of a list whose rows share one block. */
export type Drawn = { readonly blocks: readonly SlackBlock[] } | { readonly line: readonly SlackInline[] }

const piece = (rank: Piece<Drawn>['rank'], blocks: readonly SlackBlock[]): Piece<Drawn> => ({
  rank,
  blocks: blocks.length,
  characters: charactersOf(blocks),
  drawn: { blocks },
})

export const richBlock = (ids: Ids, elements: SlackInline[]): SlackBlock => ({
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
          // The name of the menu stands beside it already.
          placeholder: label(place.language === 'ja' ? '選んでください' : 'Choose', limits.placeholder),
        },
      },
    ]),
  ]
}

/** A part's pieces; `list` tells the card's lists apart. */
export function piecesOf(block: Block, list: number, place: Place): Piece<Drawn>[] {
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
