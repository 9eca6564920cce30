"""Runs the official Python SDKs, unmodified, against the emulator: create, read, list with paging,
update, delete, and every poller until it ends.

Usage: `python sdk.py READY_FILE`, with REQUESTS_CA_BUNDLE set to the certificate of the emulator's
authority. The script prints a line for each step (name, tab, seconds) and exits at the first
failure.
"""

import json
import os
import sys
import time

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import (
    ClientAssertionCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
)
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.privatedns import PrivateDnsManagementClient
from azure.mgmt.search import SearchManagementClient
from azure.mgmt.storage import StorageManagementClient

FACTS = json.load(open(sys.argv[1], encoding="utf-8"))
BASE, GROUP, TENANT = FACTS["base"], FACTS["resource_group"], FACTS["tenant"]
SCOPE = f"/subscriptions/{FACTS['subscription']}/resourceGroups/{GROUP}/providers"
NETWORK = f"{SCOPE}/Microsoft.Network/virtualNetworks/vnet-ai"
EAST = {"location": "eastus"}
ENTRA = {"authority": BASE, "disable_instance_discovery": True}
SECRET = ClientSecretCredential(TENANT, FACTS["client_id"], FACTS["client_secret"], **ENTRA)


def step(name, action):
    """Runs an action, waits for its poller, reads all its pages, and prints its duration."""
    begun = time.monotonic()
    result = action()
    if hasattr(result, "by_page"):
        result = [entry for page in result.by_page() for entry in page]
    elif hasattr(result, "result"):
        poller, result = result, result.result(60)
        assert poller.done(), f"{name}: the poller does not end"
    print(f"{name}\t{time.monotonic() - begun:.2f}", flush=True)
    return result


def gone(name, action):
    """Checks that a deleted resource answers 404."""

    def refused():
        try:
            action()
        except ResourceNotFoundError:
            return
        raise AssertionError(f"{name}: the resource still exists")

    step(name, refused)


def check(actual, expected):
    assert actual == expected, f"{actual!r}, not {expected!r}"


def client(kind):
    scopes = [f"{BASE}/.default"]
    # If an answer has no Retry-After, the SDKs poll every 30 seconds.
    return kind(
        SECRET, FACTS["subscription"], base_url=BASE, credential_scopes=scopes, polling_interval=1
    )


def sign_in():
    """Signs in with each credential of azure-identity that needs no browser."""
    scope = f"{BASE}/.default"
    step("sign in: client secret", lambda: SECRET.get_token(scope))
    os.environ["IDENTITY_ENDPOINT"] = FACTS["identity_endpoint"]
    os.environ["IDENTITY_HEADER"] = FACTS["identity_header"]
    managed = ManagedIdentityCredential()
    step("sign in: managed identity of an app service", lambda: managed.get_token(scope))
    assertion = ClientAssertionCredential(
        TENANT, FACTS["client_id"], lambda: managed.get_token("api://AzureADTokenExchange").token,
        **ENTRA,
    )
    step("sign in: client assertion", lambda: assertion.get_token(scope))
    wrong = ClientSecretCredential(TENANT, FACTS["client_id"], "wrong", **ENTRA)
    try:
        wrong.get_token(scope)
    except Exception as error:
        assert "AADSTS7000215" in str(error), error
    else:
        raise AssertionError("the sign-in accepted a wrong secret")


def network():
    net = client(NetworkManagementClient)
    address = {"addressSpace": {"addressPrefixes": ["10.8.0.0/16"]}}
    step("network: create", lambda: net.virtual_networks.begin_create_or_update(
        GROUP, "vnet-sdk", {**EAST, "properties": address}))
    subnet = {"properties": {"addressPrefix": "10.8.1.0/24"}}
    subnet = step("network: add a subnet", lambda: net.subnets.begin_create_or_update(
        GROUP, "vnet-sdk", "one", subnet))
    step("network: update its tags", lambda: net.virtual_networks.update_tags(
        GROUP, "vnet-sdk", {"tags": {"a": "1"}}))
    names = [one.name for one in step("network: list", lambda: net.virtual_networks.list(GROUP))]
    assert {"vnet-ai", "vnet-sdk"} <= set(names), names

    endpoint = {**EAST, "properties": {
        "subnet": {"id": subnet.id},
        "privateLinkServiceConnections": [{"name": "vault", "properties": {
            "privateLinkServiceId": f"{SCOPE}/Microsoft.KeyVault/vaults/airefkv",
            "groupIds": ["vault"],
        }}],
    }}
    made = step("endpoint: create", lambda: net.private_endpoints.begin_create_or_update(
        GROUP, "pe-sdk", endpoint))
    check(made.provisioning_state, "Succeeded")
    check(made.custom_dns_configs[0].fqdn, "airefkv.vault.azure.net")
    read = step("endpoint: read", lambda: net.private_endpoints.get(GROUP, "pe-sdk"))
    connection = read.private_link_service_connections[0]
    check(connection.private_link_service_connection_state.status, "Approved")
    read.tags = {"b": "2"}
    updated = step("endpoint: write back with a tag", lambda:
                   net.private_endpoints.begin_create_or_update(GROUP, "pe-sdk", read))
    check(updated.tags, {"b": "2"})
    found = step("endpoint: list", net.private_endpoints.list_by_subscription)
    assert "pe-sdk" in [one.name for one in found]
    zone_group(net)
    step("endpoint: delete", lambda: net.private_endpoints.begin_delete(GROUP, "pe-sdk"))
    gone("endpoint: no longer exists", lambda: net.private_endpoints.get(GROUP, "pe-sdk"))
    step("network: delete", lambda: net.virtual_networks.begin_delete(GROUP, "vnet-sdk"))


