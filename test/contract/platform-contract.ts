// What every chat platform promises to delivery and intake, whatever is behind it. Each adapter runs all of it; where a
// platform has no network, it has no faults of one.
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Card } from '../../src/cards/card.ts'
import type { Address, ChatPlatform, MessageRef, RefusedReason } from '../../src/chat/chat.ts'
import { card as anyCard } from '../support/cards.ts'

/** One message as its reader sees it. */
export interface Shown {
  readonly text: string
  readonly file?: { readonly name: string; readonly bytes: Uint8Array }
}

/** A platform with people on it, fresh for each test. */
export interface Place {
  readonly platform: ChatPlatform
  /** Somebody who can be written to. Their conversation has not been opened yet. */
  person(name: string): Address
  /** The person's conversation with the bot, oldest first. */
  shown(to: Address): Promise<readonly Shown[]>
  /** Whoever must not or cannot be written to. */
  readonly refusals: readonly { readonly who: string; readonly to: Address; readonly reason: RefusedReason }[]
  /** What can go wrong with the next message on the way; nothing where there is no way. */
  readonly faults?: {
    /** It arrives, and the answer does not. */
    answerLost(): void
    /** It does not arrive, and nobody says so. */
    requestLost(): void
    /** Too much was sent: come back after so many seconds. */
    tooFast(seconds: number): void
    /** It says 503, and does nothing. */
    unwell(): void
  }
  stop(): Promise<void>
}

const cardOf = (text: string): Card => ({
  summary: '面談のご案内',
  language: 'ja',
  blocks: [
    { type: 'text', text },
    { type: 'buttons', buttons: [{ label: '決める', action: { id: 'interviews.pick' } }] },
  ],
})

/** Which promises a platform makes beyond those of all. */
interface Promised {
  /** It can be asked for a message by its token. */
  readonly finds: boolean
  /** Some people cannot be written to. */
  readonly refuses: boolean
  /** There is a network on the way to it, and its `faults`. */
  readonly networked: boolean
}

