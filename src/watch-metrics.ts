import type { Broker } from './core/broker.ts'
import type { Clock } from './core/clock.ts'
import type { Metrics } from './http/metrics.ts'
import { type Database, type KeyCheck, readKeySince, readPool } from './store/index.ts'
import { version } from './version.ts'

interface Watched {
  readonly broker: Pick<Broker, 'readOverview' | 'cachedTokens'>
  readonly db: Database
  readonly keys: readonly Pick<KeyCheck, 'kid'>[]
  readonly clock: Clock
}

/** Has metrics read, when they are asked, what nobody counts. While the database is not fit for use, their age tells. */
export function watchForMetrics(metrics: Metrics, { broker, db, keys, clock }: Watched): void {
  const [sealing] = keys
  metrics.built(version)
  metrics.encryptionKeys(keys.length)
  metrics.onScrape(() => {
    metrics.pool(readPool(db))
    metrics.cachedTokens(broker.cachedTokens())
  })
  const read = async () => {
    const [overview, sealingSince] = await Promise.all([
      broker.readOverview(),
      sealing === undefined ? null : readKeySince(db, sealing.kid),
    ])
    return { ...overview, sealingSince }
  }
  metrics.watchDatabase(read, clock)
}
