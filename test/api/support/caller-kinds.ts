import { createHash } from 'node:crypto'
import { PERMISSIONS, type Permission } from '../../../src/core/caller.ts'
import { KEYS, type World } from '../../support/broker.ts'
import { addCaller } from './consents.ts'

/** A way to come, and what it should give. */
export interface CallerKind {
  readonly name: string
  /** Of the caller it is taken for; null where it is nobody's. */
  readonly id: string | null
  readonly permissions: readonly Permission[]
  readonly headers: Readonly<Record<string, string>>
}

/** Each permission alone, what a service of the company has, who is on call, and all there are. */
const PERMITTED: Record<string, readonly Permission[]> = {
  ...Object.fromEntries(PERMISSIONS.map((one) => [`only-${one.replace(':', '-')}`, [one]])),
  service: PERMISSIONS.filter((one) => one !== 'ops'),
  'on-call': ['consents:write', 'ops'],
  everything: PERMISSIONS,
}

/** Callers known by a key, added to CALLERS_FILE. */
export async function createKnownKinds(world: Pick<World, 'env'>): Promise<CallerKind[]> {
  const kinds: CallerKind[] = []
  for (const [id, permissions] of Object.entries(PERMITTED)) {
    const key = `the-key-of-${id}`
    const key_sha256 = createHash('sha256').update(key).digest('hex')
    await addCaller(world, { id, key_sha256, permissions })
    kinds.push({ name: id, id, permissions, headers: { authorization: `Bearer ${key}` } })
  }
  return kinds
}

/** Those who are nobody. */
export const UNKNOWN_KINDS: readonly CallerKind[] = [
  ['no header', {}],
  ['an empty header', { authorization: '' }],
  ['an unknown key', { authorization: 'Bearer wrong' }],
  ['most of a key', { authorization: `Bearer ${KEYS.ledger.slice(1)}` }],
  ['another scheme', { authorization: `Basic ${Buffer.from(`ledger:${KEYS.ledger}`).toString('base64')}` }],
  ['a key without its scheme', { authorization: KEYS.ledger }],
].map(([name, headers]) => ({
  name: name as string,
  id: null,
  permissions: [],
  headers: headers as Record<string, string>,
}))
