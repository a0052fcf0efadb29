import { type Answer, json } from '../answer.ts'
import type { JsonObject } from '../faults.ts'
import { fullDate, isFullDate } from '../full-date.ts'
import { badParameter, type GatewayError } from '../gateway/gateway-errors.ts'
import { accountErrors } from './account-errors.ts'
import type { AccountQuestion } from './account-routes.ts'
import { accountOf } from './bank-account.ts'
import { type Booking, bookingsOf } from './bookings.ts'

const historyMonths = 18
const transactionsAPage = 50
const dayMs = 86_400_000

interface Period {
  readonly from: number
  readonly to: number
}

/** Answers `GET /v1/accounts/{iban}/transactions`: newest first, 50 a page (Account Information 1.0.2). */
export function transactionsAnswer({ iban, query, now }: AccountQuestion): Answer | GatewayError {
  const period = periodOf(query, now)
  if ('code' in period) return period
  const bookings = bookingsOf(iban, period)
  const page = bookings.slice(0, transactionsAPage)
  const { currency } = accountOf(iban)
  return json(200, {
    accountNumber: iban,
    ...(bookings.length > page.length ? { nextPageKey: pageKeyAfter(page) } : {}),
    transactions: page.map((booking) => transactionFrom(booking, currency)),
  })
}

function periodOf(query: AccountQuestion['query'], now: number): Period | GatewayError {
  const { bookDateFrom, bookDateTo, nextPageKey } = query
  const complaint = complaintAboutDates({ from: bookDateFrom, to: bookDateTo }, now)
  if (complaint !== undefined) return complaint
  const before = nextPageKey === undefined ? now : momentOf(nextPageKey) - 1
  if (Number.isNaN(before)) return badParameter('nextPageKey')
  const endOfDay = bookDateTo === undefined ? now : Date.parse(bookDateTo) + dayMs - 1
  const from = bookDateFrom === undefined ? startOfHistory(now) : Date.parse(bookDateFrom)
  return { from, to: Math.min(now, endOfDay, before) }
}

function complaintAboutDates(
  { from, to }: { from: string | undefined; to: string | undefined },
  now: number,
): GatewayError | undefined {
  const today = fullDate(now)
  if (from !== undefined && !isFullDate(from)) return accountErrors.fromDate
  if (to !== undefined && !isFullDate(to)) return accountErrors.toDate
  if (from !== undefined && from > today) return accountErrors.fromInFuture
  if (to !== undefined && to > today) return accountErrors.toInFuture
  if (from !== undefined && to !== undefined && from > to) return accountErrors.fromAfterTo
  return from !== undefined && Date.parse(from) < startOfHistory(now) ? accountErrors.fromTooOld : undefined
}

function startOfHistory(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - historyMonths, date.getUTCDate())
}

// In the bank's samples it looks like the moment of the page's last transaction, to the microsecond.
function pageKeyAfter(page: readonly Booking[]): string {
  const last = page.at(-1)
  return `${new Date(last?.at ?? 0).toISOString().slice(0, -1)}000`
}

function momentOf(pageKey: string): number {
  const isWellFormed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/.test(pageKey)
  return isWellFormed ? Date.parse(`${pageKey.slice(0, 23)}Z`) : Number.NaN
}

function transactionFrom(booking: Booking, currency: string): JsonObject {
  const at = new Date(booking.at).toISOString()
  return {
    transactionId: booking.transactionId,
    mutationCode: booking.mutationCode,
    descriptionLines: [booking.line, ...(booking.counterPartyName === '' ? [] : [booking.counterPartyName])],
    transactionTimestamp: at.slice(0, -1).replace('T', '-'),
    bookDate: fullDate(booking.at),
    balanceAfterMutation: booking.balanceAfterCents / 100,
    counterPartyAccountNumber: booking.counterPartyAccountNumber,
    counterPartyName: booking.counterPartyName,
    amount: booking.amountCents / 100,
    currency,
    status: 'EXECUTED',
  }
}
