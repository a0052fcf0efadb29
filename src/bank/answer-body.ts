import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib'
import { Secret } from '../core/secret.ts'

/** What came after the headers: at most LONGEST_BODY bytes, maybe cut off. */
export interface AnswerBody {
  readonly bytes: Uint8Array
  readonly encoding: string | null
}

export const LONGEST_BODY = 65_536

const limits = { maxOutputLength: LONGEST_BODY, finishFlush: constants.Z_SYNC_FLUSH }

// We ask for no coding (RFC 9110 section 12.5.3), but a proxy that packs anyway must not cost a pair of tokens.
const decoders: Readonly<Record<string, (packed: Uint8Array) => Uint8Array>> = {
  gzip: (packed) => gunzipSync(packed, limits),
  'x-gzip': (packed) => gunzipSync(packed, limits),
  deflate: (packed) => inflateSync(packed, limits),
  br: (packed) => brotliDecompressSync(packed, { maxOutputLength: LONGEST_BODY }),
}

/** Reads a JSON object whatever the content type says; null when the body is anything else. */
export function readJsonObject(body: AnswerBody): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(unpack(body)))
    return isObject(parsed) ? parsed : null
  } catch {
    return null
  }
}

/** Keeps an answer nobody could read for a rescue by hand: as text, or as base64 where it is no text. */
export function keepRaw(body: AnswerBody): Secret | null {
  if (body.bytes.length === 0) return null
  try {
    return new Secret(new TextDecoder('utf-8', { fatal: true }).decode(unpack(body)))
  } catch {
    return new Secret(`base64:${Buffer.from(body.bytes).toString('base64')}`)
  }
}

function unpack({ bytes, encoding }: AnswerBody): Uint8Array {
  const name = encoding?.trim().toLowerCase() ?? ''
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined
  return decode === undefined ? bytes : decode(bytes)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
