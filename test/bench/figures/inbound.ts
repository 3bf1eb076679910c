// What comes in over Slack and Teams, on PostgreSQL: the one that is named, a temporary one where its programs are
// installed, and else, said plainly, the embedded database, for which nothing is promised here.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Figure } from '../figure.ts'
import { measureInbound, type Platform } from '../inbound.ts'
import { startServer } from '../server.ts'
import { openSlack } from '../slack.ts'
import { openTeams } from '../teams.ts'

const sides: readonly { readonly figures: readonly string[]; open(): Promise<Platform> }[] = [
  { figures: ['slack-ack', 'slack-acks-at-50', 'slack-ack-p99-at-50', 'slack-answer'], open: openSlack },
  { figures: ['teams-ack', 'teams-acks-at-50', 'teams-ack-p99-at-50'], open: openTeams },
]

export const inboundFigures: readonly string[] = sides.flatMap(({ figures }) => figures)

export interface Taking {
  /** Part of a figure's name; '' for all. A platform's are taken together. */
  readonly only: string
  readonly database?: string | undefined
  readonly say: (line: string) => void
  readonly tell: (figure: Figure, control: string) => void
}

export async function takeInbound({ only, database, say, tell }: Taking): Promise<void> {
  for (const { figures, open } of sides) {
    if (!figures.some((name) => name.includes(only))) continue
    const server = await startServer(database)
    const dir = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))
    const platform = await open()
    try {
      say(
        server
          ? `  ${platform.name}, on PostgreSQL`
          : `  ${platform.name}, on the embedded database: no PostgreSQL is named (--database URL) or installed`,
      )
      const taken = await measureInbound(platform, { dir, say, ...(server && { url: server.url }) })
      for (const figure of taken) if (figure.name.includes(only)) tell(figure, platform.control)
    } finally {
      await platform.stop()
      await server?.stop()
      await rm(dir, { recursive: true, force: true })
    }
  }
}
