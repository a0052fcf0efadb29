/** Writes a code or an account number in groups of four. */
export function spaced(text: string): string {
  return text.replace(/(.{4})(?=.)/g, '$1 ')
}
