import { all, any, named, nobody, project, projectName, role, system, type Check } from './access-check.js';

/*
 * Who may: the checks that Ironic's rules are made of, by the names of ironic/common/policy.py (39.0.0). SYSTEM_ is a
 * token of the whole deployment, PROJECT_ one of the node's owner or lessee.
 */

const isOwner = project('node.owner');
const isLessee = project('node.lessee');
const isOwnerOrLessee = any(isOwner, isLessee);

/** Service accounts of a project that the configuration names act for the whole system; off unless configured. */
export const serviceRole = all(role('service'), projectName('config.service_project_name'));
const elevatedService = named('service_role', serviceRole);

const systemService = all(role('service'), system);
const ownerService = all(role('service'), isOwner);

const ownerAdmin = all(role('admin'), isOwner);
const ownerManager = all(role('manager'), isOwner);
const ownerMember = all(role('member'), isOwner);
const ownerReader = all(role('reader'), isOwner);
const lesseeAdmin = all(role('admin'), isLessee);
const lesseeManager = all(role('manager'), isLessee);

const systemMember = any(all(role('member'), system), elevatedService);
const systemReader = any(all(role('reader'), system), systemService, elevatedService);
const systemAdmin = all(role('admin'), system);

const runbookOwner = project('runbook.owner');
const allocationOwner = project('allocation.owner');

/** The checks by name; docs/policies.md shows each under its name. */
export const roles = {
  NOBODY: nobody,
  SYSTEM_ADMIN: systemAdmin,
  SYSTEM_ADMIN_OR_SERVICE: any(systemAdmin, systemService),
  SYSTEM_MEMBER: systemMember,
  SYSTEM_READER: systemReader,
  PROJECT_OWNER_ADMIN: ownerAdmin,
  ADMIN_OR_SERVICE: any(role('admin'), role('service')),
  API_READER: any(role('reader'), role('service')),
  SYSTEM_OR_PROJECT_MEMBER: any(systemMember, all(role('member'), isOwnerOrLessee), systemService),
  SYSTEM_OR_PROJECT_READER: any(systemReader, all(role('reader'), isOwnerOrLessee), ownerService),
  SYSTEM_OR_OWNER_READER: any(systemReader, systemService, ownerReader, ownerService),
  SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN: any(
    systemMember,
    systemService,
    ownerMember,
    lesseeAdmin,
    lesseeManager,
    ownerService,
  ),
  SYSTEM_ADMIN_OR_OWNER_ADMIN: any(systemAdmin, systemService, ownerAdmin, ownerManager, ownerService),
  SYSTEM_MEMBER_OR_OWNER_ADMIN: any(systemMember, systemService, ownerAdmin, ownerManager, ownerService),
  SYSTEM_MEMBER_OR_OWNER_MEMBER: any(systemMember, systemService, ownerMember, ownerService),
  SYSTEM_MEMBER_OR_OWNER_LESSEE_ADMIN: any(
    systemMember,
    systemService,
    ownerAdmin,
    ownerManager,
    lesseeAdmin,
    lesseeManager,
    ownerService,
  ),
  ALLOCATION_MEMBER: any(systemMember, all(role('member'), allocationOwner)),
  ALLOCATION_READER: any(systemReader, all(role('reader'), allocationOwner)),
  ALLOCATION_CREATOR: any(systemMember, role('member')),
  RUNBOOK_ADMIN: any(systemMember, all(role('manager'), runbookOwner), role('service')),
  RUNBOOK_READER: any(systemReader, all(role('reader'), runbookOwner), role('service')),
  RUNBOOK_CREATOR: any(systemMember, role('manager'), role('service')),
  TARGET_PROPERTIES_READER: any(systemReader, role('admin')),
} as const satisfies Readonly<Record<string, Check>>;

/** Name of one of {@link roles}. */
export type RoleName = keyof typeof roles;
