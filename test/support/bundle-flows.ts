import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';

/** Bundles flows from their sources, as the build does from dist. */
export async function bundleFlows(
  workflowsPath = new URL('../../workflows/index.ts', import.meta.url).pathname,
): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['development', 'import', 'node'] },
    }),
  });
}
