import { get } from 'node:https'

/** Ends with 0 where this container's practice bank answers. Only a status is read, so its certificate does not matter. */
const request = get({ port: 9400, path: '/practice/settings', rejectUnauthorized: false, timeout: 3_000 })
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
request.on('timeout', () => process.exit(1))
request.on('error', () => process.exit(1))
