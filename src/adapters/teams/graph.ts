// Puts the app with people who do not have it: the one thing for which Microsoft Graph is asked, and only where the city
// has permitted it (TeamsAppInstallation.ReadWriteSelfForUser.All: itself, for users, nothing else).
// Source: learn.microsoft.com, "Send proactive installation messages" and "Install app for user" (November 2026).
import { z } from 'zod'
import type { InstallOutcome } from '../../chat/chat.ts'
import type { Log } from '../../kernel/log.ts'
import type { Token } from './tokens.ts'
import { waitOf } from './wait.ts'

export type Installed = Extract<InstallOutcome, { type: 'installed' }> & {
  /** Entra object id, as the chat that came with the app tells it. */
  readonly user?: string
}

export interface Graph {
  /** `user`: Entra object id or sign-in name. May be repeated: the app is put there once. Never rejects. */
  install(user: string): Promise<Installed | Exclude<InstallOutcome, { type: 'installed' }>>
}

export interface GraphOptions {
  /** ".../v1.0/" */
  readonly url: string
  /** The app's id in the city's own catalogue: not the one of the manifest. */
  readonly catalogId: string
  /** The bot, which is the other one in every chat. */
  readonly clientId: string
  readonly token: () => Promise<Token>
  readonly log: Log
  readonly timeoutMs?: number
  readonly random?: () => number
}

/** How an answer of Graph ends, whatever was asked. */
type Asked =
  | { readonly type: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly type: 'later'; readonly afterMs: number }
  | { readonly type: 'refused'; readonly code: string }

const listed = z.object({ value: z.array(z.object({ id: z.string().min(1) })) })
/** "19:{one}_{the other}@unq.gbl.spaces" */
const chat = z.object({ id: z.string().regex(/^19:[0-9a-f-]{36}_[0-9a-f-]{36}@unq\.gbl\.spaces$/i) })

/** Nothing is known to have happened, or Graph is busy. */
const busy = (status: number) => status === 408 || status === 429 || status >= 500
const reachableInMs = 30_000

export function createGraph(options: GraphOptions): Graph {
  const { url, catalogId, clientId, token, log, timeoutMs = 15_000, random = Math.random } = options
  const app = new URL(`appCatalogs/teamsApps/${catalogId}`, url).href

  const ask = async (method: 'GET' | 'POST', path: string, body?: object): Promise<Asked> => {
    const given = await token()
    if (given.type !== 'ok') return given
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${given.token}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await response.text()
      if (busy(response.status)) {
        const afterMs = waitOf(response.headers.get('retry-after') ?? undefined, Date.now(), random)
        return { type: 'later', afterMs }
      }
      return { type: 'answer', status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    } catch {
      // Whether it was done or not: to ask once more does no harm.
      return { type: 'later', afterMs: reachableInMs + Math.floor(random() * 5_000) }
    }
  }

  /** The installation of our app with somebody, if there is one; else how the question ended. */
  const find = async (user: string): Promise<{ id: string | undefined } | { ended: Asked }> => {
    const query = new URLSearchParams({ $expand: 'teamsApp', $filter: `teamsApp/id eq '${catalogId}'` })
    const asked = await ask('GET', `users/${encodeURIComponent(user)}/teamwork/installedApps?${query}`)
    const read = asked.type === 'answer' && asked.status === 200 ? listed.safeParse(asked.body) : undefined
    return read?.success ? { id: read.data.value[0]?.id } : { ended: asked }
  }

  /** Whose chat came with the app; this also makes Teams open it. Not to be known is no failure: the person will write. */
  const whose = async (user: string): Promise<string | undefined> => {
    const found = await find(user)
    if (!('id' in found) || !found.id) return undefined
    const path = `users/${encodeURIComponent(user)}/teamwork/installedApps/${encodeURIComponent(found.id)}/chat`
    const asked = await ask('GET', path)
    const read = asked.type === 'answer' && asked.status === 200 ? chat.safeParse(asked.body) : undefined
    return read?.data?.id
      .slice(3, -'@unq.gbl.spaces'.length)
      .split('_')
      .find((id) => id.toLowerCase() !== clientId.toLowerCase())
  }

  /** Why Graph says no. Its words differ from day to day, so what it says to the same question in reading decides. */
  const whyNot = async (
    user: string,
    status: number,
  ): Promise<Exclude<InstallOutcome, { type: 'installed' }>> => {
    if (status === 401) return { type: 'refused', reason: 'not-permitted' }
    const found = await find(user)
    if ('id' in found) {
      if (found.id) return { type: 'later', afterMs: 1_000 }
      return { type: 'refused', reason: status === 403 ? 'by-policy' : 'no-app' }
    }
    const { ended } = found
    if (ended.type !== 'answer') return ended.type === 'later' ? ended : notPermitted
    if (ended.status === 404) return { type: 'refused', reason: 'no-user' }
    if (ended.status === 403 || ended.status === 401) return notPermitted
    return { type: 'refused', reason: 'rejected' }
  }

  return {
    async install(user) {
      const asked = await ask('POST', `users/${encodeURIComponent(user)}/teamwork/installedApps`, {
        'teamsApp@odata.bind': app,
      })
      if (asked.type === 'later') return asked
      if (asked.type === 'refused') {
        log.error({ code: asked.code }, 'there is no usable token for Graph')
        return notPermitted
      }
      const { status } = asked
      // 409: it is there already.
      if (status !== 201 && status !== 200 && status !== 409) {
        log.warn({ status }, 'Graph did not put the app into place')
        return whyNot(user, status)
      }
      const person = await whose(user)
      return { type: 'installed', already: status === 409, ...(person && { user: person }) }
    },
  }
}

const notPermitted = { type: 'refused', reason: 'not-permitted' } as const
