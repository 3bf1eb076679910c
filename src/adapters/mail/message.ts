// A card as an e-mail: HTML with a complete plain part beside it, and a link for each thing that its reader can do.
import { randomUUID } from 'node:crypto'
import type { Button, Card } from '../../cards/card.ts'
import { fitLabel, languageOf } from '../../cards/fit.ts'
import { slackLimits } from '../../cards/limits.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { type Html, markup } from './html.ts'
import { type Doing, type Holder, keyOf, linkDays, type Passes } from './links.ts'
import { type Drawn, drawCard, type Surface } from './pieces.ts'
import { textsIn } from './texts.ts'

export interface Letter {
  readonly subject: string
  readonly html: string
  readonly text: string
}

export interface LetterOptions {
  readonly to: Holder
  /** The message's own opaque id: links of every copy of it are the same events. */
  readonly token: string
  readonly passes: Passes
  readonly now: Temporal.Instant
  readonly zone: string
  /** Without a trailing slash. Without it there are no links, and the e-mail says whom to tell instead. */
  readonly publicUrl?: string
}

/** Where a pass is shown. */
export const linkTo = (publicUrl: string, pass: string): string => `${publicUrl}/m/${pass}`

const colours = { primary: '#1a5490', danger: '#8a3324', plain: '#eef2f6' } as const

const nothing: Drawn = { html: markup``, text: '' }

/** A link that looks like a button in every client: the cell carries the colour, Outlook's padding aside. */
function linkButton(url: string, label: string, style: Button['style']): Html {
  const background = colours[style ?? 'plain']
  const colour = style ? '#ffffff' : '#1a2b3c'
  return markup`<table role="presentation" style="border-collapse:separate;margin:6px 0 10px"><tr><td style="background:${background};border-radius:6px;border:1px solid ${style ? background : '#b8c4d0'}"><a href="${url}" style="display:inline-block;padding:10px 18px;color:${colour};font-weight:bold;text-decoration:none">${label}</a></td></tr></table>`
}

function surfaceOf(language: Language, options: LetterOptions): Surface {
  const { passes, publicUrl, now, to } = options
  const until = now.add({ hours: 24 * linkDays })
  // Copies of one message without a token of its own are not told apart from each other by anything else.
  const message = options.token || randomUUID()
  const t = textsIn(language)
  const link = (
    label: string,
    does: Doing & { type: 'press' },
    ask: string | undefined,
  ): string | undefined =>
    publicUrl &&
    linkTo(
      publicUrl,
      passes.write({
        to,
        key: keyOf(message, does.action, does.selected),
        label,
        ...(ask !== undefined && { ask }),
        language,
        until,
        does,
      }),
    )
  return {
    language,
    press({ label, action, style, confirm }) {
      const shown = fitLabel(label, slackLimits.buttonText)
      const url = link(shown, { type: 'press', action }, confirm && `${confirm.title}\n${confirm.text}`)
      return url ? { html: linkButton(url, shown, style), text: `${shown}\n${url}` } : nothing
    },
    choose({ label, action, options: offered }) {
      const title = fitLabel(label, 200)
      const links = offered.flatMap((option) => {
        const shown = fitLabel(option.label, slackLimits.optionText)
        const does = { type: 'press', action, selected: option.value } as const
        const url = link(t.choose(title, shown), does, undefined)
        return url ? [{ shown, url }] : []
      })
      if (links.length === 0) return nothing
      return {
        html: markup`<p style="margin:0 0 4px">${title}</p><ul style="margin:0 0 12px;padding-left:20px">${links.map(
          ({ shown, url }) => markup`<li><a href="${url}" style="color:#1a5490">${shown}</a></li>`,
        )}</ul>`,
        text: [title, ...links.map(({ shown, url }) => `${shown}\n${url}`)].join('\n'),
      }
    },
  }
}

const acts = (card: Card): boolean =>
  card.blocks.some(
    (block) =>
      block.type === 'select' ||
      (block.type === 'buttons' && block.buttons.some((button) => 'action' in button)) ||
      (block.type === 'list' && block.rows.some((row) => row.button)),
  )

export function renderLetter(card: Card, options: LetterOptions): Letter {
  const language = languageOf(card)
  const t = textsIn(language)
  const drawn = drawCard(card, surfaceOf(language, options))
  const until = options.now
    .add({ hours: 24 * linkDays })
    .toZonedDateTimeISO(options.zone)
    .toPlainDate()
  const footer = !acts(card)
    ? t.sendOnly
    : options.publicUrl
      ? t.footer(formatDate(until, language))
      : t.noLinks
  const subject = fitLabel(card.summary, 150)
  const { html } = markup`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${subject}</title></head>
<body style="margin:0;background:#ffffff"><div style="max-width:600px;margin:0 auto;padding:20px;font-family:sans-serif;font-size:16px;line-height:1.7;color:#1a2b3c">
${drawn.html}
<div style="margin:24px 0 0;padding:12px 0 0;border-top:1px solid #d5dde5;color:#555;font-size:13px"><p style="margin:0">${footer}</p></div>
</div></body></html>
`
  return { subject, html, text: `${drawn.text}\n\n-- \n${footer}\n` }
}
