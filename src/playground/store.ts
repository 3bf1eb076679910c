import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Card } from '../cards/card.ts'

/** One message of the pretended workplace, before it is drawn for a look. */
export interface StoredMessage {
  readonly id: string
  readonly personId: number
  readonly at: string
  readonly from: 'bot' | 'person'
  readonly arrived: boolean
  readonly text?: string
  readonly card?: Card
  /** An e-mail as it would be sent, in HTML; its subject is the text. */
  readonly letter?: string
  /** The outbox's opaque id, so that the dispatcher can ask whether a message arrived. */
  readonly token?: string
  readonly file?: {
    readonly name: string
    readonly mimeType: string
    readonly base64: string
    readonly comment: string
  }
}

const KEPT = 4000

// Only what this program wrote is read back; the card's inside is trusted as its own.
const file = z.object({
  now: z.string(),
  next: z.number(),
  messages: z.array(z.any()),
  without: z.array(z.number()).default([]),
})

/**
 * The pretended workplace's own memory: its moved clock and its messages, in one file beside the demo city's
 * database. A real platform would keep these; the core never reads them.
 */
export interface Store {
  now: Temporal.Instant
  readonly messages: readonly StoredMessage[]
  /** Who has no account: neither PC nor chat. */
  readonly without: readonly number[]
  /** Says who has an account from now on, and who has none. */
  setAccount(personId: number, has: boolean): void
  add(message: Omit<StoredMessage, 'id'>): StoredMessage
  replace(id: string, card: Card): StoredMessage | undefined
  save(): void
}

/** Opens the memory in `folder`; without a file, or with one that cannot be read, it begins at `start`. */
export function openStore(folder: string, start: Temporal.Instant): Store {
  const at = path.join(folder, 'playground.json')
  const kept = read(at)
  let next = kept?.next ?? 1
  const messages: StoredMessage[] = kept?.messages ?? []
  const without: number[] = kept?.without ?? []
  const store: Store = {
    now: kept ? Temporal.Instant.from(kept.now) : start,
    messages,
    without,
    setAccount: (personId, has) => {
      const at = without.indexOf(personId)
      if (has && at >= 0) without.splice(at, 1)
      if (!has && at < 0) without.push(personId)
    },
    add: (message) => {
      const added = { ...message, id: `m${next++}` }
      messages.push(added)
      if (messages.length > KEPT) messages.splice(0, messages.length - KEPT)
      return added
    },
    replace: (id, card) => {
      const index = messages.findIndex((message) => message.id === id)
      const old = messages[index]
      if (!old) return undefined
      const replaced = { ...old, card }
      messages[index] = replaced
      return replaced
    },
    save: () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const text = JSON.stringify({ now: store.now.toString(), next, messages, without })
      writeFileSync(`${at}.new`, text, { mode: 0o600 })
      renameSync(`${at}.new`, at)
    },
  }
  return store
}

function read(at: string): z.infer<typeof file> | undefined {
  try {
    return file.parse(JSON.parse(readFileSync(at, 'utf8')))
  } catch {
    return undefined
  }
}
