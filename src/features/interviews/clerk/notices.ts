import type { Block } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Core } from '../../feature.ts'
import { openAction } from '../booking/show.ts'
import { nameOf } from '../booking/texts.ts'
import { loadInterviews } from '../load.ts'
import { clerksOf, textsIn } from './access.ts'
import { clerkKinds } from './kinds.ts'

async function about(core: Core, tx: Tx, notices: readonly DueNotice[], now: Temporal.Instant) {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const ids = notices.map(({ detail }) => Number(detail.interview))
  const interviews = new Map(
    (await loadInterviews(tx, { id: { in: ids } }, today)).map((each) => [each.id, each]),
  )
  const people = await loadPeople(
    tx,
    notices.map(({ detail }) => Number(detail.by)),
    today,
  )
  return { today, interviews, people }
}

/** What a clerk did in somebody's name: said once, with the way to change it. */
const drawDid =
  (core: Core): NoticeKind['draw'] =>
  async (tx, notices, to: Recipient, now): Promise<Part | null> => {
    const { interviews, people } = await about(core, tx, notices, now)
    const t = textsIn(to.language)
    const blocks: Block[] = []
    const obsolete: number[] = []
    for (const { id, detail } of notices) {
      const interview = interviews.get(Number(detail.interview))
      const by = people.get(Number(detail.by))
      const answer = (['held', 'moved', 'not_held'] as const).find((each) => each === detail.answer)
      const past = interview?.status === 'cancelled' || interview?.status === 'exempt'
      if (!interview || !by || past) {
        obsolete.push(id)
        continue
      }
      const step = nameOf(interview, to.language)
      const name = addressed(by, to.language)
      blocks.push(
        {
          type: 'text',
          text: answer
            ? t.notices.did.answered(name, step, t.answer[answer])
            : t.notices.did.offered(name, step),
        },
        {
          type: 'buttons',
          buttons: [
            answer
              ? { label: t.notices.did.open, action: openAction(interview.id) }
              : { label: t.notices.did.slots, action: { id: 'interviews.slots' } },
          ],
        },
      )
    }
    return blocks.length === 0 ? null : { summary: t.notices.did.summary, blocks, obsolete }
  }

/** Whom a conductor has left it to; obsolete for a clerk who is none any more, or when nothing waits. */
const drawAsked =
  (core: Core): NoticeKind['draw'] =>
  async (tx, notices, to, now): Promise<Part | null> => {
    const { today, interviews, people } = await about(core, tx, notices, now)
    const t = textsIn(to.language)
    const blocks: Block[] = []
    const obsolete: number[] = []
    for (const { id, detail } of notices) {
      const interview = interviews.get(Number(detail.interview))
      const by = people.get(Number(detail.by))
      const asked = by && (await clerksOf(tx, by.id, today)).includes(to.id)
      if (!interview || !by || !asked || interview.status !== 'waiting') obsolete.push(id)
      else
        blocks.push({
          type: 'text',
          text: t.notices.asked.text(
            addressed(by, to.language),
            nameOf(interview, to.language),
            Number(detail.count),
          ),
        })
    }
    if (blocks.length === 0) return null
    const open = {
      label: t.notices.asked.open,
      action: { id: 'interviews.clerk' },
      style: 'primary',
    } as const
    return {
      summary: t.notices.asked.summary,
      blocks: [...blocks, { type: 'buttons', buttons: [open] }],
      obsolete,
    }
  }

export const clerkNotices = (core: Core): readonly NoticeKind[] => [
  { kind: clerkKinds.did, priority: 2, ifUnknown: 'repeat', hours: 'working', draw: drawDid(core) },
  { kind: clerkKinds.asked, priority: 1, ifUnknown: 'repeat', hours: 'working', draw: drawAsked(core) },
]
