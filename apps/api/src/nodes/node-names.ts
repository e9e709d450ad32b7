import { allows } from '#domain/microversions.js';
import { invalid, notAcceptable } from '../errors/api-error.js';
import { asUuid } from '../resource/names.js';
import { isNameFor } from './node-finder.js';

/** Words that are paths below `/v1/nodes/` (Ironic get_nodes_controller_reserved_names). */
const reserved = ['maintenance', 'management', 'states', 'vendor_passthru', 'detail', 'validate'];

/**
 * @param refusal start of the text, up to the name
 * @throws ApiError 400 for a name that no node may have, 406 before names existed
 */
export function checkNodeName(minor: number, name: unknown, refusal: string): void {
  if (!allows(minor, 'behaviour.nodeByName')) throw notAcceptable();
  if (typeof name !== 'string' || !isNameFor(minor, name) || asUuid(name) !== undefined) {
    throw invalid(`${refusal}'${String(name)}'`);
  }
  if (reserved.includes(name)) {
    throw invalid(
      `The word "${name}" is reserved and can not be used as a node name. Reserved words are: ${reserved.join(', ')}.`,
    );
  }
}
