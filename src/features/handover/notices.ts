// How what is told of handovers is drawn when it goes out: from the present, and nothing where the world has moved on.
import type { Block } from '../../cards/card.ts'
import type { DueNotice, NoticeKind } from '../../delivery/notice.ts'
import { loadAbsences, loadOrganisation } from '../../directory/load.ts'
import { loadPeople } from '../../directory/people.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Bilingual, Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { kinds } from './plan.ts'
import { type Handover, leftOf, sideOf } from './state.ts'
import { loadHandovers } from './store.ts'
import { textsIn } from './texts.ts'
import { nameIn, openHandover } from './views.ts'

const mostRows = 8
const idOf = (subject: string) => Number(/^handover(?:-[a-z]+)?:(\d+)/.exec(subject)?.[1] ?? 0)

interface Told {
  readonly notice: DueNotice
  readonly row: Handover
  readonly from: string
  readonly to: string
  readonly due: string
  readonly language: Language
  readonly reader: number
}

export function notices(core: Pick<Core, 'zone'>): NoticeKind[] {
  const kind = (
    name: string,
    title: Bilingual,
    words: (told: Told) => { readonly row: string; readonly openable: boolean } | undefined,
  ): NoticeKind => ({
    kind: name,
    title,
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, due, to, now) {
      const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
      if ((await loadAbsences(tx, today, [to.id])).has(to.id)) return null
      // Of one list the latest word counts.
      const latest = [...new Map(due.map((notice) => [notice.subject, notice])).values()]
      const rows = await loadHandovers(tx, { id: { in: latest.map(({ subject }) => idOf(subject)) } })
      const people = await loadPeople(
        tx,
        rows.flatMap(({ fromId, toId }) => [fromId, toId]),
        today,
      )
      const name = nameIn(people, to.language)
      const told = latest.flatMap((notice) => {
        const row = rows.find(({ id }) => id === idOf(notice.subject))
        const said =
          row &&
          words({
            notice,
            row,
            from: name(row.fromId),
            to: name(row.toId),
            due: formatDate(row.due, to.language),
            language: to.language,
            reader: to.id,
          })
        return row && said ? [{ notice, row, said }] : []
      })
      if (told.length === 0) return null
      const t = textsIn(to.language)
      const live = new Set(told.map(({ notice }) => notice.id))
      return {
        summary: t.summary,
        blocks: told.slice(0, mostRows).map(
          ({ row, said }): Block => ({
            type: 'list',
            rows: [
              {
                text: said.row,
                ...(said.openable && { button: { label: t.open, action: openHandover(row.id) } }),
              },
            ],
          }),
        ),
        obsolete: due.filter(({ id }) => !live.has(id)).map(({ id }) => id),
      }
    },
  })

  return [
    kind(
      kinds.begun,
      { ja: '業務引継の開始', en: 'A handover begins' },
      ({ row, from, to, due, language }) =>
        row.status === 'open'
          ? { row: textsIn(language).begunRow(from, to, due), openable: true }
          : undefined,
    ),
    kind(kinds.due, { ja: '業務引継の期日', en: 'A handover is due' }, (told) => {
      const { row, reader, from, to, due, language, notice } = told
      const side = sideOf(row, reader)
      const left = side ? leftOf(row.items, side) : 0
      if (row.status !== 'open' || left === 0) return undefined
      const t = textsIn(language)
      const other = side === 'from' ? to : from
      return {
        row: notice.detail.late === true ? t.lateRow(other, left) : t.dueRow(other, left, due),
        openable: true,
      }
    }),
    kind(kinds.done, { ja: '業務引継の完了', en: 'A handover is complete' }, ({ row, from, to, language }) =>
      row.status === 'done' ? { row: textsIn(language).doneRow(from, to), openable: true } : undefined,
    ),
    kind(
      kinds.moved,
      { ja: '業務引継の期日の変更', en: 'Another day for a handover' },
      ({ row, from, to, due, language }) =>
        row.status === 'open'
          ? { row: textsIn(language).movedRow(from, to, due), openable: true }
          : undefined,
    ),
    kind(
      kinds.stopped,
      { ja: '業務引継の取りやめ', en: 'A handover is called off' },
      ({ row, from, to, language }) =>
        row.status === 'cancelled'
          ? { row: textsIn(language).stoppedRow(from, to), openable: false }
          : undefined,
    ),
    {
      kind: kinds.transfer,
      title: { ja: '異動後の業務引継', en: 'Handover after a transfer' },
      priority: 2,
      ifUnknown: 'repeat',
      hours: 'working',
      async draw(tx, due, to, now) {
        const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
        if ((await loadAbsences(tx, today, [to.id])).has(to.id)) return null
        const org = await loadOrganisation(tx, today, [])
        const t = textsIn(to.language)
        const rows = due.flatMap((notice) => {
          const [, id, on] = /^handover-transfer:(\d+):(.+)$/.exec(notice.subject) ?? []
          const section = org.section(Number(id))
          return section && on
            ? [{ text: t.transferRow(section.name, formatDate(Temporal.PlainDate.from(on), to.language)) }]
            : []
        })
        if (rows.length === 0) return null
        return {
          summary: t.summary,
          blocks: [
            { type: 'list', rows: rows.slice(0, mostRows) },
            {
              type: 'buttons',
              buttons: [{ label: t.begin, style: 'primary', action: { id: 'handover.begin' } }],
            },
          ],
        }
      },
    },
  ]
}
