// What people at their Slack clients do, and what Slack tells the app of it. They see labels and press what they see:
// nothing here knows what the app keeps in a button.
import { z } from 'zod'
import {
  fieldErrorsSchema,
  type SlackBlock,
  type SlackOption,
  suggestionsSchema,
} from '../../src/adapters/slack/blocks.ts'
import type { Courier, Delivery, Kind, Tampering, Target } from './deliver.ts'
import { legalBlocks, legalModal, Refused, responseBody } from './legality.ts'
import { shownUser, shownView } from './other-methods.ts'
import { elementOf, isEmpty, offered, optionOf, stateOf } from './screen.ts'
import {
  APP,
  BOT_USER,
  type SlackUser,
  type StoredMessage,
  type StoredView,
  TEAM,
  type World,
} from './world.ts'

export interface People {
  /** Types a command, in the conversation with the bot unless another one is named. */
  sendCommand(
    target: Target,
    typed: { user: SlackUser; command: string; text?: string; channel?: string },
    tampering?: Tampering,
  ): Promise<Delivery>
  /**
   * Presses a button or chooses an option, by what is written on it: in a message as it was seen, or on Home. `at` picks
   * among equal ones, from 0.
   */
  click(
    target: Target,
    pressed: { user: SlackUser; on: StoredMessage | 'home'; press: string; at?: number; option?: string },
    tampering?: Tampering,
  ): Promise<Delivery>
  /**
   * Sends a form. `values` by the label or the id of the field; options by what is written on them. Throws where Slack's
   * client would not send it: nothing in a required field, an option that is not offered.
   */
  submit(
    target: Target,
    sent: {
      user: SlackUser
      view: StoredView
      values?: Readonly<Record<string, string | readonly string[]>>
    },
    tampering?: Tampering,
  ): Promise<Delivery>
  /** Types into a field that searches; gives back what may be chosen now. */
  suggest(
    target: Target,
    typed: { user: SlackUser; view: StoredView; field: string; query: string },
    tampering?: Tampering,
  ): Promise<Delivery & { readonly options: readonly SlackOption[] }>
  /** Writes to the bot, perhaps with files. */
  say(
    target: Target,
    said: { user: SlackUser; text?: string; files?: readonly { name: string; bytes: Uint8Array }[] },
    tampering?: Tampering,
  ): Promise<Delivery>
  openHome(target: Target, user: SlackUser): Promise<Delivery>
  /** Tells that somebody has another name or address now, or has left. */
  userChanged(target: Target, user: SlackUser): Promise<Delivery>
  /** Any event of the Events API. */
  sendEvent(
    target: Target,
    event: Readonly<Record<string, unknown>>,
    tampering?: Tampering,
  ): Promise<Delivery>
  /** The same payload once more: a replayed request, an envelope sent twice. */
  replay(delivery: Delivery, tampering?: Tampering): Promise<Delivery>
}

