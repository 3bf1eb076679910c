// The repository agrees with itself: what the manifest promises is what the bot understands, and what Teams takes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { drawIcons } from '../../manifests/draw-icons.ts'
import { teamsPackage } from '../../manifests/teams-package.ts'
import { storeZip } from '../../manifests/zip.ts'
import type { Database } from '../../src/db/open.ts'
import { createNotices } from '../../src/delivery/planner.ts'
import { features } from '../../src/features/index.ts'
import { createBuiltin } from '../../src/intake/builtin.ts'
import type { CommandHandler } from '../../src/intake/handler.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { zipEntries } from '../../src/tables/zip.ts'

const require = createRequire(import.meta.url)
const Ajv = require('ajv-draft-04') as typeof import('ajv-draft-04').default
const addFormats = require('ajv-formats') as typeof import('ajv-formats').default

const filled = {
  clientId: '11111111-1111-1111-1111-111111111111',
  site: 'https://www.city.example.lg.jp',
  privacy: 'https://www.city.example.lg.jp/privacy',
  terms: 'https://www.city.example.lg.jp/terms',
}

/** What Microsoft's schema has against a document. */
function problems(version: string, schema: string, document: unknown): unknown[] {
  // Their expressions are not all legal in unicode mode.
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false })
  addFormats(ajv)
  const file = `@microsoft/app-manifest/build/json-schemas/teams/v${version}/MicrosoftTeams.${schema}json`
  const validate = ajv.compile(require(file) as object)
  validate(document)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

interface Manifest {
  readonly manifestVersion: string
  readonly version: string
  readonly webApplicationInfo?: object
  readonly bots: readonly {
    readonly scopes: readonly string[]
    readonly commandLists: readonly { readonly commands: readonly { title: string; description: string }[] }[]
  }[]
}
const parts = (version: '1.29' | '1.28') => {
  const entries = teamsPackage(filled, version)
  const json = (name: string): unknown =>
    JSON.parse(Buffer.from(entries.find((each) => each.name === name)?.bytes ?? []).toString('utf8'))
  return { entries, manifest: json('manifest.json') as Manifest, ja: json('ja.json'), en: json('en.json') }
}

describe.each(['1.29', '1.28'] as const)('the package for schema %s', (version) => {
  const { entries, manifest, ja, en } = parts(version)

  test('is what Microsoft describes', () => {
    expect(manifest.manifestVersion).toBe(version)
    expect(problems(version, 'schema.', manifest)).toEqual([])
    for (const language of [ja, en]) expect(problems(version, 'Localization.schema.', language)).toEqual([])
    expect(problems(version, 'schema.', { ...manifest, name: { short: 'あ'.repeat(31) } })).not.toEqual([])
    expect(JSON.stringify(manifest)).not.toContain('{{')
  })

  test('asks for a chat of two alone', () => {
    expect(manifest.bots.flatMap(({ scopes }) => scopes)).toEqual(['personal'])
    expect(Object.keys(manifest)).not.toContain('permissions')
    expect(Object.keys(manifest)).not.toContain('webApplicationInfo')
  })

  test('names its registration where the app is put with people through Graph, and there alone', () => {
    const entries = teamsPackage({ ...filled, installs: true }, version)
    const other = JSON.parse(Buffer.from(entries[0]?.bytes ?? []).toString('utf8')) as Manifest
    expect(problems(version, 'schema.', other)).toEqual([])
    const { webApplicationInfo, version: number, ...rest } = other
    expect(webApplicationInfo).toEqual({ id: filled.clientId, resource: `api://botid-${filled.clientId}` })
    // Teams takes it for newer than the one without.
    expect(number > manifest.version).toBe(true)
    expect({ ...rest, version: manifest.version }).toEqual(manifest)
  })

  test('is an archive that can be opened, the same every time', () => {
    const bytes = storeZip(entries)
    expect(storeZip(entries).equals(bytes)).toBe(true)
    const found = zipEntries(bytes)?.map(({ name, unpacked, method }) => [name, unpacked, method])
    expect(found).toEqual(entries.map((each) => [each.name, each.bytes.length, 0]))
  })
})

