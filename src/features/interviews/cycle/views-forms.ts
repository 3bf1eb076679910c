import type { Form, Option } from '../../../cards/card.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Substitution } from '../conductors/rules.ts'
import type { Complaint } from '../disclosure.ts'
import { presetIds, presets } from './presets.ts'
import type { CyclePlan } from './repository.ts'
import { named, texts } from './views-common.ts'
import type { Choices } from './views-cycle.ts'
import { limits } from './views-step.ts'

export function createForm(years: readonly number[], language: Language): Form {
  const t = texts(language)
  const [first] = years
  return {
    language,
    id: 'interviews.cycle-create',
    title: t.create.title,
    submit: t.create.submit,
    cancel: t.create.cancel,
    intro: t.create.intro,
    fields: [
      {
        name: 'preset',
        label: t.create.preset,
        type: 'select',
        options: presetIds.map((id) => ({ label: presets[id].name[language], value: id })),
        value: 'four-steps',
      },
      {
        name: 'year',
        label: t.create.year,
        type: 'select',
        options: years.map((year) => ({ label: formatFiscalYear(year, language), value: String(year) })),
        ...(first !== undefined && { value: String(first) }),
      },
      {
        name: 'name',
        label: t.create.name,
        hint: t.create.nameHint,
        type: 'text',
        optional: true,
        maxLength: limits.name,
      },
    ],
  }
}

export function nameForm(cycle: CyclePlan, language: Language): Form {
  const t = texts(language)
  return {
    language,
    id: 'interviews.cycle-rename',
    title: t.rename.title,
    submit: t.form.save,
    cancel: t.form.cancel,
    data: { cycle: cycle.id, seen: cycle.seen },
    fields: [
      { name: 'name', label: t.rename.name, type: 'text', maxLength: limits.name, value: cycle.name },
      {
        name: 'nameEn',
        label: t.rename.nameEn,
        type: 'text',
        optional: true,
        maxLength: limits.name,
        ...(cycle.nameEn && { value: cycle.nameEn }),
      },
      { name: 'startsOn', label: t.rename.starts, type: 'date', value: cycle.startsOn.toString() },
      { name: 'endsOn', label: t.rename.ends, type: 'date', value: cycle.endsOn.toString() },
    ],
  }
}

export function participationForm(cycle: CyclePlan, choices: Choices, language: Language): Form {
  const t = texts(language).participation
  const { gradeFrom, gradeTo, employmentKindIds, minServiceMonths, hiredBy, hiredSince, lateJoiners } =
    cycle.participation
  const grades: Option[] = choices.grades.map((grade) => ({ label: grade.name, value: String(grade.rank) }))
  const grade = (name: string, label: string, value: number | null) => ({
    name,
    label,
    type: 'select' as const,
    optional: true,
    options: grades,
    ...(value !== null && { value: String(value) }),
  })
  return {
    language,
    id: 'interviews.cycle-participation',
    title: t.title,
    submit: texts(language).form.save,
    cancel: texts(language).form.cancel,
    data: { cycle: cycle.id, seen: cycle.seen },
    fields: [
      ...(grades.length > 0
        ? [grade('gradeFrom', t.gradeFrom, gradeFrom), grade('gradeTo', t.gradeTo, gradeTo)]
        : []),
      ...(choices.employmentKinds.length > 0
        ? [
            {
              name: 'kinds',
              label: t.kinds,
              hint: t.kindsHint,
              type: 'multiselect' as const,
              optional: true,
              options: choices.employmentKinds.map((kind) => ({ label: kind.name, value: String(kind.id) })),
              ...(employmentKindIds && { values: employmentKindIds.map(String) }),
            },
          ]
        : []),
      {
        name: 'months',
        label: t.months,
        hint: t.monthsHint,
        type: 'number',
        optional: true,
        min: 1,
        max: 600,
        ...(minServiceMonths !== null && { value: minServiceMonths }),
      },
      {
        name: 'hiredSince',
        label: t.hiredSince,
        hint: t.hiredSinceHint,
        type: 'date',
        optional: true,
        ...(hiredSince !== null && { value: hiredSince }),
      },
      {
        name: 'hiredBy',
        label: t.hiredBy,
        hint: t.hiredByHint,
        type: 'date',
        optional: true,
        ...(hiredBy !== null && { value: hiredBy }),
      },
      {
        name: 'joiners',
        label: t.joiners,
        type: 'checkboxes',
        optional: true,
        options: [{ label: t.joinersYes, value: 'yes' }],
        values: lateJoiners ? ['yes'] : [],
      },
    ],
  }
}

