// The playground: a pretended workplace with a city hall in it, on a local page. A composition root of its own: it
// owns the clock, the messages and both looks; everything behind them is the real product.
import path from 'node:path'
import { composeCity } from '../compose.ts'
import { inTransaction } from '../db/transaction.ts'
import { nextDueAt } from '../delivery/outlook.ts'
import { keepMailAccounts } from '../directory/mail-accounts.ts'
import { MovableClock } from '../kernel/clock.ts'
import { calendarsOf, doorOf, openMail, type StartWorld } from '../world.ts'
import { closeAccounts, openAccounts } from './accounts.ts'
import { loadDemoCity } from './demo-city.ts'
import { loadEmptyCity } from './empty-city.ts'
import { letterbox } from './letters.ts'
import { workplace } from './platform.ts'
import { playgroundRoutes } from './routes.ts'
import { openStore } from './store.ts'
import { openStream } from './stream.ts'
import { travel } from './travel.ts'

/** Tuesday morning, a month into the fiscal year: goal interviews are under way. */
const START = '2027-05-11T09:00:00'
/** An empty city begins before its first interviews are due, with closed days ahead. */
const EMPTY_START = '2027-04-26T09:00:00'

/** Runs the demo city on its own clock, which the page moves and which is kept over restarts. */
export const startPlayground: StartWorld = async (given) => {
  const { db, secret, log, url } = given
  // Printed codes and links lead back to this machine, where nothing else is named.
  const config = { ...given.config, publicUrl: given.config.publicUrl ?? url }
  const options = { ...given, config }
  const { zone, publicUrl } = config
  const opening = config.playground === 'empty' ? EMPTY_START : START
  const start = Temporal.PlainDateTime.from(opening).toZonedDateTime(zone).toInstant()
  const store = openStore(path.join(config.dataFolder, 'demo'), start)
  const clock = new MovableClock(store.now)
  const stream = openStream()
  const platform = workplace(store, clock, stream.changed)
  const server = openMail(options, clock)
  const mail =
    server ??
    letterbox({
      db,
      secret,
      store,
      clock,
      zone,
      publicUrl,
      changed: (message) => {
        stream.changed(message)
        // Perhaps to somebody who was invited just now.
        stream.tell(() => ({ type: 'people' }))
      },
    })
  const today = () => clock.now().toZonedDateTimeISO(zone).toPlainDate()
  const platforms = [platform, mail]
  const city = composeCity({ db, clock, zone, publicUrl, secret, log, platforms, ...calendarsOf(options) })

  const runDue = async () => {
    store.now = clock.now()
    if ((await openAccounts(db.prisma, clock.now(), today(), store.without)) > 0)
      stream.tell(() => ({ type: 'people' }))
    await city.delivery.runDue()
  }
  const nextDue = async (after: Temporal.Instant) => (await nextDueAt(db.prisma, after)) ?? null
  const setAccount = async (personId: number, has: boolean) => {
    store.setAccount(personId, has)
    if (!has) await closeAccounts(db.prisma, [personId])
    await runDue()
    store.save()
    stream.tell(() => ({ type: 'people' }))
  }
  const move = (target: Temporal.Instant) => travel({ clock, zone, runDue, nextDue }, target)

  if (config.playground === 'empty') await loadEmptyCity(city)
  else await loadDemoCity({ city, clock, store, travel: move })
  await openAccounts(db.prisma, clock.now(), today(), store.without)
  if (server) await inTransaction(db, keepMailAccounts)
  store.save()
  city.delivery.start()
  return {
    city,
    routes: [
      ...doorOf(options, clock, (event, recorded) => city.intake.receive(event, recorded)),
      playgroundRoutes({ city, clock, platform, store, stream, runDue, setAccount, travel: move }),
    ],
    about:
      'お試しの市役所です。このコンピューターのブラウザーで開いてください。 / The demo city: open it in a browser on this computer.',
    stop: async () => {
      await city.delivery.stop()
      store.save()
    },
  }
}