export function platformContract(name: string, promised: Promised, open: () => Promise<Place>): void {
  describe(`${name} as a chat platform`, () => {
    let place: Place
    beforeEach(async () => {
      place = await open()
    })
    afterEach(() => place.stop())

    const sent = async (to: Address, text: string, token: string): Promise<MessageRef> => {
      const outcome = await place.platform.send(to, cardOf(text), token)
      if (outcome.type !== 'done') throw new Error(`The message ended as ${JSON.stringify(outcome)}`)
      return outcome.ref
    }
    const texts = async (to: Address) => (await place.shown(to)).map((each) => each.text)

    test('a card reaches its person and nobody else', async () => {
      const [tanaka, sato] = [place.person('田中'), place.person('佐藤')]
      await sent(tanaka, '候補日をお選びください', 'token-1')
      expect(await texts(tanaka)).toEqual([expect.stringContaining('候補日をお選びください')])
      expect((await texts(tanaka))[0]).toContain('決める')
      expect(await texts(sato)).toEqual([])
    })

    test('an update takes the place of the message, and of that one only', async () => {
      const to = place.person('田中')
      await sent(to, '一通目', 'token-1')
      const second = await sent({ ...to }, '二通目', 'token-2')
      await place.platform.update(second, cardOf('二通目は決まりました'))
      expect(await texts(to)).toEqual([
        expect.stringContaining('一通目'),
        expect.stringContaining('二通目は決まりました'),
      ])
    })

    test('an update of a message that is not there changes nothing and breaks nothing', async () => {
      const to = place.person('田中')
      const { conversation } = await sent(to, '一通目', 'token-1')
      await place.platform.update({ conversation, id: '1700000000.000100' }, cardOf('どこにもない'))
      expect(await texts(to)).toEqual([expect.stringContaining('一通目')])
    })

    /** Promises that are not made are no tests. */
    const only = (made: boolean) => (made ? test : (_name: string, _run: () => Promise<void>) => {})

    const found = async (to: Address, token: string) => {
      if (!place.platform.find) throw new Error('This platform cannot be asked')
      return place.platform.find(to, token)
    }
    const faults = () => {
      if (!place.faults) throw new Error('This platform has no faults to choose from')
      return place.faults
    }

    only(promised.finds)(
      'a message is found by its token, by whom it went to, also after an update',
      async () => {
        const [tanaka, sato] = [place.person('田中'), place.person('佐藤')]
        const ref = await sent(tanaka, '一通目', 'token-1')
        await sent(tanaka, '二通目', 'token-2')
        await sent(sato, '三通目', 'token-3')
        expect(await found(tanaka, 'token-1')).toEqual(ref)
        expect(await found({ ...tanaka, conversation: ref.conversation }, 'token-1')).toEqual(ref)
        expect(await found(tanaka, 'token-3')).toBeNull()
        expect(await found(tanaka, 'token-9')).toBeNull()
        expect(await found(place.person('鈴木'), 'token-1')).toBeNull()
        await place.platform.update(ref, cardOf('変わりました'))
        expect(await found(tanaka, 'token-1')).toEqual(ref)
      },
    )

    test('a file arrives whole, with its name and the line that says what it is', async () => {
      const to = place.person('田中')
      const bytes = new Uint8Array(300_000).map((_, at) => at % 251)
      const file = {
        name: '面談_2027年度.xlsx',
        mimeType: 'application/octet-stream',
        bytes,
        comment: '面談の一覧です',
      }
      expect(await place.platform.sendFile(to, file)).toMatchObject({ type: 'done' })
      const [shown, ...more] = await place.shown(to)
      expect([shown?.text, shown?.file?.name, more]).toEqual(['面談の一覧です', '面談_2027年度.xlsx', []])
      expect(Buffer.from(shown?.file?.bytes ?? []).equals(bytes)).toBe(true)
    })

    only(promised.refuses)('whoever cannot be written to is refused with the reason', async () => {
      expect(place.refusals).not.toEqual([])
      for (const { who, to, reason } of place.refusals) {
        const refused = { type: 'refused', reason }
        expect(await place.platform.send(to, cardOf('届かない'), 'token-1'), who).toEqual(refused)
        const file = { name: 'a.csv', mimeType: 'text/csv', bytes: new Uint8Array(3), comment: 'a' }
        expect(await place.platform.sendFile(to, file), who).toEqual(refused)
        if (promised.finds) expect(await found(to, 'token-1'), who).toBeNull()
      }
    })

    test('any card is taken, however hostile what it holds', async () => {
      const to = place.person('田中')
      let count = 0
      await fc.assert(
        fc.asyncProperty(anyCard, async (card) => {
          expect(await place.platform.send(to, card, `token-${++count}`)).toMatchObject({ type: 'done' })
          expect(await place.shown(to)).toHaveLength(count)
        }),
        { numRuns: 50 },
      )
    })

    only(promised.networked)('a message whose answer is lost is in doubt, not done', async () => {
      const to = place.person('田中')
      faults().answerLost()
      expect(await place.platform.send(to, cardOf('届いた'), 'token-1')).toEqual({ type: 'unknown' })
      faults().requestLost()
      expect(await place.platform.send(to, cardOf('届かない'), 'token-2')).toEqual({ type: 'unknown' })
      expect(await texts(to)).toEqual([expect.stringContaining('届いた')])
      if (!promised.finds) return
      expect(await found(to, 'token-1')).toMatchObject({ id: expect.any(String) })
      expect(await found(to, 'token-2')).toBeNull()
    })

    only(promised.networked)(
      'a platform that is not well refuses nothing, and asks for no pause',
      async () => {
        const to = place.person('田中')
        faults().unwell()
        const { type } = await place.platform.send(to, cardOf('あとで'), 'token-1')
        // Nothing was done, or nobody knows: delivery makes the pause itself, for everybody there.
        expect(['away', 'unknown']).toContain(type)
        expect(await texts(to)).toEqual([])
      },
    )

    only(promised.networked)('a message that comes too fast is put off as long as asked', async () => {
      const to = place.person('田中')
      faults().tooFast(30)
      const outcome = await place.platform.send(to, cardOf('あとで'), 'token-1')
      expect(outcome).toMatchObject({ type: 'later' })
      expect(outcome.type === 'later' && outcome.afterMs).toBeGreaterThanOrEqual(29_000)
      expect(await texts(to)).toEqual([])
    })
  })
}
