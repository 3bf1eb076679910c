// Tokens from Microsoft Entra by our own registration (client credentials), for what the SDK does not call: Graph. Over
// a stand-in the bot's own come this way too, so that what can go wrong with them can be played.
// Source: learn.microsoft.com, "Microsoft identity platform and the OAuth 2.0 client credentials flow".
import { z } from 'zod'
import { waitOf } from './wait.ts'

export type Token =
  | { readonly type: 'ok'; readonly token: string }
  /** Microsoft's own code ("AADSTS7000215": a wrong secret): somebody has to mend the registration. */
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'later'; readonly afterMs: number }

export interface TokensOptions {
  /** Entra, or a stand-in for it. */
  readonly login: string
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string
  /** "https://graph.microsoft.com/.default" */
  readonly scope: string
  readonly timeoutMs?: number
  readonly ticks?: () => number
  readonly random?: () => number
}

const given = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

/** A token this much before its end is replaced. */
const earlyMs = 5 * 60_000
const reachableInMs = 30_000

/** The present token; asked for once by however many wait for it. Never rejects. */
export function createTokens(options: TokensOptions): () => Promise<Token> {
  const { login, tenant, clientId, clientSecret, scope, timeoutMs = 10_000 } = options
  const { ticks = () => performance.now(), random = Math.random } = options
  const address = new URL(`${encodeURIComponent(tenant)}/oauth2/v2.0/token`, login)
  let kept: { token: string; until: number } | undefined
  let asking: Promise<Token> | undefined

  const ask = async (): Promise<Token> => {
    try {
      const response = await fetch(address, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          scope,
        }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await response.text()
      if (response.status === 429 || response.status >= 500) {
        const afterMs = waitOf(response.headers.get('retry-after') ?? undefined, Date.now(), random)
        return { type: 'later', afterMs }
      }
      const read = response.ok ? given.safeParse(JSON.parse(text)) : undefined
      if (!read?.success) return { type: 'refused', code: /AADSTS\d+/.exec(text)?.[0] ?? '' }
      kept = { token: read.data.access_token, until: ticks() + read.data.expires_in * 1000 - earlyMs }
      return { type: 'ok', token: kept.token }
    } catch {
      // What fetch throws is not passed on: the secret was part of the request.
      return { type: 'later', afterMs: reachableInMs }
    }
  }

  return async () => {
    if (kept && kept.until > ticks()) return { type: 'ok', token: kept.token }
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
}
