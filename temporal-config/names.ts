/** Names that processes and flows agree on; no imports, so that the workflow bundle may take them too. */

/** A newer operation, a request to the running one, or the operation the flow was started for. */
export const operationSignal = 'operation';

/** A fact the flow waits for is in the rows. */
export const beatSignal = 'beat';

/** Allocations wait for a node. */
export const allocationSignal = 'allocation';

/** Id of the flow that gives nodes to allocations. */
export const allocationsWorkflowId = 'allocations';

/** Memo of a node's flow: the node's address in the API, for links. */
export const nodeUrlMemo = 'nodeUrl';

/** A lost workflow task is noticed after this long; below 4 s busy workers lose tasks. */
export const workflowTaskTimeout = '5s';
