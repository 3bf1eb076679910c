// Is the connection to Slack well? For `doctor`: asks, changes nothing.
import { z } from 'zod'
import type { Log } from '../../kernel/log.ts'
import { type Called, createApi, slackApiUrl } from './api.ts'
import { slackScopes } from './scopes.ts'

export interface Inspected {
  /** ok, Slack's own code, or why nothing could be heard. */
  readonly bot: 'ok' | 'unreachable' | (string & {})
  readonly workspace?: string
  /** Scopes that the app was not given. */
  readonly missing: readonly string[]
  /** The app-level token of Socket Mode; absent over HTTP. */
  readonly socket?: 'ok' | 'unreachable' | (string & {})
}

const self = z.object({
  team: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
})
const anything = z.object({ ok: z.literal(true) })

const wordOf = (called: Called<unknown>): string => {
  if (called.type === 'ok') return 'ok'
  return called.type === 'refused' ? called.code : 'unreachable'
}

export async function inspectSlack(options: {
  readonly botToken: string
  readonly appToken?: string
  readonly url?: string
  readonly log: Log
}): Promise<Inspected> {
  const { botToken, appToken, url = slackApiUrl, log } = options
  const api = (token: string) => createApi({ token: async () => token, url, log, timeoutMs: 10_000 })
  const called = await api(botToken).call('auth.test', {}, self)
  const given = called.type === 'ok' ? called.data.response_metadata?.scopes : undefined
  const socket = appToken ? await api(appToken).call('apps.connections.open', {}, anything) : undefined
  return {
    bot: wordOf(called),
    ...(called.type === 'ok' && { workspace: called.data.team }),
    missing: given ? Object.keys(slackScopes).filter((scope) => !given.includes(scope)) : [],
    ...(socket && { socket: wordOf(socket) }),
  }
}
