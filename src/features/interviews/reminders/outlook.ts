// HR's look ahead (送信予定): what will be sent, to whom, when; for their part of the city alone.
import { z } from 'zod'
import type { Block, Card, Row } from '../../../cards/card.ts'
import { fromDbInstant, toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { reach } from '../../../directory/rights.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type CommandHandler,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { hr } from '../../../intake/permissions.ts'
import { formatDate, formatDateTime } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

const pageSize = 10
const usualDays = 7
const mostDays = 60

interface Message {
  readonly recipientId: number
  readonly at: Temporal.Instant
  readonly kinds: readonly { readonly kind: string; readonly count: number }[]
}

interface Found {
  readonly messages: readonly Message[]
  readonly total: number
  readonly notices: number
}

/** Planned notices as the messages they will make, in order of time. `sections`: whose people may be seen. */
async function plannedMessages(
  tx: Tx,
  span: { readonly from: Temporal.Instant; readonly until: Temporal.Instant },
  today: Temporal.PlainDate,
  sections: 'all' | ReadonlySet<number>,
  page: number,
): Promise<Found> {
  const everybody = sections === 'all'
  const reached = everybody ? [] : [...sections]
  type Raw = {
    recipient_id: number
    due_at: Date
    kinds: { kind: string; count: number }[]
    total: number
    notices: number
  }
  const rows = await tx.$queryRaw<Raw[]>`
    WITH planned AS (
      SELECT recipient_id, due_at, kind, count(*)::int AS count FROM notice n
      WHERE status = 'planned' AND kind LIKE 'interviews.%'
        AND due_at >= ${toDbInstant(span.from)}::timestamptz AND due_at < ${toDbInstant(span.until)}::timestamptz
        AND (${everybody}::boolean OR EXISTS (
          SELECT FROM post p WHERE p.person_id = n.recipient_id AND p.section_id = ANY(${reached}::int[])
            AND p.valid_from <= ${today.toString()}::date
            AND (p.valid_to IS NULL OR p.valid_to > ${today.toString()}::date)))
      GROUP BY 1, 2, 3)
    SELECT recipient_id, due_at, jsonb_agg(jsonb_build_object('kind', kind, 'count', count) ORDER BY kind) AS kinds,
           (count(*) OVER ())::int AS total, (sum(sum(count)) OVER ())::int AS notices
    FROM planned GROUP BY 1, 2 ORDER BY due_at, recipient_id
    LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`
  return {
    messages: rows.map((row) => ({
      recipientId: row.recipient_id,
      at: fromDbInstant(row.due_at),
      kinds: row.kinds,
    })),
    total: rows[0]?.total ?? 0,
    notices: rows[0]?.notices ?? 0,
  }
}

async function outlookCard(core: Core, tx: Tx, ask: Ask, days: number, page: number): Promise<Card> {
  const { language, today, now, actor } = ask
  const t = textsIn(language)
  const last = today.add({ days })
  const org = await loadOrganisation(tx, today, [])
  const until = last.add({ days: 1 }).toZonedDateTime(core.zone).toInstant()
  const found = await plannedMessages(tx, { from: now, until }, today, reach(actor, 'hr', org), page)
  const people = await loadPeople(
    tx,
    found.messages.map(({ recipientId }) => recipientId),
    today,
  )
  const heading: Block = {
    type: 'heading',
    text: t.outlookTitle(formatDate(today, language), formatDate(last, language)),
  }
  const turn = (to: number, ahead = days) => ({ id: 'interviews.outlook', data: { days: ahead, page: to } })
  const further = days < mostDays ? [{ label: t.outlookFurther(mostDays), action: turn(1, mostDays) }] : []
  if (found.messages.length === 0)
    return {
      summary: t.outlookSummary,
      blocks: [
        heading,
        { type: 'text', text: t.outlookNone },
        ...(further.length > 0 ? [{ type: 'buttons' as const, buttons: further }] : []),
      ],
    }
  const rows = found.messages.map(({ recipientId, at, kinds }): Row => {
    const person = people.get(recipientId)
    const who = person ? addressed(person, language) : t.unknownPerson
    const section = org.section(person?.sectionId ?? 0)?.name
    const labels = kinds.map(({ kind, count }) =>
      t.times(t.kinds[kind.slice('interviews.'.length)] ?? t.otherKind, count),
    )
    return {
      text: t.outlookRow(formatDateTime(at, core.zone, language), section ? `${who}(${section})` : who),
      detail: t.kindList(labels),
    }
  })
  const pages = Math.ceil(found.total / pageSize)
  const turns = [
    ...(page > 1 ? [{ label: t.earlier, action: turn(page - 1) }] : []),
    ...(page < pages ? [{ label: t.next, action: turn(page + 1) }] : []),
    ...further,
  ]
  return {
    summary: t.outlookSummary,
    blocks: [
      heading,
      { type: 'text', text: t.outlookCount(found.total, found.notices) },
      { type: 'list', rows },
      ...(pages > 1 ? [{ type: 'context' as const, text: t.pageOf(page, pages) }] : []),
      ...(turns.length > 0 ? [{ type: 'buttons' as const, buttons: turns }] : []),
    ],
  }
}

/** 「送信予定 14」: how many days are looked ahead, 7 unless said. */
const daysIn = (rest: string) =>
  Math.min(mostDays, Math.max(1, Number(/\d{1,3}/.exec(rest)?.[0] ?? usualDays)))

export const outlookCommand = (core: Core): CommandHandler => ({
  id: 'interviews.outlook-ahead',
  phrases: { ja: ['送信予定', '面談 送信予定'], en: ['outlook', 'interview outlook'] },
  help: { ja: ja.outlookHelp, en: en.outlookHelp },
  permission: hr,
  handle: (ask, rest) =>
    inTransaction(core.db, async (tx) => say(await outlookCard(core, tx, ask, daysIn(rest), 1))),
})

const pageOf = z.object({ days: z.int().min(1).max(mostDays), page: z.int().min(1) })

export const outlookAction = (core: Core): ActionHandler =>
  action<z.infer<typeof pageOf>>({
    effect: 'reads',
    permission: hr,
    data: pageOf,
    handle: (ask, { days, page }) =>
      inTransaction(core.db, async (tx) =>
        replaceWith(await outlookCard(core, tx, ask, days, page), {
          id: 'interviews.outlook',
          data: { days, page },
        }),
      ),
  })
