import type { ja } from './texts-reach.ja.ts'

export const en: typeof ja = {
  platform: {
    slack: 'Slack',
    teams: 'Teams',
    playground: 'the demo page',
    email: 'e-mail',
    paper: 'printed notice',
  },
  mine: {
    help: 'choose the chat in which you are told',
    summary: 'Where you are told',
    heading: 'Where you are told',
    chosen: (platform) => `You are told in ${platform}, as you chose.`,
    latest: (platform) =>
      `You are told in ${platform}, which you used last. Choose one to always be told there.`,
    only: (platform) =>
      `You are told in ${platform}. Once you have written to this bot in another chat, you can choose between them.`,
    none: 'There is no chat in which you can be told anything.',
    closed: 'cannot be written to at present',
    seen: (at) => `Last used: ${at}`,
    here: 'you are told here',
    choose: 'Tell me here',
    free: 'Tell me where I was last',
    done: (platform) => `From now on you are told in ${platform}.`,
    freed: 'From now on you are told where you were last.',
    stale: 'That account cannot be used any more. Here is the present state.',
  },
  reach: {
    alarm: (people) =>
      people === 1 ? 'One person is not reached in the chat' : `${people} people are not reached in the chat`,
    alarmOpen: 'Not reached',
    help: 'who is not reached in the chat, and what to do',
    summary: 'Not reached in the chat',
    heading: 'Not reached in the chat',
    part: 'These are the people of your part of the city.',
    counted: (reached, all) => `${reached} of ${all} people employed are reached in the chat.`,
    row: (state, count) => `${state}: ${count}`,
    state: {
      'without-app': 'Without the Teams app',
      'not-met': 'No account found',
      blocked: 'Have blocked the bot',
      closed: 'Account switched off',
      nowhere: 'Neither account nor e-mail address',
    },
    todo: {
      'without-app':
        'Ask IT to put "Hagukumi" into their Teams. Where the address on the staff list is not the one of Teams, mend the list.',
      'not-met':
        'Check that the address on the staff list is the one of the chat. Writing to this bot once also registers the person.',
      blocked: 'Ask the person to allow messages from this bot.',
      closed: 'Check the account in the chat, and the leaving date on the staff list.',
      nowhere: 'Tell them through the section clerk, or by a printed list.',
    },
    policy: [
      'For IT: in the Teams admin center (https://admin.teams.microsoft.com), Teams apps, Setup policies, open the policy that staff have (usually "Global"), add "Hagukumi" under Installed apps, and save.',
      'Staff need to do nothing; it takes some hours, at most about a day.',
    ].join('\n'),
    canInstall: 'This city also permits the app to be put there from here, through Microsoft Graph.',
    cannotInstall:
      'To put it there from here, ask IT to set TEAMS_CATALOG_APP_ID and to grant the permission of Microsoft Graph (README, Teams).',
    waiting: (count) => `The app is on its way to ${count} people.`,
    failed: 'The app could not be put with',
    failedBy: (reason, count) => `${reason}: ${count}`,
    preview: 'See who would get the app',
    file: 'Get the list as a file',
    refresh: 'Show it anew',
    fileName: 'not-reached',
    fileComment: 'Those who are not reached in the chat.',
    columns: ['Section', 'Number', 'Name', 'Title', 'E-mail', 'State', 'What to do', 'App'],
    installState: { waiting: 'waiting', done: 'in place', refused: 'refused' },
    door: 'Not reached',
  },
  install: {
    summary: 'Who would get the Teams app',
    heading: 'The app is put into Teams for these people',
    what: (count, minutes) =>
      `${count} people get "Hagukumi" in Teams and one greeting. Nothing else changes. It takes about ${minutes} minutes.`,
    again: 'Nothing happens to those who have it already. It may be repeated at any time.',
    person: (name, section) => (section ? `${name} (${section})` : name),
    more: (count) => `and ${count} more (all are in the file)`,
    go: (count) => `Put it with ${count}`,
    back: 'Back',
    started: (count) =>
      `It is being put with ${count} people, one after the other. This card shows how it goes.`,
    changed: 'Who would get it has changed since; this is the present list.',
    nobody: 'There is nobody with whom to put the app now.',
    reason: {
      'no-user': 'The address on the staff list is not the sign-in name of Teams',
      'by-policy': 'Their app permission policy does not allow it',
      'no-app': 'The city\'s catalogue does not hold "Hagukumi" (check TEAMS_CATALOG_APP_ID)',
      'not-permitted': 'The permission of Microsoft Graph or the registration is at fault (see doctor)',
      rejected: 'Microsoft did not take it',
      'gave-up': 'Several attempts failed',
      left: 'Not employed any more, or without an e-mail address',
    },
  },
}
