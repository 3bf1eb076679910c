// What Slack sends to the app: signed, answered within three seconds, events tried again at once, after one minute and
// after five. Source: docs.slack.dev/apis/events-api and …/authentication/verifying-requests-from-slack.
import { createHmac } from 'node:crypto'
import type { Clock } from '../../src/kernel/clock.ts'

/** The app's address for requests, or `socket` for whoever is connected in Socket Mode. */
export type Target = string | 'socket'

export type Kind = 'command' | 'interactive' | 'event'

export interface Attempt {
  readonly at: Temporal.Instant
  /** Over HTTP. */
  readonly status?: number
  /** The answer's body, as JSON where it is some; what was acknowledged over a socket. */
  readonly body?: unknown
  /** Why it is no answer. */
  readonly failure?: 'http_timeout' | 'http_error' | 'connection_failed'
  readonly ms: number
}

export interface Delivery {
  readonly target: Target
  readonly kind: Kind
  readonly payload: Readonly<Record<string, unknown>>
  /** Growing, for an event that is tried again. */
  readonly attempts: readonly Attempt[]
  /** The last attempt. */
  readonly answer: Attempt
  /** What Slack would show a person as an error: it could not read the answer. */
  problem?: string
}

/** What a forger, a replayer or a broken proxy makes different. */
export interface Tampering {
  readonly timestamp?: number
  readonly signature?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is; signed unless `signature` is given. */
  readonly body?: string
}

export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api'
  readonly payload: Readonly<Record<string, unknown>>
  readonly retry?: { readonly number: number; readonly reason: string }
}

/** Minutes until each further try of an event. */
const retryAfter = [0, 1, 5]

interface Retry {
  readonly delivery: Delivery & { readonly attempts: Attempt[] }
  readonly number: number
  readonly due: Temporal.Instant
}

export interface Courier {
  deliver(
    target: Target,
    kind: Kind,
    payload: Readonly<Record<string, unknown>>,
    tampering?: Tampering,
  ): Promise<Delivery>
  /** Tries again what is due by the clock; gives back how many were tried. */
  retryDue(): Promise<number>
  readonly waiting: number
}

type Answered = Pick<Attempt, 'status' | 'body' | 'failure'> & { noRetry?: boolean }

const envelopeTypes = { command: 'slash_commands', interactive: 'interactive', event: 'events_api' } as const

function bodyOf(kind: Kind, payload: Readonly<Record<string, unknown>>): readonly [string, string] {
  const form = 'application/x-www-form-urlencoded'
  if (kind === 'event') return ['application/json', JSON.stringify(payload)]
  if (kind === 'interactive')
    return [form, new URLSearchParams({ payload: JSON.stringify(payload) }).toString()]
  const fields = Object.entries(payload).map(([name, value]) => [name, String(value)])
  return [form, new URLSearchParams(fields).toString()]
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export function makeCourier(
  clock: Clock,
  signingSecret: string,
  ackMs: () => number,
  overSocket: (envelope: Envelope, ms: number) => Promise<unknown>,
): Courier {
  const waiting: Retry[] = []

  async function overHttp(
    target: string,
    kind: Kind,
    payload: Readonly<Record<string, unknown>>,
    tampering: Tampering,
    retry: Envelope['retry'],
  ): Promise<Answered> {
    const [type, written] = bodyOf(kind, payload)
    const body = tampering.body ?? written
    const timestamp = tampering.timestamp ?? Math.floor(clock.now().epochMilliseconds / 1000)
    const hmac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
    try {
      const response = await fetch(target, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(ackMs()),
        body,
        headers: {
          'content-type': type,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': String(timestamp),
          'x-slack-signature': tampering.signature ?? `v0=${hmac}`,
          ...(retry && { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
          ...tampering.headers,
        },
      })
      return {
        status: response.status,
        body: jsonOr(await response.text()),
        ...(!response.ok && { failure: 'http_error' }),
        noRetry: response.headers.get('x-slack-no-retry') === '1',
      }
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError'
      return { failure: late ? 'http_timeout' : 'connection_failed' }
    }
  }

  const byAcknowledgement = (envelope: Envelope): Promise<Answered> =>
    overSocket(envelope, ackMs()).then(
      (body) => ({ body }),
      () => ({ failure: 'http_timeout' }),
    )

  async function attempt(delivery: Retry['delivery'], tampering: Tampering, number: number): Promise<void> {
    const at = clock.now()
    const started = performance.now()
    const reason = delivery.attempts.at(-1)?.failure
    const retry = reason && { number, reason }
    const { target, kind, payload } = delivery
    const { noRetry, ...answer } = await (target === 'socket'
      ? byAcknowledgement({ type: envelopeTypes[kind], payload, retry })
      : overHttp(target, kind, payload, tampering, retry))
    delivery.attempts.push({ at, ...answer, ms: performance.now() - started })
    const minutes = retryAfter[number]
    if (!answer.failure || kind !== 'event' || noRetry || minutes === undefined) return
    if (minutes === 0) return attempt(delivery, tampering, number + 1)
    waiting.push({ delivery, number: number + 1, due: at.add({ minutes }) })
  }

  return {
    deliver: async (target, kind, payload, tampering = {}) => {
      const attempts: Attempt[] = []
      const delivery = {
        target,
        kind,
        payload,
        attempts,
        get answer(): Attempt {
          const last = attempts.at(-1)
          if (!last) throw new Error('Nothing was tried yet')
          return last
        },
      }
      await attempt(delivery, tampering, 0)
      return delivery
    },
    retryDue: async () => {
      const due = waiting.filter((each) => Temporal.Instant.compare(each.due, clock.now()) <= 0)
      for (const each of due) {
        waiting.splice(waiting.indexOf(each), 1)
        await attempt(each.delivery, {}, each.number)
      }
      return due.length
    },
    get waiting() {
      return waiting.length
    },
  }
}
