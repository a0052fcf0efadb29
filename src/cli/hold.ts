import { duration } from '../config/duration.ts'
import type { Hold } from './answers.ts'
import { withApi } from './api.ts'
import { defineCommand, JSON_OPTION } from './define.ts'
import { EXIT, UsageError } from './errors.ts'
import { harmless, shortTime, toJson } from './printable.ts'

export const hold = defineCommand({
  name: 'hold',
  summary: 'Hold refreshing at the bank, as for a swap of certificates',
  takes: '--reason TEXT [options]',
  help: `  --reason TEXT   why, for others who look
  --until WHEN    a time such as 2026-12-01T12:00:00Z, or from now on, such as 30m; 1h, at most 24h
  --json          as the API answers it

Live tokens are still handed out. It ends by itself, or by "token-broker resume".`,
  options: { ...JSON_OPTION, reason: { type: 'string' }, until: { type: 'string' } },
  run: async ({ values: { json, reason, until }, io }) => {
    if (reason === undefined) throw new UsageError('--reason is missing.')
    const body = { reason, ...(until !== undefined && { until: readUntil(until, new Date()) }) }
    const held = await withApi(io, (api) => api.send<Hold>('POST', '/v1/refresher/hold', body))
    io.say(
      json ? toJson(held) : harmless(`Refreshing is held until ${shortTime(held.until)}: ${held.reason}.`),
    )
    return EXIT.ok
  },
})

export const resume = defineCommand({
  name: 'resume',
  summary: 'Resume refreshing at the bank: ends a hold, and the brake after many refusals',
  takes: '',
  help: '',
  options: {},
  run: async ({ io }) => {
    await withApi(io, (api) => api.send('POST', '/v1/refresher/resume'))
    io.say('Refreshing goes on.')
    return EXIT.ok
  },
})

function readUntil(text: string, now: Date): string {
  const span = duration.read(text)
  return 'value' in span ? new Date(now.getTime() + span.value).toISOString() : text
}
