export { grantRole, revokeRole } from './grant.ts'
export { importFile } from './import.ts'
export { importText } from './import-text.ts'
export { sampleCity } from './sample/sample-city.ts'
