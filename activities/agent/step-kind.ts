import type { OperationType } from '#domain/operations.js';

/** How the agent calls the steps of a flow. */
export interface StepKind {
  readonly flow: 'deploy' | 'clean' | 'service';
  /** `Deploy step deploy.write_image failed …` */
  readonly label: string;
  readonly getCommand: string;
  /** Key of its result. */
  readonly stepsKey: string;
  readonly executeCommand: string;
  /** Its name in the agent's list, without the extension. */
  readonly listedAs: string;
  /** Parameter that carries the hardware managers' versions. */
  readonly versionParam: string;
}

const deploy: StepKind = {
  flow: 'deploy',
  label: 'Deploy step',
  getCommand: 'deploy.get_deploy_steps',
  stepsKey: 'deploy_steps',
  executeCommand: 'deploy.execute_deploy_step',
  listedAs: 'execute_deploy_step',
  versionParam: 'deploy_version',
};

const clean: StepKind = {
  flow: 'clean',
  label: 'Clean step',
  getCommand: 'clean.get_clean_steps',
  stepsKey: 'clean_steps',
  executeCommand: 'clean.execute_clean_step',
  listedAs: 'execute_clean_step',
  versionParam: 'clean_version',
};

const service: StepKind = {
  flow: 'service',
  label: 'Service step',
  getCommand: 'service.get_service_steps',
  stepsKey: 'service_steps',
  executeCommand: 'service.execute_service_step',
  listedAs: 'execute_service_step',
  versionParam: 'service_version',
};

/** Deploys and rebuilds run deploy steps, servicing service steps; cleaning, also after a tear-down, runs clean steps. */
export function stepKindOf(type: OperationType): StepKind {
  if (type === 'deploy' || type === 'rebuild') return deploy;
  return type === 'service' ? service : clean;
}
