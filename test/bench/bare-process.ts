import { fastify } from 'fastify'

// The bytes of a real answer, and nothing done for them.
const answer = JSON.stringify({
  access_token: 'GPgYglX4sO1WhzfChx4tmjr4y7Qg',
  token_type: 'Bearer',
  expires_in: 7193,
  expires_at: '2026-11-22T13:54:01.000Z',
  scope: 'psd2:account:balance:read psd2:account:details:read',
  consent_id: '0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55',
  refresh_state: 'ok',
})

const app = fastify()
app.post('/v1/consents/:id/token', async (_request, reply) => reply.type('application/json').send(answer))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)))
process.send?.(url)
