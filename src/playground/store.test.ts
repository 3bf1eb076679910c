import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from './store.ts'

const start = Temporal.Instant.from('2027-05-11T00:00:00Z')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'playground-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('messages and the moved clock outlive a restart, under numbers that go on', () => {
  const first = openStore(folder, start)
  first.now = start.add({ hours: 30 })
  const message = first.add({
    personId: 1,
    at: first.now.toString(),
    from: 'person',
    arrived: false,
    text: '面談',
  })
  first.replace(message.id, { summary: 's', blocks: [] })
  first.save()

  const second = openStore(folder, start)
  expect(second.now.toString()).toBe('2027-05-12T06:00:00Z')
  expect(second.messages).toEqual([{ ...message, card: { summary: 's', blocks: [] } }])
  expect(second.add({ personId: 1, at: '', from: 'bot', arrived: true }).id).not.toBe(message.id)
})

test('nobody else on the machine can read the messages', () => {
  openStore(folder, start).save()
  expect(statSync(path.join(folder, 'playground.json')).mode & 0o077).toBe(0)
})

test('a damaged memory begins anew instead of keeping the city from starting', () => {
  writeFileSync(path.join(folder, 'playground.json'), '{"now": ')
  expect(openStore(folder, start).now.equals(start)).toBe(true)
})

test('a message that is not there is not replaced', () => {
  expect(openStore(folder, start).replace('m9', { summary: '', blocks: [] })).toBeUndefined()
})
