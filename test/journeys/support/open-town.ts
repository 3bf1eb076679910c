// An empty town hall in the real program with a browser at it, from the beginning to the end of a test file.
import { afterAll, afterEach, beforeAll } from 'vitest'
import { openWindow, shot, type Window, withoutBrowser } from './browser.ts'
import { type Hall, hall } from './hall.ts'
import { type Program, startProgram } from './program.ts'
import { staff, townList } from './town.ts'

export interface Town {
  readonly at: Hall
  readonly window: Window
  /** HR takes in the list of the staff. */
  takeIn(): Promise<void>
}

/**
 * `name`: of the picture that a failure leaves. `at`: an instant at which its clock stands. Only what is in a test or a
 * hook finds it open.
 */
export function openTown(name: string, at?: string): Town {
  let program: Program | undefined
  let open: { readonly at: Hall; readonly window: Window } | undefined
  beforeAll(async () => {
    if (withoutBrowser) return
    program = await startProgram('empty', at)
    const window = await openWindow(program.url)
    open = { window, at: hall(window.page, program.url) }
  }, 120_000)
  afterAll(async () => {
    await open?.window.close()
    await program?.stop()
  })
  afterEach(async ({ task }) => {
    if (open && task.result?.state === 'fail') await shot(open.window.page, `failed-${name}`)
  })
  const opened = () => {
    if (!open) throw new Error('the town is not open')
    return open
  }
  return {
    get at() {
      return opened().at
    },
    get window() {
      return opened().window
    },
    async takeIn() {
      const { at } = opened()
      await at.become(staff.officer)
      await at.give('職員名簿.csv', townList())
      await at.press('反映する')
      await at.hears('職員名簿を反映しました')
    },
  }
}
