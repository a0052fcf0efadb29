import type { GatewayError } from '../gateway/gateway-errors.ts'
import type { Payment, PaymentKind, PaymentOrder, PaymentStatus } from './payment.ts'
import { readSepaOrder } from './sepa-order.ts'
import { singlePaymentErrors } from './single-payment-errors.ts'
import { readStandingOrder } from './standing-order.ts'
import { standingOrderErrors } from './standing-order-errors.ts'
import { readXborderOrder } from './xborder-order.ts'

/** How a kind of payment is cancelled. */
export interface Cancelling {
  readonly scope: string
  /** Why it can not be cancelled in this status. */
  readonly complaintAbout: (status: PaymentStatus) => GatewayError | undefined
}

/** What the bank does differently from one kind of payment to the next. */
export interface PaymentKindRules {
  readonly kind: PaymentKind
  /** Below `/v1`. */
  readonly path: string
  readonly writeScope: string
  /** Null where the bank has no way to read the status. */
  readonly readScope: string | null
  /** Null where the bank has no way to cancel. */
  readonly cancel: Cancelling | null
  readonly read: (body: string, today: string) => PaymentOrder | GatewayError
  readonly releasedStatus: 200 | 201
  readonly errors: Readonly<
    Record<'wrongScope' | 'wrongGrantType' | 'otherTransaction' | 'status' | 'body', GatewayError>
  >
  /** The status as this API tells it. */
  readonly shownStatus: (payment: Payment) => string
}

const sepaWrite = 'psd2:payment:sepa:write'

// Nothing tells what a cancelled payment reads as: a guess.
function shownSingleStatus({ status }: Payment): string {
  return status === 'CANCELLED' ? 'REJECTED' : status
}

// A standing order is STORED, AUTHORIZED or REJECTED; a released one goes on being authorised.
function shownStandingOrderStatus({ status }: Payment): string {
  if (status === 'CANCELLED') return 'REJECTED'
  return status === 'SCHEDULED' ? 'AUTHORIZED' : status
}

/** The kinds by their paths, scopes and errors (ABNAMRO.md §2; PIS 1.2.1, paths). */
export const paymentKinds: readonly PaymentKindRules[] = [
  {
    kind: 'sepa',
    path: '/payments',
    writeScope: sepaWrite,
    readScope: 'psd2:payment:sepa:read',
    cancel: {
      scope: sepaWrite,
      complaintAbout: (status) => (status === 'SCHEDULED' ? undefined : singlePaymentErrors.notCancellable),
    },
    read: readSepaOrder,
    releasedStatus: 200,
    errors: singlePaymentErrors,
    shownStatus: shownSingleStatus,
  },
  {
    kind: 'xborder',
    path: '/payments/xborder',
    writeScope: 'psd2:payment:xborder:write',
    readScope: null,
    cancel: null,
    read: readXborderOrder,
    releasedStatus: 200,
    errors: singlePaymentErrors,
    shownStatus: shownSingleStatus,
  },
  {
    kind: 'recurrent',
    path: '/payments/standingorder',
    writeScope: 'psd2:payment:recurrent:sepa:write',
    readScope: null,
    cancel: {
      scope: 'psd2:payment:recurrent:sepa:delete',
      complaintAbout: (status) => {
        if (status === 'SCHEDULED') return undefined
        return status === 'CANCELLED' ? standingOrderErrors.alreadyCancelled : standingOrderErrors.notReleased
      },
    },
    read: readStandingOrder,
    releasedStatus: 201,
    errors: standingOrderErrors,
    shownStatus: shownStandingOrderStatus,
  },
]
