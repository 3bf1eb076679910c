import type { Row } from '../../../cards/card.ts'
import type { NoticeKind } from '../../../delivery/notice.ts'
import { loadPeople } from '../../../directory/people.ts'
import type { Core } from '../../feature.ts'
import { sideOf } from '../booking/access.ts'
import { openAction } from '../booking/show.ts'
import { nameOf } from '../booking/texts.ts'
import { counterpart } from '../booking/views.ts'
import { loadInterviews } from '../load.ts'
import { heldKinds } from './kinds.ts'
import { heldTexts } from './texts.ts'

const mostRows = 10

/** The neutral offer to both to find another time; it says nothing of who answered what. */
export const againNotice = (core: Core): NoticeKind => ({
  kind: heldKinds.again,
  priority: 2,
  ifUnknown: 'repeat',
  hours: 'working',
  async draw(tx, notices, to, now) {
    const t = heldTexts(to.language)
    const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
    const ids = [...new Set(notices.map((notice) => Number(notice.detail.interview)))]
    const found = await loadInterviews(tx, { id: { in: ids } }, today)
    const live = found.filter((each) => each.status === 'waiting' && sideOf(each, to.id))
    const obsolete = notices
      .filter((notice) => !live.some((each) => each.id === Number(notice.detail.interview)))
      .map((notice) => notice.id)
    if (live.length === 0) return null
    const people = await loadPeople(
      tx,
      live.flatMap((each) => [each.personId, ...each.conductorIds]),
      today,
    )
    const rows = live.slice(0, mostRows).map(
      (each): Row => ({
        text: t.againRow(
          counterpart(each, { reader: to.id, language: to.language, people }),
          nameOf(each, to.language),
        ),
        button: { label: t.details, action: openAction(each.id) },
      }),
    )
    return {
      summary: t.againSummary,
      obsolete,
      blocks: [
        { type: 'text', text: [{ bold: t.againTitle }] },
        { type: 'list', rows },
        ...(live.length > mostRows
          ? [{ type: 'context', text: t.more(live.length - mostRows) } as const]
          : []),
        { type: 'context', text: t.againNext },
      ],
    }
  },
})