export function makePeople(
  world: World,
  courier: Courier,
  scopes: ReadonlySet<string>,
  origin: () => string,
): People {
  /** What the last search in a field has offered. */
  const found = new Map<string, readonly SlackOption[]>()
  const from = (user: SlackUser) => ({
    user: { id: user.id, username: user.id.toLowerCase(), name: user.id.toLowerCase(), team_id: user.team },
    team: { id: TEAM, domain: 'city-hall' },
    enterprise: null,
    is_enterprise_install: false,
    api_app_id: APP,
    token: 'verification-token-is-legacy',
  })
  const responseUrl = (channel: string, user: SlackUser, message?: string) =>
    `${origin()}/respond/${world.hook(channel, user.id, message)}`

  /** Delivers and reads the answer the way Slack does; what it could not read becomes a problem. */
  async function deliver(
    target: Target,
    kind: Kind,
    payload: Readonly<Record<string, unknown>>,
    tampering: Tampering | undefined,
    read: (body: unknown) => void,
  ): Promise<Delivery> {
    const delivery = await courier.deliver(target, kind, payload, tampering)
    if (delivery.answer.failure) delivery.problem = delivery.answer.failure
    else
      try {
        read(delivery.answer.body)
      } catch (error) {
        if (!(error instanceof Refused) && !(error instanceof z.ZodError)) throw error
        delivery.problem =
          `${error.message} ${error instanceof Refused ? JSON.stringify(error.extra) : ''}`.trim()
      }
    return delivery
  }

  const isNothing = (body: unknown) =>
    body === '' || body === undefined || (typeof body === 'object' && JSON.stringify(body) === '{}')

  function answeredCommand(user: SlackUser, channel: string, body: unknown): void {
    if (isNothing(body)) return
    const said = responseBody.parse(typeof body === 'object' ? body : { text: String(body) })
    world.post({
      channel,
      user: BOT_USER,
      text: said.text,
      blocks: said.blocks === undefined ? [] : legalBlocks(said.blocks),
      ...(said.response_type === 'ephemeral' && { onlyTo: user.id }),
    })
  }

  /** A form's end: closed, replaced, another one on top, or kept open with errors at its fields. */
  function answeredForm(stored: StoredView, body: unknown): void {
    const { id } = stored
    const end = z.looseObject({ response_action: z.string() }).safeParse(isNothing(body) ? {} : body)
    if (!end.success) {
      if (!isNothing(body)) throw new Refused('unknown_response_action')
      world.modals.delete(id)
      return
    }
    switch (end.data.response_action) {
      case 'clear':
        for (const [other, view] of world.modals) if (view.user === stored.user) world.modals.delete(other)
        return
      case 'update':
        world.modals.set(id, { ...stored, hash: world.id('h'), view: legalModal(end.data.view) })
        return
      case 'push': {
        const pushed = { id: world.id('V'), user: stored.user, hash: world.id('h'), below: id }
        world.modals.set(pushed.id, { ...pushed, view: legalModal(end.data.view) })
        return
      }
      case 'errors': {
        const { errors } = fieldErrorsSchema.parse(body)
        const fields = stored.view.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []))
        for (const field of Object.keys(errors))
          if (!fields.includes(field)) throw new Refused(`no_such_field: ${field}`)
        return
      }
      default:
        throw new Refused('unknown_response_action')
    }
  }

  const inputsOf = (view: StoredView) =>
    view.view.blocks.flatMap((block) => (block.type === 'input' ? [block] : []))

  const people: People = {
    sendCommand: (target, { user, command, text = '', channel = world.direct(user.id).id }, tampering) =>
      deliver(
        target,
        'command',
        {
          token: 'verification-token-is-legacy',
          team_id: TEAM,
          team_domain: 'city-hall',
          channel_id: channel,
          channel_name: world.channels.get(channel)?.kind === 'im' ? 'directmessage' : 'general',
          user_id: user.id,
          user_name: user.id.toLowerCase(),
          command,
          text,
          api_app_id: APP,
          is_enterprise_install: 'false',
          response_url: responseUrl(channel, user),
          trigger_id: world.trigger(user.id),
        },
        tampering,
        (body) => answeredCommand(user, channel, body),
      ),

    click: (target, { user, on, press, at, option }, tampering) => {
      const home = on === 'home' ? world.homes.get(user.id) : undefined
      const blocks = on === 'home' ? ((home?.view.blocks ?? []) as readonly SlackBlock[]) : on.blocks
      const { element, block_id } = elementOf(blocks, press, at)
      const chosen =
        element.type === 'static_select' ? { selected_option: optionOf(element, option ?? '') } : {}
      const { initial_option, options, option_groups, ...sent } = { ...element } as Record<string, unknown>
      const place =
        on === 'home'
          ? { container: { type: 'view', view_id: home?.id }, view: home && shownView(home) }
          : {
              container: {
                type: 'message',
                message_ts: on.ts,
                channel_id: on.channel,
                is_ephemeral: on.onlyTo !== undefined,
              },
              channel: { id: on.channel, name: 'directmessage' },
              ...(on.onlyTo === undefined && {
                message: { type: 'message', user: on.user, ts: on.ts, text: on.text, blocks: on.blocks },
              }),
              response_url: responseUrl(on.channel, user, on.ts),
            }
      const payload = {
        type: 'block_actions',
        ...from(user),
        ...place,
        trigger_id: world.trigger(user.id),
        state: { values: {} },
        actions: [{ ...sent, block_id, ...chosen, action_ts: world.ts() }],
      }
      return deliver(target, 'interactive', payload, tampering, () => {})
    },

    submit: (target, { user, view, values = {} }, tampering) => {
      const state: Record<string, object> = {}
      for (const input of inputsOf(view)) {
        const given = values[input.block_id] ?? values[input.label.text]
        const searched = found.get(`${view.id}:${input.block_id}`) ?? []
        const held = stateOf(input, given, searched)
        if (!input.optional && isEmpty(held)) throw new Error(`${input.label.text} must be filled in`)
        state[input.block_id] = { [input.element.action_id]: held }
      }
      for (const name of Object.keys(values))
        if (!inputsOf(view).some((each) => each.block_id === name || each.label.text === name))
          throw new Error(`No field is called ${name}`)
      const payload = {
        type: 'view_submission',
        ...from(user),
        trigger_id: world.trigger(user.id),
        view: { ...shownView(view), state: { values: state } },
        response_urls: [],
      }
      return deliver(target, 'interactive', payload, tampering, (body) => answeredForm(view, body))
    },

    suggest: async (target, { user, view, field, query }, tampering) => {
      const input = inputsOf(view).find((each) => each.block_id === field || each.label.text === field)
      if (input?.element.type !== 'external_select') throw new Error(`${field} does not search`)
      const payload = {
        type: 'block_suggestion',
        ...from(user),
        container: { type: 'view', view_id: view.id },
        view: shownView(view),
        action_id: input.element.action_id,
        block_id: input.block_id,
        value: query,
      }
      let options: readonly SlackOption[] = []
      const delivery = await deliver(target, 'interactive', payload, tampering, (body) => {
        options = offered(suggestionsSchema.parse(body))
      })
      found.set(`${view.id}:${input.block_id}`, options)
      return Object.assign(delivery, { options })
    },

    say: (target, { user, text = '', files = [] }, tampering) => {
      const { id: channel } = world.direct(user.id)
      const stored = files.map((file) => ({ id: world.id('F'), title: file.name, ...file }))
      for (const file of stored) world.files.set(file.id, file)
      const { ts } = world.post({ channel, user: user.id, text, files: stored })
      return people.sendEvent(
        target,
        {
          type: 'message',
          channel,
          channel_type: 'im',
          user: user.id,
          team: user.team,
          text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
          ts,
          event_ts: ts,
          ...(stored.length > 0 && {
            subtype: 'file_share',
            files: stored.map(({ id, name, bytes }) => ({
              id,
              name,
              mimetype: 'application/octet-stream',
              size: bytes.length,
              url_private: `${origin()}/files/${id}`,
              url_private_download: `${origin()}/files/${id}/download`,
            })),
          }),
        },
        tampering,
      )
    },

    openHome: (target, user) => {
      const home = world.homes.get(user.id)
      return people.sendEvent(target, {
        type: 'app_home_opened',
        user: user.id,
        channel: world.direct(user.id).id,
        tab: 'home',
        ...(home && { view: shownView(home) }),
        event_ts: world.ts(),
      })
    },

    userChanged: (target, user) => {
      const now = world.users.get(user.id) ?? user
      return people.sendEvent(target, {
        type: 'user_change',
        user: shownUser(now, true, { scopes }),
        cache_ts: Math.floor(world.clock.now().epochMilliseconds / 1000),
        event_ts: world.ts(),
      })
    },

    sendEvent: (target, event, tampering) =>
      courier.deliver(
        target,
        'event',
        {
          token: 'verification-token-is-legacy',
          team_id: TEAM,
          api_app_id: APP,
          event,
          type: 'event_callback',
          event_id: world.id('Ev'),
          event_time: Math.floor(world.clock.now().epochMilliseconds / 1000),
          authorizations: [
            {
              enterprise_id: null,
              team_id: TEAM,
              user_id: BOT_USER,
              is_bot: true,
              is_enterprise_install: false,
            },
          ],
          is_ext_shared_channel: false,
        },
        tampering,
      ),

    replay: ({ target, kind, payload }, tampering) => courier.deliver(target, kind, payload, tampering),
  }
  return people
}
