import { createHash } from 'node:crypto'
import { accountOf } from '../accounts/bank-account.ts'
import { type Answer, json } from '../answer.ts'
import type { GatewayError } from '../gateway/gateway-errors.ts'
import type { GatewayRequest, GatewayRoute } from '../gateway/gateway-route.ts'
import { batchErrors as errors } from './batch-errors.ts'
import { type BatchFile, readBatch } from './batch-file.ts'
import { newTransactionId } from './payments.ts'
import { complaintAboutScope } from './token-rules.ts'

const scopeOf = { sct: 'psd2:payment:batchsct:write', sdd: 'psd2:payment:batchsdd:write' } as const

/** `POST /v1/payments/batch`: the holder authorises it at the bank later (PIS 1.2.1, Batch payments tutorial). */
export const batchRoute: GatewayRoute = {
  method: 'POST',
  path: '/payments/batch',
  endpoint: 'payments',
  handle: receiveBatch,
}

function receiveBatch({ token, body }: GatewayRequest): Answer | GatewayError {
  const early = token.scopes.includes(scopeOf.sdd)
    ? undefined
    : complaintAboutScope(token, scopeOf.sct, errors)
  if (early !== undefined) return early
  if (token.grant === null) return errors.noAccount
  const batch = readBatch(body)
  if ('code' in batch) return batch
  const complaint = complaintAboutScope(token, scopeOf[batch.type], errors)
  if (complaint !== undefined) return complaint
  return batch.initiatingAccount === token.grant.iban ? received(batch) : errors.otherAccount
}

// Neither id nor hash are given for a rejected batch, as for an account that is not commercial.
function received({ initiatingAccount, xml }: BatchFile): Answer {
  const sepaBatchPaymentInstruction = accountOf(initiatingAccount).isCommercial
    ? {
        id: `${newTransactionId()};${initiatingAccount}`,
        hash: createHash('sha256').update(xml).digest('hex'),
        status: 'RECEIVED',
        authorizationUrl: 'https://www.abnamro.nl/IBZ/authorizeYourBatchHere.html',
      }
    : { status: 'REJECTED' }
  return json(201, { sepaBatchPaymentInstruction })
}
