import fc from 'fast-check'

const FIRST_SURROGATE = 0xd800
const SURROGATES = 0x800
const MAX_POINT = 0x10ffff

/**
 * Any well-formed text, of any code point, or of ASCII with the words fast-check finds dangerous. Its own
 * `fc.string({ unit: 'binary' })` takes a second of CPU to list every code point there is.
 */
export function anyText({ maxLength = 10 }: { maxLength?: number } = {}): fc.Arbitrary<string> {
  const point = fc.nat(MAX_POINT - SURROGATES).map(toCharacter)
  const wide = fc.array(point, { maxLength }).map((characters) => characters.join(''))
  return fc.oneof({ weight: 3, arbitrary: wide }, { weight: 1, arbitrary: fc.string({ maxLength }) })
}

function toCharacter(nth: number): string {
  return String.fromCodePoint(nth < FIRST_SURROGATE ? nth : nth + SURROGATES)
}
