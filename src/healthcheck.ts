import { get as overHttp } from 'node:http'
import { get as overHttps } from 'node:https'
import { readSome } from './config.ts'

/** For an image's HEALTHCHECK: ends with 0 where this container's service lives, by its own settings. */
const TIMEOUT_MS = 3_000

const settings = readSome(process.env, 'INTERNAL_HOST', 'INTERNAL_PORT', 'INTERNAL_TLS_CERT_FILE')
const { INTERNAL_HOST: host, INTERNAL_PORT: port, INTERNAL_TLS_CERT_FILE: certificate } = settings
// What listens at every address is asked at loopback.
const hostname = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
const options = { hostname, port, path: '/livez', timeout: TIMEOUT_MS }
// The certificate is for the name that callers use; from here nothing is sent, and only a status is read.
const request =
  certificate === null ? overHttp(options) : overHttps({ ...options, rejectUnauthorized: false })
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
request.on('timeout', () => process.exit(1))
request.on('error', () => process.exit(1))
