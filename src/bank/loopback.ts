/** Says whether this is plain http that stays on this machine, the only kind that settings allow. */
export function isLoopbackHttp(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
