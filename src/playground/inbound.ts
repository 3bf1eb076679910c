import { parse as parseSlack } from '../adapters/slack/parse.ts'
import { parse as parseTeams } from '../adapters/teams/parse.ts'
import type { InboundEvent } from '../chat/chat.ts'
import type { Language } from '../kernel/language.ts'
import { TENANT } from './platform.ts'
import * as slack from './slack-payloads.ts'
import * as teams from './teams-activities.ts'
import type { Look } from './wire.ts'

/** What the chosen person did on the page. */
export type Act = { readonly look: Look } & (
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'click'; readonly element: unknown; readonly message: string | undefined }
  | { readonly kind: 'submit'; readonly submission: unknown }
  | { readonly kind: 'lookup'; readonly element: unknown; readonly query: string }
  | { readonly kind: 'home' }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array }
)

/**
 * The act as the look's platform would post it, read by that adapter's real parser; only the account is then the
 * pretended workplace's own. Undefined where the parser makes nothing of it.
 */
export async function inbound(
  personId: number,
  language: Language,
  act: Act,
): Promise<InboundEvent | undefined> {
  const event = await (act.look === 'slack' ? fromSlack(personId, act) : fromTeams(personId, act))
  if (!event) return undefined
  const conversation = `D${personId}`
  return {
    ...event,
    sender: {
      platform: 'playground',
      tenant: TENANT,
      user: String(personId),
      conversation,
      locale: language,
    },
  }
}

/** Bytes for a file that the payload only names. */
const readFile = (act: Act) => async () => {
  if (act.kind !== 'file') throw new Error('no file was given')
  return act.bytes
}

function fromSlack(personId: number, act: Act): Promise<InboundEvent | undefined> {
  const context = { readFile: readFile(act) }
  switch (act.kind) {
    case 'say':
      return parseSlack(slack.said(personId, act.text), context)
    case 'click':
      return parseSlack(slack.clicked(personId, act.element, act.message), context)
    case 'submit':
      return parseSlack(slack.submitted(personId, act.submission), context)
    case 'lookup':
      return parseSlack(slack.searched(personId, act.element, act.query), context)
    case 'home':
      return parseSlack(slack.openedHome(personId), context)
    case 'file':
      return parseSlack(slack.gaveFile(personId, act.name), context)
    default:
      return act satisfies never
  }
}

/** Teams has no Home of this kind: the words for it are said instead. */
async function fromTeams(personId: number, act: Act): Promise<InboundEvent | undefined> {
  const context = { readFile: readFile(act) }
  switch (act.kind) {
    case 'say':
      return parseTeams(teams.said(personId, act.text), context)
    case 'click':
      return parseTeams(teams.clicked(personId, act.element, act.message), context)
    case 'submit':
      return parseTeams(teams.submitted(personId, act.submission), context)
    case 'lookup':
      return parseTeams(teams.searched(personId, act.element, act.query), context)
    case 'home': {
      const event = await parseTeams(teams.said(personId, 'home'), context)
      return event && { type: 'home', key: event.key, sender: event.sender }
    }
    case 'file':
      return parseTeams(teams.gaveFile(personId, act.name), context)
    default:
      return act satisfies never
  }
}