test('the newest schema takes it as well, and knows the menu of slashes', () => {
  const { manifest } = parts('1.29')
  const newest = JSON.parse(JSON.stringify(manifest).replaceAll('1.29', '1.30')) as Manifest
  expect(problems('1.30', 'schema.', newest)).toEqual([])
  const [bot] = newest.bots
  expect(bot).toMatchObject({
    supportsTargetedMessages: true,
    commandLists: [{ triggers: ['mention', 'slash'] }],
  })
  const odd = {
    ...newest,
    bots: [{ ...bot, commandLists: [{ ...bot?.commandLists[0], triggers: ['dash'] }] }],
  }
  expect(problems('1.30', 'schema.', odd)).not.toEqual([])
  expect(JSON.stringify(parts('1.28').manifest)).not.toContain('slash')
})

/** All that can be said; nothing of it runs here. */
function registeredCommands(): readonly CommandHandler[] {
  const db = {} as Database
  const log = createLog('silent')
  const notices = createNotices()
  const core = { db, clock: systemClock, zone: 'Asia/Tokyo', log, notices, tell: async () => {} }
  const never = () => {
    throw new Error('nothing is to run')
  }
  const builtin = createBuiltin({ db, log, registry: never, run: never }).answers
  return [builtin, ...features.map((make) => make(core))].flatMap(({ commands = [] }) => commands)
}

test('the menu says in both languages what is registered, and nothing else', () => {
  const { manifest, ja, en } = parts('1.29')
  const commands = registeredCommands()
  const menu = manifest.bots.flatMap((bot) => bot.commandLists.flatMap((list) => list.commands))
  expect(menu).toHaveLength(12)
  for (const [at, { title, description }] of menu.entries()) {
    const command = commands.find((each) => each.phrases.ja[0] === title)
    expect([title, description]).toEqual([title, command?.help.ja])
    const key = `bots[0].commandLists[0].commands[${at}]`
    expect(ja).toMatchObject({ [`${key}.title`]: title, [`${key}.description`]: description })
    expect(en).toMatchObject({
      [`${key}.title`]: command?.phrases.en[0],
      [`${key}.description`]: command?.help.en,
    })
  }
  for (const word of ['面談', 'ヘルプ']) expect(menu.map(({ title }) => title)).toContain(word)
})

/** Size, and the pixels of a PNG with colour and transparency in eight bits, rows without a filter. */
function pixels(bytes: Buffer) {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  expect(bytes.subarray(24, 26)).toEqual(Buffer.from([8, 6]))
  const start = bytes.indexOf('IDAT') + 4
  const raw = inflateSync(bytes.subarray(start, start + bytes.readUInt32BE(start - 8)))
  const all = Array.from({ length: height }, (_, y) => {
    const row = raw.subarray(y * (width * 4 + 1), (y + 1) * (width * 4 + 1))
    expect(row[0]).toBe(0)
    return Array.from({ length: width }, (_, x) => [...row.subarray(1 + x * 4, 5 + x * 4)])
  }).flat()
  return { width, height, all }
}

test('the icons are what Teams asks for: 192 full, 32 white on nothing', () => {
  const icon = (name: 'color' | 'outline') => pixels(readFileSync(`manifests/teams/${name}.png`))
  const color = icon('color')
  expect([color.width, color.height]).toEqual([192, 192])
  expect(color.all.every(([, , , alpha]) => alpha === 255)).toBe(true)
  const outline = icon('outline')
  expect([outline.width, outline.height]).toEqual([32, 32])
  expect(outline.all.every(([r, g, b]) => r === 255 && g === 255 && b === 255)).toBe(true)
  expect(outline.all.some(([, , , alpha]) => alpha === 0)).toBe(true)
  expect(outline.all.some(([, , , alpha]) => alpha === 255)).toBe(true)
  // They are what `node manifests/draw-icons.ts` draws.
  const drawn = drawIcons()
  const same = (a: typeof color, b: typeof color) => a.all.flat().join() === b.all.flat().join()
  expect([same(pixels(drawn.color), color), same(pixels(drawn.outline), outline)]).toEqual([true, true])
})
