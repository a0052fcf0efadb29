import { troublesOf } from '../../src/cli/status-troubles.ts'
import { STATUS_EXAMPLE } from '../../src/http/schemas/operations.ts'
import { t } from '../support/parts.ts'

const { findings } = await import(new URL('../../src/http/ops/page/findings.js', import.meta.url).href)

const { refresh, spool, webhooks, clock } = STATUS_EXAMPLE
const WELL = { ...STATUS_EXAMPLE, webhooks: { ...webhooks, dead: 0 } }
const ending = (days_left: number) => ({ ...STATUS_EXAMPLE.bank_certificate, days_left })
const held = { by: 'ops', reason: 'swap', until: '2026-11-22T13:00:00.000Z' }
const closed = (reason: string) => ({
  ...refresh.gate,
  open: false,
  reason,
  since: '2026-11-22T11:58:00.000Z',
})

/** What is wrong, and what is told of it: by the command, and at the top of the page. */
const TROUBLES: readonly (readonly [wrong: object, told: RegExp, shown: RegExp])[] = [
  [
    { refresh: { ...refresh, hold: held } },
    /held by ops until .*: swap\. "token-broker resume"/,
    /^warn Refreshing is held by ops: swap$/,
  ],
  [
    { refresh: { ...refresh, gate: closed('refusal_brake') } },
    /refuses many tokens at once/,
    /^bad Refreshing has stopped\. The bank refused too many/,
  ],
  [{ refresh: { ...refresh, gate: closed('bank_failing') } }, /the bank fails/, /^bad .*answers are lost/],
  [
    { refresh: { ...refresh, lag_seconds: 301, due: 7 } },
    /301 s late/,
    /^bad Refreshing is behind: 7 rotations due, the oldest for 5 min\./,
  ],
  [{ spool: { ...spool, unsaved: 1 } }, /^1 answers .* not in the database/, /^bad 1 answer of the bank/],
  [
    { spool: { ...spool, unsaved: 1, waiting: 2 } },
    /^3 answers .* not in the database/,
    /^bad 3 answers of the bank .* yet/,
  ],
  [
    { spool: { ...spool, set_aside: 1 } },
    /^1 files in SPOOL_DIR are set aside/,
    /^bad 1 answer .* the log says why/,
  ],
  [
    { bank_certificate: ending(29) },
    /for the bank, or its chain, ends in 29 days/,
    /^warn .* bank ends in 29 days\.$/,
  ],
  [{ bank_certificate: ending(-1) }, /for the bank has ended/, /^bad .* bank has ended\.$/],
  [
    { internal_certificate: ending(6) },
    /listener, or its chain, ends in 6 days/,
    /^warn .* listener ends in 6 days\.$/,
  ],
  [
    { internal_certificate: ending(0) },
    /listener, or its chain, ends in 0 days/,
    /^bad .* listener ends in 0 days\.$/,
  ],
  [
    { clock: { ...clock, database_skew_seconds: 3 } },
    /3 s ahead of the database/,
    /^warn .* 3 s ahead of the database’s\.$/,
  ],
  [
    { clock: { ...clock, database_skew_seconds: -3 } },
    /3 s behind the database/,
    /^warn .* 3 s behind the database’s\.$/,
  ],
  [
    { webhooks: { ...webhooks, dead: 2 } },
    /^2 webhooks were given up/,
    /^bad 2 webhooks could not be delivered\.$/,
  ],
]

t.test('the command and the page tell the same troubles, where the log and the alerts would', async (t) => {
  const shownOf = (status: object) =>
    findings(status, []).map(({ tone, text }: { tone: string; text: string }) => `${tone} ${text}`)
  for (const [wrong, told, shown] of TROUBLES) {
    const status = { ...WELL, ...wrong }
    t.match(troublesOf(status), [told])
    t.match(shownOf(status), [shown])
    t.equal(troublesOf(status).length + shownOf(status).length, 2, String(told))
  }
  const well = { ...WELL, bank_certificate: ending(31), internal_certificate: ending(8) }
  t.strictSame(
    [troublesOf(well), shownOf(well)],
    [[], []],
    'a listener’s certificate may be given for days only',
  )
})
