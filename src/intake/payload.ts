// An inbound event as bytes and back, for the sealed record in the inbox.
import type { InboundEvent } from '../chat/chat.ts'

/** The trigger is left behind: no platform opens a dialog with one that is a minute old. */
export function encodeEvent(event: InboundEvent): Buffer {
  const { trigger: _, ...kept } = event
  if (kept.type !== 'file') return Buffer.from(JSON.stringify(kept))
  const { bytes, ...head } = kept
  const line = Buffer.from(JSON.stringify(head))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(line.length)
  return Buffer.concat([Buffer.from([0]), length, line, bytes])
}

/** Reads what `encodeEvent` wrote; only ever given bytes whose seal was intact. */
export function decodeEvent(stored: Buffer): InboundEvent {
  if (stored[0] !== 0) return JSON.parse(stored.toString('utf8')) as InboundEvent
  const length = stored.readUInt32BE(1)
  const head = JSON.parse(stored.subarray(5, 5 + length).toString('utf8')) as object
  return { ...head, bytes: new Uint8Array(stored.subarray(5 + length)) } as InboundEvent
}
