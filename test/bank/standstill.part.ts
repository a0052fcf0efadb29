import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Test } from 'tap'
import { createConnector, createTlsState } from '../../src/bank/proven-connection.ts'
import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt, open } from './support/bank.ts'
import { makeAuthority, makeCertificate } from './support/certificates.ts'

const ca = await makeAuthority('the bank trusts this one')
const ours = { ...(await makeCertificate(ca)), ca: ca.cert }

async function startInThread(t: Test): Promise<{ worker: Worker; port: AddressInfo['port'] }> {
  const identity = {
    ...(await makeCertificate(ca)),
    ca: ca.cert,
    requestCert: true,
    rejectUnauthorized: true,
  }
  const worker = new Worker(new URL('./support/thread-server.ts', import.meta.url), { workerData: identity })
  t.teardown(() => worker.terminate())
  const [port] = await once(worker, 'message')
  return { worker, port }
}

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

t.test('an answer that came while the process stood still is not abandoned', async (t) => {
  const { worker, port } = await startInThread(t)
  const bank = bankAt(t, `https://127.0.0.1:${port}`, { tls: ours, abandonAfterMs: 800 })
  const refreshing = bank.refresh(new Secret('RT'))
  await once(worker, 'message')
  standStill(800)
  t.match(open(await refreshing), { kind: 'granted', access: 'AT' })
})

t.test('a ticket that came while the process stood still counts', async (t) => {
  const { port } = await startInThread(t)
  const tls = createTlsState(ours)
  let connected = false
  const halt = () => {
    // Long enough for the server's thread, on a busy machine as well.
    standStill(150)
    if (!connected) setImmediate(halt)
  }
  setImmediate(halt)
  const { connect, cancel } = createConnector({ tls, proven: true, ticketWaitMs: 20 })
  const error = await new Promise((resolve) => {
    connect({ protocol: 'https:', hostname: '127.0.0.1', port: String(port) }, (...[failure]) =>
      resolve(failure),
    )
  })
  connected = true
  cancel()
  t.equal(error, null)
  t.strictSame([...tls.ticketless], [])
})
