import type { Card } from '../cards/card.ts'
import type { Address, ChatPlatform, MessageRef, OutgoingFile, Reply } from '../chat/chat.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Store, StoredMessage } from './store.ts'

/** The pretended workplace as a chat platform: delivery sends into it, replies land in it. */
export interface Workplace extends ChatPlatform {
  /** What the person wrote or gave. */
  said(personId: number, text: string): void
  /** Shows the replies that are messages; the others (form, errors …) are for the page at once. */
  show(personId: number, replies: readonly Reply[], clicked: MessageRef | undefined): void
}

export const TENANT = 'playground'
const channelOf = (personId: number) => `D${personId}`

/** `changed` hears of every new or replaced message. */
export function workplace(store: Store, clock: Clock, changed: (message: StoredMessage) => void): Workplace {
  const add = (message: Omit<StoredMessage, 'id' | 'at'>) => {
    const added = store.add({ ...message, at: clock.now().toString() })
    store.save()
    changed(added)
    return added
  }
  const replace = (id: string, card: Card) => {
    const replaced = store.replace(id, card)
    store.save()
    if (replaced) changed(replaced)
    return replaced
  }
  const withFile = (personId: number, file: OutgoingFile, arrived: boolean) =>
    add({
      personId,
      from: 'bot',
      arrived,
      file: {
        name: file.name,
        mimeType: file.mimeType,
        base64: Buffer.from(file.bytes).toString('base64'),
        comment: file.comment,
      },
    })
  const ref = (message: StoredMessage): MessageRef => ({
    conversation: channelOf(message.personId),
    id: message.id,
  })
  const personOf = (to: Address) => Number(to.user)

  return {
    platform: 'playground',
    send: async (to, card, token) => {
      const message = add({ personId: personOf(to), from: 'bot', arrived: true, card, token })
      return { type: 'done', ref: ref(message) }
    },
    update: async (message, card) => {
      replace(message.id, card)
    },
    sendFile: async (to, file) => ({ type: 'done', ref: ref(withFile(personOf(to), file, true)) }),
    find: async (to, token) => {
      const found = store.messages.find((m) => m.token === token && m.personId === personOf(to))
      return found ? ref(found) : null
    },
    said: (personId, text) => {
      add({ personId, from: 'person', arrived: false, text })
    },
    show: (personId, replies, clicked) => {
      for (const reply of replies) {
        switch (reply.type) {
          case 'card':
            if (reply.place === 'new' || !clicked || !replace(clicked.id, reply.card))
              add({ personId, from: 'bot', arrived: false, card: reply.card })
            break
          case 'file':
            withFile(personId, reply.file, false)
            break
          case 'form':
          case 'field-errors':
          case 'options':
          case 'home':
            break
          default:
            reply satisfies never
        }
      }
    },
  }
}
