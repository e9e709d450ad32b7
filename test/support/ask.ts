/** An answer of the API. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The text of an error, unpacked as clients do; empty when it is none. */
  readonly fault: string;
}

/** Sends one request to an API. @param minor of its version */
export async function ask(url: string, method: string, path: string, body?: unknown, minor = 115): Promise<Reply> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'X-OpenStack-Ironic-API-Version': `1.${minor}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const parsed = objectOf(await response.text());
  const inner = typeof parsed['error_message'] === 'string' ? objectOf(parsed['error_message']) : {};
  const fault = inner['faultstring'] ?? inner['description'];
  return { status: response.status, body: parsed, fault: typeof fault === 'string' ? fault : '' };
}

function objectOf(text: string): Record<string, unknown> {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
