import { renderForm as slackForm } from '../adapters/slack/form.ts'
import { renderHome, renderMessage as slackMessage } from '../adapters/slack/render.ts'
import { type Refill, renderForm as teamsForm } from '../adapters/teams/form.ts'
import { renderMessage as teamsMessage } from '../adapters/teams/render.ts'
import type { Card, Form } from '../cards/card.ts'
import type { MessageRef } from '../chat/chat.ts'
import type { StoredMessage } from './store.ts'
import type { Drawn, MessageEntry } from './wire.ts'

/** A card in both looks, by the adapters' real renderers. */
export function drawCard(card: Card, opensForm: (actionId: string) => boolean, home = false): Drawn {
  return {
    summary: card.summary,
    slack: home ? renderHome(card) : slackMessage(card),
    teams: teamsMessage(card, { opensDialog: opensForm }),
  }
}

export function drawMessage(message: StoredMessage, opensForm: (actionId: string) => boolean): MessageEntry {
  const { id, personId, at, from, arrived, text, card, letter, file } = message
  return {
    id,
    personId,
    at,
    from,
    arrived,
    ...(text !== undefined && { text }),
    ...(card && { drawn: drawCard(card, opensForm) }),
    ...(letter !== undefined && { letter: `/playground/letters/${id}` }),
    ...(file && { file: { name: file.name, comment: file.comment, url: `/playground/files/${id}` } }),
  }
}

/** A form in both looks. Teams draws it anew with errors and what was typed; Slack keeps that by itself. */
export const drawForm = (
  form: Form,
  message: MessageRef | undefined,
  refill: Omit<Refill, 'message'> = {},
) => ({
  slack: slackForm(form, message),
  teams: teamsForm(form, { ...refill, message }),
})
