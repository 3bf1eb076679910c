// Whether Slack sent it, and whether an address is Slack's. Pure.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { isLoopback } from '../network.ts'

/** Slack's own rule: older than five minutes is refused, so that a captured request is soon worthless. */
const oldestSeconds = 300
/** What two clocks may differ by. Bolt lets any future pass, and a request dated far ahead could be replayed for ever. */
const aheadSeconds = 60

export type Distrust = 'no-signature' | 'stale' | 'future' | 'wrong-signature'

interface Signed {
  readonly timestamp: string | undefined
  readonly signature: string | undefined
  /** As it came over the line. */
  readonly body: Uint8Array
}

/**
 * Why a request is not Slack's, undefined where it is. Source: docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function distrust(
  { timestamp = '', signature = '', body }: Signed,
  secret: string,
  now: Temporal.Instant,
): Distrust | undefined {
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'no-signature'
  const age = Math.floor(now.epochMilliseconds / 1000) - Number(timestamp)
  if (age > oldestSeconds) return 'stale'
  if (age < -aheadSeconds) return 'future'
  const own = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest()
  return timingSafeEqual(own, Buffer.from(signature.slice(3), 'hex')) ? undefined : 'wrong-signature'
}

/** Where a workspace's token may be sent along to fetch or store a file: Slack's file host, or the stand-in's. */
export function isFileAddress(address: string, api: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return false
  const own = new URL(api)
  if (isLoopback(own)) return url.origin === own.origin
  return url.protocol === 'https:' && url.host === 'files.slack.com'
}

/** Where an answer to a command or click may be posted: Slack's hook host, or the stand-in's. */
export function isHookAddress(address: string, api: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  const own = new URL(api)
  if (isLoopback(own)) return url.origin === own.origin
  return url.protocol === 'https:' && url.host === 'hooks.slack.com' && url.username === ''
}
