// The parts of a card as elements of Adaptive Cards, each of them legal by itself.
import type { Block, Button, LinkButton, Row } from '../../cards/card.ts'
import { fitLabel, isBlank, moreMark } from '../../cards/fit.ts'
import { teamsLimits as limits, slackLimits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { Language } from '../../kernel/language.ts'
import { wireAction, writeOption } from '../codec.ts'
import type { Piece } from '../layout.ts'
import type { Action, Element, Simple } from './card.ts'
import { escapeMarkdown, type Mentions, safeUrl, textElements } from './text.ts'

export interface Place {
  readonly language: Language
  readonly mentions: Mentions
  /** The next id of an input or a container. */
  readonly id: (kind: string) => string
  readonly opensDialog: (actionId: string) => boolean
  /** Selects on the card: only a lone one may insist on being answered. */
  readonly selects: number
}

export type Drawn = readonly Element[]

const piece = (rank: Piece<Drawn>['rank'], drawn: Drawn): Piece<Drawn> => ({
  rank,
  blocks: drawn.length,
  characters: JSON.stringify(drawn).length,
  drawn,
})

const styles = { primary: 'positive', danger: 'destructive' } as const
const buttonText = (text: string) => fitLabel(text, slackLimits.buttonText)

function press(button: Pick<Button, 'label' | 'action' | 'style'>, place: Place): Action {
  const action = wireAction(button.action)
  const shown = {
    title: buttonText(button.label),
    ...(button.style && { style: styles[button.style] }),
    associatedInputs: 'none' as const,
  }
  // Teams opens a dialog only for a submit action that says so; all else replaces its card in place.
  return place.opensDialog(action.id)
    ? { type: 'Action.Submit', ...shown, data: { action, msteams: { type: 'task/fetch' } } }
    : { type: 'Action.Execute', ...shown, verb: action.id, data: { action } }
}

/**
 * A button, and what it unfolds. Teams has no question before an action: a button with `confirm` unfolds the question
 * with a yes, which acts, and a no, which folds it away again.
 */
function buttonParts(button: Button | LinkButton, place: Place): { action: Action; unfolds?: Element } {
  if ('url' in button)
    return { action: { type: 'Action.OpenUrl', title: buttonText(button.label), url: button.url } }
  const { confirm } = button
  if (!confirm) return { action: press(button, place) }
  const id = place.id('q')
  const title = buttonText(button.label)
  const items: Simple[] = [
    ...textElements(confirm.title, place.mentions, { bold: true, max: 300 }),
    ...textElements(confirm.text, place.mentions, { max: 1_000 }),
    {
      type: 'ActionSet',
      actions: [
        press({ ...button, label: confirm.yes }, place),
        { type: 'Action.ToggleVisibility', title: buttonText(confirm.no), targetElements: [id] },
      ],
    },
  ]
  return {
    action: {
      type: 'Action.ToggleVisibility',
      title,
      ...(button.style && { style: styles[button.style] }),
      targetElements: [id],
    },
    unfolds: { type: 'Container', id, isVisible: false, style: 'emphasis', items },
  }
}

function buttonPieces(buttons: readonly (Button | LinkButton)[], place: Place): Piece<Drawn>[] {
  const pieces: Piece<Drawn>[] = []
  for (let start = 0; start < buttons.length; start += limits.actionsInSet) {
    const parts = buttons
      .slice(start, start + limits.actionsInSet)
      .map((button) => buttonParts(button, place))
    pieces.push(
      piece(0, [
        { type: 'ActionSet', actions: parts.map(({ action }) => action) },
        ...parts.flatMap(({ unfolds }) => unfolds ?? []),
      ]),
    )
  }
  return pieces
}

function textPiece(
  text: Row['text'],
  place: Place,
  look: { subtle?: boolean; small?: boolean },
): Piece<Drawn>[] {
  const draw = (max: number) => piece(1, textElements(text, place.mentions, { ...look, max }))
  const whole = draw(limits.text)
  // A character takes one in JSON at least; what a line takes beside its text is paid from the rest.
  return whole.drawn.length === 0 ? [] : [{ ...whole, shrink: (room) => draw(Math.floor(room * 0.5)) }]
}

function factPieces(
  facts: Extract<Block, { type: 'facts' }>['facts'],
  list: number,
  place: Place,
): Piece<Drawn>[] {
  const seen = facts.filter(({ label, value }) => !isBlank(label) || !isBlank(plainText(value)))
  return seen.map(({ label, value }, row) => {
    const shown = textElements(value, place.mentions, { max: 2_000 })
    const name = textElements(fitLabel(label, 200), place.mentions, { subtle: true })
    const columns = [
      { type: 'Column' as const, width: 1, items: name },
      {
        type: 'Column' as const,
        width: 2,
        items: shown.length > 0 ? shown : textElements('—', place.mentions),
      },
    ]
    return {
      ...piece(1, [{ type: 'ColumnSet', columns, spacing: row === 0 ? 'Default' : 'Small' }]),
      list,
      row,
    }
  })
}

function listPieces(rows: readonly Row[], list: number, place: Place): Piece<Drawn>[] {
  const shown = rows.filter(
    (row) => row.button || !isBlank(plainText(row.text)) || !isBlank(plainText(row.detail ?? '')),
  )
  return shown.map((row, index) => {
    const parts = row.button && buttonParts(row.button, place)
    const draw = (scale: number): Piece<Drawn> => ({
      ...piece(2, rowElements(row, index, parts, scale, place)),
      list,
      row: index,
    })
    // The texts get shorter, the button never: every line is an element, so that only drawing tells the room.
    const shrink = (room: number) => {
      const scales = [0.7, 0.5, 0.35, 0.25, 0.15]
      return scales.map(draw).find(({ characters }) => characters <= room) ?? draw(0.1)
    }
    return { ...draw(1), shrink }
  })
}

function rowElements(
  row: Row,
  index: number,
  parts: ReturnType<typeof buttonParts> | undefined,
  scale: number,
  place: Place,
): Element[] {
  const { mentions } = place
  const lead = parts ? undefined : '• '
  const lines = Math.max(1, Math.floor(12 * scale))
  const text = textElements(row.text, mentions, { max: Math.floor(600 * scale), lines, lead })
  const quiet = { max: Math.floor(300 * scale), lines, subtle: true, small: true }
  const detail = textElements(row.detail ?? '', mentions, quiet)
  const items = [...text, ...detail.map((each) => ({ ...each, spacing: 'None' as const }))]
  // Rows of one list stand closer together than parts of the card.
  if (!parts)
    return items.map((each, at) => (at === 0 && index > 0 ? { ...each, spacing: 'Small' as const } : each))
  const centred = { verticalContentAlignment: 'Center' as const }
  const button = { type: 'ActionSet' as const, actions: [parts.action] }
  const columns = [
    ...(items.length > 0 ? [{ type: 'Column' as const, width: 'stretch' as const, items, ...centred }] : []),
    { type: 'Column' as const, width: 'auto' as const, items: [button], ...centred },
  ]
  return [{ type: 'ColumnSet', columns, separator: index > 0 }, ...(parts.unfolds ? [parts.unfolds] : [])]
}

/** Options of one menu of a message, in characters of JSON: it shares the card's room with all else. */
const optionRoom = 8_000

function selectPiece(block: Extract<Block, { type: 'select' }>, place: Place): Piece<Drawn>[] {
  const japanese = place.language === 'ja'
  if (block.options.length === 0) {
    const nothing = japanese ? '選べるものがありません' : 'nothing to choose from'
    return textPiece(`${fitLabel(block.label, 200)}: ${nothing}`, place, {})
  }
  const input = place.id('s')
  const choices: { title: string; value: string }[] = []
  let room = optionRoom
  for (const option of block.options) {
    const choice = { title: fitLabel(option.label, slackLimits.optionText), value: writeOption(option.value) }
    room -= JSON.stringify(choice).length + 1
    if (room < 0) break
    choices.push(choice)
  }
  const left = block.options.length - choices.length
  const selected = block.options.slice(0, choices.length).some((option) => option.value === block.selected)
  const label = `${fitLabel(block.label, 300)}${left > 0 ? `（${moreMark(left, place.language)}）` : ''}`
  const action = wireAction(block.action)
  return [
    piece(0, [
      {
        type: 'Input.ChoiceSet',
        id: input,
        label,
        style: 'compact',
        wrap: true,
        choices,
        ...(selected && block.selected !== undefined && { value: writeOption(block.selected) }),
        ...(place.selects === 1 && {
          isRequired: true,
          errorMessage: japanese ? '選んでください' : 'Please choose one',
        }),
      },
      {
        type: 'ActionSet',
        actions: [
          {
            type: 'Action.Execute',
            title: japanese ? '決定' : 'Choose',
            verb: action.id,
            data: { action, input },
            associatedInputs: 'auto',
          },
        ],
      },
    ]),
  ]
}

const colors = { good: 'good', waiting: 'neutral', late: 'warning', none: 'categoricalBlue' } as const

function chartPieces(block: Extract<Block, { type: 'chart' }>, place: Place): Piece<Drawn>[] {
  const title = fitLabel(block.title, 200)
  const figures = block.series.slice(0, 60).map(({ label, value, tone }) => ({
    label: fitLabel(label, 60),
    value: Number.isFinite(value) ? value : 0,
    color: colors[tone ?? 'none'],
  }))
  const words = textPiece(block.text, place, { subtle: true, small: true })
  if (figures.length === 0) return [...textPiece(title, place, {}), ...words]
  const chart: Element =
    block.shape === 'donut'
      ? {
          type: 'Chart.Donut',
          title,
          data: figures.map(({ label, value, color }) => ({
            legend: label,
            value: Math.max(0, value),
            color,
          })),
          fallback: 'drop',
        }
      : {
          type: 'Chart.HorizontalBar',
          title,
          data: figures.map(({ label, value, color }) => ({ x: label, y: value, color })),
          fallback: 'drop',
        }
  return [piece(1, [chart]), ...words]
}

/** A part's pieces; `list` tells the card's lists apart. */
export function piecesOf(block: Block, list: number, place: Place): Piece<Drawn>[] {
  switch (block.type) {
    case 'heading':
      return isBlank(block.text)
        ? []
        : [
            piece(1, [
              {
                type: 'TextBlock',
                text: escapeMarkdown(fitLabel(block.text, slackLimits.header)),
                wrap: true,
                style: 'heading',
                size: 'Medium',
                weight: 'Bolder',
              },
            ]),
          ]
    case 'text':
      return textPiece(block.text, place, {})
    case 'facts':
      return factPieces(block.facts, list, place)
    case 'list':
      return listPieces(block.rows, list, place)
    case 'buttons': {
      const refused = (button: Button | LinkButton): button is LinkButton =>
        'url' in button && !safeUrl(button.url)
      return [
        ...buttonPieces(
          block.buttons.filter((button) => !refused(button)),
          place,
        ),
        // An address that is none for a browser is shown for reading.
        ...block.buttons
          .filter(refused)
          .flatMap((button) => textPiece(`${button.label} ${button.url}`, place, {})),
      ]
    }
    case 'select':
      return selectPiece(block, place)
    case 'chart':
      return chartPieces(block, place)
    case 'divider':
      // Teams draws a line above an element; on its own it would be one without content.
      return [piece(3, [])]
    case 'context':
      return textPiece(block.text, place, { subtle: true, small: true })
    default:
      return block satisfies never
  }
}
