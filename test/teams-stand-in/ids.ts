// The city that the stand-in plays for, and another one.
export const CLIENT = '11111111-1111-1111-1111-111111111111'
export const TENANT = '22222222-2222-2222-2222-222222222222'
export const OTHER_TENANT = '33333333-3333-3333-3333-333333333333'
