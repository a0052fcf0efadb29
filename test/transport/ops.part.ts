import { readdirSync, readFileSync } from 'node:fs'
import { buildInternalApp } from '../../src/http/internal/app.ts'
import { INERT_PARTS } from '../../src/http/internal/document.ts'
import { t } from '../support/parts.ts'

const FOLDER = new URL('../../src/http/ops/page/', import.meta.url)
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
const MOST_BYTES = 120_000

t.test('the status page', async (t) => {
  // Nobody is recognised there, and nothing is ready: the page itself needs neither.
  const app = await buildInternalApp({ ...INERT_PARTS, unready: () => 'starting' })
  t.teardown(() => app.close())
  const get = (url: string, headers = {}) => app.inject({ url, headers })
  const page = await get('/ops')
  const served = readdirSync(FOLDER).filter((name) => name !== 'tsconfig.json')
  const files = await Promise.all(
    served.map(async (name) => ({ name, answer: await get(name === 'ops.html' ? '/ops' : `/ops/${name}`) })),
  )

  t.test('each file is served as what it is, under a policy of its own', async (t) => {
    for (const { name, answer } of files) {
      t.equal(answer.statusCode, 200, name)
      t.equal(answer.body, readFileSync(new URL(name, FOLDER), 'utf8'), name)
      const {
        'content-type': type,
        'cache-control': cache,
        'content-security-policy': policy,
      } = answer.headers
      t.strictSame([type, cache, policy], [TYPES[name.split('.').at(-1) ?? ''], 'no-cache', POLICY], name)
      const {
        'x-content-type-options': sniffing,
        'x-frame-options': frames,
        'referrer-policy': referrer,
      } = answer.headers
      t.strictSame([sniffing, frames, referrer], ['nosniff', 'DENY', 'no-referrer'], name)
    }
    const bytes = files.reduce((sum, { answer }) => sum + answer.rawPayload.length, 0)
    t.ok(bytes < MOST_BYTES, `${bytes} bytes`)
  })

  t.test('nothing beside them is', async (t) => {
    for (const path of ['tsconfig.json', 'ops.html', '../types.ts', '%2e%2e/types.ts', '..%2ftypes.ts', 'x'])
      t.equal((await get(`/ops/${path}`)).statusCode, 404, path)
    const redirect = await get('/ops/')
    t.strictSame([redirect.statusCode, redirect.headers.location], [308, '../ops'])
    for (const url of ['/ops', '/ops/', '/ops/main.js']) {
      const { statusCode, headers } = await app.inject({ method: 'POST', url })
      t.strictSame([statusCode, headers.allow], [405, 'GET, HEAD'], url)
    }
  })

  t.test('a browser that has it is not sent it again', async (t) => {
    const tag = String(page.headers.etag)
    t.equal(new Set(files.map(({ answer }) => answer.headers.etag)).size, files.length)
    for (const sent of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const answer = await get('/ops', { 'if-none-match': sent })
      t.strictSame([answer.statusCode, answer.body, answer.headers.etag], [304, '', tag], sent)
      t.equal(answer.headers['content-security-policy'], POLICY)
    }
    t.equal((await get('/ops', { 'if-none-match': '"other"' })).statusCode, 200)
    t.equal((await app.inject({ method: 'HEAD', url: '/ops' })).body, '')
  })

  t.test('it names only files of its own, and runs nothing that is written into it', async (t) => {
    const named = [...page.body.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path = '']) => path)
    t.ok(named.length >= 5)
    for (const path of named) t.equal((await get(`/${path}`)).statusCode, 200, path)
    const imported = files.flatMap(({ answer }) =>
      [...answer.body.matchAll(/^(?:import|\}).* from '\.\/(.+\.js)'$/gm)].map(([, name]) => `ops/${name}`),
    )
    const preloaded = named.filter((path) => path.endsWith('.js') && path !== 'ops/main.js')
    t.strictSame(preloaded, [...new Set(imported)].sort(), 'fetched at once, not one after the other')
    // For `off` a browser asks all the same whether to keep a password.
    t.match(page.body, /<input id="key" type="password"[^>]* autocomplete="one-time-code"/)
    t.notMatch(page.body, /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/)
    for (const { name, answer } of files) {
      const urls = answer.body.match(/\w+:\/\/[^'"\s]+/g) ?? []
      t.strictSame(
        urls.filter((url) => url !== 'http://www.w3.org/2000/svg'),
        [],
        name,
      )
      t.notMatch(answer.body, /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(/, name)
      t.notMatch(answer.body, /localStorage|sessionStorage|indexedDB|document\.cookie|pushState/, name)
    }
  })
})
