// Teams' side of the bench: signed activities of people in their own chats.
import http from 'node:http'
import { CLIENT, startTeamsStandIn, TENANT } from '../teams-stand-in/index.ts'
import type { Platform } from './inbound.ts'

export async function openTeams(): Promise<Platform> {
  const standIn = await startTeamsStandIn()
  const people = Array.from({ length: 50 }, (_, at) => ({
    name: `職員 ${at}`,
    email: `b${at}@city.example.jp`,
  }))
  const users = people.map((about) => standIn.addUser(about))
  const authorization = `Bearer ${standIn.signer.token(standIn.serviceUrl)}`
  let serial = 0
  return {
    name: 'teams',
    control: 'the bare SDK',
    product: {
      TEAMS_CLIENT_ID: CLIENT,
      TEAMS_CLIENT_SECRET: 'x',
      TEAMS_TENANT_ID: TENANT,
      TEAMS_STAND_IN_URL: standIn.url,
    },
    bare: { file: 'test/bench/bare-teams.ts', env: { CLIENT, TENANT, KEYS: standIn.url } },
    people,
    send: (port, agent) => {
      serial += 1
      const user = users[serial % users.length] ?? users[0]
      if (!user) return Promise.reject(new Error('nobody'))
      const body = JSON.stringify(standIn.activity(user, { type: 'message', text: 'ありがとう' }))
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization,
      }
      const where = { host: '127.0.0.1', port, path: '/api/messages', method: 'POST', agent, headers }
      return new Promise((resolve, reject) => {
        const request = http.request(where, (response) => {
          response.resume()
          response.on('end', () =>
            response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
          )
        })
        request.on('error', reject)
        request.end(body)
      })
    },
    stop: () => standIn.stop(),
  }
}
