/**
 * Dynamic configuration of the embedded Temporal server; values are JSON, as its command line wants them.
 *
 * - `workflowIdReuseMinimalInterval`: a node's next operation may start in the second in which the last one ended.
 * - `enableServerVersionCheck`: the server asks nobody for newer versions.
 */
export const dynamicConfig: Readonly<Record<string, string>> = {
  'history.workflowIdReuseMinimalInterval': '"0s"',
  'frontend.enableServerVersionCheck': 'false',
};
