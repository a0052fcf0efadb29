/** Stops waiting when the signal comes; the work goes on, for it may be others' as well. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work()
  signal.throwIfAborted()
  const { promise, resolve, reject } = deferred<T>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  work().then(resolve, reject)
  return promise.finally(() => signal.removeEventListener('abort', stop))
}

// Promise.withResolvers is not in every runtime that this is for (Node 20).
function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((onValue, onReason) => {
    resolve = onValue
    reject = onReason
  })
  return { promise, resolve, reject }
}
