// Deliveries in the shape in which the platforms send them, one file a scenario: the payload and the event it is.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { InboundEvent } from '../chat/chat.ts'
import { parseAll as parseAllSlack, parse as parseSlack } from './slack/parse.ts'
import { isCancel, parse as parseTeams } from './teams/parse.ts'

interface Scenario {
  readonly payload: unknown
  readonly event: InboundEvent | null
}
const bytes = new TextEncoder().encode('職員番号,氏名')
const readFile = async () => bytes
const load = (platform: string, name: string) =>
  JSON.parse(readFileSync(`test/fixtures/${platform}/${name}`, 'utf8')) as Scenario

describe.each([
  { platform: 'slack', parse: (payload: unknown) => parseSlack(payload, { readFile }) },
  { platform: 'teams', parse: (payload: unknown) => parseTeams(payload, { readFile }) },
])('$platform', ({ platform, parse }) => {
  test.each(readdirSync(`test/fixtures/${platform}`))('%s', async (name) => {
    const { payload, event } = load(platform, name)
    const found = await parse(payload)
    expect(found).toEqual(event === null ? undefined : event.type === 'file' ? { ...event, bytes } : event)
    // A delivery that comes again is the same event.
    expect((await parse(structuredClone(payload)))?.key).toBe(event?.key)
  })
})

test('each of several files in one message is an event', async () => {
  const { payload } = load('slack', 'file.json')
  const two = structuredClone(payload) as { event: { files: { id: string }[] } }
  two.event.files.push({ ...two.event.files[0], id: 'F0SECOND' })
  const events = await parseAllSlack(two, { readFile })
  expect(events.map((event) => event.key)).toEqual(['event:Ev0001:F0LIST', 'event:Ev0001:F0SECOND'])
})

test('a file that cannot be read is an error, not silence', async () => {
  const { payload } = load('slack', 'file.json')
  const broken = parseSlack(payload, { readFile: () => Promise.reject(new Error('gone')) })
  await expect(broken).rejects.toThrow('gone')
})

test('only the cancel button cancels', () => {
  expect(isCancel(load('teams', 'form-cancelled.json').payload)).toBe(true)
  expect(isCancel(load('teams', 'form-in-chat.json').payload)).toBe(false)
})
