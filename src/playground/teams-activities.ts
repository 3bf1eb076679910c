// What Teams would post for an act on the page: activities as the Bot Framework sends them.
import { z } from 'zod'

const TENANT = '00000000-0000-4000-8000-000000000001'
const BOT = '28:00000000-0000-4000-8000-000000000002'

let serial = 0
const activity = (personId: number, fields: Record<string, unknown>) => ({
  id: `a${Date.now().toString(36)}${(serial++).toString(36)}`,
  timestamp: new Date().toISOString(),
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/jp/',
  from: {
    id: `29:${personId}`,
    name: `person-${personId}`,
    aadObjectId: `00000000-0000-4000-9000-${String(personId).padStart(12, '0')}`,
  },
  recipient: { id: BOT, name: 'はぐくみ' },
  conversation: { id: `a:${personId}`, conversationType: 'personal', tenantId: TENANT },
  channelData: { tenant: { id: TENANT } },
  locale: 'ja-JP',
  ...fields,
})

export const said = (personId: number, text: string) =>
  activity(personId, { type: 'message', text, textFormat: 'plain' })

export const gaveFile = (personId: number, name: string) =>
  activity(personId, {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.teams.file.download.info',
        name,
        content: {
          downloadUrl: 'https://example.sharepoint.com/playground',
          uniqueId: name,
          fileType: name.split('.').at(-1),
        },
      },
    ],
  })

const element = z.looseObject({
  kind: z.enum(['execute', 'submit']),
  verb: z.string().optional(),
  data: z.unknown(),
})

/** Action.Execute becomes an adaptiveCard/action; a submit that asks for a dialog becomes a task/fetch. */
export function clicked(personId: number, clickedElement: unknown, message: string | undefined) {
  const { kind, verb, data } = element.parse(clickedElement)
  return activity(personId, {
    type: 'invoke',
    ...(message && { replyToId: message }),
    ...(kind === 'execute'
      ? {
          name: 'adaptiveCard/action',
          value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' },
        }
      : { name: 'task/fetch', value: { data, context: { theme: 'default' } } }),
  })
}

export const submitted = (personId: number, submission: unknown) =>
  activity(personId, {
    type: 'invoke',
    name: 'task/submit',
    value: { data: submission, context: { theme: 'default' } },
  })

export const searched = (personId: number, searchedElement: unknown, query: string) =>
  activity(personId, {
    type: 'invoke',
    name: 'application/search',
    value: {
      ...z.looseObject({ dataset: z.string() }).parse(searchedElement),
      kind: 'search',
      queryText: query,
      queryOptions: { skip: 0, top: 15 },
    },
  })
