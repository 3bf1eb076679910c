import { fromDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Recipient, WantedNotice } from '../../../delivery/notice.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { nameOf } from '../booking/texts.ts'
import { toStep } from '../load.ts'
import { groupAsked, loadAsked } from './deadline-repository.ts'
import { loadFacts } from './facts.ts'
import { textsIn } from './texts.ts'

export const askedKind = 'interviews.deadline-asked'
export const settledKind = 'interviews.deadline-settled'

export const requestSubject = (id: number): string => `deadline-request:${id}`
const requestOf = ({ subject }: DueNotice) => Number(subject.split(':')[1])

/** One telling of a request, at a moment within the recipient's hours. */
export const telling = (
  kind: typeof askedKind | typeof settledKind,
  requestId: number,
  recipientId: number,
  dueAt: Temporal.Instant,
): WantedNotice => ({ kind, recipientId, rung: 'now', anchor: `${requestId}`, dueAt })

/** That somebody asks for a later deadline (to HR), and what became of it (to whoever asked). */
export function deadlineNoticeKinds(core: Pick<Core, 'zone'>): NoticeKind[] {
  const shared = { priority: 1, ifUnknown: 'repeat', hours: 'working' } as const
  return [
    { ...shared, kind: askedKind, draw: (...args) => drawAsked(core, ...args) },
    { ...shared, kind: settledKind, draw: drawSettled },
  ]
}

async function drawAsked(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  now: Temporal.Instant,
) {
  const asked = await loadAsked(tx, notices.map(requestOf))
  const { people } = await loadFacts(
    tx,
    asked.map(({ interviewId }) => interviewId),
    now,
    core.zone,
  )
  const own = asked.filter(({ personId }) => people.hrOf(personId).includes(to.id))
  if (own.length === 0) return null
  const t = textsIn(to.language)
  const count = groupAsked(own).length
  const live = new Set(own.map(({ id }) => id))
  return {
    summary: t.askedSummary(count),
    blocks: [
      { type: 'text' as const, text: t.askedText(count) },
      {
        type: 'buttons' as const,
        buttons: [
          { label: t.askedOpen, action: { id: 'interviews.deadlines', data: {} }, style: 'primary' as const },
        ],
      },
    ],
    obsolete: notices.filter((notice) => !live.has(requestOf(notice))).map(({ id }) => id),
  }
}

async function drawSettled(tx: Tx, notices: readonly DueNotice[], to: Recipient) {
  const rows = await tx.deadlineRequest.findMany({
    where: {
      id: { in: notices.map(requestOf) },
      requestedById: to.id,
      status: { in: ['granted', 'declined'] },
    },
    include: { interview: { include: { step: true } } },
    orderBy: { id: 'asc' },
  })
  if (rows.length === 0) return null
  const t = textsIn(to.language)
  const live = new Set(rows.map(({ id }) => id))
  return {
    summary: t.settledSummary,
    blocks: rows.slice(0, 10).map((row) => {
      const step = nameOf(
        { kind: row.interview.kind as 'step', step: row.interview.step && toStep(row.interview.step) },
        to.language,
      )
      const say = row.status === 'granted' ? t.grantedText : t.declinedText
      return {
        type: 'text' as const,
        text: say(step, formatDate(fromDbDate(row.interview.deadline), to.language)),
      }
    }),
    obsolete: notices.filter((notice) => !live.has(requestOf(notice))).map(({ id }) => id),
  }
}