def zone_group(net):
    """Creates, changes and deletes zones, links and records, with the endpoint of `network`."""
    dns, zone = client(PrivateDnsManagementClient), "privatelink.vaultcore.azure.net"
    made = step("zone: create", lambda: dns.private_zones.begin_create_or_update(
        GROUP, zone, {"location": "global"}, if_none_match="*"))
    check(made.provisioning_state, "Succeeded")
    link = {"location": "global", "virtualNetwork": {"id": NETWORK}, "registrationEnabled": False}
    step("zone: link", lambda: dns.virtual_network_links.begin_create_or_update(
        GROUP, zone, "link", link))
    group = {"properties": {"privateDnsZoneConfigs": [
        {"name": "vault", "properties": {"privateDnsZoneId": made.id}}]}}
    group = step("zone group: create", lambda: net.private_dns_zone_groups.begin_create_or_update(
        GROUP, "pe-sdk", "default", group))
    check(group.private_dns_zone_configs[0].record_sets[0].fqdn, f"airefkv.{zone}")
    for name in ["one", "two", "three"]:
        record = {"ttl": 60, "aRecords": [{"ipv4Address": "10.8.1.200"}]}
        step(f"record: create {name}", lambda: dns.record_sets.create_or_update(
            GROUP, zone, "A", name, record))
    listed = step("record: list in pages of two", lambda: dns.record_sets.list_by_type(
        GROUP, zone, "A", top=2))
    check(sorted(one.name for one in listed), ["airefkv", "one", "three", "two"])
    record = step("record: update", lambda: dns.record_sets.update(
        GROUP, zone, "A", "one", {"ttl": 30}))
    check(record.ttl, 30)
    for name in ["one", "two", "three"]:
        step(f"record: delete {name}", lambda: dns.record_sets.delete(GROUP, zone, "A", name))
    step("zone group: delete", lambda: net.private_dns_zone_groups.begin_delete(
        GROUP, "pe-sdk", "default"))
    try:
        step("zone: delete while linked is refused", lambda: dns.private_zones.begin_delete(GROUP, zone))
    except HttpResponseError as error:
        print("zone: is kept by its link\t0.00")
        assert error.error.code == "CannotDeleteResource", error
    step("zone: unlink", lambda: dns.virtual_network_links.begin_delete(GROUP, zone, "link"))
    step("zone: delete", lambda: dns.private_zones.begin_delete(GROUP, zone))
    gone("zone: no longer exists", lambda: dns.private_zones.get(GROUP, zone))


def workspace():
    hubs = client(MachineLearningServicesMgmtClient)
    step("workspace: list", lambda: hubs.workspaces.list_by_resource_group(GROUP))
    hub = step("workspace: read", lambda: hubs.workspaces.get(GROUP, "airef-hub"))
    check(hub.provisioning_state, "Succeeded")
    links = step("workspace: private links", lambda: hubs.private_link_resources.list_by_workspace(
        GROUP, "airef-hub"))
    check(links.value[0].group_id, "amlworkspace")
    body = {**EAST, "identity": {"type": "SystemAssigned"}, "properties": {
        "friendlyName": "sdk",
        "storageAccount": f"{SCOPE}/Microsoft.Storage/storageAccounts/airefstorage",
        "keyVault": f"{SCOPE}/Microsoft.KeyVault/vaults/airefkv",
        "applicationInsights": f"{SCOPE}/microsoft.insights/components/airef-insights",
    }}
    step("workspace: create", lambda: hubs.workspaces.begin_create_or_update(GROUP, "sdk", body))
    step("workspace: update", lambda: hubs.workspaces.update(GROUP, "sdk", {"tags": {"a": "1"}}))
    step("workspace: delete", lambda: hubs.workspaces.begin_delete(GROUP, "sdk"))
    gone("workspace: no longer exists", lambda: hubs.workspaces.get(GROUP, "sdk"))


