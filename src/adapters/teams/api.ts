// Calls of the connector of Teams, through the SDK's client. Words used here: called (how a call ended, typed by what
// can be done about it). The SDK does not try anything again, and its errors carry the bearer token: none leaves here.
import type { App } from '@microsoft/teams.apps'
import { z } from 'zod'
import type { Log } from '../../kernel/log.ts'
import type { Called as Ended } from '../called.ts'
import { hasNotLeft } from '../network.ts'
import type { Activity } from './card.ts'
import { waitOf } from './wait.ts'

/** Teams says no: the status, and its own code where it gave one ("MessageWritesBlocked"). */
export interface Refusal {
  readonly status: number
  readonly code: string
}
export type Called<Data> = Ended<Data, Refusal>

/** A message of ours as it goes out; cards are drawn elsewhere. */
export type Outgoing =
  | Activity
  | { readonly type: 'message'; readonly attachments: readonly object[]; readonly summary?: string }

export interface Api {
  /** Puts a message into a conversation. None of these rejects. */
  post(serviceUrl: string, conversation: string, activity: Outgoing): Promise<Called<{ id: string }>>
  put(serviceUrl: string, conversation: string, id: string, activity: Outgoing): Promise<Called<unknown>>
  remove(serviceUrl: string, conversation: string, id: string): Promise<Called<unknown>>
  /** The conversation of two with a user (Entra object id): the one there is, or a new one. */
  open(serviceUrl: string, user: string): Promise<Called<{ id: string }>>
  /** What Teams tells of a member of a conversation. */
  member(serviceUrl: string, conversation: string, user: string): Promise<Called<unknown>>
  /** Whether a token can be had at all. */
  token(): Promise<boolean>
}

const failed = z.object({
  response: z.object({
    status: z.number(),
    headers: z.looseObject({ 'retry-after': z.union([z.string(), z.number()]).optional() }).catch({}),
    data: z
      .union([z.object({ error: z.object({ code: z.string() }) }), z.object({ code: z.string() })])
      .optional()
      .catch(undefined),
  }),
})
const withId = z.object({ id: z.string().min(1) })

/** Ids stand in addresses: those of Teams keep their look, nothing else gets through. */
const inPath = (id: string): string =>
  encodeURIComponent(id).replace(/%(3A|40|3B|3D)/g, (each) => decodeURIComponent(each))

/** Teams is not well and did nothing. Source: learn.microsoft.com, "Optimize your bot with rate limiting" (retry 412, 502, 504). */
const unwell = new Set([412, 502, 503, 504])

function ended(error: unknown, random: () => number): Called<never> {
  const read = failed.safeParse(error)
  if (!read.success) return hasNotLeft(error) ? { type: 'unreachable' } : { type: 'unknown' }
  const { status, headers, data } = read.data.response
  if (status === 429) return { type: 'limited', afterMs: waitOf(headers['retry-after'], Date.now(), random) }
  if (unwell.has(status)) return { type: 'unreachable' }
  if (status >= 500 || status === 408) return { type: 'unknown' }
  const code = data && ('error' in data ? data.error.code : data.code)
  return { type: 'refused', status, code: code && /^\w{1,80}$/.test(code) ? code : '' }
}

export interface ApiOptions {
  readonly app: App
  /** The bot's own id in conversations: "28:" and the app's id. */
  readonly bot: string
  readonly tenant: string
  readonly log: Log
  readonly random?: () => number
}

export function createApi({ app, bot, tenant, log, random = Math.random }: ApiOptions): Api {
  const token = async (): Promise<boolean> => {
    try {
      return (await app.tokenProvider.getAppToken()) !== null
    } catch {
      return false
    }
  }

  const call = async <Data>(
    what: string,
    request: () => Promise<unknown>,
    answer: z.ZodType<Data>,
  ): Promise<Called<Data>> => {
    // Asked for beforehand, so that its failure is never taken for one of the call. It is kept for an hour.
    if (!(await token())) {
      log.error('there is no usable token for Teams')
      return { type: 'unreachable' }
    }
    let given: unknown
    try {
      given = await request()
    } catch (error) {
      const result = ended(error, random)
      const end = result.type === 'refused' ? `${result.status} ${result.code}`.trim() : result.type
      log.warn({ what, end }, 'a call of Teams did not go')
      return result
    }
    const read = answer.safeParse(given)
    if (read.success) return { type: 'ok', data: read.data }
    log.error({ what }, 'Teams answered in a shape that is not known')
    return { type: 'unknown' }
  }

  const at = (serviceUrl: string) => app.api.clone({ serviceUrl }).conversations
  type Sent = Parameters<ReturnType<typeof at>['createActivity']>[1]
  // The SDK's own types know fewer cards than Teams does.
  const asSent = (activity: Outgoing) => activity as unknown as Sent

  return {
    token,
    post: (serviceUrl, conversation, activity) =>
      call('post', () => at(serviceUrl).createActivity(inPath(conversation), asSent(activity)), withId),
    put: (serviceUrl, conversation, id, activity) =>
      call(
        'put',
        () => at(serviceUrl).updateActivity(inPath(conversation), inPath(id), asSent(activity)),
        z.unknown(),
      ),
    remove: (serviceUrl, conversation, id) =>
      call('remove', () => at(serviceUrl).deleteActivity(inPath(conversation), inPath(id)), z.unknown()),
    open: (serviceUrl, user) =>
      call(
        'open',
        () =>
          at(serviceUrl).create({
            isGroup: false,
            bot: { id: bot, name: '', role: 'bot' },
            members: [{ id: user, name: '', role: 'user' }],
            tenantId: tenant,
            channelData: { tenant: { id: tenant } },
          } as unknown as Parameters<ReturnType<typeof at>['create']>[0]),
        withId,
      ),
    member: (serviceUrl, conversation, user) =>
      call('member', () => at(serviceUrl).getMemberById(inPath(conversation), inPath(user)), z.unknown()),
  }
}
