// What Slack sends, as events of ours. Everything is read through a schema; what is not ours, not for us or forged is
// no event. Verifying who sent it is the transport's matter and comes before.
//
// Keys, the same for every retry and replay of one event:
// - Events API: the event_id. Slack repeats a delivery up to three times under the same one.
// - Commands, clicks, submissions: the trigger_id. Slack makes a new one for every press and never repeats a delivery
//   by itself; a replayed request and a Socket Mode envelope that is sent again carry the old one. A form that is sent
//   again after it was mended has a new one, as it must.
// - A search for people changes nothing: its key is what is asked.
import { z } from 'zod'
import type { FormValues } from '../../cards/card.ts'
import type { InboundEvent, MessageRef, Sender } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { formSchema, readAction, readJson, readOption } from '../codec.ts'
import { readSelectIds } from './options.ts'
import {
  type answer,
  blockActions,
  blockSuggestion,
  command,
  eventCallback,
  viewSubmission,
} from './payloads.ts'

/** A file as Slack names it; the bytes are behind an address that wants the workspace's token. */
export interface SlackFile {
  readonly id: string
  readonly name: string
  readonly url: string
  /** Bytes, as Slack says. */
  readonly size: number
}

export interface SlackContext {
  /** The sender's language, where the workspace was asked; Slack's events do not tell it. */
  readonly locale?: Language
  /** Our own user, whose mention at the beginning of a text is not part of it. */
  readonly botUser?: string
  readonly readFile: (file: SlackFile) => Promise<Uint8Array>
}

/** Commands that are short for a word; the others pass their text on as it is. ASCII, since Slack refuses 面談. */
export const shortCommands: Readonly<Record<string, string>> = {
  '/mendan': '面談',
  '/kenshu': '研修',
  '/1on1': '1on1',
  '/mentor': 'メンター',
  '/oshirase': 'お知らせ',
}

