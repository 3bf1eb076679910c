// How a delivery ended, from what the mail server said and when the connection broke.
import type { RefusedReason } from '../../chat/chat.ts'
import type { Called } from '../called.ts'

/** The server says no: for good, or for now (greylisting, a full mailbox). */
export interface Refusal {
  readonly why: RefusedReason | 'ours' | 'for-now'
}

interface Failure {
  readonly code?: string
  readonly command?: string
  readonly responseCode?: number
  readonly response?: string
}

const said = (error: unknown): Failure => (typeof error === 'object' && error !== null ? error : {})

/** RFC 3463: the class of what is wrong, where the server says it. */
const enhanced = (response = ''): string => /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response)?.[1] ?? ''

function reasonOf({ command = '', responseCode, response }: Failure): RefusedReason | 'ours' {
  const status = enhanced(response)
  // Our address, or our name and password: the recipient has nothing to do with it.
  if (/^(AUTH|MAIL FROM|EHLO)/.test(command) || responseCode === 530 || responseCode === 535) return 'ours'
  if (/^5\.(3\.4|2\.3)/.test(status) || responseCode === 552) return 'too-large'
  if (status.startsWith('5.7')) return 'not-allowed'
  if (status.startsWith('5.1') || (command === 'RCPT TO' && /^55[01]|553$/.test(String(responseCode))))
    return 'no-account'
  return 'rejected'
}

/** `left`: whether anything of the message itself had left when it failed. RFC 5321: 4xx for now, 5xx for good. */
export function endedBy(error: unknown, left: boolean): Exclude<Called<never, Refusal>, { type: 'ok' }> {
  const failure = said(error)
  const { code, command, responseCode = 0 } = failure
  // A way in that cannot be trusted is none.
  if (code === 'ETLS' || command === 'STARTTLS') return { type: 'unreachable' }
  // The server is going away, or has too many of us: it did nothing with the message.
  if (responseCode === 421) return { type: 'unreachable' }
  if (responseCode >= 400 && responseCode < 500)
    return code === 'EAUTH' ? { type: 'unreachable' } : { type: 'refused', why: 'for-now' }
  if (responseCode >= 500) return { type: 'refused', why: reasonOf(failure) }
  if (code === 'EAUTH') return { type: 'refused', why: 'ours' }
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return { type: 'refused', why: 'rejected' }
  return left ? { type: 'unknown' } : { type: 'unreachable' }
}
