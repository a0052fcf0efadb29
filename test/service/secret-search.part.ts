import { t } from '../support/parts.ts'
import { createSecretSearch, formsOf } from './secret-search.ts'

t.test('a secret is found in every form', async (t) => {
  const search = createSecretSearch()
  const secret = 'a+secret/of 41?'
  search.keep('it', secret)
  const forms = [
    `x${secret}y`,
    encodeURIComponent(secret),
    ...['', 'a', 'ab', 'abc'].flatMap((before) =>
      ['', 'z', 'zz'].flatMap((after) => {
        const bytes = Buffer.from(`${before}${secret}${after}`)
        return [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]
      }),
    ),
  ]
  for (const form of forms) t.strictSame(search.findIn(form), ['it'], form)
  t.strictSame(search.findIn('a secret of 41'), [])
  t.ok(Math.min(...formsOf(secret).map((form) => form.length)) > 12)
})
