"""Walks the bare metal proxy of openstacksdk: every kind of object, and what can be done with a node.

Prints a JSON list of {"call", "answer"}: the answer's keys and types, or the error's class and HTTP status. OS_ENDPOINT
names the server; it must not ask for authentication.
"""

import inspect
import json
import os
import sys

import openstack
from openstack import exceptions
from openstack.baremetal.v1 import _proxy

CALLED = set()
ANSWERS = []
NAME = "sdk-walk"
# What a server keeps for itself, and what depends on how far it has come.
OPAQUE = ("driver_internal_info", "last_error", "reservation")

connection = openstack.connect(
    auth_type="none", baremetal_endpoint_override=os.environ["OS_ENDPOINT"], load_yaml_config=False
)
baremetal = connection.baremetal
# Without this, each expected 409 would be tried again for half a minute.
baremetal.retriable_status_codes = []


def shape(value):
    """Keys and types at every depth; of a list the different shapes of its items."""
    if hasattr(value, "to_dict"):
        value = {key: item for key, item in value.to_dict(computed=False).items() if key not in OPAQUE}
    if isinstance(value, dict):
        return {str(key): shape(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        shapes = {json.dumps(shape(item), sort_keys=True): shape(item) for item in value}
        return [shapes[key] for key in sorted(shapes)]
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if value is None or isinstance(value, str):
        return "null" if value is None else "string"
    return type(value).__name__


def walk(method, *args, **kwargs):
    """Calls a method of the proxy, and keeps what came of it."""
    CALLED.add(method)
    try:
        result = getattr(baremetal, method)(*args, **kwargs)
        if inspect.isgenerator(result):
            result = list(result)
        answer = shape(result)
    except exceptions.SDKException as error:
        result = None
        answer = {"error": type(error).__name__, "status": getattr(error, "status_code", None)}
    ANSWERS.append({"call": method, "answer": answer})
    return result


def walk_object(singular, plural, attributes, change, patch, find=None, only=None, ready=None):
    """Makes an object, finds, lists, changes and patches it; the caller deletes it."""
    made = walk(f"create_{singular}", **attributes)
    if ready:
        ready(made)
    query = only(made) if only else {}
    walk(plural, **query)
    walk(plural, details=True, **query) if plural != "allocations" else None
    walk(f"get_{singular}", made.id)
    walk(f"get_{singular}", "0c3bd0b8-1f6e-4b1e-9a7f-7c1f4f6f1d11")
    if find:
        walk(f"find_{singular}", made.id)
        walk(f"find_{singular}", "nobody")
    walk(f"update_{singular}", made, **change)
    walk(f"patch_{singular}", made, patch)
    return made


def extra(value):
    return [{"op": "add", "path": "/extra/patched", "value": value}]


def steps_of(field):
    return [{"interface": "bios", "step": "factory_reset", "args": {}, field: 1}]


def walk_objects(node):
    only_mine = {"node": node.id}
    chassis = walk_object("chassis", "chassis", {"description": "rack"}, {"description": "row"}, extra(1), find=True)
    group = walk_object(
        "port_group",
        "port_groups",
        {"node_id": node.id, "name": f"{NAME}-bond", "address": "02:00:5e:00:01:01"},
        {"mode": "802.3ad"},
        extra(1),
        find=True,
        only=lambda _: only_mine,
    )
    port = walk_object(
        "port",
        "ports",
        {"node_id": node.id, "address": "02:00:5e:00:01:02", "port_group_id": group.id},
        {"is_pxe_enabled": False},
        extra(1),
        find=True,
        only=lambda _: only_mine,
    )
    walk("attach_vif_to_node", node, "1974dcfa-836f-41b2-b541-686c100900e5", retry_on_conflict=False)
    walk("list_node_vifs", node)
    walk("detach_vif_from_node", node, "1974dcfa-836f-41b2-b541-686c100900e5")
    walk("delete_port", port)
    walk("delete_port_group", group)
    walk("delete_chassis", chassis)
    walk("delete_chassis", chassis, ignore_missing=False)

    walk("set_node_power_state", node, "power off", wait=True, timeout=60)
    connector = walk_object(
        "volume_connector",
        "volume_connectors",
        {"node_id": node.id, "type": "iqn", "connector_id": f"iqn.2026-11.org.example:{NAME}"},
        {"type": "ip"},
        extra(1),
        find=True,
        only=lambda _: only_mine,
    )
    target = walk_object(
        "volume_target",
        "volume_targets",
        {"node_id": node.id, "volume_type": "iscsi", "boot_index": 0, "volume_id": "vol-1"},
        {"boot_index": 1},
        extra(1),
        find=True,
        only=lambda _: only_mine,
    )
    walk("delete_volume_connector", connector)
    walk("delete_volume_target", target)

    template = walk_object(
        "deploy_template",
        "deploy_templates",
        {"name": "CUSTOM_SDK_WALK", "steps": steps_of("priority")},
        {"name": "CUSTOM_SDK_WALKED"},
        extra(1),
        find=True,
    )
    walk("delete_deploy_template", template)
    runbook = walk_object(
        "runbook", "runbooks", {"name": "CUSTOM_SDK_WALK", "steps": steps_of("order")}, {"is_public": True}, extra(1)
    )
    walk("set_runbook_traits", runbook, ["CUSTOM_A"])
    walk("add_runbook_trait", runbook, "CUSTOM_B")
    walk("remove_runbook_trait", runbook, "CUSTOM_A")
    walk("delete_runbook", runbook)
    rule = walk_object(
        "inspection_rule",
        "inspection_rules",
        {"actions": [{"op": "fail", "args": ["stop"]}], "conditions": [], "description": "first"},
        {"description": "second"},
        [{"op": "replace", "path": "/priority", "value": 7}],
    )
    walk("delete_inspection_rule", rule)


def walk_management(node):
    walk("validate_node", node, required=())
    for driver in walk("drivers"):
        if driver.name == "fake-hardware":
            walk("get_driver", driver)
    walk("drivers", details=True)
    walk("list_driver_vendor_passthru", "fake-hardware")
    walk("call_driver_vendor_passthru", "fake-hardware", "GET", "nothing")
    walk("list_node_vendor_passthru", node)
    walk("call_node_vendor_passthru", node, "POST", "second_method", body={"bar": "kazoo"})
    conductors = walk("conductors")
    walk("conductors", details=True)
    walk("get_conductor", conductors[0].hostname)
    walk("set_node_boot_device", node, "pxe", persistent=True)
    walk("get_node_boot_device", node)
    walk("get_node_supported_boot_devices", node)
    walk("set_node_boot_mode", node, "uefi")
    walk("wait_for_node_reservation", node, timeout=60)
    walk("set_node_secure_boot", node, True)
    walk("wait_for_node_reservation", node, timeout=60)
    walk("get_node_console", node)
    walk("enable_node_console", node)
    walk("wait_for_node_reservation", node, timeout=60)
    walk("disable_node_console", node)
    walk("wait_for_node_reservation", node, timeout=60)
    walk("inject_nmi_to_node", node)
    walk("attach_vmedia_to_node", node, "cdrom", "http://192.0.2.9/boot.iso", retry_on_conflict=False)
    walk("detach_vmedia_from_node", node)
    walk("set_node_maintenance", node, "disk swap")
    walk("unset_node_maintenance", node)
    walk("set_node_traits", node, ["CUSTOM_A", "CUSTOM_B"])
    walk("add_node_trait", node, "CUSTOM_C")
    walk("remove_node_trait", node, "CUSTOM_A")
    walk("list_node_firmware", node)
    walk("get_node_inventory", node)


def walk_verbs(node):
    walk("set_node_provision_state", node, "inspect", wait=True, timeout=60)
    walk(
        "set_node_provision_state",
        node,
        "clean",
        clean_steps=[{"interface": "bios", "step": "factory_reset"}],
        wait=True,
        timeout=60,
    )
    walk("set_node_provision_state", node, "provide")
    walk("wait_for_nodes_provision_state", [node], "available", timeout=60)
    walk("set_node_power_state", node, "power on")
    walk("wait_for_node_power_state", node, "power on", timeout=60)
    allocation = walk_object(
        "allocation",
        "allocations",
        {"name": NAME, "resource_class": NAME},
        {"name": f"{NAME}-2"},
        extra(1),
        ready=lambda made: walk("wait_for_allocation", made.id, timeout=60),
    )
    walk("update_node", node, instance_info={"image_source": "http://192.0.2.9/disk.img"}, retry_on_conflict=False)
    walk("set_node_provision_state", node, "active", config_drive={"meta_data": {}}, wait=True, timeout=60)
    walk("set_node_provision_state", node, "rescue", rescue_password="secret", wait=True, timeout=60)
    walk("set_node_provision_state", node, "unrescue")
    walk("wait_for_nodes_provision_state", [node], "active", timeout=60)
    walk("set_node_provision_state", node, "abort")
    walk("set_node_provision_state", node, "deleted", wait=True, timeout=60)
    walk("delete_allocation", allocation)


node = walk("create_node", name=NAME, driver="fake-hardware", resource_class=NAME, deploy_interface="fake")
walk("nodes", resource_class=NAME)
walk("nodes", resource_class=NAME, details=True)
walk("get_node", NAME)
walk("get_node", NAME, fields=["name", "provision_state"])
walk("find_node", NAME)
walk("find_node", "nobody")
walk("update_node", node, description="spare", retry_on_conflict=False)
walk("patch_node", node, extra(1), retry_on_conflict=False)
walk("set_node_provision_state", node, "manage", wait=True, timeout=60)
walk_objects(node)
walk_management(node)
walk_verbs(node)
walk("delete_node", NAME)

# The last two only poll what the caller gives them.
known = {name for name, _ in inspect.getmembers(_proxy.Proxy, inspect.isfunction) if name in vars(_proxy.Proxy)}
left_out = sorted(n for n in known - CALLED if not n.startswith("_") and n not in ("wait_for_status", "wait_for_delete"))
json.dump({"answers": ANSWERS, "left_out": left_out}, sys.stdout)
