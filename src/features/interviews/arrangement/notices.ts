import type { Block } from '../../../cards/card.ts'
import type { DueNotice, NoticeKind } from '../../../delivery/notice.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { openAction } from '../booking/show.ts'
import { nameOf } from '../booking/texts.ts'
import { arrangementKinds } from './kinds.ts'
import { isRunning, loadArrangement, membersOf } from './store.ts'
import { arrangementTexts } from './texts.ts'

const idOf = (notice: DueNotice): number => Number(notice.subject.split(':')[1])

/** What an arrangement tells: the question to each member, and to its conductor how it stands. */
export function arrangementNotices(core: Core): NoticeKind[] {
  const day = (now: Temporal.Instant) => now.toZonedDateTimeISO(core.zone).toPlainDate()

  const ask: NoticeKind = {
    kind: arrangementKinds.ask,
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const t = arrangementTexts(to.language)
      const blocks: Block[] = []
      const obsolete: number[] = []
      for (const notice of notices) {
        const arrangement = await loadArrangement(core, tx, idOf(notice), now)
        const members = arrangement ? await membersOf(tx, arrangement, day(now)) : []
        const own = members.find(
          (each) => each.id === Number(notice.detail.interview) && each.personId === to.id,
        )
        if (
          arrangement?.status !== 'collecting' ||
          !own ||
          arrangement.answered.has(own.id) ||
          arrangement.slots.length === 0
        ) {
          obsolete.push(notice.id)
          continue
        }
        const data = { arrangement: arrangement.id, interview: own.id }
        const by = formatDate(arrangement.answerBy, to.language)
        blocks.push(
          { type: 'text', text: t.ask(nameOf(own, to.language), arrangement.slots.length, by) },
          {
            type: 'buttons',
            buttons: [
              { label: t.answer, action: { id: 'interviews.suits', data } },
              { label: t.details, action: openAction(own.id) },
            ],
          },
        )
      }
      return blocks.length > 0 ? { summary: t.askSummary, blocks, obsolete } : null
    },
  }

  const arranged: NoticeKind = {
    kind: arrangementKinds.arranged,
    priority: 2,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const t = arrangementTexts(to.language)
      const blocks: Block[] = []
      const obsolete: number[] = []
      const seen = new Set<number>()
      for (const notice of notices) {
        const arrangement = await loadArrangement(core, tx, idOf(notice), now)
        const members = arrangement ? await membersOf(tx, arrangement, day(now)) : []
        const mine = arrangement?.ownerId === to.id && arrangement.status === 'collecting'
        if (!arrangement || !mine || !isRunning(arrangement) || members.length === 0) {
          obsolete.push(notice.id)
          continue
        }
        if (seen.has(arrangement.id)) continue
        seen.add(arrangement.id)
        const answered = members.filter((each) => arrangement.answered.has(each.id)).length
        const name = nameOf({ kind: 'step', step: arrangement.step }, to.language)
        const data = { arrangement: arrangement.id }
        blocks.push(
          {
            type: 'text',
            text:
              answered === members.length
                ? t.arrangedAll(name, members.length)
                : t.arrangedSome(name, answered, members.length),
          },
          {
            type: 'buttons',
            buttons: [{ label: t.seeProgress, action: { id: 'interviews.arrangement', data } }],
          },
        )
      }
      return blocks.length > 0 ? { summary: t.arrangedSummary, blocks, obsolete } : null
    },
  }

  return [ask, arranged]
}
