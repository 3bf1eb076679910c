// npm run -s hagukumi -- <command>
import './node-version.cjs'
import path from 'node:path'
import type { Command } from './cli/command.ts'
import { alive, forward } from './cli/control.ts'
import { localPlace } from './cli/local.ts'
import { explain, prepare, type Request, type Result, runCommand } from './cli/run.ts'
import { type Config, callersFolder, folderOf, loadEnvironmentFile, readConfig } from './config.ts'
import { takeWayOut } from './kernel/way-out.ts'

/** A bot that is starting has the folder before it listens. */
const patience = { times: 20, ms: 500 }

const refused: Result = {
  code: 2,
  out: [],
  err: [
    'はぐくみが動いている間は実行できません。先に停止してください。',
    'This cannot be done while Hagukumi is running. Stop it first.',
  ],
}

/** Where a bot may be running: the folder that the settings name first, else the real or the demo city's. */
const folders = (config: Config): string[] => [
  ...new Set([folderOf(config), path.resolve(config.dataFolder), path.resolve(config.dataFolder, 'demo')]),
]

async function besideRunning(
  command: Command,
  request: Request,
  config: Config,
): Promise<Result | undefined> {
  for (const dir of folders(config)) {
    if (command.beside === 'refuse' && (await alive(dir))) return refused
    const result = command.beside === 'forward' ? await forward(dir, request) : undefined
    if (result) return result
  }
  return undefined
}

async function inThisProcess(request: Request, config: Config): Promise<Result & { inUse: boolean }> {
  const place = localPlace(config)
  try {
    const result = await runCommand(request, place)
    return { ...result, inUse: place.inUse() }
  } finally {
    await place.close()
  }
}

async function main(): Promise<Result> {
  loadEnvironmentFile()
  const prepared = await prepare(process.argv.slice(2), callersFolder())
  if (prepared.type === 'answered') return prepared.result
  const { command, request } = prepared
  const config = readConfig()
  takeWayOut(config.wayOut)
  for (let tried = 0; ; tried += 1) {
    const elsewhere = command.beside === 'here' ? undefined : await besideRunning(command, request, config)
    if (elsewhere) return elsewhere
    const here = await inThisProcess(request, config)
    if (command.beside !== 'forward' || !here.inUse || tried >= patience.times) return here
    await new Promise((resolve) => setTimeout(resolve, patience.ms))
  }
}

// Whoever reads the lines may stop reading (`| head`).
process.stdout.on('error', () => {})

main()
  .catch((error: unknown): Result => ({ code: 2, out: [], err: [explain(error)] }))
  .then(({ code, out, err, bytes }) => {
    if (bytes) process.stdout.write(bytes)
    if (out.length > 0) process.stdout.write(`${out.join('\n')}\n`)
    if (err.length > 0) process.stderr.write(`${err.join('\n')}\n`)
    process.exitCode = code
  })
