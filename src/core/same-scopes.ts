/** Whether two lists name the same scopes, in whatever order (RFC 6749 section 3.3). */
export function sameScopes(one: readonly string[], other: readonly string[]): boolean {
  const [left, right] = [new Set(one), new Set(other)]
  return left.size === right.size && [...left].every((name) => right.has(name))
}
