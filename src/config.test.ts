import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, callersFolder, environmentExample, folderOf, readConfig, variables } from './config.ts'

test('.env.example says what config.ts says (write it anew with environmentExample)', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(environmentExample())
})

test('every example is a setting that is taken, and equal to the default', () => {
  const examples = Object.fromEntries(Object.entries(variables).map(([name, { example }]) => [name, example]))
  expect(readConfig(examples)).toEqual(readConfig({}))
})

describe('settings', () => {
  test('have defaults that run on this computer alone, without a server or a token', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      zone: 'Asia/Tokyo',
      production: false,
      databaseUrl: undefined,
    })
  })

  test('that make no sense are all named at once, and secrets are not quoted', () => {
    const wrong = {
      PORT: '99999',
      DATABASE_URL: 'mysql://secret',
      HAGUKUMI_KEY: 'abc',
      HAGUKUMI_ZONE: 'Mars/Base',
    }
    const read = () => readConfig(wrong)
    expect(read).toThrow(ConfigError)
    for (const name of Object.keys(wrong)) expect(read).toThrow(name)
    expect(read).not.toThrow(/secret|abc/)
  })

  test('an empty value is none at all, and an address loses its last slash', () => {
    expect(readConfig({ PORT: '', PUBLIC_URL: 'https://h.example.lg.jp/' })).toMatchObject({
      port: 3000,
      publicUrl: 'https://h.example.lg.jp',
    })
  })
})

test('the demo city lives apart from the real one', () => {
  expect(folderOf({ dataFolder: '/srv/h', production: true })).toBe(path.resolve('/srv/h'))
  expect(folderOf({ dataFolder: '/srv/h', production: false })).toBe(path.resolve('/srv/h/demo'))
})

test('paths count from where the command was typed, not from where npm runs it', () => {
  expect(callersFolder({ INIT_CWD: '/home/x' }, '/app')).toBe('/home/x')
  expect(callersFolder({}, '/app')).toBe('/app')
})

describe('Teams', () => {
  const id = '11111111-2222-3333-4444-555555555555'
  const whole = { TEAMS_CLIENT_ID: id, TEAMS_CLIENT_SECRET: 's3cret', TEAMS_TENANT_ID: id }

  test('is used with all three of its values', () => {
    expect(readConfig(whole)).toMatchObject({ production: true, teams: { clientId: id, tenantId: id } })
    for (const name of Object.keys(whole))
      expect(() => readConfig({ ...whole, [name]: '' }), name).toThrow(name)
  })

  test('takes no id that is none, and quotes no secret', () => {
    const read = () => readConfig({ ...whole, TEAMS_TENANT_ID: 'common' })
    expect(read).toThrow('TEAMS_TENANT_ID')
    expect(read).not.toThrow(/s3cret/)
  })

  test('has a stand-in on this computer alone', () => {
    const standIn = (url: string) => readConfig({ ...whole, TEAMS_STAND_IN_URL: url })
    expect(standIn('http://127.0.0.1:4000/').teams?.standIn).toBe('http://127.0.0.1:4000/')
    for (const url of ['https://evil.example/', 'http://10.0.0.1/', 'http://localhost.evil.example/'])
      expect(() => standIn(url), url).toThrow('TEAMS_STAND_IN_URL')
  })
})
