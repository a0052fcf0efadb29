import { request } from 'node:https'
import { generate } from 'selfsigned'
import t from 'tap'
import { createPracticeBank } from '../../src/practice-bank/index.ts'

t.test('the bank speaks HTTPS with what node:https is given', async (t) => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
  const bank = createPracticeBank({ https: { key, cert, maxVersion: 'TLSv1.2' } })
  const baseUrl = await bank.listen()
  t.teardown(() => bank.close())
  t.match(baseUrl, /^https:\/\/127\.0\.0\.1:\d+$/)
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${baseUrl}/v1/consentinfo`, { rejectUnauthorized: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject).end()
  })
  t.equal(status, 400)
})
