// An announcement as its recipients have it. What was written is shown as it was written: text, never markup.
import type { Action, Block, Card, Row } from '../../cards/card.ts'
import { formatDateTime } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Received } from './repository.ts'
import type { Broadcast } from './rules.ts'
import { textsIn } from './texts.ts'

export interface Reader {
  readonly language: Language
  /** IANA */
  readonly zone: string
}

export interface Letter {
  readonly broadcast: Pick<Broadcast, 'id' | 'title' | 'body' | 'link' | 'acknowledge'>
  /** The section that it comes from. */
  readonly section?: string | undefined
  readonly at?: Temporal.Instant | undefined
  readonly acknowledgedAt: Temporal.Instant | null
  /** It went out before and nobody reacted. */
  readonly again?: boolean
  /** For its author alone: the button does nothing yet, and is only described. */
  readonly preview?: boolean
}

const time = (at: Temporal.Instant, { zone, language }: Reader) => formatDateTime(at, zone, language)

export const pageSize = 8

/** The text with its one button. `leading`: its button is the obvious one of the message. */
export function letterBlocks(letter: Letter, reader: Reader, leading = true): Block[] {
  const t = textsIn(reader.language).message
  const { broadcast, section, at, acknowledgedAt, again = false, preview = false } = letter
  const asks = broadcast.acknowledge && !acknowledgedAt
  const buttons = [
    ...(asks && !preview
      ? [
          {
            label: t.acknowledge,
            action: { id: 'broadcasts.acknowledge', data: { broadcast: broadcast.id } },
            ...(leading && { style: 'primary' as const }),
          },
        ]
      : []),
    ...(broadcast.link ? [{ label: t.link, url: broadcast.link }] : []),
  ]
  return [
    ...(again ? [{ type: 'context', text: t.again } as const] : []),
    { type: 'heading', text: broadcast.title },
    { type: 'text', text: broadcast.body },
    ...(asks ? [{ type: 'context', text: t.askAcknowledge } as const] : []),
    ...(asks && preview ? [{ type: 'context', text: `［${t.acknowledge}］` } as const] : []),
    ...(buttons.length > 0 ? [{ type: 'buttons', buttons } as const] : []),
    ...(acknowledgedAt
      ? [{ type: 'text', text: [{ bold: t.acknowledged(time(acknowledgedAt, reader)) }] } as const]
      : []),
    ...(section ? [{ type: 'context', text: t.from(section, at ? time(at, reader) : '') } as const] : []),
  ]
}

/** Read again from the list, or the message after its button was pressed. */
export function letterCard(letter: Letter, reader: Reader): Card {
  const t = textsIn(reader.language)
  return {
    summary: t.message.summary(letter.broadcast.title),
    language: reader.language,
    blocks: [
      ...letterBlocks(letter, reader),
      { type: 'buttons', buttons: [{ label: t.received.heading, action: receivedPage(1) }] },
    ],
  }
}

export const receivedPage = (page: number): Action => ({ id: 'broadcasts.received', data: { page } })

/** Earlier and later pages, and where one is. */
export function turning(
  page: number,
  all: number,
  size: number,
  language: Language,
  turn: (page: number) => Action,
): { readonly note: readonly Block[]; readonly buttons: readonly { label: string; action: Action }[] } {
  const t = textsIn(language)
  const pages = Math.max(1, Math.ceil(all / size))
  return {
    note: pages > 1 ? [{ type: 'context', text: t.pageOf(Math.min(page, pages), pages) }] : [],
    buttons: [
      ...(page > 1 ? [{ label: t.earlier, action: turn(Math.min(page, pages + 1) - 1) }] : []),
      ...(page < pages ? [{ label: t.next, action: turn(page + 1) }] : []),
    ],
  }
}

export function receivedCard(
  received: readonly Received[],
  all: number,
  page: number,
  { writes }: { readonly writes: boolean },
  reader: Reader,
): Card {
  const t = textsIn(reader.language)
  const { note, buttons } = turning(page, all, pageSize, reader.language, receivedPage)
  const rows = received.map(({ id, title, acknowledge, acknowledgedAt, at }): Row => {
    const state = acknowledgedAt
      ? t.received.done(time(acknowledgedAt, reader))
      : acknowledge
        ? t.received.toRead
        : ''
    return {
      text: acknowledge && !acknowledgedAt ? [{ bold: title }] : title,
      detail: [time(at, reader), state].filter((part) => part !== '').join('　'),
      button: { label: t.received.open, action: { id: 'broadcasts.read', data: { broadcast: id } } },
    }
  })
  const others = [
    ...buttons,
    { label: t.home, action: { id: 'intake.home' } },
    ...(writes ? [{ label: t.received.desk, action: { id: 'broadcasts.desk', data: { page: 1 } } }] : []),
  ]
  return {
    summary: t.received.summary,
    language: reader.language,
    blocks: [
      { type: 'heading', text: t.received.heading },
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.received.none },
      ...note,
      { type: 'buttons', buttons: others },
    ],
  }
}

/** For whoever may not see it, or when it is gone: the two are not told apart. */
export function goneCard(language: Language, back: Action): Card {
  const t = textsIn(language)
  return {
    summary: t.title,
    language,
    blocks: [
      { type: 'text', text: t.gone },
      { type: 'buttons', buttons: [{ label: t.back, action: back }] },
    ],
  }
}
