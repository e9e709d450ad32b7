import type { Json } from '#database/secrets.js';
import type { JsonObject } from '../json.js';
import type { NodeView } from '../node-context.js';
import type { CallLimits } from '../power/implementation.js';

/** A vendor method. Its name is known and its arguments passed `validate` (#domain/vendor-methods.js). */
export type VendorMethod = (node: NodeView, args: JsonObject, limits: CallLimits) => Promise<Json>;

/** The methods of one vendor interface by name. A call may act each time it arrives; it is made once. */
export type VendorImplementation = Readonly<Record<string, VendorMethod>>;
