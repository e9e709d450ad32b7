"""Records the verdicts of a real Ironic's default policy over roles, scopes and owners.

Run with the Python of an Ironic 39 installation; writes packages/domain/src/vectors/access-rules.json:
rules with equal verdicts together, and for them each combination that is allowed.
"""

import json
import os

from ironic.common import policy
from ironic.conf import CONF

ROLES = {
    'admin': ['admin', 'manager', 'member', 'reader'],
    'manager': ['manager', 'member', 'reader'],
    'member': ['member', 'reader'],
    'reader': ['reader'],
    'service': ['service'],
    'other': ['other'],
}
SCOPES = ['system', 'domain', 'owner', 'lessee', 'stranger', 'service']
TARGETS = {
    'owned': {'node.owner': 'owner', 'node.lessee': 'lessee', 'allocation.owner': 'owner', 'runbook.owner': 'owner'},
    'unowned': {'node.owner': None, 'allocation.owner': None, 'runbook.owner': None},
    'unowned with null lessee': {'node.owner': None, 'node.lessee': None},
    'no object': {},
}
OUTPUT = os.path.join(os.path.dirname(__file__), '../../packages/domain/src/vectors/access-rules.json')


def credentials(scope, role):
    project = None if scope in ('system', 'domain') else scope
    return {
        'user_id': 'u', 'user_domain_id': 'default', 'project_domain_id': 'default', 'is_admin_project': True,
        'system_scope': 'all' if scope == 'system' else None,
        'domain_id': 'd' if scope == 'domain' else None,
        'project_id': project, 'project_name': project, 'roles': ROLES[role], 'is_public_api': False,
    }


def is_compared(name):
    ours = name.startswith(('baremetal:', 'show_'))
    return ours and ':ipa_' not in name and not name.endswith('pre_rbac')


def main():
    CONF(['--config-file', '/dev/null'], project='ironic')
    enforcer = policy.get_enforcer()
    groups = {}
    for name in sorted(rule.name for rule in policy.list_policies() if is_compared(rule.name)):
        allowed = []
        for scope in SCOPES:
            for role in ROLES:
                for about, target in TARGETS.items():
                    for elevated in ([False, True] if scope == 'service' else [False]):
                        creds = credentials(scope, role)
                        if elevated:
                            creds['config.service_project_name'] = 'service'
                        if enforcer.enforce(name, {**creds, **target}, creds):
                            allowed.append([scope, role, about] + (['elevated'] if elevated else []))
        groups.setdefault(json.dumps(allowed), []).append(name)
    lines = ['{"rules": %s, "allowed": %s}' % (json.dumps(names), allowed) for allowed, names in groups.items()]
    with open(OUTPUT, 'w') as output:
        output.write('[\n' + ',\n'.join(lines) + '\n]\n')


main()
