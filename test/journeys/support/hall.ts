// What people do on the page, by what they see: names, words and labels of buttons.
import { readFile } from 'node:fs/promises'
import type { Locator, Page, Request, Response } from 'playwright-core'
import { expect } from 'vitest'
import type { MessageEntry, State } from '../../../src/playground/wire.ts'

/** A message that came by itself: to whom, when by the city's clock, and what it says. */
export interface Arrival {
  readonly name: string
  /** "2027-05-20 08:45" */
  readonly at: string
  readonly id: string
  readonly text: string
}

/** Every text in a Block Kit message, one after the other. */
export function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsIn(inner),
  )
}

export const textOf = (message: MessageEntry): string =>
  [message.text ?? '', ...textsIn(message.drawn?.slack), message.file?.name ?? ''].join('\n')

/** The page as one browser shows it. */
export function hall(page: Page, url: string) {
  const isAct = (response: Response) =>
    response.request().method() === 'POST' &&
    /\/playground\/(say|click|submit|home|file|time|lookup)/.test(response.url())
  /** Does something that the page sends to the server, and waits for the answer. */
  const sending = async (does: () => Promise<unknown>): Promise<void> => {
    const [response] = await Promise.all([page.waitForResponse(isAct), does()])
    await response.finished()
  }
  const ask = async <Result>(path: string): Promise<Result> => {
    const response = await fetch(`${url}/playground/${path}`)
    return (await response.json()) as Result
  }
  const state = () => ask<State>('state')

  const waiting = new Set<Request>()
  page.on('request', (request) => request.method() === 'POST' && waiting.add(request))
  page.on('requestfinished', (request) => waiting.delete(request))
  page.on('requestfailed', (request) => waiting.delete(request))

  const last = (): Locator => page.locator('#messages > li.message.bot').last()
  const dialog = page.locator('dialog[open]')

  const self = {
    page,
    sending,
    state,
    dialog,
    /** The newest message of the bot to whoever is chosen. */
    last,
    /** Everything a person wrote and was told, as the server has it. */
    messages: async (name: string): Promise<MessageEntry[]> => {
      const person = (await state()).people.find((each) => each.name === name)
      return ask<MessageEntry[]>(`messages?person=${person?.id ?? 0}`)
    },
    /** Chooses who one is. */
    become: async (name: string): Promise<void> => {
      const [heard] = await Promise.all([
        page.waitForResponse((response) => response.url().includes('/playground/messages?')),
        page.locator('#people button', { hasText: name }).first().click(),
      ])
      await heard.finished()
      await page.locator('#who', { hasText: name }).waitFor()
    },
    say: async (words: string): Promise<void> => {
      await page.locator('#words').fill(words)
      await sending(() => page.locator('#words').press('Enter'))
    },
    /** Presses a button of the newest message that has it. */
    press: async (label: string, within: Locator = page.locator('#messages')): Promise<void> => {
      await sending(() => within.getByRole('button', { name: label, exact: true }).last().click())
    },
    /** Waits until the newest message says this. */
    hears: async (...words: readonly (string | RegExp)[]): Promise<void> => {
      for (const word of words) await last().getByText(word).first().waitFor()
    },
    submit: async (label: string): Promise<void> => {
      await sending(() => dialog.getByRole('button', { name: label, exact: true }).click())
    },
    /** Waits until nothing that was sent is unanswered. */
    settled: async (): Promise<void> => {
      await expect.poll(() => waiting.size).toBe(0)
    },
    /** Types into the search for people of the open form, until one is found and chosen. */
    find: async (name: string): Promise<void> => {
      await sending(() => dialog.locator('input[type=search]').fill(name))
      await dialog.locator('option', { hasText: name }).waitFor({ state: 'attached' })
    },
    give: async (name: string, bytes: Buffer): Promise<void> => {
      await sending(() =>
        page.locator('#file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes }),
      )
    },
    /** Presses a button that gives a file, and takes it. */
    download: async (label: string): Promise<{ readonly name: string; readonly bytes: Buffer }> => {
      const links = page.locator('#messages a.attached')
      const before = await links.count()
      await self.press(label)
      await expect.poll(() => links.count()).toBeGreaterThan(before)
      const [given] = await Promise.all([page.waitForEvent('download'), links.last().click()])
      return { name: given.suggestedFilename(), bytes: await readFile(await given.path()) }
    },
    /** Moves the date by a button of the clock; gives what arrived on the way. */
    move: async (to: 'hour' | 'morning' | 'week'): Promise<Arrival[]> => {
      const before = await self.arrivals()
      await sending(() => page.locator(`[data-time=${to}]`).click())
      await page.locator(`[data-time=${to}]:enabled`).waitFor()
      return (await self.arrivals()).filter((each) => !before.some((old) => old.id === each.id))
    },
    /** "2027-05-20 09:00" */
    now: async (): Promise<string> => local((await state()).clock.now),
    arrivals: async (): Promise<Arrival[]> => {
      const { people, messages } = await state()
      return messages.map((message) => ({
        name: people.find((person) => person.id === message.personId)?.name ?? '?',
        at: local(message.at),
        id: message.id,
        text: textOf(message),
      }))
    },
  }
  return self
}

export type Hall = ReturnType<typeof hall>

const local = (instant: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO('Asia/Tokyo')
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ')
