import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { DatabaseProblem } from '../db/errors.ts'
import type { Command, Place } from './command.ts'
import { commands as real } from './commands.ts'
import { alive, forward, serveControl } from './control.ts'
import { prepare, runCommand } from './run.ts'

const place: Place = {
  config: readConfig({}),
  now: () => Temporal.Instant.from('2027-05-10T00:00:00Z'),
  open: () => Promise.reject(new DatabaseProblem('in-use', { ja: '使用中です。', en: 'In use.' })),
}
const about = { ja: '読む', en: 'reads' }
const read: Command = {
  name: 'read',
  usage: 'FILE [--as NAME] [--loud]',
  about,
  positionals: ['FILE'],
  options: { as: 'text', loud: 'flag' },
  reads: 'FILE',
  beside: 'forward',
  run: async ({ argument, bytes, option, flag, say, complain }) => {
    say(`${argument('FILE')} ${Buffer.from(bytes()).toString('utf8')}`)
    complain(`${option('as')} ${flag('loud')}`)
    return 1
  },
}
const opens: Command = {
  name: 'opens',
  usage: '',
  about,
  positionals: [],
  beside: 'forward',
  run: async ({ place: { open } }) => {
    await open()
    return 0
  },
}
const breaks: Command = {
  ...opens,
  name: 'breaks',
  run: async () => {
    throw new Error('山田 花子')
  },
}
const commands = [read, opens, breaks]

let dir: string
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'hagukumi-cli-'))
  writeFileSync(path.join(dir, '名簿.csv'), 'あ')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const typed = async (...argv: string[]) => {
  const prepared = await prepare(argv, dir, commands)
  return prepared.type === 'answered' ? prepared.result : runCommand(prepared.request, place, commands)
}

describe('the command line', () => {
  test.each([['--help'], ['-h'], ['help']])('%s lists every command in both languages', async (word) => {
    const { code, out } = await typed(word)
    expect(code).toBe(0)
    expect(out.join('\n')).toMatch(/read FILE \[--as NAME\][\s\S]*読む[\s\S]*reads[\s\S]*opens/)
  })

  test('each command explains itself', async () => {
    for (const { name, about: says } of real) {
      const prepared = await prepare([name, '--help'], dir)
      expect(prepared).toMatchObject({ type: 'answered', result: { code: 0 } })
      expect(JSON.stringify(prepared)).toContain(JSON.stringify(says.ja).slice(1, -1))
    }
  })

  test.each([
    [[]],
    [['nothing']],
    [['read']],
    [['read', 'a', 'b']],
    [['read', '名簿.csv', '--wrong']],
    [['read', '名簿.csv', '--as']],
    [['read', 'nowhere.csv']],
  ])('%j is not usable: exit code 2 and what to do', async (argv) => {
    const { code, out, err } = await typed(...argv)
    expect([code, out]).toEqual([2, []])
    expect(err.join('\n')).toMatch(/Usage|cannot be read/)
  })

  test('reads the file where it was typed, and hands over options and the exit code', async () => {
    expect(await typed('read', '名簿.csv', '--as', 'x', '--loud')).toEqual({
      code: 1,
      out: [`${path.join(dir, '名簿.csv')} あ`],
      err: ['x true'],
    })
    expect((await typed('read', '名簿.csv')).err).toEqual(['undefined false'])
  })

  test('says in plain words why the database is not to be had, and nothing of what a defect said', async () => {
    expect(await typed('opens')).toMatchObject({ code: 2, err: ['使用中です。\nIn use.'] })
    const { code, err } = await typed('breaks')
    expect(code).toBe(2)
    expect(err.join('\n')).not.toContain('山田')
  })
})

describe('beside a running bot', () => {
  test('the call travels with its file, and its lines and exit code come back', async () => {
    const control = await serveControl(dir, (request) => runCommand(request, place, commands))
    expect(statSync(path.join(dir, 'control.json')).mode & 0o777).toBe(0o600)
    expect(await alive(dir)).toBe(true)
    const prepared = await prepare(['read', '名簿.csv', '--as=-'], dir, commands)
    if (prepared.type !== 'ready') throw new Error('not ready')
    expect(await forward(dir, prepared.request)).toEqual({
      code: 1,
      out: [`${path.join(dir, '名簿.csv')} あ`],
      err: ['- false'],
    })
    await control.close()
    expect(await alive(dir)).toBe(false)
    expect(await forward(dir, prepared.request)).toBeUndefined()
  })

  test('nobody gets in without the secret of the folder', async () => {
    const control = await serveControl(dir, async () => ({ code: 0, out: ['in'], err: [] }))
    const { port } = JSON.parse(readFileSync(path.join(dir, 'control.json'), 'utf8')) as { port: number }
    const knock = (authorization: string) =>
      fetch(`http://127.0.0.1:${port}/command`, {
        method: 'POST',
        headers: { authorization },
        body: '{"argv":[]}',
      })
    for (const wrong of ['', 'Bearer ', `Bearer ${'x'.repeat(43)}`])
      expect((await knock(wrong)).status).toBe(403)
    expect((await fetch(`http://127.0.0.1:${port}/command`)).status).toBe(403)
    await control.close()
  })

  test('what a killed bot left behind is nobody', async () => {
    const file = path.join(dir, 'control.json')
    writeFileSync(file, JSON.stringify({ port: 1, secret: 'x'.repeat(40), pid: 1 }))
    expect(await alive(dir)).toBe(false)
    writeFileSync(file, '{"port":')
    expect(await alive(dir)).toBe(false)
    rmSync(file)
  })
})
