// How the messages about own studies are drawn at the moment they are sent.
import type { Block, Row } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { inForce, loadAbsences } from '../../../directory/load.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Core } from '../../feature.ts'
import { mostAsked } from '../asked.ts'
import { deskOf } from './desk.ts'
import { selfKinds } from './plan.ts'
import type { Application } from './rules.ts'
import { loadApplications, waitingFor } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { approvalBlocks, dataOf, described, openDesk, openSelf, stated } from './views.ts'

const idOf = ({ subject }: DueNotice) => Number(/(\d+)$/.exec(subject)?.[1] ?? 0)

export function selfNotices({ zone }: Pick<Core, 'zone'>): NoticeKind[] {
  const kind = (
    name: keyof typeof selfKinds,
    draw: (
      tx: Tx,
      ids: readonly number[],
      to: Recipient,
      today: Temporal.PlainDate,
    ) => Promise<{ summary: string; said: string; blocks: readonly Block[]; of: readonly Application[] }>,
  ): NoticeKind => ({
    kind: selfKinds[name],
    title: { ja: ja.titles[name], en: en.titles[name] },
    priority: name === 'desk' ? 2 : 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now): Promise<Part | null> {
      const today = now.toZonedDateTimeISO(zone).toPlainDate()
      if ((await loadAbsences(tx, today, [to.id])).has(to.id)) return null
      const { summary, said, blocks, of } = await draw(tx, notices.map(idOf), to, today)
      if (of.length === 0) return null
      const told = new Set(of.map(({ id }) => id))
      const obsolete = notices.filter((notice) => !told.has(idOf(notice))).map(({ id }) => id)
      return {
        summary,
        blocks: [{ type: 'text', text: said }, ...blocks],
        ...(obsolete.length > 0 && { obsolete }),
      }
    },
  })

  return [
    kind('approve', async (tx, ids, to, today) => {
      const t = textsIn(to.language)
      const { applications, people } = await waitingFor(tx, to.id, today)
      const of = applications.filter(({ id }) => ids.includes(id))
      const blocks = approvalBlocks({ applications: of, people }, to.language)
      return { summary: t.approveSummary, said: t.approveAsk, blocks, of }
    }),
    kind('desk', async (tx, ids, to, today) => {
      const t = textsIn(to.language)
      const grants = await tx.roleGrant.findMany({
        where: { personId: to.id, role: 'hr', ...inForce(today) },
      })
      const actor = { grants: grants.map(({ sectionId }) => ({ role: 'hr', sectionId }) as const) }
      const of = (await deskOf(tx, { actor, today })).filter(({ id }) => ids.includes(id))
      const people = await loadPeople(
        tx,
        of.map(({ personId }) => personId),
        today,
      )
      const rows = of.slice(0, mostAsked).map((application): Row => {
        const person = people.get(application.personId)
        return {
          text: t.row(person ? addressed(person, to.language) : '', application.title),
          detail: described(application, to.language),
        }
      })
      const blocks: Block[] = [
        { type: 'list', rows },
        { type: 'buttons', buttons: [{ label: t.desk, action: openDesk, style: 'primary' }] },
      ]
      return { summary: t.deskSummary, said: t.deskAsk(of.length), blocks, of }
    }),
    kind('told', async (tx, ids, to) => {
      const t = textsIn(to.language)
      const of = await loadApplications(tx, { id: { in: [...ids] }, personId: to.id })
      const rows = of.map(
        (application): Row => ({
          text: application.title,
          detail: stated(application, to.language, undefined),
          button: { label: t.see, action: openSelf },
        }),
      )
      return { summary: t.toldSummary, said: t.told, blocks: [{ type: 'list', rows }], of }
    }),
    kind('result', async (tx, ids, to) => {
      const t = textsIn(to.language)
      const of = await loadApplications(tx, { id: { in: [...ids] }, personId: to.id, status: 'granted' })
      const rows = of.map(
        (application): Row => ({
          text: application.title,
          button: { label: t.report, action: { id: 'trainings.self-report', data: dataOf(application) } },
        }),
      )
      return { summary: t.resultSummary, said: t.resultAsk, blocks: [{ type: 'list', rows }], of }
    }),
  ]
}
