import { probe } from '../http-probe.js';

/** What the image's server says of it. */
export interface HttpImage {
  /** Where redirects led; the same address when there was none. */
  readonly url: string;
  /** Bytes, null when the server does not say. */
  readonly size: number | null;
}

/** HEAD on the image (Ironic image_service.py HttpImageService.validate_href). @throws NodeInvalid, ImageUnreachable */
export async function headImage(nodeUuid: string, source: string, signal: AbortSignal): Promise<HttpImage> {
  const asked = { what: `image_source of node ${nodeUuid}`, field: 'instance_info/image_source', url: source };
  const response = await probe(asked, { method: 'HEAD' }, signal);
  const length = response.headers.get('content-length');
  return {
    url: response.redirected ? response.url : source,
    size: length !== null && /^\d+$/.test(length) ? Number(length) : null,
  };
}
