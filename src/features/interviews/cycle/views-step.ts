import type { Card, Form, Option } from '../../../cards/card.ts'
import { formatDateYear } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Step } from '../state.ts'
import type { CyclePlan } from './repository.ts'
import { button, named, noteBlocks, texts } from './views-common.ts'

export const stepKinds = ['goal', 'mid', 'evaluation', 'feedback', 'other'] as const
export const conductorRules = ['present', 'record_date'] as const
export const limits = { name: 60, prepare: 1000, minutesMin: 10, minutesMax: 240 } as const

/** One interview of a plan and what can be done with it. */
export function stepCard(cycle: CyclePlan, step: Step, language: Language, note?: string): Card {
  const t = texts(language)
  const seen = { cycle: cycle.id, step: step.id, seen: cycle.seen }
  const prepare = language === 'ja' ? step.prepare : step.prepareEn || step.prepare
  const back = button(t.step.back, 'cycle', { cycle: cycle.id })
  const actions =
    step.status === 'cancelled'
      ? []
      : cycle.status === 'draft'
        ? [
            button(t.step.edit, 'step-edit', seen, { style: 'primary' }),
            button(t.step.remove, 'step-remove', seen, { confirm: t.step.confirmRemove }),
          ]
        : cycle.status === 'open'
          ? [
              button(t.step.move, 'step-move', seen, { style: 'primary' }),
              button(t.step.disclose, 'step-disclose', seen),
              button(t.step.cancel, 'step-cancel', seen, {
                style: 'danger',
                confirm: t.step.confirmCancel,
              }),
            ]
          : []
  return {
    language,
    summary: t.step.summary(named(step, language)),
    blocks: [
      ...noteBlocks(note),
      { type: 'heading', text: named(step, language) },
      {
        type: 'facts',
        facts: [
          {
            label: t.step.window,
            value: t.span(formatDateYear(step.opensOn, language), formatDateYear(step.deadline, language)),
          },
          { label: t.step.record, value: formatDateYear(step.recordDate, language) },
          { label: t.step.rule, value: t.rule[step.conductorRule] },
          { label: t.step.minutes, value: t.step.minutesValue(step.minutes) },
          ...(step.disclosedOn
            ? [{ label: t.step.disclosed, value: formatDateYear(step.disclosedOn, language) }]
            : []),
          ...(step.shared ? [{ label: t.step.shared, value: t.step.sharedYes }] : []),
          ...(prepare ? [{ label: t.step.prepare, value: prepare }] : []),
        ],
      },
      ...(step.status === 'cancelled' ? [{ type: 'context' as const, text: t.cycle.stepCancelled }] : []),
      { type: 'buttons', buttons: [...actions, back] },
    ],
  }
}

/** For a new interview (`step` null) or an existing one of a draft. */
export function stepForm(cycle: CyclePlan, step: Step | null, language: Language): Form {
  const t = texts(language)
  const s = t.stepForm
  const options = <Key extends string>(
    keys: readonly Key[],
    labels: Readonly<Record<Key, string>>,
  ): Option[] => keys.map((key) => ({ label: labels[key], value: key }))
  return {
    language,
    id: 'interviews.step-save',
    title: step ? s.editTitle : s.newTitle,
    submit: t.form.save,
    cancel: t.form.cancel,
    data: { cycle: cycle.id, seen: cycle.seen, ...(step && { step: step.id }) },
    fields: [
      {
        name: 'kind',
        label: s.kind,
        type: 'select',
        options: options(stepKinds, t.stepKind),
        value: step?.kind ?? 'other',
      },
      {
        name: 'name',
        label: s.name,
        type: 'text',
        maxLength: limits.name,
        ...(step && { value: step.name }),
      },
      {
        name: 'nameEn',
        label: s.nameEn,
        type: 'text',
        optional: true,
        maxLength: limits.name,
        ...(step?.nameEn && { value: step.nameEn }),
      },
      { name: 'opensOn', label: s.opens, type: 'date', ...(step && { value: step.opensOn.toString() }) },
      { name: 'deadline', label: s.deadline, type: 'date', ...(step && { value: step.deadline.toString() }) },
      {
        name: 'recordDate',
        label: s.record,
        type: 'date',
        ...(step && { value: step.recordDate.toString() }),
      },
      {
        name: 'rule',
        label: s.rule,
        type: 'select',
        options: options(conductorRules, t.rule),
        value: step?.conductorRule ?? 'present',
      },
      {
        name: 'minutes',
        label: s.minutes,
        type: 'number',
        min: limits.minutesMin,
        max: limits.minutesMax,
        value: step?.minutes ?? 30,
      },
      {
        name: 'disclosedOn',
        label: s.disclosed,
        hint: s.disclosedHint,
        type: 'date',
        optional: true,
        ...(step?.disclosedOn && { value: step.disclosedOn.toString() }),
      },
      {
        name: 'shared',
        label: s.shared,
        type: 'checkboxes',
        optional: true,
        options: [{ label: s.sharedYes, value: 'yes' }],
        values: step?.shared ? ['yes'] : [],
      },
      {
        name: 'prepare',
        label: s.prepare,
        type: 'text',
        multiline: true,
        optional: true,
        maxLength: limits.prepare,
        ...(step?.prepare && { value: step.prepare }),
      },
      {
        name: 'prepareEn',
        label: s.prepareEn,
        type: 'text',
        multiline: true,
        optional: true,
        maxLength: limits.prepare,
        ...(step?.prepareEn && { value: step.prepareEn }),
      },
    ],
  }
}

/** The day on which results are disclosed, or none. */
export function discloseForm(cycle: CyclePlan, step: Step, language: Language): Form {
  const t = texts(language)
  return {
    language,
    id: 'interviews.step-disclosed',
    title: t.disclose.title,
    submit: t.disclose.submit,
    cancel: t.form.cancel,
    data: { cycle: cycle.id, step: step.id, seen: cycle.seen },
    intro: t.disclose.intro(named(step, language)),
    fields: [
      {
        name: 'day',
        label: t.disclose.day,
        hint: t.disclose.hint,
        type: 'date',
        optional: true,
        ...(step.disclosedOn && { value: step.disclosedOn.toString() }),
      },
    ],
  }
}

/** For everybody, or one section of at most `sections`. */
export function moveForm(
  cycle: CyclePlan,
  step: Step,
  sections: readonly { readonly id: number; readonly name: string }[],
  language: Language,
): Form {
  const t = texts(language)
  return {
    language,
    id: 'interviews.step-deadline',
    title: t.move.title,
    submit: t.move.submit,
    cancel: t.form.cancel,
    data: { cycle: cycle.id, step: step.id, seen: cycle.seen },
    intro: t.move.intro(named(step, language), formatDateYear(step.deadline, language)),
    fields: [
      { name: 'deadline', label: t.move.deadline, type: 'date', value: step.deadline.toString() },
      ...(sections.length > 0
        ? [
            {
              name: 'section',
              label: t.move.section,
              hint: t.move.sectionHint,
              type: 'select' as const,
              optional: true,
              options: sections.map((section) => ({ label: section.name, value: String(section.id) })),
            },
          ]
        : []),
    ],
  }
}
