import type { VerbTransition } from '#domain/decide-verb.js';
import { driverDeploySteps } from '#domain/driver-steps.js';
import { validateSteps } from '#domain/steps.js';
import { invalid } from '../errors/api-error.js';
import type { UsableTemplate } from '../deploy-templates/deploy-template-finder.js';
import { deployVerbReason } from './deploy.js';
import { validateInterfaces } from './interfaces.js';
import { powerReason } from './power.js';
import type { Reason, ValidatedNode } from './validated-node.js';

/**
 * The driver's own word on a verb that the state allows: nothing is started that cannot work.
 * @throws ApiError 400 with Ironic's reason (Ironic: 500 for a few of them)
 */
export function refuseByDriver(
  node: ValidatedNode,
  decision: VerbTransition,
  templates: readonly UsableTemplate[] = [],
): void {
  const reason = reasonAgainst(node, decision, templates);
  if (reason !== undefined) throw invalid(reason);
}

function reasonAgainst(
  node: ValidatedNode,
  { operationType, steps }: VerbTransition,
  templates: readonly UsableTemplate[],
): Reason {
  const { uuid } = node;
  switch (operationType) {
    case 'deploy':
    case 'rebuild':
      return deployVerbReason(node, steps) ?? templatesReason(node, templates);
    case 'teardown':
      return because(
        powerReason(node),
        (reason) => `Failed to validate power driver interface. Can not delete instance. Error: ${reason}`,
      );
    case 'inspect':
      return because(powerReason(node), inspectionText) ?? validateInterfaces(node)['inspect']?.reason;
    case 'rescue':
      return because(powerReason(node) ?? validateInterfaces(node)['rescue']?.reason, (reason) =>
        instanceText('rescue', node, reason),
      );
    case 'unrescue':
      return because(powerReason(node), (reason) => instanceText('unrescue', node, reason));
    case 'service':
      return because(powerReason(node), (reason) => `Validation of node ${uuid} for servicing failed: ${reason}`);
    case 'clean':
      // Automated cleaning finds that out by itself, as in Ironic.
      if (steps.length === 0) return undefined;
      return because(powerReason(node), (reason) => `Validation of node ${uuid} for cleaning failed: ${reason}`);
    case 'verify':
    case 'adopt':
    case 'power':
    case null:
      return undefined;
  }
}

function because(reason: Reason, text: (reason: string) => string): Reason {
  return reason === undefined ? undefined : text(reason);
}

function inspectionText(reason: string): string {
  return `Failed to validate inspection or power info. Error: ${reason}`;
}

function instanceText(work: 'rescue' | 'unrescue', { uuid }: ValidatedNode, reason: string): string {
  return `Failed to ${work} instance for node ${uuid}: Validation failed: ${reason}`;
}

/** Deploy templates that the instance's traits name have to fit the node as the request's steps do. */
function templatesReason({ uuid, interfaces }: ValidatedNode, templates: readonly UsableTemplate[]): Reason {
  const steps = templates.flatMap((template) => template.steps);
  const errors = validateSteps(steps, driverDeploySteps(interfaces), 'deploy', { skipMissing: true });
  if (errors.length === 0) return undefined;
  return (
    `Failed to validate deploy or power info for node ${uuid}: Validation of deploy steps from deploy templates matching ` +
    `this node's instance traits failed. Matching deploy templates: ${templates.map(({ name }) => name).join(',')}. ` +
    `Errors: ${errors.join('; ')}`
  );
}
