import Type from 'typebox'
import { nullable, time } from './common.ts'

export const BANK_CERTIFICATE_EXAMPLE = {
  subject: 'C=NL, O=Example B.V., CN=tpp.example.nl',
  issuer: 'C=NL, O=Example Trust Services, CN=Example QWAC CA',
  serial_number: '5F3A8C01D2E4B697',
  fingerprint_sha256:
    '3B:7E:51:9C:02:AF:6D:E8:14:90:C5:7B:2A:F3:68:DD:41:9E:0C:B5:72:86:1F:E3:5A:C8:94:0D:B7:26:FA:11',
  not_before: '2026-02-01T00:00:00.000Z',
  not_after: '2028-02-01T00:00:00.000Z',
  chain_ends_at: '2031-05-04T12:00:00.000Z',
  days_left: 435,
}

export const BankCertificateSchema = Type.Object(
  {
    subject: Type.String(),
    issuer: Type.String(),
    serial_number: Type.String({ description: 'In hexadecimal.' }),
    fingerprint_sha256: Type.String({ description: 'As `openssl x509 -fingerprint -sha256` prints it.' }),
    not_before: time('From when it is valid.'),
    not_after: time('Until when it is valid.'),
    chain_ends_at: nullable(time('The earliest end of the intermediates sent with it; null without any.')),
    days_left: Type.Integer({
      description: 'Whole days until it, or an intermediate, ends, rounded down; below 0 from then on.',
    }),
  },
  { $id: 'BankCertificate', additionalProperties: false, examples: [BANK_CERTIFICATE_EXAMPLE] },
)
