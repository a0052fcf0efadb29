import type { FastifyBaseLogger } from 'fastify'
import type { Broker } from '../../core/broker.ts'
import { UNKNOWN_KEY } from '../../core/recognition.ts'
import { INTERNAL_LIMITS } from '../limits/server-limits.ts'
import { createMetrics } from '../metrics.ts'
import { buildInternalApp, type InternalOptions } from './app.ts'

const silent = () => {}
const SILENT: FastifyBaseLogger = {
  level: 'silent',
  fatal: silent,
  error: silent,
  warn: silent,
  info: silent,
  debug: silent,
  trace: silent,
  silent,
  child: () => SILENT,
}

const metrics = createMetrics()

/** What the app is built of where no call is ever answered. */
export const INERT_PARTS: InternalOptions = {
  broker: {} as Broker,
  clock: { now: () => new Date() },
  log: SILENT,
  recognize: () => UNKNOWN_KEY,
  metrics,
  metricsNeedCaller: false,
  keyIds: [],
  clockSkew: () => ({ database: null, bank: null }),
  bankCertificate: () => null,
  tls: null,
  unready: () => null,
  waitsFor: () => null,
  stalledLoops: () => [],
  bounds: {
    server: INTERNAL_LIMITS,
    maxRate: null,
    strain: () => null,
    meter: metrics,
    monotonicMs: () => performance.now(),
    sleep: async () => {},
  },
}

/** Builds the OpenAPI document from the routes themselves, without a database or a bank. */
export async function buildDocument(): Promise<object> {
  const app = await buildInternalApp(INERT_PARTS)
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}

/** Writes the document as it is committed: the same routes give the same bytes. */
export function printDocument(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
