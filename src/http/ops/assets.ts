import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const FOLDER = new URL('page/', import.meta.url)

/** A file of the status page, as it is served. */
export interface Asset {
  readonly name: string
  readonly type: string
  readonly body: Buffer
  /** Of the content: a browser that has it already is answered 304. */
  readonly etag: string
}

/** Reads the files of the status page; what is of no known type is not for browsers, and not served. */
export function readAssets(): Asset[] {
  return readdirSync(FOLDER).flatMap((name) => {
    const type = TYPES[extname(name)]
    if (type === undefined) return []
    const body = readFileSync(new URL(name, FOLDER))
    const digest = createHash('sha256').update(body).digest('base64url')
    return [{ name, type, body, etag: `"${digest.slice(0, 22)}"` }]
  })
}
