import type { FetchImplementation } from 'jose'

/** Some hundred keys; providers have about five. */
const MOST_BYTES = 256 * 1024

/** Fetches a key set no larger than we care to hold; jose follows no redirect and takes no status but 200. */
export const boundedFetch: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options)
  if (response.status === 200) return new Response(await readBounded(response), { status: 200 })
  await response.body?.cancel()
  return response
}

async function readBounded({ body }: Response): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the rest.
    if (bytes > MOST_BYTES) throw new Error(`the key set is larger than ${MOST_BYTES / 1024} KiB`)
    chunks.push(chunk)
  }
  return new Blob(chunks)
}
