// Applications in lines and cards.
import type { Block } from '../../../cards/card.ts'
import { addressed, type Person } from '../../../directory/people.ts'
import type { Ask } from '../../../intake/handler.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import { type Asked, askedBlocks, mostAsked } from '../asked.ts'
import type { Application } from './rules.ts'
import { textsIn } from './texts.ts'

export const openSelf = { id: 'trainings.self', data: {} }
export const openSelfApprovals = { id: 'trainings.self-approvals', data: {} }
export const openDesk = { id: 'trainings.self-desk', data: {} }

export const stated = (
  application: Application,
  language: Language,
  approver: Person | undefined,
): string => {
  const t = textsIn(language)
  switch (application.status) {
    case 'awaiting_approval':
      return t.states.awaiting_approval(approver ? addressed(approver, language) : '')
    case 'granted':
      return t.states.granted(application.kind === 'subsidy' ? t.yen(application.grantedYen) : '')
    case 'declined':
      return t.states.declined(application.declineReason)
    case 'awaiting_hr':
    case 'withdrawn':
    case 'done':
      return t.states[application.status]
    default:
      return application.status satisfies never
  }
}

export const described = (application: Application, language: Language): string => {
  const t = textsIn(language)
  const days = t.days(formatDate(application.fromOn, language), formatDate(application.toOn, language))
  return t.detail(
    t.kinds[application.kind],
    days,
    application.kind === 'subsidy' ? t.yen(application.askedYen) : '',
  )
}

export const dataOf = ({ id, version }: Application) => ({ application: id, version })

/** Applications that wait for somebody, and the people they are of. */
export interface Waiting {
  readonly applications: readonly Application[]
  readonly people: ReadonlyMap<number, Person>
}

/** With a button that approves each, and one select in which whoever is declined is chosen. */
export function approvalBlocks({ applications, people }: Waiting, language: Ask['language']): Block[] {
  const t = textsIn(language)
  const asked = applications.slice(0, mostAsked).map((application): Asked => {
    const { id, version, personId, title } = application
    const person = people.get(personId)
    return {
      id,
      version,
      text: t.row(person ? addressed(person, language) : '', title),
      detail: described(application, language),
      yes: [{ label: t.approve, action: { id: 'trainings.self-approve', data: dataOf(application) } }],
    }
  })
  return askedBlocks(asked, { label: t.decline, action: 'trainings.self-decline' })
}
