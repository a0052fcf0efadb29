/** Tells whether a text is an IBAN with right check digits (ISO 13616). */
export function isIban(text: string): boolean {
  return /^[A-Z]{2}\d{2}[A-Z\d]{11,30}$/.test(text) && remainderOf(text) === 1
}

/** Makes a Dutch IBAN with right check digits. */
export function dutchIban(bankCode: string, accountNumber: number): string {
  const rest = `${bankCode}${String(accountNumber).padStart(10, '0')}`
  const checkDigits = 98 - remainderOf(`NL00${rest}`)
  return `NL${String(checkDigits).padStart(2, '0')}${rest}`
}

// ISO 7064, MOD 97-10: the country moves to the end, letters count from 10.
function remainderOf(iban: string): number {
  const digits = [...`${iban.slice(4)}${iban.slice(0, 4)}`].map((one) => String(Number.parseInt(one, 36)))
  return [...digits.join('')].reduce((remainder, digit) => (remainder * 10 + Number(digit)) % 97, 0)
}
