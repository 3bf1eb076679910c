// People with a mail program and with a browser: what following a link, pressing a button and filling in a page sends.

import { createPasses } from '../../src/adapters/mail/links.ts'
import { renderLetter } from '../../src/adapters/mail/message.ts'
import { cardPage, formPage } from '../../src/adapters/mail/page.ts'
import { readSent } from '../../src/adapters/mail/parse.ts'
import type { Card } from '../../src/cards/card.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import type { Client } from './clients.ts'

const passes = createPasses(secretOf(Buffer.alloc(32, 7)))
const to = { platform: 'email', tenant: 'mail', user: 'tanaka@city.example.jp' } as const
const now = Temporal.Instant.from('2027-05-10T00:00:00Z')
const making = { passes, to, now }
let letters = 0

/** What a browser shows of HTML: its words, line by line. */
export const readAloud = (html: string): string =>
  html
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<(p|div|li|tr|td|th|h\d|br|option|button|label|span|a|summary|legend|caption)[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

/** A letter as it lies in the mailbox. */
export const letterOf = (card: Card) =>
  renderLetter(card, {
    to,
    token: `letter-${++letters}`,
    passes,
    now,
    zone: 'Asia/Tokyo',
    publicUrl: 'https://h.example.jp',
  })

const links = (html: string): { pass: string; chosen: boolean }[] =>
  [...html.matchAll(/(<li>)?<a href="https:\/\/h\.example\.jp\/m\/([\w-]+)"/g)].map(([, li, pass = '']) => ({
    pass,
    chosen: li !== undefined,
  }))

interface Posted {
  readonly t: string
  readonly menu?: string
}

/** The forms of a page, in their order. The one that leads on from every page is left out. */
const formsOf = (html: string): Posted[] =>
  [...html.replace(/<nav>[\s\S]*<\/nav>/, '').matchAll(/<form[^>]*>([\s\S]*?)<\/form>/g)].map(
    ([, inside = '']) => ({
      t: /name="t" value="([^"]*)"/.exec(inside)?.[1] ?? '',
      ...(/<select name="s"/.test(inside) && { menu: inside }),
    }),
  )

const pageOf = (card: Card) => cardPage([card], [], making, 'ja')

const markupOf = (html: string) => ({
  text: readAloud(html),
  markup: [html],
  mentions: [],
})

const parse: Client['parse'] = async (payload) => readSent(payload, passes)?.event

const submits: Client['submits'] = (form, typed) => {
  const html = formPage(form, making)
  const body: Record<string, string | string[]> = { t: formsOf(html)[0]?.t ?? '' }
  form.fields.forEach((field, at) => {
    const meant = typed[field.name]
    if (meant === undefined) return
    const place = (value: string) =>
      'options' in field ? String(field.options.findIndex((each) => each.value === value)) : value
    // A browser sends line breaks as CR LF.
    if (field.type === 'person') body[`p${at}`] = String(meant)
    else
      body[`v${at}`] = typeof meant === 'string' ? place(meant).replace(/\r?\n/g, '\r\n') : meant.map(place)
  })
  return body
}

export const mail: Client = {
  name: 'mail',
  presses: (card) => links(letterOf(card).html).flatMap(({ pass, chosen }) => (chosen ? [] : [{ t: pass }])),
  choices: (card) => links(letterOf(card).html).flatMap(({ pass, chosen }) => (chosen ? [{ t: pass }] : [])),
  submits,
  reads: (card) => markupOf(letterOf(card).html),
  parse,
}

export const page: Client = {
  name: 'page',
  presses: (card) => formsOf(pageOf(card)).flatMap(({ t, menu }) => (menu ? [] : [{ t }])),
  choices: (card) =>
    formsOf(pageOf(card)).flatMap(({ t, menu }) =>
      menu ? [...menu.matchAll(/<option value="(\d+)"/g)].map(([, s]) => ({ t, s })) : [],
    ),
  submits,
  reads: (card) => markupOf(pageOf(card)),
  parse,
}
