// What of OpenTelemetry the service loads without tracing, and with it; but for its bare API, which prom-client brings.
import { registerHooks } from 'node:module'

const loaded = new Set<string>()
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context)
    const name = /@opentelemetry\/([^/]+)/.exec(found.url)?.[1] ?? 'api'
    if (name !== 'api') loaded.add(name)
    return found
  },
})
await import('../../src/compose.ts')
const { openTracing } = await import('../../src/tracing/index.ts')
const { systemClock } = await import('../../src/clock.ts')
const surroundings = { clock: systemClock, log: { info: () => {}, warn: () => {}, error: () => {} } }

await openTracing(null, surroundings)
const off = [...loaded]
const { stop } = await openTracing({ endpoint: 'http://127.0.0.1:9/v1/traces', sampleRatio: 1 }, surroundings)
await stop()
process.stdout.write(JSON.stringify({ off, on: [...loaded] }))
