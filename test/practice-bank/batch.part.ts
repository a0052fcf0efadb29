import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { t } from '../support/parts.ts'
import { openBank, refusalOf } from './helpers.ts'

const iban = 'NL62ABNA9999841479'
const retail = 'NL58ABNA9999142181'
const sct = 'psd2:payment:batchsct:write'
const sdd = 'psd2:payment:batchsdd:write'

function painFile(type: 'pain.001.001.03' | 'pain.008.001.02', account = iban): string {
  const side = type === 'pain.001.001.03' ? 'DbtrAcct' : 'CdtrAcct'
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:${type}">
<PmtInf><${side}><Id><IBAN>${account}</IBAN></Id></${side}></PmtInf></Document>`
}

function batch(fileData: string | Buffer, fileName = 'SampleSCT.xml.gz') {
  const packed = typeof fileData === 'string' ? gzipSync(fileData) : fileData
  return { sepaBatchPaymentInstruction: { fileName, fileData: packed.toString('base64') } }
}

t.test('a batch is received for the account of its consent, and can be checked by its hash', async (t) => {
  const { bank, api } = await openBank(t)
  const { access_token } = bank.startGrant({ scopes: [sct, sdd], iban })
  for (const type of ['pain.001.001.03', 'pain.008.001.02'] as const) {
    const file = painFile(type)
    const answer = await api('POST /v1/payments/batch', access_token, batch(file))
    t.equal(answer.status, 201)
    t.match(await answer.json(), {
      sepaBatchPaymentInstruction: {
        id: new RegExp(`^\\d{4}[A-Z]\\d{10}S0PD;${iban}$`),
        hash: createHash('sha256').update(file).digest('hex'),
        status: 'RECEIVED',
      },
    })
  }
  const holder = bank.startGrant({ scopes: [sct], iban: retail }).access_token
  const refused = await api('POST /v1/payments/batch', holder, batch(painFile('pain.001.001.03', retail)))
  t.strictSame(await refused.json(), { sepaBatchPaymentInstruction: { status: 'REJECTED' } })
})

t.test('a wrong token or file is refused by what is wrong', async (t) => {
  const { bank, api } = await openBank(t)
  const credit = bank.startGrant({ scopes: [sct], iban }).access_token
  const account = bank.startGrant({ iban }).access_token
  const file = painFile('pain.001.001.03')
  const cases: [string, object | string, number, string][] = [
    [account, batch(file), 403, 'ERR_3002_003'],
    [credit, batch(painFile('pain.008.001.02')), 403, 'MESSAGE_BAI556_0024'],
    [credit, batch(painFile('pain.001.001.03', retail)), 403, 'MESSAGE_BAI556_0023'],
    [credit, batch(painFile('pain.001.001.03', 'NL00ABNA9999841479')), 400, 'MESSAGE_BAI556_0001'],
    [credit, batch(painFile('pain.001.001.03', '')), 400, 'MESSAGE_BAI556_0014'],
    // Read as often as it is long, it would keep the bank for minutes.
    [credit, batch(painFile('pain.001.001.03', `${' '.repeat(3e5)}<`)), 400, 'MESSAGE_BAI556_0014'],
    [credit, batch(file, ' '), 400, 'MESSAGE_BAI556_0002'],
    [credit, batch(file, 'a-name-that-is-too-long.xml'), 400, 'MESSAGE_BAI556_0002'],
    [credit, batch('<Document/>'), 400, 'MESSAGE_BAI556_0003'],
    [credit, batch('<?xml version="1.0"?><Document/>'), 400, 'MESSAGE_BAI556_0016'],
    [credit, batch(Buffer.from(file)), 400, 'MESSAGE_BAI556_0015'],
    [
      credit,
      { sepaBatchPaymentInstruction: { fileName: 'a.xml', fileData: '<xml>' } },
      400,
      'MESSAGE_BAI556_0013',
    ],
    [credit, 'x', 400, 'ERR_1100_004'],
  ]
  for (const [token, body, status, code] of cases) {
    t.strictSame(await refusalOf(await api('POST /v1/payments/batch', token, body)), [status, code])
  }
})
