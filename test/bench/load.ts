import { Pool } from 'undici'

export interface LoadOptions {
  readonly url: string
  readonly paths: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly durationMs: number
}

export interface LoadResult {
  readonly perSecond: number
  readonly p99Ms: number
}

/** POSTs as fast as the connections allow, one request each at a time; raises for any answer but 200. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { url, paths, headers, connections, durationMs } = options
  const pool = new Pool(url, { connections, pipelining: 1 })
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  let next = 0

  async function connection(): Promise<void> {
    while (performance.now() - startedAt < durationMs) {
      const path = paths[next++ % paths.length] ?? '/'
      const sentAt = performance.now()
      const { statusCode, body } = await pool.request({ method: 'POST', path, headers })
      await body.text()
      if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`)
      latenciesMs.push(performance.now() - sentAt)
    }
  }

  await Promise.all(Array.from({ length: connections }, connection))
  const elapsedMs = performance.now() - startedAt
  await pool.close()
  latenciesMs.sort((a, b) => a - b)
  const p99Ms = latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? Number.NaN
  return { perSecond: (latenciesMs.length / elapsedMs) * 1000, p99Ms }
}
