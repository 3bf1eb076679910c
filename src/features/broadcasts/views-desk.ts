// The desk of whoever writes announcements: what wants something, what is planned, what went out.
import type { Action, Block, Card, Form, Row } from '../../cards/card.ts'
import { formatDateTime } from '../../kernel/format.ts'
import type { Broadcast } from './rules.ts'
import type { Sizes } from './settings.ts'
import { textsIn } from './texts.ts'
import { pageSize, type Reader, turning } from './views-message.ts'

export const deskPage = (page: number): Action => ({ id: 'broadcasts.desk', data: { page } })
export const openOne = (broadcast: number): Action => ({ id: 'broadcasts.open', data: { broadcast } })

/** The state in words, with when it goes or went. */
export function stateLine(broadcast: Broadcast, { language, zone }: Reader): string {
  const t = textsIn(language)
  const { status, sendAt, releasedAt, declined, nobody } = broadcast
  const at = (moment: Temporal.Instant | null) =>
    moment ? `　${formatDateTime(moment, zone, language)}` : ''
  switch (status) {
    case 'draft':
      return declined ? t.status.declined : t.status.draft
    case 'awaiting':
    case 'scheduled':
      return t.status[status] + at(sendAt)
    case 'sending':
    case 'sent':
      return t.status[status] + at(releasedAt)
    case 'cancelled':
      return nobody ? t.status.nobody : t.status.cancelled
    default:
      return status satisfies never
  }
}

export interface Desk {
  readonly broadcasts: readonly Broadcast[]
  readonly all: number
  readonly page: number
  readonly toApprove: readonly Broadcast[]
  readonly settings: boolean
  readonly note?: string | undefined
}

export function deskCard(desk: Desk, reader: Reader): Card {
  const { language } = reader
  const t = textsIn(language)
  const row = (broadcast: Broadcast, label: string): Row => ({
    text: broadcast.title || t.desk.untitled,
    detail: stateLine(broadcast, reader),
    button: { label, action: openOne(broadcast.id) },
  })
  const { note, buttons } = turning(desk.page, desk.all, pageSize, language, deskPage)
  const blocks: Block[] = [
    { type: 'heading', text: t.desk.heading },
    ...(desk.note ? [{ type: 'text', text: [{ bold: desk.note }] } as const] : []),
    ...(desk.toApprove.length > 0
      ? ([
          { type: 'text', text: [{ bold: t.desk.approvals }] },
          { type: 'list', rows: desk.toApprove.slice(0, 8).map((each) => row(each, t.desk.approve)) },
          { type: 'divider' },
        ] as const)
      : []),
    { type: 'text', text: desk.all === 0 ? t.desk.none : t.desk.intro },
    {
      type: 'buttons',
      buttons: [
        { label: t.desk.new, action: { id: 'broadcasts.new', data: {} }, style: 'primary' },
        { label: t.desk.mine, action: { id: 'broadcasts.received', data: { page: 1 } } },
        ...(desk.settings
          ? [{ label: t.desk.settings, action: { id: 'broadcasts.settings', data: {} } }]
          : []),
      ],
    },
    ...(desk.broadcasts.length > 0
      ? [{ type: 'list', rows: desk.broadcasts.map((each) => row(each, t.desk.open)) } as const]
      : []),
    ...note,
    ...(buttons.length > 0 ? [{ type: 'buttons', buttons } as const] : []),
  ]
  return { summary: t.desk.summary, language, blocks }
}

export function settingsForm(sizes: Sizes, { language }: Reader): Form {
  const t = textsIn(language)
  const { approvalAbove, typedAbove, keptMonths } = sizes
  return {
    id: 'broadcasts.settings',
    title: t.settings.title,
    submit: t.save,
    cancel: t.cancel,
    language,
    intro: t.settings.intro,
    fields: [
      {
        name: 'approval',
        label: t.settings.approval,
        hint: t.settings.approvalHint,
        type: 'number',
        optional: true,
        min: 0,
        max: 100_000,
        ...(approvalAbove !== null && { value: approvalAbove }),
      },
      {
        name: 'typed',
        label: t.settings.typed,
        hint: t.settings.typedHint,
        type: 'number',
        min: 1,
        max: 100_000,
        value: typedAbove,
      },
      {
        name: 'kept',
        label: t.settings.kept,
        hint: t.settings.keptHint,
        type: 'number',
        min: 1,
        max: 120,
        value: keptMonths,
      },
    ],
  }
}
