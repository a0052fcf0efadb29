import { isIban } from '../accounts/iban.ts'
import type { GatewayError } from '../gateway/gateway-errors.ts'

/** A rule of the bank, and what it says where the rule is broken. */
export type Rule = readonly [isBroken: boolean, error: GatewayError]

/** Finds the first broken rule's error. */
export function firstBroken(rules: readonly Rule[]): GatewayError | undefined {
  return rules.find(([isBroken]) => isBroken)?.[1]
}

/** Reads a JSON object; undefined for anything else. */
export function readObject(text: string): Fields | undefined {
  try {
    return objectFrom(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The members of a JSON object, of any type. */
export type Fields = Readonly<Record<string, unknown>>

/** Takes a JSON object as it is; undefined for anything else. */
export function objectFrom(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

/** Tells whether a field was left out or says nothing. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

/** Tells whether a field is given, and no text of at most this length. */
export function isLonger(value: unknown, maxLength: number): boolean {
  return !isBlank(value) && (typeof value !== 'string' || value.length > maxLength)
}

/** Tells whether a field is given, and no text in the characters that payments know (PIS 1.2.1, Character set). */
export function hasForeignCharacters(value: unknown): boolean {
  return !isBlank(value) && !/^[0-9A-Za-z !&'()+\-./:?_`,À-öø-ÿ]+$/.test(textFrom(value))
}

/** Tells whether a field is given, and no IBAN. */
export function isWrongIban(value: unknown): boolean {
  return !isBlank(value) && !isIban(textFrom(value))
}

/** Tells whether an amount is no number, or finer than its currency. */
export function isWrongAmount(value: unknown, currency: string): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return true
  const factor = 10 ** decimalsOf(currency)
  return Math.abs(value * factor - Math.round(value * factor)) > 1e-6 * factor
}

function decimalsOf(currency: string): number {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return maximumFractionDigits
}

/** Takes a field as text; what is none is empty, for a JSON object need not turn into any. */
export function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Takes an optional field that the rules let through as text. */
export function optionalText(value: unknown): string | null {
  return isBlank(value) ? null : textFrom(value)
}
