// An announcement that has left its author's desk: waiting, being approved, going out, gone.
import type { Block, Button, Card, Form, Row } from '../../cards/card.ts'
import { formatDateTime } from '../../kernel/format.ts'
import type { Standing } from './audience.ts'
import { type Broadcast, limits, may } from './rules.ts'
import type { Counts, Filter, RecipientStatus } from './status.ts'
import { ends, filters } from './status.ts'
import { textsIn } from './texts.ts'
import { deskPage, stateLine } from './views-desk.ts'
import { countLine, optionsLine } from './views-draft.ts'
import { type Reader, turning } from './views-message.ts'

export const listSize = 10

const moment = (at: Temporal.Instant, { zone, language }: Reader) => formatDateTime(at, zone, language)

function cancelButton({ id, version }: Broadcast, { language }: Reader): Button {
  const t = textsIn(language)
  return {
    label: t.scheduled.cancel,
    action: { id: 'broadcasts.cancel', data: { broadcast: id, version } },
    confirm: {
      title: t.scheduled.cancelTitle,
      text: t.scheduled.cancelText,
      yes: t.scheduled.cancelYes,
      no: t.cancel,
    },
  }
}

export interface Waiting {
  readonly broadcast: Broadcast
  readonly standing: Standing
  readonly examples: readonly string[]
  readonly author: string
  readonly approver?: string | undefined
  readonly note?: string | undefined
}

function facts(waiting: Waiting, reader: Reader): Block {
  const { broadcast, standing, author, approver } = waiting
  const t = textsIn(reader.language)
  const { sendAt, status } = broadcast
  const goes = sendAt
    ? status === 'awaiting'
      ? t.scheduled.atApproved(moment(sendAt, reader))
      : moment(sendAt, reader)
    : t.scheduled.atOnce
  return {
    type: 'facts',
    facts: [
      { label: t.draft.subject, value: broadcast.title },
      { label: t.draft.audience, value: standing.line[reader.language] },
      { label: t.draft.count, value: countLine(waiting, reader) },
      { label: t.draft.options, value: optionsLine(broadcast, reader) },
      { label: t.scheduled.at, value: goes },
      { label: t.scheduled.author, value: author },
      ...(approver ? [{ label: t.scheduled.approver, value: approver }] : []),
    ],
  }
}

const body = (broadcast: Broadcast): Block[] => [
  { type: 'divider' },
  { type: 'heading', text: broadcast.title },
  { type: 'text', text: broadcast.body },
  ...(broadcast.link
    ? [{ type: 'text', text: [{ link: broadcast.link, label: broadcast.link }] } as const]
    : []),
  { type: 'divider' },
]

const bold = (note: string | undefined): Block[] => (note ? [{ type: 'text', text: [{ bold: note }] }] : [])

/** Waiting for its time, or for the second person; for whoever looks after it. */
export function waitingCard(waiting: Waiting, reader: Reader): Card {
  const { broadcast, note } = waiting
  const t = textsIn(reader.language)
  const data = { broadcast: broadcast.id, version: broadcast.version }
  return {
    summary: t.scheduled.summary,
    language: reader.language,
    blocks: [
      { type: 'heading', text: stateLine(broadcast, reader) },
      ...bold(note),
      facts(waiting, reader),
      ...body(broadcast),
      {
        type: 'buttons',
        buttons: [
          { label: t.scheduled.reopen, action: { id: 'broadcasts.reopen', data } },
          cancelButton(broadcast, reader),
          { label: t.back, action: deskPage(1) },
        ],
      },
    ],
  }
}

/** For the second person. */
export function approvalCard(waiting: Waiting, reader: Reader): Card {
  const { broadcast, standing, note } = waiting
  const t = textsIn(reader.language)
  const data = { broadcast: broadcast.id, version: broadcast.version }
  const count = standing.personIds.length
  return {
    summary: t.approval.summary,
    language: reader.language,
    blocks: [
      { type: 'heading', text: t.approval.heading },
      ...bold(note),
      { type: 'text', text: t.approval.intro },
      facts(waiting, reader),
      ...body(broadcast),
      {
        type: 'buttons',
        buttons: [
          {
            label: t.approval.approve,
            style: 'primary',
            action: { id: 'broadcasts.approve', data: { ...data, count } },
            confirm: {
              title: t.approval.approveTitle,
              text: t.approval.approveText(count),
              yes: t.approval.approve,
              no: t.cancel,
            },
          },
          { label: t.approval.decline, action: { id: 'broadcasts.decline', data } },
          { label: t.back, action: deskPage(1) },
        ],
      },
    ],
  }
}

export function declineForm({ id, version }: Broadcast, { language }: Reader): Form {
  const t = textsIn(language)
  return {
    id: 'broadcasts.decline-save',
    title: t.approval.declineTitle,
    submit: t.approval.decline,
    cancel: t.cancel,
    language,
    data: { broadcast: id, version },
    fields: [
      {
        name: 'reason',
        label: t.approval.declineReason,
        hint: t.approval.declineHint(limits.reason),
        type: 'text',
        multiline: true,
        maxLength: limits.reason,
      },
    ],
  }
}

