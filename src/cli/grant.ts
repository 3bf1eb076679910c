// How the first HR officer gets in, and how a right is taken back without a chat.
import { writeAudit } from '../db/audit.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import type { Role } from '../directory/actor.ts'
import { endRole, giveRole, roles } from '../directory/grants.ts'
import { inForce } from '../directory/load.ts'
import { normalise } from '../kernel/words.ts'
import type { Called, Command, ExitCode } from './command.ts'

const isRole = (word: string): word is Role => roles.some((role) => role === word)

/** The person and the section that the words name, or what is wrong with them. */
async function find(tx: Tx, called: Called, today: Temporal.PlainDate) {
  const number = normalise(called.argument('NUMBER')).replaceAll(' ', '')
  const person = await tx.person.findUnique({ where: { number } })
  if (!person || (person.leftOn && person.leftOn <= new Date(`${today}T00:00:00Z`)))
    return `職員番号 ${number} の方は、名簿にいません。番号を確認するか、先に名簿を取り込んでください。\nNobody on the staff list has the number ${number}. Check it, or import the staff list first.`
  const code = called.option('section')
  const section =
    code === undefined ? undefined : await tx.section.findFirst({ where: { code, ...inForce(today) } })
  if (code !== undefined && !section)
    return `所属コード ${code} は、いまの名簿にありません。\nThere is no section ${code} on the present staff list.`
  return { person, section }
}

const change = async (
  called: Called,
  action: 'grant.given' | 'grant.ended',
  work: (
    tx: Tx,
    found: { person: { id: number }; section: { id: number } | null | undefined },
    role: Role,
    today: Temporal.PlainDate,
  ) => Promise<boolean>,
  words: (name: string, changed: boolean, scope: { ja: string; en: string }) => readonly string[],
): Promise<ExitCode> => {
  const role = normalise(called.argument('ROLE')).toLowerCase()
  if (!isRole(role)) {
    called.complain(`ROLE は ${roles.join('、')} のどれかです。\nROLE is one of ${roles.join(', ')}.`)
    return 2
  }
  const { core } = await called.place.open()
  const now = called.place.now()
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const result = await inTransaction(core.db, async (tx) => {
    const found = await find(tx, called, today)
    if (typeof found === 'string') return found
    const changed = await work(tx, found, role, today)
    const { person, section } = found
    if (changed)
      await writeAudit(tx, {
        at: now,
        actorId: null,
        via: 'cli',
        action,
        subject: `person:${person.id}`,
        subjectPersonId: person.id,
        change: { role, section: section?.code ?? null },
      })
    const scope = section ? { ja: `${section.name}の`, en: ` for ${section.name}` } : { ja: '', en: '' }
    return words(`${person.number} ${person.name}`, changed, scope)
  })
  if (typeof result === 'string') {
    called.complain(result)
    return 1
  }
  for (const line of result) called.say(line)
  return 0
}

export const grantCommand: Command = {
  name: 'grant',
  usage: 'NUMBER ROLE [--section CODE]',
  about: {
    ja: `職員番号 NUMBER の方に役割 ROLE（${roles.join('、')}）を付ける。--section はその所属と配下に限る`,
    en: `Gives the person with staff number NUMBER the ROLE (${roles.join(', ')}); --section limits it to a part of the tree`,
  },
  positionals: ['NUMBER', 'ROLE'],
  options: { section: 'text' },
  beside: 'forward',
  run: (called) =>
    change(
      called,
      'grant.given',
      (tx, { person, section }, role, today) =>
        giveRole(tx, { personId: person.id, role, sectionId: section?.id ?? null }, today),
      (name, changed, scope) => {
        const role = called.argument('ROLE')
        return changed
          ? [`${name} さんに${scope.ja} ${role} を付けました。`, `${name} is now ${role}${scope.en}.`]
          : [
              `${name} さんには、すでに${scope.ja} ${role} が付いています。`,
              `${name} is ${role}${scope.en} already.`,
            ]
      },
    ),
}

export const revokeCommand: Command = {
  name: 'revoke',
  usage: 'NUMBER ROLE [--section CODE]',
  about: {
    ja: '役割を外す。--section がなければ、その役割をすべて外す',
    en: 'Takes a role back; without --section, every grant of it',
  },
  positionals: ['NUMBER', 'ROLE'],
  options: { section: 'text' },
  beside: 'forward',
  run: (called) =>
    change(
      called,
      'grant.ended',
      async (tx, { person, section }, role, today) =>
        (await endRole(tx, { personId: person.id, role, ...(section && { sectionId: section.id }) }, today)) >
        0,
      (name, changed, scope) => {
        const role = called.argument('ROLE')
        return changed
          ? [`${name} さんから${scope.ja} ${role} を外しました。`, `${name} is no longer ${role}${scope.en}.`]
          : [`${name} さんに${scope.ja} ${role} は付いていません。`, `${name} was not ${role}${scope.en}.`]
      },
    ),
}
