import { accountOf, type BankAccount } from './bank-account.ts'
import { dutchIban } from './iban.ts'
import { type Draw, seededNumbers } from './seeded-numbers.ts'
import { type BookingTemplate, commercialBookings, privateBookings, savings } from './templates.ts'

/** One booked transaction. */
export interface Booking {
  readonly transactionId: string
  readonly mutationCode: string
  readonly line: string
  readonly at: number
  readonly amountCents: number
  readonly balanceAfterCents: number
  readonly counterPartyName: string
  /** Empty where there is none, as for cash. */
  readonly counterPartyAccountNumber: string
}

type Unbalanced = Omit<Booking, 'balanceAfterCents'>

const dayMs = 86_400_000
const bookingsAMonth = { least: 24, more: 16 }

/** Lists what was booked on an account between two moments, the newest first. */
export function bookingsOf(iban: string, { from, to }: { from: number; to: number }): Booking[] {
  const account = accountOf(iban)
  return monthsBetween(from, to)
    .flatMap((month) => bookingsOfMonth(account, month))
    .filter(({ at }) => at >= from && at <= to)
    .reverse()
}

/** Tells the booked balance at a moment. */
export function balanceCentsAt(iban: string, at: number): number {
  const [newest] = bookingsOf(iban, { from: startOfMonth(at), to: at })
  return newest?.balanceAfterCents ?? accountOf(iban).baseBalanceCents
}

function startOfMonth(at: number, monthsLater = 0): number {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater)
}

function monthsBetween(from: number, to: number): number[] {
  const months: number[] = []
  for (let month = startOfMonth(from); month <= to; month = startOfMonth(month, 1)) months.push(month)
  return months
}

// Each month ends where it began, so that any month can be told without those before it.
function bookingsOfMonth(account: BankAccount, month: number): Booking[] {
  const draw = seededNumbers('bookings', account.iban, new Date(month).toISOString())
  const templates = account.isCommercial ? commercialBookings : privateBookings
  const end = startOfMonth(month, 1)
  const bookings = Array.from({ length: bookingsAMonth.least + draw(bookingsAMonth.more) }, () =>
    bookingFrom(templates[draw(templates.length)] ?? savings, draw, month + draw(end - month - dayMs)),
  )
    .sort((one, other) => one.at - other.at)
    // A page ends between two moments, so no two are the same.
    .map((booking, index) => ({ ...booking, at: booking.at + index }))
  const total = bookings.reduce((sum, { amountCents }) => sum + amountCents, 0)
  bookings.push({ ...bookingFrom(savings, draw, end - dayMs / 2), amountCents: -total })
  return balanced(bookings, account.baseBalanceCents)
}

function bookingFrom(template: BookingTemplate, draw: Draw, at: number): Unbalanced {
  const { mutationCode, line, name, cents, hasCounterAccount } = template
  const [least, most] = cents
  return {
    transactionId: `${1000 + draw(9000)}K${String(draw(1e9)).padStart(10, '0')}S0AC`,
    mutationCode,
    line,
    at,
    amountCents: least + draw(most - least + 1),
    counterPartyName: name,
    counterPartyAccountNumber: hasCounterAccount ? dutchIban('PRAC', draw(1e9)) : '',
  }
}

function balanced(bookings: readonly Unbalanced[], baseCents: number): Booking[] {
  let balanceAfterCents = baseCents
  return bookings.map((booking) => {
    balanceAfterCents += booking.amountCents
    return { ...booking, balanceAfterCents }
  })
}