export function exemptForm(cycle: CyclePlan, language: Language): Form {
  const t = texts(language)
  return {
    language,
    id: 'interviews.cycle-exempt-save',
    title: t.exempt.title,
    submit: t.form.save,
    cancel: t.form.cancel,
    data: { cycle: cycle.id },
    intro: `${named(cycle, language)}\n${t.exempt.intro}`,
    fields: [
      { name: 'person', label: t.exempt.person, type: 'person' },
      {
        name: 'what',
        label: t.exempt.what,
        type: 'select',
        options: [
          { label: t.exempt.whatExempt, value: 'exempt' },
          { label: t.exempt.whatInclude, value: 'include' },
        ],
        value: 'exempt',
      },
    ],
  }
}

/** `section`: the name of the person's section, where there is one. */
export function evaluatorForm(
  cycleId: number,
  person: { readonly id: number; readonly shown: string },
  section: string | null,
  language: Language,
): Form {
  const t = texts(language)
  return {
    language,
    id: 'interviews.gap-save',
    title: t.gaps.title,
    submit: t.form.save,
    cancel: t.form.cancel,
    data: { cycle: cycleId, person: person.id },
    intro: t.gaps.intro(person.shown),
    fields: [
      { name: 'evaluator', label: t.gaps.evaluator, type: 'person' },
      {
        name: 'scope',
        label: t.gaps.scope,
        type: 'select',
        options: [
          { label: t.gaps.scopePerson, value: 'person' },
          ...(section === null ? [] : [{ label: t.gaps.scopeSection(section), value: 'section' }]),
        ],
        value: 'person',
      },
    ],
  }
}

export function deputyForm(
  cycleId: number,
  absent: { readonly id: number; readonly shown: string },
  language: Language,
): Form {
  const t = texts(language)
  return {
    language,
    id: 'interviews.deputy-save',
    title: t.absent.title,
    submit: t.form.save,
    cancel: t.form.cancel,
    data: { cycle: cycleId, person: absent.id },
    intro: t.absent.intro(absent.shown),
    fields: [{ name: 'deputy', label: t.absent.deputy, type: 'person' }],
  }
}

export function rulesForm(
  present: { readonly substitution: Substitution; readonly days: number; readonly complaint: Complaint },
  language: Language,
): Form {
  const t = texts(language)
  return {
    language,
    id: 'interviews.cycle-rules-save',
    title: t.rules.title,
    submit: t.form.save,
    cancel: t.form.cancel,
    fields: [
      {
        name: 'substitution',
        label: t.rules.substitution,
        hint: t.rules.substitutionHint,
        type: 'select',
        options: [
          { label: t.rules.second, value: 'second' },
          { label: t.rules.assistant, value: 'assistant' },
          { label: t.rules.none, value: 'none' },
        ],
        value: present.substitution,
      },
      {
        name: 'days',
        label: t.rules.days,
        hint: t.rules.daysHint,
        type: 'number',
        min: 1,
        max: 60,
        value: present.days,
      },
      {
        name: 'complaintDays',
        label: t.rules.complaintDays,
        hint: t.rules.complaintDaysHint,
        type: 'number',
        min: 1,
        max: 60,
        value: present.complaint.days,
      },
      {
        name: 'complaintDesk',
        label: t.rules.complaintDesk,
        hint: t.rules.complaintDeskHint,
        type: 'text',
        optional: true,
        maxLength: 100,
        ...(present.complaint.desk && { value: present.complaint.desk }),
      },
      {
        name: 'complaintDeskEn',
        label: t.rules.complaintDeskEn,
        type: 'text',
        optional: true,
        maxLength: 100,
        ...(present.complaint.deskEn && { value: present.complaint.deskEn }),
      },
    ],
  }
}
