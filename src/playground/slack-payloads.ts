// What Slack would post for an act on the page: the shapes of its documented payloads, so that the adapter's real
// parser reads them.
import { z } from 'zod'

const TEAM = 'T0PLAYGROUND'
const APP = 'A0PLAYGROUND'

const channel = (personId: number) => `D${personId}`
const user = (personId: number) => ({ id: `U${personId}`, team_id: TEAM, username: `person-${personId}` })

/** A number that grows, for the ids that Slack makes up. */
let serial = 0
const id = (prefix: string) =>
  `${prefix}${Date.now().toString(36).toUpperCase()}${(serial++).toString(36).toUpperCase()}`
const ts = () => `${Math.floor(Date.now() / 1000)}.${String(serial++ % 1_000_000).padStart(6, '0')}`

const envelope = (event: Record<string, unknown>) => ({
  type: 'event_callback',
  token: 'playground',
  team_id: TEAM,
  api_app_id: APP,
  event_id: id('Ev'),
  event_time: Math.floor(Date.now() / 1000),
  event,
})

export const said = (personId: number, text: string) =>
  envelope({
    type: 'message',
    channel: channel(personId),
    channel_type: 'im',
    user: `U${personId}`,
    team: TEAM,
    text,
    ts: ts(),
  })

export const gaveFile = (personId: number, name: string) =>
  envelope({
    type: 'message',
    subtype: 'file_share',
    channel: channel(personId),
    channel_type: 'im',
    user: `U${personId}`,
    text: '',
    ts: ts(),
    files: [
      {
        id: id('F'),
        name,
        size: 0,
        mimetype: 'application/octet-stream',
        url_private_download: 'https://files.slack.com/files-pri/playground',
      },
    ],
  })

export const openedHome = (personId: number) =>
  envelope({
    type: 'app_home_opened',
    user: `U${personId}`,
    channel: channel(personId),
    tab: 'home',
    event_ts: ts(),
  })

const element = z.looseObject({ type: z.string(), action_id: z.string() })

export function clicked(personId: number, clickedElement: unknown, message: string | undefined) {
  const action = { ...element.parse(clickedElement), action_ts: ts() }
  return {
    type: 'block_actions',
    user: user(personId),
    team: { id: TEAM, domain: 'playground' },
    api_app_id: APP,
    token: 'playground',
    trigger_id: id('T'),
    ...(message
      ? {
          container: {
            type: 'message',
            message_ts: message,
            channel_id: channel(personId),
            is_ephemeral: false,
          },
          channel: { id: channel(personId), name: 'directmessage' },
          message: { type: 'message', ts: message, bot_id: 'B0PLAYGROUND', text: '' },
          response_url: 'https://hooks.slack.com/actions/playground',
        }
      : {
          container: { type: 'view', view_id: 'VHOME' },
          view: { id: 'VHOME', type: 'home', callback_id: '' },
        }),
    actions: [action],
  }
}

const view = z.looseObject({ callback_id: z.string(), private_metadata: z.string().optional() })

export function submitted(personId: number, submission: unknown) {
  const { view: opened, values } = z
    .object({ view, values: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(submission)
  return {
    type: 'view_submission',
    user: user(personId),
    team: { id: TEAM, domain: 'playground' },
    api_app_id: APP,
    token: 'playground',
    trigger_id: id('T'),
    view: { ...opened, id: id('V'), type: 'modal', hash: id('h'), state: { values } },
    response_urls: [],
  }
}

export function searched(personId: number, searchedElement: unknown, query: string) {
  const {
    view: opened,
    action_id,
    block_id,
  } = z.object({ view, action_id: z.string(), block_id: z.string() }).parse(searchedElement)
  return {
    type: 'block_suggestion',
    user: user(personId),
    team: { id: TEAM, domain: 'playground' },
    api_app_id: APP,
    token: 'playground',
    action_id,
    block_id,
    value: query,
    container: { type: 'view', view_id: 'V1' },
    view: { ...opened, id: 'V1', type: 'modal' },
  }
}