/** Slack's escapes and links as a person typed them: `<https://x|label>` is its label, `<@U1>` stays a mention. */
const typed = (text: string, botUser: string | undefined): string =>
  (botUser ? text.replace(new RegExp(`^\\s*<@${botUser.replace(/\W/g, '')}(\\|[^>]*)?>`), '') : text)
    .replace(
      /<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>/g,
      (_, link: string, label?: string) => label || link,
    )
    .replace(/<#\w+\|([^>]*)>/g, '#$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .trim()

const isDirect = (channel: string | undefined): boolean => channel?.startsWith('D') === true

function answerOf(given: z.infer<typeof answer>): string | readonly string[] | undefined {
  switch (given.type) {
    case 'plain_text_input':
    case 'number_input':
      return given.value || undefined
    case 'datepicker':
      return given.selected_date || undefined
    case 'timepicker':
      return given.selected_time || undefined
    case 'static_select':
    case 'external_select':
      return given.selected_option ? readOption(given.selected_option.value) || undefined : undefined
    case 'multi_static_select':
    case 'checkboxes': {
      const values = (given.selected_options ?? []).map((each) => readOption(each.value))
      return values.length > 0 ? values : undefined
    }
    default:
      return undefined
  }
}

/** All events in one delivery: usually one, but a message may bring several files. */
export async function parseAll(payload: unknown, context: SlackContext): Promise<readonly InboundEvent[]> {
  // Interactive deliveries come as a form with one field that holds JSON.
  const wrapped = z.object({ payload: z.string() }).safeParse(payload)
  const body = wrapped.success ? readJson(wrapped.data.payload) : payload

  const sender = (tenant: string, user: string, channel?: string): Sender => ({
    platform: 'slack',
    tenant,
    user,
    ...(channel && isDirect(channel) && { conversation: channel }),
    locale: context.locale ?? 'ja',
  })
  const tenantOf = (
    from: z.infer<typeof blockActions> | z.infer<typeof viewSubmission>,
  ): string | undefined => from.team?.id ?? from.user.team_id ?? from.enterprise?.id

  const asked = command.safeParse(body)
  if (asked.success) {
    const { data } = asked
    const word = shortCommands[data.command]
    const text = typed(data.text, context.botUser)
    return [
      {
        type: 'words',
        key: `trigger:${data.trigger_id}`,
        trigger: data.trigger_id,
        // Where it was typed may be a conversation of two people, which is none of ours.
        sender: sender(data.team_id, data.user_id),
        text: word ? `${word} ${text}`.trim() : text,
      },
    ]
  }

  const clicked = blockActions.safeParse(body)
  if (clicked.success) {
    const { data } = clicked
    const tenant = tenantOf(data)
    const [pressed] = data.actions
    if (!tenant || !pressed) return []
    const wire =
      pressed.type === 'button'
        ? readAction(readJson(pressed.value ?? ''))
        : pressed.type === 'static_select'
          ? readSelectIds(pressed.action_id, pressed.block_id)
          : undefined
    const selected = pressed.selected_option ? readOption(pressed.selected_option.value) : wire?.selected
    if (!wire || (pressed.type === 'static_select' && selected === undefined)) return []
    const channel = data.container.channel_id ?? data.channel?.id
    const shown = data.container.type === 'message' && !data.container.is_ephemeral
    const message: MessageRef | undefined =
      shown && channel && data.container.message_ts
        ? { conversation: channel, id: data.container.message_ts }
        : undefined
    return [
      {
        type: 'click',
        key: `trigger:${data.trigger_id}`,
        trigger: data.trigger_id,
        sender: sender(tenant, data.user.id, shown ? channel : undefined),
        action: { id: wire.id, ...(wire.data && { data: wire.data }) },
        ...(selected !== undefined && { selected }),
        ...(message && { message }),
      },
    ]
  }

  const submitted = viewSubmission.safeParse(body)
  if (submitted.success) {
    const { data } = submitted
    const tenant = tenantOf(data)
    const wire = formSchema.safeParse(readJson(data.view.private_metadata))
    if (!tenant || !wire.success || wire.data.id !== data.view.callback_id) return []
    const answers = Object.entries(data.view.state.values).flatMap(([field, given]) => {
      const value = given[field] && answerOf(given[field])
      return value === undefined ? [] : [[field, value] as const]
    })
    const values: FormValues = Object.fromEntries(answers)
    return [
      {
        type: 'submit',
        key: `trigger:${data.trigger_id}`,
        trigger: data.trigger_id,
        sender: sender(tenant, data.user.id),
        form: wire.data.id,
        data: wire.data.data,
        values,
        ...(wire.data.message && { message: wire.data.message }),
      },
    ]
  }

  const searched = blockSuggestion.safeParse(body)
  if (searched.success) {
    const { data } = searched
    const tenant = data.team?.id ?? data.user.team_id ?? data.enterprise?.id
    if (!tenant) return []
    return [
      {
        type: 'lookup',
        key: `lookup:${data.view.id}:${data.block_id}:${data.value}`,
        sender: sender(tenant, data.user.id),
        form: data.view.callback_id,
        field: data.block_id,
        query: data.value,
      },
    ]
  }

  const happened = eventCallback.safeParse(body)
  return happened.success ? fromEvent(happened.data, sender, context) : []
}

async function fromEvent(
  { event, ...envelope }: z.infer<typeof eventCallback>,
  sender: (tenant: string, user: string, channel?: string) => Sender,
  context: SlackContext,
): Promise<readonly InboundEvent[]> {
  const key = `event:${envelope.event_id}`
  switch (event.type) {
    case 'app_home_opened':
      // The messages tab opens with the same event; there is nothing to draw in it.
      if (event.tab !== undefined && event.tab !== 'home') return []
      return [{ type: 'home', key, sender: sender(envelope.team_id, event.user, event.channel) }]
    case 'message': {
      const from = sender(envelope.team_id, event.user, event.channel)
      const files = (event.files ?? []).flatMap((each) => {
        const url = each.url_private_download ?? each.url_private
        return url ? [{ id: each.id, name: each.name ?? each.id, url, size: each.size }] : []
      })
      if (files.length > 0) {
        return Promise.all(
          files.map(async (each) => ({
            type: 'file' as const,
            key: `${key}:${each.id}`,
            sender: from,
            name: each.name,
            bytes: await context.readFile(each),
          })),
        )
      }
      const bot = context.botUser ?? envelope.authorizations?.[0]?.user_id ?? undefined
      return [{ type: 'words', key, sender: from, text: typed(event.text, bot) }]
    }
    case 'app_uninstalled':
      // A workspace did this, nobody in particular.
      return [{ type: 'uninstalled', key, sender: sender(envelope.team_id, '') }]
    case 'tokens_revoked':
      return event.tokens.bot.length > 0
        ? [{ type: 'uninstalled', key, sender: sender(envelope.team_id, '') }]
        : []
    default:
      return event satisfies never
  }
}

/**
 * One delivery of Slack (a command's form fields, an interactive payload or an event, as parsed JSON) as an event;
 * undefined for what is none of ours. Where `readFile` fails, its error is passed on.
 */
export async function parse(payload: unknown, context: SlackContext): Promise<InboundEvent | undefined> {
  return (await parseAll(payload, context))[0]
}
