// What recipients, approvers and authors are told, drawn as things are when it is sent.
import type { Block } from '../../cards/card.ts'
import { fromDbInstantOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../delivery/notice.ts'
import type { Core } from '../feature.ts'
import { sectionOfAuthor } from './audience.ts'
import { kinds } from './kinds.ts'
import { broadcastOf } from './release.ts'
import { loadBroadcasts } from './repository.ts'
import type { Broadcast } from './rules.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { openOne } from './views-desk.ts'
import { type Letter, letterBlocks } from './views-message.ts'

/** The announcements that due notices are about, each once, with their notices. */
async function aboutOf(tx: Tx, notices: readonly DueNotice[]) {
  const byId = Map.groupBy(notices, ({ subject }) => broadcastOf(subject))
  const found = await loadBroadcasts(tx, [...byId.keys()])
  return [...byId].map(([id, due]) => ({
    broadcast: found.find((broadcast) => broadcast.id === id),
    due,
  }))
}

/** What a person receives of announcements at one moment. */
async function drawMessage(
  core: Core,
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  now: Temporal.Instant,
): Promise<Part | null> {
  const about = await aboutOf(tx, notices)
  const receipts = await tx.broadcastRecipient.findMany({
    where: { personId: to.id, broadcastId: { in: about.flatMap(({ broadcast }) => broadcast?.id ?? []) } },
    select: { broadcastId: true, acknowledgedAt: true },
  })
  const byId = new Map(receipts.map((row) => [row.broadcastId, fromDbInstantOrNull(row.acknowledgedAt)]))
  const told: { broadcast: Broadcast; again: boolean }[] = []
  const obsolete: number[] = []
  for (const { broadcast, due } of about) {
    const acknowledgedAt = broadcast && byId.get(broadcast.id)
    const open = broadcast && acknowledgedAt === null && broadcast.status !== 'cancelled'
    if (open) told.push({ broadcast, again: due.every(({ detail }) => detail.again === true) })
    else obsolete.push(...due.map(({ id }) => id))
  }
  if (told.length === 0) return null
  const on = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const sections = await sectionOfAuthor(
    tx,
    told.map(({ broadcast }) => broadcast.authorId),
    on,
  )
  const t = textsIn(to.language).message
  const [first, ...others] = told
  return {
    summary: first && others.length === 0 ? t.summary(first.broadcast.title) : t.summaryMany(told.length),
    blocks: told.flatMap(({ broadcast, again }, index): Block[] => {
      const letter: Letter = {
        broadcast,
        section: sections.get(broadcast.authorId),
        acknowledgedAt: null,
        again,
      }
      const blocks = letterBlocks(letter, { language: to.language, zone: core.zone }, index === 0)
      return index === 0 ? blocks : [{ type: 'divider' }, ...blocks]
    }),
    obsolete,
  }
}

async function drawApproval(tx: Tx, notices: readonly DueNotice[], to: Recipient): Promise<Part | null> {
  const t = textsIn(to.language).approval
  const about = await aboutOf(tx, notices)
  const open = about.flatMap(({ broadcast }) => (broadcast?.status === 'awaiting' ? [broadcast] : []))
  if (open.length === 0) return null
  return {
    summary: t.summary,
    blocks: [
      {
        type: 'list',
        rows: open.map((broadcast) => ({
          text: broadcast.title,
          detail: t.notice(broadcast.expected ?? 0),
          button: { label: t.open, action: openOne(broadcast.id) },
        })),
      },
    ],
    obsolete: about.flatMap(({ broadcast, due }) =>
      broadcast?.status === 'awaiting' ? [] : due.map(({ id }) => id),
    ),
  }
}

async function drawDecided(tx: Tx, notices: readonly DueNotice[], to: Recipient): Promise<Part | null> {
  const t = textsIn(to.language).decided
  const rows: { text: string; button: { label: string; action: ReturnType<typeof openOne> } }[] = []
  const obsolete: number[] = []
  for (const { broadcast, due } of await aboutOf(tx, notices)) {
    const last = due.at(-1)?.detail.what
    const text =
      broadcast === undefined
        ? undefined
        : last === 'declined'
          ? broadcast.declined !== null
            ? t.declined(broadcast.title)
            : undefined
          : last === 'nobody'
            ? t.nobody(broadcast.title)
            : t.approved(broadcast.title)
    if (broadcast && text) rows.push({ text, button: { label: t.open, action: openOne(broadcast.id) } })
    else obsolete.push(...due.map(({ id }) => id))
  }
  return rows.length === 0 ? null : { summary: t.summary, blocks: [{ type: 'list', rows }], obsolete }
}

export const noticeKinds = (core: Core): readonly NoticeKind[] => [
  {
    kind: kinds.message,
    title: { ja: ja.title, en: en.title },
    priority: 3,
    // Nobody gets it twice: HR sees who may not have it, and sends again to those only.
    ifUnknown: 'flag',
    hours: 'working',
    draw: (tx, notices, to, now) => drawMessage(core, tx, notices, to, now),
  },
  {
    kind: kinds.urgent,
    title: { ja: ja.title, en: en.title },
    priority: 2,
    ifUnknown: 'flag',
    hours: 'any',
    draw: (tx, notices, to, now) => drawMessage(core, tx, notices, to, now),
  },
  {
    kind: kinds.approval,
    title: { ja: ja.approval.summary, en: en.approval.summary },
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    draw: (tx, notices, to) => drawApproval(tx, notices, to),
  },
  {
    kind: kinds.decided,
    title: { ja: ja.decided.summary, en: en.decided.summary },
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    draw: (tx, notices, to) => drawDecided(tx, notices, to),
  },
]