def storage():
    accounts = client(StorageManagementClient).storage_accounts
    body = {**EAST, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
    made = step("storage: create", lambda: accounts.begin_create(GROUP, "sdkstorage", body))
    check(made.provisioning_state, "Succeeded")
    flag = {"properties": {"publicNetworkAccess": "Disabled"}}
    made = step("storage: flag", lambda: accounts.update(GROUP, "sdkstorage", flag))
    check(made.public_network_access, "Disabled")
    step("storage: list", accounts.list)
    step("storage: delete", lambda: accounts.delete(GROUP, "sdkstorage"))
    gone("storage: no longer exists", lambda: accounts.get_properties(GROUP, "sdkstorage"))


def vault():
    vaults = client(KeyVaultManagementClient)
    body = {**EAST, "properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"},
                                   "enableRbacAuthorization": True}}
    made = step("vault: create", lambda: vaults.vaults.begin_create_or_update(GROUP, "sdk-kv", body))
    check(made.properties.provisioning_state, "Succeeded")
    flag = {"properties": {"publicNetworkAccess": "Disabled"}}
    step("vault: flag", lambda: vaults.vaults.update(GROUP, "sdk-kv", flag))
    step("vault: list in pages of one", lambda: vaults.vaults.list_by_resource_group(GROUP, top=1))
    step("vault: private links", lambda: vaults.private_link_resources.list_by_vault(
        GROUP, "sdk-kv"))
    step("vault: connections", lambda: vaults.private_endpoint_connections.list_by_resource(
        GROUP, "sdk-kv"))
    step("vault: delete", lambda: vaults.vaults.delete(GROUP, "sdk-kv"))
    gone("vault: no longer exists", lambda: vaults.vaults.get(GROUP, "sdk-kv"))


def registry():
    registries = client(ContainerRegistryManagementClient)
    body = {**EAST, "sku": {"name": "Premium"}, "properties": {}}
    made = step("registry: create", lambda: registries.registries.begin_create(
        GROUP, "sdkacr", body))
    check(made.provisioning_state, "Succeeded")
    flag = {"properties": {"publicNetworkAccess": "Disabled"}}
    made = step("registry: flag", lambda: registries.registries.begin_update(
        GROUP, "sdkacr", flag))
    check(made.public_network_access, "Disabled")
    step("registry: list", registries.registries.list)
    step("registry: connections", lambda: registries.private_endpoint_connections.list(
        GROUP, "sdkacr"))
    step("registry: delete", lambda: registries.registries.begin_delete(GROUP, "sdkacr"))
    gone("registry: no longer exists", lambda: registries.registries.get(GROUP, "sdkacr"))


def account():
    services = client(CognitiveServicesManagementClient)
    body = {**EAST, "kind": "AIServices", "sku": {"name": "S0"},
            "properties": {"customSubDomainName": "sdk-services"}}
    made = step("AI services: create", lambda: services.accounts.begin_create(
        GROUP, "sdk-services", body))
    check(made.properties.provisioning_state, "Succeeded")
    flag = {"properties": {"publicNetworkAccess": "Disabled"}}
    step("AI services: flag", lambda: services.accounts.begin_update(GROUP, "sdk-services", flag))
    step("AI services: list", services.accounts.list)
    step("AI services: connections", lambda: services.private_endpoint_connections.list(
        GROUP, "sdk-services"))
    step("AI services: delete", lambda: services.accounts.begin_delete(GROUP, "sdk-services"))
    gone("AI services: no longer exists", lambda: services.accounts.get(GROUP, "sdk-services"))


def search():
    services = client(SearchManagementClient)
    body = {**EAST, "sku": {"name": "standard"}, "properties": {}}
    made = step("search: create", lambda: services.services.begin_create_or_update(
        GROUP, "sdk-search", body))
    check(made.provisioning_state, "succeeded")
    made.public_network_access = "Disabled"
    made = step("search: write back with the flag", lambda:
                services.services.begin_create_or_update(GROUP, "sdk-search", made))
    check(made.public_network_access, "Disabled")
    step("search: list", lambda: services.services.list_by_resource_group(GROUP))
    step("search: private links", lambda: services.private_link_resources.list_supported(
        GROUP, "sdk-search"))
    step("search: delete", lambda: services.services.delete(GROUP, "sdk-search"))
    gone("search: no longer exists", lambda: services.services.get(GROUP, "sdk-search"))


for story in [sign_in, network, workspace, storage, vault, registry, account, search]:
    story()