export interface Result {
  readonly broadcast: Broadcast
  readonly counts: Counts
  readonly line: string
  /** Whose names are listed; figures alone where it is absent. */
  readonly filter?: Filter | undefined
  readonly recipients: readonly RecipientStatus[]
  readonly listed: number
  readonly page: number
  /** How many would be written to again. */
  readonly unmoved: number
  readonly note?: string | undefined
}

function recipientRow(recipient: RecipientStatus, { acknowledge }: Broadcast, reader: Reader): Row {
  const t = textsIn(reader.language)
  const { end, reason, arrivedAt, acknowledgedAt, section, name } = recipient
  const parts = [
    arrivedAt ? t.result.arrivedAt(moment(arrivedAt, reader)) : t.result.filters[end],
    ...(end === 'failed' ? [t.reasons[reason ?? 'rejected']] : []),
    ...(acknowledgedAt
      ? [t.result.acknowledgedAt(moment(acknowledgedAt, reader))]
      : acknowledge && end === 'arrived'
        ? [t.result.silent]
        : []),
  ]
  return { text: section ? `${name}(${section})` : name, detail: parts.join('　') }
}

/** How it went: the figures, the people behind each, and what can still be done. */
export function resultCard(result: Result, reader: Reader): Card {
  const { broadcast, counts, filter, page, listed, unmoved, note } = result
  const { language } = reader
  const t = textsIn(language)
  const { id, version, acknowledge } = broadcast
  const waits = counts.waits > 0
  const tones = { arrived: 'good', waits: 'waiting', failed: 'late', withdrawn: 'none' } as const
  const shown = ends.filter((end) => end === 'arrived' || counts[end] > 0)
  const turned = turning(page, filter ? listed : 0, listSize, language, (to) => ({
    id: 'broadcasts.status',
    data: { broadcast: id, filter: filter ?? 'all', page: to },
  }))
  const offered = filters.filter((each) => acknowledge || (each !== 'silent' && each !== 'acknowledged'))
  const again: Button = {
    label: t.result.again(unmoved),
    action: { id: 'broadcasts.again', data: { broadcast: id, version } },
    style: 'primary',
    confirm: {
      title: t.result.againTitle,
      text: t.result.againText(unmoved),
      yes: t.result.again(unmoved),
      no: t.cancel,
    },
  }
  const rows = result.recipients.map((each) => recipientRow(each, broadcast, reader))
  const list: Block = { type: 'list', rows }
  const nobody: Block = { type: 'text', text: t.result.none }
  const first: Button[] = [
    ...(may('again', broadcast.status) && unmoved > 0 ? [again] : []),
    ...(may('cancel', broadcast.status) && waits ? [cancelButton(broadcast, reader)] : []),
    { label: t.result.body, action: { id: 'broadcasts.preview', data: { broadcast: id } } },
  ]
  const blocks: Block[] = [
    { type: 'heading', text: broadcast.title },
    ...bold(note),
    { type: 'context', text: `${stateLine(broadcast, reader)}　${result.line}` },
    {
      type: 'facts',
      facts: [
        { label: t.result.all, value: t.people(counts.all) },
        { label: t.result.progress, value: t.people(counts.arrived) },
        ...(acknowledge ? [{ label: t.result.acknowledged, value: t.people(counts.acknowledged) }] : []),
        ...(counts.failed > 0 ? [{ label: t.result.failed, value: t.people(counts.failed) }] : []),
      ],
    },
    {
      type: 'chart',
      shape: 'donut',
      title: t.result.chart,
      series: shown.map((end) => ({
        label: t.result.filters[end],
        value: counts[end],
        tone: tones[end],
      })),
      text: t.result.chartText(shown.map((end) => t.result.bar(t.result.filters[end], counts[end]))),
    },
    {
      type: 'select',
      label: t.result.show,
      action: { id: 'broadcasts.status', data: { broadcast: id, filter: 'all', page: 1 } },
      options: offered.map((each) => ({ label: t.result.filters[each], value: each })),
      ...(filter && { selected: filter }),
    },
    ...(filter ? [listed > 0 ? list : nobody] : []),
    ...turned.note,
    ...(turned.buttons.length > 0 ? [{ type: 'buttons', buttons: turned.buttons } as const] : []),
    { type: 'buttons', buttons: first },
    {
      type: 'buttons',
      buttons: [
        { label: t.result.export, action: { id: 'broadcasts.export', data: { broadcast: id } } },
        { label: t.result.copy, action: { id: 'broadcasts.copy', data: { broadcast: id } } },
        { label: t.back, action: deskPage(1) },
      ],
    },
  ]
  return { summary: t.result.summary, language, blocks }
}

/** Taken back before anybody had it. */
export function cancelledCard(broadcast: Broadcast, note: string | undefined, reader: Reader): Card {
  const t = textsIn(reader.language)
  return {
    summary: t.result.summary,
    language: reader.language,
    blocks: [
      { type: 'heading', text: stateLine(broadcast, reader) },
      ...bold(note),
      ...body(broadcast),
      {
        type: 'buttons',
        buttons: [
          { label: t.result.copy, action: { id: 'broadcasts.copy', data: { broadcast: broadcast.id } } },
          { label: t.back, action: deskPage(1) },
        ],
      },
    ],
  }
}
