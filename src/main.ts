// npm start. Config → database → the city or the playground → HTTP → control, and all of it back again on SIGTERM.
import './node-version.cjs'
import { serveControl } from './cli/control.ts'
import { runCommand } from './cli/run.ts'
import { ConfigError, folderOf, loadEnvironmentFile, readConfig } from './config.ts'
import { DatabaseProblem } from './db/errors.ts'
import { openDatabase } from './db/open.ts'
import { readHealth } from './health.ts'
import { systemClock } from './kernel/clock.ts'
import { createLog } from './kernel/log.ts'
import { loadSecret, SecretError } from './kernel/secret.ts'
import { takeWayOut } from './kernel/way-out.ts'
import { startPlayground } from './playground/index.ts'
import { createApp, ListenError, listen } from './server.ts'
import { claimWorld, refuseUnsafe, startCity, WorldError } from './world.ts'

/** What is stopped last is pushed first. */
type Undo = () => Promise<void>

async function start(): Promise<Undo> {
  const undos: Undo[] = []
  const undo: Undo = async () => {
    for (const step of undos.toReversed()) await step()
  }
  try {
    loadEnvironmentFile()
    const config = readConfig()
    refuseUnsafe(config)
    takeWayOut(config.wayOut)
    const log = createLog(config.logLevel)
    const dir = folderOf(config)
    const secret = loadSecret(dir, config.key)
    const db = await openDatabase({ url: config.databaseUrl, dir })
    undos.push(() => db.close())
    await claimWorld(db, config, systemClock.now())
    const http = await listen(config.host, config.port)
    let stopWorld: Undo = async () => {}
    // No new requests first, then what they set off.
    undos.push(async () => {
      await http.close()
      await stopWorld()
    })

    const world = await (config.production ? startCity : startPlayground)({
      config,
      db,
      secret,
      log,
      url: http.url,
    })
    stopWorld = () => world.stop()
    const { city } = world
    const began = performance.now()
    const uptimeMs = () => performance.now() - began
    const health = () => readHealth({ db, clock: city.core.clock, uptimeMs })
    http.serve(createApp({ city, health, log, routes: world.routes }))
    const place = { config, open: async () => city, now: () => city.core.clock.now() }
    const control = await serveControl(dir, async (request) => {
      const result = await runCommand(request, place)
      city.delivery.poke()
      return result
    })
    undos.push(() => control.close())

    await city.intake.recover(city.core.clock.now(), { owner: db.kind === 'embedded' })
    log.info({ database: db.kind, migrations: db.applied.length }, 'started')
    process.stderr.write(`はぐくみを開始しました / Hagukumi is running: ${http.url}\n`)
    if (world.about) process.stderr.write(`${world.about}\n`)
    return async () => {
      log.info('stopping')
      await undo()
      log.info('stopped')
    }
  } catch (error) {
    await undo()
    throw error
  }
}

/** Errors whose words are meant for whoever started the program. */
const plain = [ConfigError, SecretError, DatabaseProblem, ListenError, WorldError]

function fail(error: unknown): void {
  if (plain.some((kind) => error instanceof kind)) process.stderr.write(`${(error as Error).message}\n`)
  else {
    createLog('error').error({ err: error }, 'the program cannot go on')
    process.stderr.write(
      '予期しない問題のため終了します。npm run -s hagukumi -- doctor で設定を確認できます。\n' +
        'Stopping because of an unexpected fault. npm run -s hagukumi -- doctor checks the settings.\n',
    )
  }
  process.exit(1)
}

/** Whatever still hangs after this long is left to the database, which loses nothing. */
const stopWithinMs = 25_000

function stopOnSignals(stop: Undo): void {
  let stopping = false
  const onSignal = () => {
    // A second signal is somebody who will not wait.
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    stop().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
start().then(stopOnSignals, fail)
