// The rooms of src/ and who may enter which (ARCHITECTURE.md has the picture). A room imports only rooms below it;
// there is no list of exceptions.
const rooms = {
  'config.ts': [],
  kernel: [],
  db: ['kernel'],
  cards: ['kernel'],
  matching: [],
  tables: ['kernel'],
  chat: ['kernel', 'cards'],
  directory: ['kernel', 'db', 'cards', 'chat'],
  agenda: ['kernel', 'db', 'cards', 'chat', 'directory'],
  adapters: ['kernel', 'cards', 'chat'],
  intake: ['kernel', 'db', 'cards', 'chat', 'directory', 'agenda'],
  delivery: ['kernel', 'db', 'cards', 'chat', 'directory', 'agenda'],
  features: [
    'kernel',
    'db',
    'cards',
    'matching',
    'tables',
    'chat',
    'directory',
    'agenda',
    'intake',
    'delivery',
  ],
}
const at = (room) => (room.endsWith('.ts') ? `^src/${room.replace('.', '\\.')}$` : `^src/${room}/`)

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, below]) => ({
      name: `${room}-stays-above`,
      severity: 'error',
      from: { path: at(room) },
      to: { path: '^src/', pathNot: [room, ...below].map(at) },
    })),
    {
      name: 'features-never-each-other',
      comment:
        'A feature hears of another only through domain events; index.ts is the list, feature.ts the contract.',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/[^/]+/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'features-by-their-door',
      comment: 'Only index.ts of a feature is imported from outside (its own tests and the bench aside).',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/features/' },
      to: { path: '^src/features/[^/]+/', pathNot: '^src/features/[^/]+/index\\.ts$' },
    },
    {
      name: 'prisma-only-in-repositories',
      comment: 'Rules and views never see the database.',
      severity: 'error',
      from: {
        path: [
          '^src/features/.+/(rules|views|reminders|texts)[^/]*\\.ts$',
          '^src/(kernel|cards|matching|chat|adapters)/',
        ],
      },
      to: { path: '(^src/db/)|(node_modules/(@prisma|pg|@electric-sql))' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/db/generated' },
      to: { circular: true },
    },
    {
      name: 'not-to-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '(^test/)|(\\.test\\.ts$)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: 'swc',
    exclude: { path: '\\.test\\.ts$' },
    doNotFollow: { path: 'node_modules|src/db/generated' },
  },
}
