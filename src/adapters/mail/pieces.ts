// The parts of a card as HTML and as plain text, side by side: what one of the two shows, the other does too. How a
// button looks is the surface's matter: a link in an e-mail, a form of its own on a page.
import type { Block, Button, Card, LinkButton, Row } from '../../cards/card.ts'
import { fitLabel, isBlank, moreMark } from '../../cards/fit.ts'
import { slackLimits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { Language } from '../../kernel/language.ts'
import { bars } from '../bars.ts'
import { allot, type Piece } from '../layout.ts'
import { type Html, markup, safeUrl, textHtml } from './html.ts'
import { textsIn } from './texts.ts'

export interface Drawn {
  readonly html: Html
  readonly text: string
}

/** Where buttons and menus are drawn. */
export interface Surface {
  readonly language: Language
  press(button: Button): Drawn
  choose(block: Extract<Block, { type: 'select' }>): Drawn
}

/** Characters of HTML over all parts: Gmail shows 102 KB of a message and hides the rest behind a link. */
const mostCharacters = 80_000

const piece = (rank: Piece<Drawn>['rank'], drawn: Drawn): Piece<Drawn> => ({
  rank,
  blocks: 1,
  characters: drawn.html.html.length,
  drawn,
})

const quiet = 'color:#555;font-size:14px'

function words(text: Row['text'], open: Html, close: Html): Piece<Drawn>[] {
  if (isBlank(plainText(text))) return []
  const draw = (max: number) =>
    piece(1, { html: markup`${open}${textHtml(text, max)}${close}`, text: plainText(text) })
  return [{ ...draw(8_000), shrink: (room) => draw(Math.max(40, Math.floor(room / 8))) }]
}

const paragraph = (text: Row['text']) => words(text, markup`<p style="margin:0 0 12px">`, markup`</p>`)

/** A button that opens an address. */
export function openButton({ label, url }: LinkButton): Drawn {
  const shown = fitLabel(label, slackLimits.buttonText)
  if (!safeUrl(url)) return { html: markup`<p>${shown} ${url}</p>`, text: `${shown} ${url}` }
  return {
    html: markup`<p style="margin:0 0 8px"><a href="${url}" style="color:#1a5490">${shown}</a></p>`,
    text: `${shown} ${url}`,
  }
}

const signs = {
  ja: { bullet: '・', indent: '　', colon: '：' },
  en: { bullet: '- ', indent: '  ', colon: ': ' },
}

function rowPieces(rows: readonly Row[], list: number, surface: Surface): Piece<Drawn>[] {
  const sign = signs[surface.language]
  const shown = rows.filter(
    (row) => row.button || !isBlank(plainText(row.text)) || !isBlank(plainText(row.detail ?? '')),
  )
  return shown.map((row, at) => {
    const button = row.button && surface.press(row.button)
    const detail = row.detail === undefined || isBlank(plainText(row.detail)) ? undefined : row.detail
    const draw = (max: number): Piece<Drawn> => ({
      ...piece(2, {
        html: markup`<div style="margin:0 0 12px;padding:0 0 0 12px;border-left:3px solid #d5dde5"><div>${textHtml(row.text, max)}</div>${
          detail === undefined ? undefined : markup`<div style="${quiet}">${textHtml(detail, max)}</div>`
        }${button?.html}</div>`,
        text: [
          `${sign.bullet}${plainText(row.text)}`,
          ...(detail === undefined ? [] : [`${sign.indent}${plainText(detail)}`]),
          ...(button && button.text !== '' ? [`${sign.indent}${button.text}`] : []),
        ].join('\n'),
      }),
      list,
      row: at,
    })
    return {
      ...draw(1_500),
      shrink: (room) => [400, 150, 60].map(draw).find(({ characters }) => characters <= room) ?? draw(30),
    }
  })
}

function chartPiece(block: Extract<Block, { type: 'chart' }>): Piece<Drawn> {
  const figures = block.series.slice(0, 60)
  const most = Math.max(0, ...figures.map(({ value }) => (Number.isFinite(value) ? value : 0)))
  const rows = figures.map(({ label, value }) => {
    const width = most > 0 && value > 0 && Number.isFinite(value) ? Math.ceil((value / most) * 160) : 0
    return markup`<tr><th scope="row" style="text-align:left;font-weight:normal;padding:2px 12px 2px 0">${fitLabel(label, 60)}</th><td style="padding:2px 8px 2px 0"><div style="background:#2f6f9f;height:12px;width:${width}px"></div></td><td style="text-align:right">${Number.isFinite(value) ? value : '—'}</td></tr>`
  })
  const title = fitLabel(block.title, 200)
  return piece(1, {
    html: markup`<table style="border-collapse:collapse;margin:0 0 4px"><caption style="text-align:left;font-weight:bold;padding:0 0 4px">${title}</caption><tbody>${rows}</tbody></table><p style="margin:0 0 12px;${quiet}">${textHtml(block.text, 4_000)}</p>`,
    text: [title, ...bars(figures), plainText(block.text)].join('\n'),
  })
}

function piecesOf(block: Block, list: number, surface: Surface): Piece<Drawn>[] {
  switch (block.type) {
    case 'heading':
      return isBlank(block.text)
        ? []
        : [
            piece(1, {
              html: markup`<h2 style="font-size:18px;line-height:1.4;margin:20px 0 8px">${fitLabel(block.text, slackLimits.header)}</h2>`,
              text: `■ ${fitLabel(block.text, slackLimits.header)}`,
            }),
          ]
    case 'text':
      return paragraph(block.text)
    case 'context':
      return words(block.text, markup`<p style="margin:0 0 12px;${quiet}">`, markup`</p>`)
    case 'facts':
      return block.facts
        .filter(({ label, value }) => !isBlank(label) || !isBlank(plainText(value)))
        .map(({ label, value }, row) => ({
          ...piece(1, {
            html: markup`<p style="margin:0 0 6px"><span style="${quiet}">${fitLabel(label, 200)}</span><br>${textHtml(value, 2_000)}</p>`,
            text: `${fitLabel(label, 200)}${signs[surface.language].colon}${plainText(value)}`,
          }),
          list,
          row,
        }))
    case 'list':
      return rowPieces(block.rows, list, surface)
    case 'buttons':
      return block.buttons.map((button) =>
        piece(0, 'url' in button ? openButton(button) : surface.press(button)),
      )
    case 'select':
      return block.options.length === 0
        ? paragraph(`${fitLabel(block.label, 200)}: ${textsIn(surface.language).nothing}`)
        : [piece(0, surface.choose(block))]
    case 'chart':
      return [chartPiece(block)]
    case 'divider':
      return [
        piece(3, {
          html: markup`<hr style="border:0;border-top:1px solid #d5dde5;margin:16px 0">`,
          text: '―――',
        }),
      ]
    default:
      return block satisfies never
  }
}

/** Lines of one list stand together, everything else apart. */
const joinedText = (
  { text, list }: Drawn & { readonly list?: number },
  at: number,
  all: readonly { readonly list?: number }[],
): string => {
  if (at === 0) return text
  return `${list !== undefined && all[at - 1]?.list === list ? '\n' : '\n\n'}${text}`
}

/** The parts of a card, as many as there is room for, with a mark for what is left out. */
export function drawCard(card: Card, surface: Surface): Drawn {
  const pieces = card.blocks.flatMap((block, list) => piecesOf(block, list, surface))
  const { shown, marked } = allot(pieces, {
    blocks: 100_000,
    characters: mostCharacters,
    mark: { blocks: 1, characters: 120 },
  })
  const drawn: (Drawn & { readonly list?: number })[] = []
  const mark = (count: number) => {
    const text = moreMark(count, surface.language)
    drawn.push({ html: markup`<p style="margin:0 0 12px;${quiet}">${text}</p>`, text })
  }
  let lost = 0
  pieces.forEach((each, at) => {
    const kept = shown[at]
    if (kept) drawn.push({ ...kept.drawn, ...(each.list !== undefined && { list: each.list }) })
    else if (each.list === undefined && each.rank !== 3) lost += 1
    const ends = each.list !== undefined && pieces[at + 1]?.list !== each.list
    const left = ends ? pieces.filter((one, index) => one.list === each.list && !shown[index]).length : 0
    if (each.list !== undefined && !marked.has(each.list)) lost += left
    else if (left > 0) mark(left)
  })
  if (lost > 0) mark(lost)
  const seen = drawn.filter(({ html, text }) => html.html !== '' || text !== '')
  if (seen.every(({ text }) => isBlank(text))) {
    const text = fitLabel(card.summary, 300)
    return { html: markup`<p>${text}</p>`, text }
  }
  return { html: markup`${seen.map(({ html }) => html)}`, text: seen.map(joinedText).join('') }
}
