// Arrangements among one's next things: what one is asked, and what one has asked.
import { inTransaction } from '../../../db/transaction.ts'
import type { Ask, HomeItem } from '../../../intake/handler.ts'
import type { Core } from '../../feature.ts'
import { nameOf } from '../booking/texts.ts'
import { arrangementsOf } from '../booking/view.ts'
import { loadInterviews } from '../load.ts'
import { loadArrangement, membersOf } from './store.ts'
import { arrangementTexts } from './texts.ts'

/** Items at the end of the day until which answers are collected. */
export async function arrangementHome(core: Core, ask: Ask): Promise<readonly HomeItem[]> {
  const t = arrangementTexts(ask.language)
  const endOf = (day: Temporal.PlainDate) =>
    day.toZonedDateTime({ timeZone: core.zone, plainTime: '17:00' }).toInstant()
  return inTransaction(core.db, async (tx) => {
    const items: HomeItem[] = []
    const mine = await loadInterviews(tx, { personId: ask.actor.id, status: 'waiting' }, ask.today)
    const asked = await arrangementsOf(tx, mine)
    for (const interview of mine) {
      const found = asked.get(interview.id)
      const arrangement = found && !found.answered && (await loadArrangement(core, tx, found.id, ask.now))
      if (!arrangement || arrangement.slots.length === 0) continue
      items.push({
        at: endOf(arrangement.answerBy),
        text: t.homeAsked(nameOf(interview, ask.language)),
        button: {
          label: t.answer,
          action: { id: 'interviews.suits', data: { interview: interview.id, arrangement: arrangement.id } },
        },
      })
    }
    const own = await tx.arrangement.findMany({
      where: { ownerId: ask.actor.id, status: { in: ['collecting', 'proposed'] } },
      orderBy: { id: 'asc' },
      select: { id: true },
    })
    for (const { id } of own) {
      const arrangement = await loadArrangement(core, tx, id, ask.now)
      if (!arrangement) continue
      const members = await membersOf(tx, arrangement, ask.today)
      if (members.length === 0) continue
      const answered = members.filter((each) => arrangement.answered.has(each.id)).length
      const name = nameOf({ kind: 'step', step: arrangement.step }, ask.language)
      items.push({
        at: endOf(arrangement.answerBy),
        text: t.progressTitle(name),
        detail: t.answeredOf(answered, members.length),
        button: {
          label: t.seeProgress,
          action: { id: 'interviews.arrangement', data: { arrangement: id } },
        },
      })
    }
    return items
  })
}
