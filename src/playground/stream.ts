import type { Response } from 'express'
import type { StoredMessage } from './store.ts'

/** The pages that are open, told of every message as it happens (server-sent events). */
export interface Stream {
  changed(message: StoredMessage): void
  /** Tells every page something; each page draws in its own language. */
  tell(event: (language: 'ja' | 'en') => unknown): void
  open(response: Response, language: 'ja' | 'en', draw: (message: StoredMessage) => unknown): void
}

interface Listener {
  readonly language: 'ja' | 'en'
  readonly write: (event: unknown) => void
  readonly draw: (message: StoredMessage) => unknown
}

export function openStream(): Stream {
  const listeners = new Set<Listener>()
  return {
    changed: (message) => {
      for (const listener of listeners) listener.write({ type: 'message', message: listener.draw(message) })
    },
    tell: (event) => {
      for (const listener of listeners) listener.write(event(listener.language))
    },
    open: (response, language, draw) => {
      response.set({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
      response.flushHeaders()
      const listener: Listener = {
        language,
        draw,
        write: (event) => response.write(`data: ${JSON.stringify(event)}\n\n`),
      }
      listeners.add(listener)
      // A comment now and then, so that a dead connection is noticed and closed.
      const beat = setInterval(() => response.write(': \n\n'), 20_000)
      beat.unref()
      response.on('close', () => {
        clearInterval(beat)
        listeners.delete(listener)
      })
    },
  }
}
