export { type Client, type ClientOptions, createClient, type TokenWish } from './client.ts'
export { type ErrorCode, TokenBrokerError } from './errors.ts'
export type { components, operations, paths } from './schema.ts'
export type { AccessToken, Answer, CallOptions, Consent, Input, Operation, Problem } from './types.ts'
