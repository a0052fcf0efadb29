import type { ConsentFilter, ListOrder } from '../../src/core/consent-store.ts'
import { listConsents } from '../../src/store/list.ts'
import { LISTED } from '../support/listed.ts'
import { fillWithConsents, type ManyConsents } from '../support/many-consents.ts'
import { createTestDatabase } from '../support/postgres.ts'
import type { Scope } from './scope.ts'
import type { Row } from './table.ts'

const ROUNDS = 3
const LIMIT = 50
const FEW = 100
/** LISTING_ROWS: how many consents the few are held against. */
const MANY = Number(process.env.LISTING_ROWS ?? 1_000_000)

/** A page of the list at a million consents, against one at a hundred. */
export async function listingBench(scope: Scope): Promise<readonly Row[]> {
  const [many, few] = [await fill(scope, MANY), await fill(scope, FEW)]
  const rows: Row[] = []
  for (const order of ['attention', 'newest'] as const) {
    for (const [name, filterAt] of Object.entries(LISTED)) {
      rows.push(...(await compare(`${order}: ${name}`, { many, few, order, filterAt })))
    }
  }
  return rows
}

async function fill(scope: Scope, count: number): Promise<ManyConsents> {
  const { url } = await createTestDatabase(scope)
  const filled = await fillWithConsents(url, count)
  scope.teardown(() => filled.end())
  return filled
}

interface Compared {
  readonly many: ManyConsents
  readonly few: ManyConsents
  readonly order: ListOrder
  readonly filterAt: (now: Date) => ConsentFilter
}

async function compare(bench: string, { many, few, order, filterAt }: Compared): Promise<Row[]> {
  const now = new Date()
  const page = ({ db, cost }: ManyConsents) =>
    cost(() => listConsents(db, filterAt(now), { order, now, limit: LIMIT, after: null }))
  const measured = []
  for (let round = 0; round <= ROUNDS; round += 1)
    measured.push({ many: await page(many), few: await page(few) })
  const warm = measured.slice(1)
  const row = (unit: 'ms' | 'buffers'): Row => ({
    bench,
    unit: `${unit} a page`,
    measured: warm.map((one) => one.many[unit]),
    against: warm.map((one) => one.few[unit]),
    reach: 'the same at 1,000,000 as at 100',
  })
  return [row('buffers'), row('ms')]
}
