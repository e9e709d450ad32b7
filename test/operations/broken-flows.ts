/** A release that does not fit: every workflow task of a deploy fails, and the run stays open. */
export async function deploy(): Promise<void> {
  throw new TypeError('this release is broken');
}
