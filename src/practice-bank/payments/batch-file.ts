import { gunzipSync } from 'node:zlib'
import { isIban } from '../accounts/iban.ts'
import type { GatewayError } from '../gateway/gateway-errors.ts'
import { batchErrors as errors } from './batch-errors.ts'
import { isBlank, isLonger, objectFrom, readObject, textFrom } from './rules.ts'

/** A batch as a TPP sent it. */
export interface BatchFile {
  /** Credit transfers, or direct debits. */
  readonly type: 'sct' | 'sdd'
  readonly initiatingAccount: string
  readonly xml: Buffer
}

const maxXmlBytes = 10_000_000

/** Reads the body of `POST /v1/payments/batch`: Base64 of a gzipped PAIN.001 or PAIN.008 file (PIS 1.2.1, Batch). */
export function readBatch(body: string): BatchFile | GatewayError {
  const fields = objectFrom(readObject(body)?.sepaBatchPaymentInstruction)
  if (fields === undefined) return errors.body
  const { fileName, fileData } = fields
  if (isBlank(fileName) || isLonger(fileName, 18) || !/^[\w.-]+$/.test(textFrom(fileName))) {
    return errors.fileName
  }
  const xml = unpack(textFrom(fileData))
  return 'code' in xml ? xml : readXml(xml)
}

function unpack(fileData: string): Buffer | GatewayError {
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(fileData) || fileData.length % 4 !== 0) return errors.notBase64
  try {
    return gunzipSync(Buffer.from(fileData, 'base64'), { maxOutputLength: maxXmlBytes })
  } catch {
    return errors.notGzip
  }
}

// Only what the bank's answer depends on is read.
function readXml(xml: Buffer): BatchFile | GatewayError {
  const text = xml.toString()
  if (!text.startsWith('<?xml')) return errors.notXml
  const type = typeOf(text)
  if (type === undefined) return errors.notPain
  const side = type === 'sct' ? 'DbtrAcct' : 'CdtrAcct'
  const [, initiatingAccount = ''] =
    new RegExp(`<${side}>\\s*<Id>\\s*<IBAN>\\s*([^<\\s]+)\\s*</IBAN>`).exec(text) ?? []
  if (initiatingAccount === '') return errors.initiatingAccountMissing
  return isIban(initiatingAccount) ? { type, initiatingAccount, xml } : errors.initiatingAccount
}

function typeOf(text: string): BatchFile['type'] | undefined {
  if (text.includes('pain.001.001.03')) return 'sct'
  return text.includes('pain.008.001.02') ? 'sdd' : undefined
}
