// Tokens that last twelve hours. Whoever needs one and finds it old gets the next one, before a message or a question
// goes out: no incoming request is needed for that, as it is with Bolt's own. Only one process at a time exchanges a
// refresh token, since each is good once. Words used here: pair (a bot token with the refresh token for the next one).
//
// Where a process dies between Slack's answer and writing it down, the next pair is lost with it. Slack takes the same
// refresh token once more during "a short grace period" (docs.slack.dev/authentication/using-token-rotation; how short
// is not said), so another process tries within half a minute; after that the old token still works until its end, two
// hours, in which somebody can paste a new pair. `doctor` says so.
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { createApi } from './api.ts'

export interface TokenPair {
  readonly token: string
  readonly refresh: string
  readonly expires: Temporal.Instant
}

/** Where the pair is kept, sealed, for all processes. */
export interface TokenStore {
  /** undefined: none yet, or one that came from other settings than the present ones. */
  read(): Promise<TokenPair | undefined>
  /** True for one process at a time, until it saves or lets go, or the lease ends. */
  lease(until: Temporal.Instant, now: Temporal.Instant): Promise<boolean>
  /** Keeps the pair and ends the lease. */
  save(pair: TokenPair): Promise<void>
  release(): Promise<void>
}

export interface RotationOptions {
  readonly store: TokenStore
  /** What was pasted into the settings. */
  readonly refreshToken: string
  readonly clientId: string
  readonly clientSecret: string
  readonly clock: Clock
  readonly log: Log
  readonly url?: string
  readonly pause?: (ms: number) => Promise<void>
}

/** Slack would not give the next token; `code` is its own. The settings need a new pair. */
export class RotationEnded extends Error {
  readonly code: string

  constructor(code: string) {
    super(`the next token of Slack cannot be had: ${code}`)
    this.name = 'RotationEnded'
    this.code = code
  }
}

const exchanged = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
})

/** A token is renewed this long before it ends; until then a failure does no harm. */
export const early = Temporal.Duration.from({ hours: 2 })
/** The least a token must still be good for to be used at all. */
const still = Temporal.Duration.from({ seconds: 30 })
/** Well over what an exchange may take: nobody else may try meanwhile. */
const leased = Temporal.Duration.from({ seconds: 30 })
/** While the old token lasts: when a failed exchange is tried again, and one that Slack has refused. */
const soon = Temporal.Duration.from({ seconds: 5 })
const inAWhile = Temporal.Duration.from({ minutes: 1 })
const passing: ReadonlySet<string> = new Set(['unreachable', 'unknown', 'limited'])
const patience = { times: 40, ms: 500 }

/** The present token, asked for before each call. Rejects with RotationEnded, or when nobody can be reached in time. */
export function createRotation(options: RotationOptions): () => Promise<string> {
  const { store, refreshToken, clientId, clientSecret, clock, log, url } = options
  const pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)))
  // This one method carries no token: the secret of the app and the refresh token speak for it.
  const api = createApi({ token: async () => '', log, ...(url && { url }) })
  let held: TokenPair | undefined
  /** No exchange before, unless nothing is in hand. */
  let notBefore: Temporal.Instant | undefined
  let getting: Promise<string> | undefined

  /** The pair, if it is good for as long. */
  const lasting = (pair: TokenPair | undefined, atLeast: Temporal.Duration): TokenPair | undefined =>
    pair && Temporal.Instant.compare(clock.now().add(atLeast), pair.expires) < 0 ? pair : undefined

  const exchange = async (refresh: string): Promise<TokenPair | string> => {
    const called = await api.call(
      'oauth.v2.access',
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: 'refresh_token',
        refresh_token: refresh,
      },
      exchanged,
    )
    if (called.type !== 'ok') return called.type === 'refused' ? called.code : called.type
    const { access_token, refresh_token, expires_in } = called.data
    return {
      token: access_token,
      refresh: refresh_token,
      expires: clock.now().add({ seconds: Math.floor(expires_in) }),
    }
  }

  /** The next pair is worth more than anything else here: the one before is used up. */
  const keep = async (next: TokenPair): Promise<void> => {
    held = next
    for (let tried = 0; tried < 3; tried += 1) {
      try {
        await store.save(next)
        log.info('the token of Slack was renewed')
        return
      } catch (err) {
        log.error({ err }, 'the renewed token of Slack could not be kept')
        await pause(patience.ms)
      }
    }
  }

  const get = async (): Promise<string> => {
    let code = 'unreachable'
    for (let tried = 0; tried < patience.times; tried += 1) {
      held = (await store.read()) ?? held
      const good = lasting(held, early)
      if (good) return good.token
      const resting = notBefore && Temporal.Instant.compare(clock.now(), notBefore) < 0
      if (resting && lasting(held, still)) break
      if (await store.lease(clock.now().add(leased), clock.now())) {
        // Another process may have been at it between the two questions.
        const kept = await store.read()
        const renewed = lasting(kept, early)
        if (renewed) {
          await store.release()
          held = renewed
          return renewed.token
        }
        const next = await exchange(kept?.refresh ?? refreshToken)
        if (typeof next !== 'string') {
          await keep(next)
          return next.token
        }
        code = next
        await store.release()
        log.error({ code }, 'the token of Slack could not be renewed')
        notBefore = clock.now().add(passing.has(code) ? soon : inAWhile)
        if (!lasting(held, still) && !passing.has(code)) throw new RotationEnded(code)
      }
      const last = lasting(held, still)
      if (last) return last.token
      await pause(patience.ms)
    }
    const last = lasting(held, still)
    if (last) return last.token
    throw new RotationEnded(code)
  }

  return async () => {
    const good = lasting(held, early)
    if (good) return good.token
    getting ??= get().finally(() => {
      getting = undefined
    })
    return getting
  }
}
