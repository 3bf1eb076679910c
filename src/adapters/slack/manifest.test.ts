// The repository agrees with itself: what the manifests ask Slack for is what the adapter listens to and uses.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { slackCommands, slackEvents } from './connect.ts'
import { slackPath } from './http.ts'
import { slackScopes } from './scopes.ts'

interface Manifest {
  readonly display_information: Readonly<Record<'name' | 'description' | 'long_description', string>>
  readonly features: {
    readonly app_home: Readonly<Record<string, boolean>>
    readonly bot_user: { readonly display_name: string }
    readonly slash_commands: readonly {
      readonly command: string
      readonly description: string
      readonly url?: string
    }[]
  }
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } }
  readonly settings: {
    readonly event_subscriptions: { readonly bot_events: readonly string[]; readonly request_url?: string }
    readonly interactivity: {
      readonly is_enabled: boolean
      readonly request_url?: string
      readonly message_menu_options_url?: string
    }
    readonly socket_mode_enabled: boolean
  }
}
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest
const sorted = (list: readonly string[]) => [...list].sort()

/** Which scope each method needs that the adapter calls. Source: docs.slack.dev/reference/methods. */
const needs: Readonly<Record<string, string | readonly string[] | null>> = {
  'apps.connections.open': null,
  'auth.test': null,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.history': 'im:history',
  // Of one person, of several.
  'conversations.open': ['im:write', 'mpim:write'],
  'files.completeUploadExternal': 'files:write',
  'files.getUploadURLExternal': 'files:write',
  'oauth.v2.access': null,
  'users.info': 'users:read',
  'users.list': 'users:read',
  'views.open': null,
  'views.publish': null,
}
/** What is needed for more than a method: commands, files given to us, the address in a profile. */
const besides = ['commands', 'files:read', 'users:read.email']

test('the adapter calls no method whose scope is not accounted for, and asks for no scope without use', () => {
  const source = globSync('src/adapters/slack/*.ts').filter((file) => !file.endsWith('.test.ts'))
  const called = source.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\.call\(\s*'([a-zA-Z0-9.]+)'/g)].map((found) => found[1] ?? ''),
  )
  expect(sorted([...new Set(called)])).toEqual(sorted(Object.keys(needs)))
  const used = [...new Set(Object.values(needs).flatMap((scope) => scope ?? [])), ...besides]
  expect(sorted(Object.keys(slackScopes))).toEqual(sorted(used))
})

describe.each(['manifests/slack.json', 'manifests/slack-http.json'])('%s', (file) => {
  const manifest = read(file)
  const http = file.includes('http')

  test('has the commands, events and scopes of the adapter, and no others', () => {
    const commands = manifest.features.slash_commands.map(({ command }) => command)
    expect(sorted(commands)).toEqual(sorted(slackCommands))
    const events = slackEvents.map((event) => (event === 'message' ? 'message.im' : event))
    expect(sorted(manifest.settings.event_subscriptions.bot_events)).toEqual(sorted(events))
    expect(sorted(manifest.oauth_config.scopes.bot)).toEqual(sorted(Object.keys(slackScopes)))
  })

  test('is one that Slack takes', () => {
    const { display_information, features, settings } = manifest
    expect(display_information.name.length).toBeLessThanOrEqual(35)
    expect(display_information.description.length).toBeLessThanOrEqual(140)
    expect(display_information.long_description.length).toBeGreaterThanOrEqual(174)
    expect(display_information.long_description.length).toBeLessThanOrEqual(4000)
    for (const { command, description } of features.slash_commands) {
      expect(command).toMatch(/^\/[a-z0-9_-]{1,31}$/)
      expect(description.length).toBeLessThanOrEqual(2000)
    }
    expect(features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    })
    expect(settings.socket_mode_enabled).toBe(!http)
    const urls = [
      settings.event_subscriptions.request_url,
      settings.interactivity.request_url,
      settings.interactivity.message_menu_options_url,
      ...features.slash_commands.map(({ url }) => url),
    ]
    for (const url of urls) expect(url && new URL(url).pathname).toBe(http ? slackPath : undefined)
  })
})

test('the README gives a reason for each scope', () => {
  const readme = readFileSync('README.md', 'utf8')
  for (const scope of Object.keys(slackScopes)) expect(readme).toContain(`\`${scope}\``)
})
