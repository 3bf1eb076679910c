import { ExpressAdapter } from '@microsoft/teams.apps'
import express from 'express'
import { createApi } from '../../src/adapters/teams/api.ts'
import { makeApp } from '../../src/adapters/teams/connect.ts'
import { createFiles, readConsent } from '../../src/adapters/teams/files.ts'
import { createSending } from '../../src/adapters/teams/send.ts'
import { isServiceUrl } from '../../src/adapters/teams/trust.ts'
import type { Address } from '../../src/chat/chat.ts'
import { createLog } from '../../src/kernel/log.ts'
import { CLIENT, find, OTHER_TENANT, startTeamsStandIn, TENANT } from '../teams-stand-in/index.ts'
import { platformContract } from './platform-contract.ts'

platformContract('Teams', { finds: false, refuses: true, networked: true }, async () => {
  const teams = await startTeamsStandIn()
  const log = createLog('silent')
  const settings = { clientId: CLIENT, clientSecret: 'x', tenantId: TENANT, standIn: teams.url, log }
  const app = makeApp(settings, new ExpressAdapter(express()))
  const api = createApi({ app, bot: `28:${CLIENT}`, tenant: TENANT, log })
  const kept = new Map<string, Uint8Array>()
  const keeping = {
    keep: async (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
    find: async (name: string) => kept.get(name),
    forget: async (name: string) => void kept.delete(name),
  }
  const files = createFiles({ largest: 1_000_000, standIn: true, keeping })
  // Whoever is offered a file takes it.
  teams.onOffer = async (user, consent) => {
    const read = readConsent(consent)
    if (read) await files.give(user.id, read)
  }
  const address = (user: string): Address => ({ platform: 'teams', tenant: TENANT, user })
  const person = (who: Parameters<typeof teams.addUser>[0]) => address(teams.addUser(who).id)
  const blocked = teams.addUser({ name: '止めた方', blocked: true })
  const sending = createSending({
    api,
    files,
    log,
    serviceUrl: `${teams.url}/teams/`,
    trusted: (serviceUrl) => isServiceUrl(serviceUrl, true),
    opensForm: () => false,
  })
  return {
    platform: sending,
    person: (name) => person({ name }),
    shown: async ({ user }) =>
      teams.messagesOf({ id: user }).map(({ activity, file }) => ({
        text: file ? String(activity.summary) : textOf(activity),
        ...(file && { file }),
      })),
    refusals: [
      { who: 'nobody', to: address('aaaaaaaa-0000-0000-0000-999999999999'), reason: 'no-account' },
      { who: 'another tenant', to: person({ name: '他市', tenant: OTHER_TENANT }), reason: 'no-account' },
      { who: 'without the app', to: person({ name: '未', installed: false }), reason: 'not-installed' },
      {
        who: 'who blocked us',
        to: { ...address(blocked.id), conversation: blocked.conversation, serviceUrl: teams.serviceUrl },
        reason: 'blocked',
      },
    ],
    faults: {
      answerLost: () => teams.fault({ type: 'reset', done: true }),
      requestLost: () => teams.fault({ type: 'reset', done: false }),
      unwell: () => teams.fault({ type: 'status', status: 503 }),
      tooFast: (seconds) => teams.fault({ type: 'status', status: 429, retryAfter: seconds }),
    },
    stop: () => teams.stop(),
  }
})

/** All that can be read in the cards of a message. */
const textOf = (activity: object): string =>
  ['TextBlock', 'TextRun', 'Action.Execute', 'Action.Submit']
    .flatMap((type) => find(activity, type))
    .map((each) => String(each.text ?? each.title))
    .join('\n')
