// Calls of Slack's Web API. Words used here: called (how a call ended, typed by what can be done about it), pause (the
// time for which Slack asked to be left alone, for one method alone).
//
// The library's own retries are off: it would post a message up to three times when an answer is lost. Its handling of
// 429 is off too: it would hold up every call of the client, also a button's answer behind a broadcast.
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api'
import type { z } from 'zod'
import type { Log } from '../../kernel/log.ts'
import type { Called as Ended } from '../called.ts'
import { hasNotLeft } from '../network.ts'
import { quietLogger } from './log.ts'

/** Slack says no, in its own code: "channel_not_found". */
export interface Refusal {
  readonly code: string
}
export type Called<Data> = Ended<Data, Refusal>

export interface Api {
  /** Never rejects. What is answered is read through the schema; an answer that does not fit it is `unknown`. */
  call<Data>(method: string, args: Record<string, unknown>, answer: z.ZodType<Data>): Promise<Called<Data>>
  /** For what the Web API does not carry: file contents. */
  token(): Promise<string>
}

export interface ApiOptions {
  /** The present bot token; asked before each call, so that it may be renewed. */
  readonly token: () => Promise<string>
  /** Ends in "/api/". Slack's own unless told. */
  readonly url?: string
  readonly log: Log
  readonly timeoutMs?: number
  /** Milliseconds of a clock that only goes forward. */
  readonly ticks?: () => number
}

export const slackApiUrl = 'https://slack.com/api/'

/** Slack could not finish: some of it may have been done. Source: the error tables of chat.postMessage. */
const perhapsDone = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

function ended(error: unknown): Called<never> {
  if (error instanceof WebAPIRateLimitedError) return { type: 'limited', afterMs: error.retryAfter * 1000 }
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata } = error.data
    // No code at all: a proxy answered in Slack's place.
    if (typeof code !== 'string' || !/^[a-z][a-z0-9_]{1,79}$/.test(code)) return { type: 'unknown' }
    const seconds = response_metadata?.retryAfter
    if (code === 'ratelimited' || code === 'rate_limited')
      return { type: 'limited', afterMs: (seconds ?? 30) * 1000 }
    return perhapsDone.has(code) ? { type: 'unknown' } : { type: 'refused', code }
  }
  if (error instanceof WebAPIHTTPError) {
    // A proxy or a wrong address says no before Slack has seen anything.
    return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 408
      ? { type: 'unreachable' }
      : { type: 'unknown' }
  }
  if (error instanceof WebAPIRequestError)
    return hasNotLeft(error.original) ? { type: 'unreachable' } : { type: 'unknown' }
  // 429 without a time to wait.
  if (error instanceof Error && error.message.startsWith('Retry header'))
    return { type: 'limited', afterMs: 30_000 }
  return { type: 'unknown' }
}

/** One workspace's Web API. */
export function createApi(options: ApiOptions): Api {
  const { token, url = slackApiUrl, log, timeoutMs = 12_000, ticks = () => performance.now() } = options
  const pauses = new Map<string, number>()
  let held: { token: string; client: WebClient } | undefined

  const clientOf = async (): Promise<WebClient> => {
    const now = await token()
    if (held?.token !== now) {
      const client = new WebClient(now, {
        slackApiUrl: url,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: timeoutMs,
        allowAbsoluteUrls: false,
        logger: quietLogger(log, 'web-api'),
      })
      held = { token: now, client }
    }
    return held.client
  }

  const pause = (method: string) => Math.max(0, Math.ceil((pauses.get(method) ?? 0) - ticks()))

  return {
    token,
    async call(method, args, answer) {
      const waiting = pause(method)
      if (waiting > 0) return { type: 'limited', afterMs: waiting }
      let client: WebClient
      try {
        client = await clientOf()
      } catch (err) {
        log.error({ err }, 'there is no usable token for Slack')
        return { type: 'unreachable' }
      }
      let result: Called<unknown>
      try {
        result = { type: 'ok', data: await client.apiCall(method, args) }
      } catch (error) {
        result = ended(error)
      }
      if (result.type === 'limited') {
        pauses.set(method, ticks() + result.afterMs)
        log.warn({ method, afterMs: result.afterMs }, 'Slack asks for a pause')
      } else if (result.type !== 'ok') {
        log.warn({ method, end: result.type === 'refused' ? result.code : result.type }, 'a call did not go')
      }
      if (result.type !== 'ok') return result
      const read = answer.safeParse(result.data)
      if (read.success) return { type: 'ok', data: read.data }
      log.error({ method }, 'Slack answered in a shape that is not known')
      return { type: 'unknown' }
    },
  }
}
