import type { Consent } from './answers.ts'
import { type Api, withApi } from './api.ts'
import { consentId, defineCommand } from './define.ts'
import { EXIT, Failure, Refused, UsageError } from './errors.ts'
import type { Io } from './io.ts'
import { harmless } from './printable.ts'

export const consentsRevoke = defineCommand({
  name: 'consents revoke',
  summary: 'End a consent for good: its tokens are deleted at once',
  takes: 'ID [--yes]',
  help: `  --yes   do not ask; needed where no person sits at a terminal`,
  options: { yes: { type: 'boolean', default: false } },
  words: ['ID'],
  run: async ({ values: { yes }, words, io }) => {
    const id = consentId(words[0])
    if (!yes && !io.isInteractive)
      throw new UsageError('Nobody can be asked here: --yes revokes without asking.')
    await withApi(io, async (api) => {
      if (!yes) await confirm(api, id, io)
      await api.send('DELETE', `/v1/consents/${id}`)
    })
    io.say(`The consent ${id} is revoked.`)
    return EXIT.ok
  },
})

/** Raises unless a person agrees, having seen whose consent it is. */
async function confirm(api: Api, id: string, io: Io): Promise<void> {
  const consent = await read(api, id)
  if (consent !== null) io.tell(`${describe(consent)}.`)
  const answer = await io.ask(`This cannot be undone. To revoke it, type the last 4 of its id, or yes: `)
  if (![id.slice(-4), 'yes'].includes(answer.trim().toLowerCase())) throw new Failure('Nothing was revoked.')
}

/** A caller may end what it may not read. */
async function read(api: Api, id: string): Promise<Consent | null> {
  try {
    return await api.get<Consent>(`/v1/consents/${id}`)
  } catch (error) {
    if (error instanceof Refused && error.problem.code === 'forbidden') return null
    throw error
  }
}

function describe({ id, status, owner, customer_reference: reference, account }: Consent): string {
  const whose = [reference, account].filter((part) => part !== null).join(', ')
  return harmless(`Consent ${id} of ${owner}, ${status}${whose === '' ? '' : `: ${whose}`}`)
}
