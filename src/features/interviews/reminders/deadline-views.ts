import type { Block, Button, Card } from '../../../cards/card.ts'
import { addressed, type Person } from '../../../directory/people.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import { nameOf } from '../booking/texts.ts'
import type { Interview } from '../state.ts'
import type { AskedGroup } from './deadline-repository.ts'
import { textsIn } from './texts.ts'

export interface AskedShown {
  readonly group: AskedGroup
  readonly interview: Interview | undefined
  readonly asker: Person | undefined
}

const pageSize = 6

/** HR's list of wishes for later deadlines, each with its answer one click away. */
export function deadlinesCard(
  shown: readonly AskedShown[],
  page: number,
  language: Language,
  line?: string,
): Card {
  const t = textsIn(language)
  const pages = Math.max(1, Math.ceil(shown.length / pageSize))
  const at = Math.min(Math.max(1, page), pages)
  const rows = shown
    .slice((at - 1) * pageSize, at * pageSize)
    .flatMap(({ group, interview, asker }, i): Block[] => {
      if (!interview) return []
      const wished = formatDate(group.first.deadline, language)
      const data = { request: group.first.id }
      const grant: Button = {
        label: t.grant(wished),
        action: { id: 'interviews.deadline-grant', data },
        ...(i === 0 && { style: 'primary' as const }),
      }
      const decline: Button = {
        label: t.decline,
        action: { id: 'interviews.deadline-decline', data },
        confirm: { title: t.declineTitle, text: t.declineText, yes: t.decline, no: t.cancel },
      }
      return [
        {
          type: 'text',
          text: t.deadlineRow(
            asker ? addressed(asker, language) : t.unknownPerson,
            nameOf(interview, language),
            group.all.length,
            formatDate(interview.deadline, language),
            wished,
          ),
        },
        { type: 'buttons', buttons: [grant, decline] },
      ]
    })
  const turn = (to: number) => ({ id: 'interviews.deadlines', data: { page: to } })
  return {
    summary: line ?? t.deadlinesSummary,
    blocks: [
      { type: 'heading', text: t.deadlinesTitle },
      ...(line ? [{ type: 'text' as const, text: line }] : []),
      ...(rows.length > 0 ? rows : [{ type: 'text' as const, text: t.deadlinesNone }]),
      ...(pages > 1
        ? [
            { type: 'context' as const, text: t.pageOf(at, pages) },
            {
              type: 'buttons' as const,
              buttons: [
                ...(at > 1 ? [{ label: t.earlier, action: turn(at - 1) }] : []),
                ...(at < pages ? [{ label: t.next, action: turn(at + 1) }] : []),
              ],
            },
          ]
        : []),
    ],
  }
}
