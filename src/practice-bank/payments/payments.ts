import { randomInt } from 'node:crypto'
import { fullDate } from '../full-date.ts'
import type { Payment, PaymentOrder } from './payment.ts'

export type Payments = ReturnType<typeof createPayments>

const paymentsKept = 100_000

/** Makes the bank's memory of registered payments. */
export function createPayments(now: () => number) {
  const payments = new Map<string, Payment>()

  function register(order: PaymentOrder): Payment {
    const payment: Payment = {
      ...order,
      transactionId: newTransactionId(),
      status: 'STORED',
      chosenAccount: null,
    }
    payments.set(payment.transactionId, payment)
    if (payments.size > paymentsKept) payments.delete(payments.keys().next().value ?? '')
    return payment
  }

  function find(transactionId: string | null | undefined): Payment | undefined {
    const payment = payments.get(transactionId ?? '')
    return payment === undefined ? undefined : asOf(payment, fullDate(now()))
  }

  function change(payment: Payment, changes: Partial<Pick<Payment, 'status' | 'chosenAccount'>>): Payment {
    const changed = { ...payment, ...changes }
    payments.set(payment.transactionId, changed)
    return changed
  }

  return { register, find, change }
}

// A standing order goes on and on; a payment for later is booked when its day comes.
function asOf(payment: Payment, today: string): Payment {
  const { status, executionDate } = payment
  const isDue = status === 'SCHEDULED' && executionDate !== null && executionDate <= today
  return isDue ? { ...payment, status: 'EXECUTED' } : payment
}

/** Makes a transaction id as in the bank's samples, e.g. 8338L5812304793S0PD. */
export function newTransactionId(): string {
  const letter = String.fromCharCode(65 + randomInt(26))
  return `${randomInt(1000, 10_000)}${letter}${String(randomInt(10_000_000_000)).padStart(10, '0')}S0PD`
}
