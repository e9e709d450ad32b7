import { ImageUnreachable, NodeInvalid } from '#domain/errors.js';

/** What is asked for, for sentences, and the field an operator would correct. */
export interface Probed {
  /** `deploy_kernel of node …`. */
  readonly what: string;
  /** `driver_info/deploy_kernel`. */
  readonly field: string;
  readonly url: string;
}

/** Ironic's time for a web server to answer a check (`webserver_verify_timeout` is longer; its image HEAD has 5 s). */
const answerMs = 5_000;

/** A URL for people and rows that are shown: without user, password and query, any of which may be a secret. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * Asks a web server, following redirects. The answer's body is left to the caller to read or cancel.
 * @throws NodeInvalid when the server refuses (4xx), ImageUnreachable when it does not answer or fails (5xx)
 */
export async function probe(
  { what, field, url }: Probed,
  init: { readonly method: 'HEAD' | 'GET'; readonly headers?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(bare(url), {
    ...init,
    headers: { ...init.headers, ...authorization(url) },
    redirect: 'follow',
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new ImageUnreachable(`${what} at ${shownUrl(url)} cannot be reached (${reasonOf(error)})`, { cause: error });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const answer = `${what}: ${shownUrl(url)} answers ${init.method} with HTTP ${response.status}`;
  if (isRefusal(response.status)) throw new NodeInvalid(answer, { hint: `correct ${field} or the web server` });
  throw new ImageUnreachable(answer);
}

/** 408 and 429 ask for another try; every other 4xx stays as it is. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** fetch refuses URLs with credentials; they travel in the header instead. */
function bare(url: string): URL {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed;
}

function authorization(url: string): Readonly<Record<string, string>> {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** fetch hides the system's reason in a chain of causes. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${answerMs / 1000} s`;
  let innermost = error;
  for (let depth = 0; depth < 5 && innermost instanceof Error && innermost.cause instanceof Error; depth++) {
    innermost = innermost.cause;
  }
  if (!(innermost instanceof Error)) return String(innermost);
  return 'code' in innermost && typeof innermost.code === 'string' ? innermost.code : innermost.message;
}
