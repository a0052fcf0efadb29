import Type from 'typebox'
import { answer, NoQuery } from '../schemas/common.ts'
import { HealthSchema } from '../schemas/operations.ts'
import { onlyProblems, WITHOUT_CERTIFICATE } from '../schemas/problem.ts'
import { open, ruled } from './ruled.ts'

const common = { tags: ['Health'], querystring: NoQuery }

const ok = { ok: { summary: 'All is well', value: { status: 'ok' } } }

export const livez = {
  ...common,
  ...open(
    'getLiveness',
    'Fails where a background loop has stood still for longer than any wait explains (seven and a half minutes with the defaults); never for a bank or a database, which no restart helps: this process may hold answers that are nowhere else.',
  ),
  summary: 'Tell whether the process lives',
  response: {
    200: answer('It lives.', HealthSchema, ok),
    503: answer('A background loop stands still.', HealthSchema, {
      stalled: {
        summary: 'The loop that rotates stands still',
        value: { status: 'stalled', loops: [{ name: 'rotation', since: '2026-11-23T09:12:30.000Z' }] },
      },
    }),
    ...onlyProblems(),
  },
}

export const readyz = {
  ...common,
  ...open(
    'getReadiness',
    'Fails before the first start is complete and while draining, before the listeners close; never for a later outage: live tokens are handed out then, too.',
  ),
  summary: 'Tell whether requests should come here',
  response: {
    200: answer('Ready.', HealthSchema, ok),
    503: answer('Starting or draining.', HealthSchema, {
      starting: {
        summary: 'Starting, without its database',
        value: {
          status: 'unready',
          reason: 'starting',
          waits_for: 'The database does not answer (ECONNREFUSED).',
        },
      },
      draining: {
        summary: 'Draining: still serving, for a moment',
        value: { status: 'unready', reason: 'draining' },
      },
    }),
    ...onlyProblems(),
  },
}

export const metrics = {
  ...common,
  ...ruled('getMetrics', ''),
  description: 'Needs `ops` where METRICS_AUTH=ops, else no caller.',
  security: [{ caller: [] }, {}],
  summary: 'Read metrics in the Prometheus format',
  response: {
    200: {
      description: 'Metrics.',
      content: {
        'text/plain': {
          schema: Type.String(),
          examples: {
            counter: {
              summary: 'A counter',
              value: 'token_broker_hand_outs_total{result="ok"} 1204\n',
            },
          },
        },
      },
    },
    ...onlyProblems('unauthorized', 'forbidden', 'identity_provider_unavailable', WITHOUT_CERTIFICATE),
  },
}

export const openApi = {
  ...common,
  ...open('getOpenApi', ''),
  summary: 'Read this document',
  response: {
    200: {
      description: 'The OpenAPI document.',
      content: { 'application/json': { schema: Type.Object({}, { additionalProperties: true }) } },
    },
    ...onlyProblems('overloaded', WITHOUT_CERTIFICATE),
  },
}
