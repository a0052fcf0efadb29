import { connect, type Socket } from 'node:net'
import { buildInternalApp } from '../../src/http/internal/app.ts'
import { INERT_PARTS } from '../../src/http/internal/document.ts'
import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

/** Connects and sends a message; what comes back is not looked at. */
function open(url: string, message: string, allowHalfOpen = false): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen })
  socket.resume().on('error', () => {})
  socket.write(message)
  return socket
}

const HALF_A_BODY =
  'POST /v1/consents HTTP/1.1\r\nHost: broker\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{'

t.test('a stop waits for the answers that are due, and for nobody who is silent', async (t) => {
  const { bank, startBroker } = await createWorld(t, { env: { REFRESHER: 'off' } })
  const broker = await startBroker()
  const { internalUrl, publicUrl } = broker
  const silent = [internalUrl, publicUrl].flatMap((url) =>
    ['', 'GET / HTTP/1.1\r\nHost:', HALF_A_BODY].map((message) => open(url, message)),
  )
  const large = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: broker\r\n\r\n'
  const deaf = open(internalUrl, large.repeat(10)).pause()
  const grant = { endpoint: 'token', grantType: 'client_credentials' } as const
  const delay = bank.faults.add({ ...grant, action: { kind: 'delay', delayMs: 700 } })
  const asking = call(broker, 'POST /v1/client-tokens', { body: { scope: 'psd2:payment:sepa:write' } })
  await waitFor('the bank to be asked', () => delay.struck === 1)

  const begun = performance.now()
  const stopping = broker.stop()
  t.equal((await asking).status, 200, 'answered, though it took longer than anybody else is waited for')
  await stopping
  t.ok(performance.now() - begun < 5_000, `stopped in ${Math.round(performance.now() - begun)} ms`)
  await waitFor('all of them to be cut off', () => silent.every(({ destroyed }) => destroyed))
  deaf.destroy()
})

t.test('who sends what is no HTTP is disconnected, though they keep their side open', async (t) => {
  const app = await buildInternalApp(INERT_PARTS)
  t.teardown(() => app.close())
  const client = open(await app.listen({ port: 0 }), 'nonsense\r\n\r\n', true)
  t.teardown(() => client.destroy())
  const connections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)))
  await waitFor('the message', () => client.bytesRead > 0)
  await waitFor('the end of the connection', async () => (await connections()) === 0, 1_000)
  t.notOk(client.writableEnded, 'by the broker alone')
})
