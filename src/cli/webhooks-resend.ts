import type { Delivery } from './answers.ts'
import { type Api, pagesOf, withApi } from './api.ts'
import { defineCommand, JSON_OPTION } from './define.ts'
import { EXIT, type Exit, Refused, UsageError } from './errors.ts'
import type { Io } from './io.ts'
import { harmless, toJson } from './printable.ts'
import { DELIVERIES } from './webhooks-list.ts'

const ID = /^[1-9]\d{0,17}$/

export const webhooksResend = defineCommand({
  name: 'webhooks resend',
  summary: 'Send a webhook once more, or all that were given up',
  takes: 'ID | --all-dead [--subscriber ID]',
  help: `  --all-dead        all that were given up
  --subscriber ID   of these, those to one of WEBHOOKS_FILE
  --json            one JSON object a line, as the API answers it`,
  options: {
    ...JSON_OPTION,
    'all-dead': { type: 'boolean', default: false },
    subscriber: { type: 'string' },
  },
  optionalWords: 1,
  run: async ({ values, words: [id], io }) => {
    const { json, subscriber, 'all-dead': allDead } = values
    if (allDead === (id !== undefined))
      throw new UsageError('Give either the ID of a webhook, or --all-dead.')
    if (id !== undefined && !ID.test(id))
      throw new UsageError('ID must be that of a webhook, as "webhooks list" has it.')
    return withApi(io, async (api) => {
      const ids = id === undefined ? await deadOnes(api, subscriber) : [id]
      if (ids.length === 0) io.tell('None was given up.')
      let exit: Exit = EXIT.ok
      for (const one of ids) {
        const resent = await resend(api, one)
        tellResent(one, resent, { json, io })
        if (resent instanceof Refused) exit = EXIT.failed
      }
      return exit
    })
  },
})

/** One that is refused, as where its subscriber is gone, keeps no other from being sent. */
async function resend(api: Api, id: string): Promise<Delivery | Refused> {
  try {
    return await api.send<Delivery>('POST', `${DELIVERIES}/${id}/resend`)
  } catch (error) {
    if (error instanceof Refused && [404, 409].includes(error.problem.status)) return error
    throw error
  }
}

/** All of them first: one that is sent again leaves the list, and what follows would move. */
async function deadOnes(api: Api, subscriber: string | undefined): Promise<readonly string[]> {
  const ids: string[] = []
  const query = { state: 'dead', subscriber, limit: Number.POSITIVE_INFINITY }
  for await (const { items } of pagesOf<Delivery>(api, DELIVERIES, query))
    ids.push(...items.map(({ id }) => id))
  return ids
}

function tellResent(id: string, resent: Delivery | Refused, { json, io }: { json: boolean; io: Io }): void {
  if (resent instanceof Refused) io.tell(`${id}: ${resent.message}`)
  else if (json) io.say(toJson(resent))
  else io.say(harmless(`${id}: ${resent.type} is sent to ${resent.subscriber} once more.`))
}
