//! Acceptance tests of outbound rules of managed networks: `azureai_managed_network_outbound_rule`.

use emulator::{Emulator, Fault, Role};
use serde_json::json;

use crate::cloud::Cloud;
use crate::pieces;
use crate::world::World;

pub const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts/airef-foundry";
const NETWORK: &str = "Microsoft.CognitiveServices/accounts/airef-foundry/managedNetworks/default";
const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
pub const IT: &str = "azureai_managed_network_outbound_rule.it";

/// Rule of the account to the blobs of a storage account.
pub const RULE: &str = r#"
resource "azureai_managed_network_outbound_rule" "it" {
  name                = "to-storage"
  parent_id = "${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-foundry"
  service_resource_id = local.storage
  sub_resource_target = "blob"
}
"#;

/// Rule to a name with a wildcard.
pub const NAMED: &str = r#"
resource "azureai_managed_network_outbound_rule" "it" {
  name             = "to-pypi"
  parent_id = "${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-foundry"
  destination_fqdn = "*.pypi.org"
}
"#;

/// Gives the account a provisioned managed network.
pub fn network(cloud: &Cloud) {
    in_mode(cloud, "AllowOnlyApprovedOutbound");
}

/// Gives the account a provisioned managed network in this mode.
pub fn in_mode(cloud: &Cloud, mode: &str) {
    let network = json!({"isolationMode": mode, "status": {"status": "Active"}});
    let properties = json!({"managedNetwork": network, "provisioningState": "Succeeded"});
    cloud.put(NETWORK, &json!({ "properties": properties }));
}

/// Allows the identity of an account or hub to approve connections to every resource in the group.
pub fn may_approve(cloud: &Cloud, path: &str) {
    let own = cloud.get(path).unwrap();
    let identity = own["identity"]["principalId"].as_str().unwrap();
    let role = Role::new(&["*/privateEndpointConnectionsApproval/action"]).at(&cloud.group());
    cloud.give(identity, "ServicePrincipal", &role);
}

fn world() -> World {
    let world = World::new();
    network(&world.cloud);
    world
}

/// Returns the path and the status of each connection to the storage account.
fn connections(world: &World) -> Vec<(String, String)> {
    let all = world.cloud.everything().into_values();
    let of_storage = all.filter_map(|it| {
        let id = it["id"].as_str()?.to_owned();
        let (_, path) = id.split_once("/providers/")?;
        let own = path.starts_with(&format!("{STORAGE}/privateEndpointConnections/"));
        let state = &it["properties"]["privateLinkServiceConnectionState"]["status"];
        own.then(|| (path.to_owned(), state.as_str().unwrap_or_default().to_owned()))
    });
    of_storage.collect()
}

fn decide(world: &World, status: &str) {
    let state = json!({"privateLinkServiceConnectionState": {"status": status}});
    world.cloud.patch(&connections(world)[0].0, &json!({ "properties": state }));
}

/// Returns the rule with these arguments.
fn with(more: &str) -> String {
    pieces::with(RULE, more)
}

const SOON: &str = "\n  timeouts {\n    create = \"6s\"\n    update = \"6s\"\n  }\n";

#[test]
fn an_identity_with_the_role_approves_the_connections_of_rules() {
    let world = world();
    may_approve(&world.cloud, ACCOUNT);
    let before = world.cloud.everything();
    let tag = r#"
resource "azureai_managed_network_outbound_rule" "tag" {
  name        = "to-monitor"
  parent_id   = azureai_managed_network_outbound_rule.it.parent_id
  service_tag = "AzureMonitor"
  protocol    = "TCP"
  port_ranges = "80, 443"
}
"#;
    let fqdn = NAMED.replace("\"it\"", "\"fqdn\"");
    world.config(&[RULE, tag, &fqdn].concat());
    world.plan().creates(3).keeps_quiet_about("AAI").says("/outboundRules/to-storage");
    world.apply().creates(3);
    world.plan().is_quiet();
    for (name, ty) in [("it", "PrivateEndpoint"), ("tag", "ServiceTag"), ("fqdn", "FQDN")] {
        let address = format!("azureai_managed_network_outbound_rule.{name}");
        assert_eq!(world.attribute(&address, "status"), "Active");
        assert_eq!(world.attribute(&address, "type"), ty);
        assert_eq!(world.attribute(&address, "category"), "UserDefined");
    }
    assert_eq!(world.attribute("azureai_managed_network_outbound_rule.tag", "action"), "Allow");
    world.destroy().destroys(3);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn a_rule_approves_its_connection_on_request() {
    let world = world();
    // A pending connection of another client stays pending.
    let other = json!({"properties": {
        "privateEndpoint": {"id": "/subscriptions/00000000-0000-4000-8000-0000000000ff/\
            resourceGroups/x/providers/Microsoft.Network/privateEndpoints/to-storage"},
        "privateLinkServiceConnectionState": {"status": "Pending", "description": ""},
    }});
    let others = format!("{STORAGE}/privateEndpointConnections/airefstorage.0");
    world.cloud.put(&others, &other);
    world.config(&with("  approve = true\n"));
    world.plan().creates(1).keeps_quiet_about("AAI");
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Active");
    let states = connections(&world);
    let waiting: Vec<_> = states.iter().filter(|(_, status)| status == "Pending").collect();
    assert_eq!((states.len(), waiting.len()), (2, 1), "{states:?}");
    assert!(waiting[0].0.ends_with("/airefstorage.0"), "{states:?}");
    let puts = |it: &emulator::Request| {
        it.method == "PUT" && it.path.contains("/privateEndpointConnections/")
    };
    assert_eq!(world.cloud.requests().iter().filter(|it| puts(it)).count(), 1);
    world.destroy().destroys(1);
    assert_eq!(connections(&world).len(), 1);
}

#[test]
fn an_unapproved_connection_is_reported_with_the_role_and_the_fix() {
    let world = world();
    world.config(&with(SOON));
    let role = "Azure AI Enterprise Network Connection Approver";
    world.plan().warns("cannot approve connections to").says("AAI029").says(role);
    world
        .apply()
        .fails_with("is not approved")
        .says(role)
        .says("resource \"azurerm_role_assignment\"")
        .says("az role assignment create --assignee-object-id")
        .says("approve = true")
        .says("azureai_private_endpoint_connection_approval")
        .says("terraform untaint ADDRESS");
    assert!(world.is_tainted(IT), "nothing is lost");
    assert_eq!(world.attribute(IT, "status"), "Provisioning");
    // The provider keeps what the owner approved meanwhile.
    decide(&world, "Approved");
    world.run(&["untaint", IT]).succeeds();
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Provisioning");
    world.apply().succeeds();
    assert_eq!(world.attribute(IT, "status"), "Active");
    world.destroy().destroys(1);
}

#[test]
fn an_update_approves_a_pending_connection() {
    let world = world();
    world.config(&with(SOON));
    world.apply().fails_with("is not approved");
    world.run(&["untaint", IT]).succeeds();
    world.config(&with("  approve = true\n"));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Active");
    // The approval stays after `approve` is removed.
    world.config(RULE);
    world.apply().updates(1);
    assert_eq!(connections(&world)[0].1, "Approved");
}

#[test]
fn a_rejected_connection_is_not_approved() {
    let world = world();
    world.config(&with(SOON));
    world.apply().fails_with("is not approved");
    world.run(&["untaint", IT]).succeeds();
    decide(&world, "Rejected");
    world.config(&with("  approve = true\n"));
    world.apply().fails_with("connection was rejected by its owner");
    assert_eq!(connections(&world)[0].1, "Rejected");
}

#[test]
fn a_missing_permission_to_approve_fails_the_plan_and_the_apply() {
    let world = world();
    let action = "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action";
    world.cloud.deny(&world.cloud.group(), action);
    world.config(&with(&format!("  approve = true\n{SOON}")));
    world
        .plan()
        .fails_with("Missing permission to approve the connection")
        .says("AAI022")
        .says(action);
    world.cloud.allow_all();
    let write = "Microsoft.Storage/storageAccounts/privateEndpointConnections/write";
    world.cloud.deny(STORAGE, write);
    world
        .apply()
        .fails_with("Approving the connection of outbound rule")
        .says("az role assignment create")
        .says("approve = true");
    assert!(world.is_tainted(IT));
}

#[test]
fn rules_of_one_network_are_written_one_at_a_time() {
    let world = World::of(Emulator::builder().operation_seconds(1.0));
    network(&world.cloud);
    let many = RULE
        .replace(
            "  name ",
            "  for_each = toset([\"blob\", \"file\", \"table\", \"queue\"])\n  name ",
        )
        .replace("\"to-storage\"", "\"to-${each.key}\"")
        .replace("\"blob\"\n}", "each.key\n  approve = true\n}");
    world.config(&many);
    world.apply().creates(4);
    world.plan().is_quiet();
    let lines = world.cloud.request_lines();
    let refused = lines.lines().filter(|it| it.contains("outboundRules") && it.contains(" 409 "));
    assert_eq!(refused.count(), 0, "{lines}");
    world.destroy().destroys(4);
}

#[test]
fn a_busy_network_is_retried() {
    let world = world();
    let busy = Fault::status(409, "Conflict", "The network is busy.")
        .method("PUT")
        .path("/outboundRules/");
    world.cloud.fault(busy);
    world.config(&with("  approve = true\n"));
    world.apply().creates(1);
    world.plan().is_quiet();
}

#[test]
fn a_deleted_rule_is_recreated_and_an_existing_one_is_imported() {
    let world = world();
    may_approve(&world.cloud, ACCOUNT);
    world.config(RULE);
    world.apply().creates(1);
    let path = format!("{NETWORK}/outboundRules/to-storage");
    world.cloud.delete(&path);
    world.plan().creates(1);
    world.apply().creates(1);
    world.forget_everything();
    world.apply().fails_with("already exists").says("import {");
    world.import(IT, &world.cloud.id(&path).to_uppercase()).succeeds();
    world.plan().is_quiet();
}

#[test]
fn a_destination_changes_in_place_and_a_type_replaces_the_rule() {
    let world = world();
    world.config(NAMED);
    world.apply().creates(1);
    world.config(&NAMED.replace("*.pypi.org", "files.pythonhosted.org"));
    world.plan().updates(1);
    world.apply().updates(1);
    let there = || world.cloud.get(&format!("{NETWORK}/outboundRules/to-pypi")).unwrap();
    assert_eq!(there()["properties"]["destination"], "files.pythonhosted.org");
    let tag = "service_tag = \"AzureMonitor\"\n  protocol = \"TCP\"\n  port_ranges = \"443\"\n  \
               address_prefixes = [\"203.0.113.0/24\"]";
    let tagged = NAMED.replace("destination_fqdn = \"*.pypi.org\"", tag);
    world.config(&tagged);
    world.plan().replaces(1);
    world.apply().replaces(1);
    world.plan().is_quiet();
    world.config(&tagged.replace("  address_prefixes = [\"203.0.113.0/24\"]", ""));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(there()["properties"]["destination"]["addressPrefixes"], json!([]));
    let mode =
        json!({"properties": {"managedNetwork": {"isolationMode": "AllowInternetOutbound"}}});
    world.cloud.patch(NETWORK, &mode);
    world.config(&tagged.replace("443", "80"));
    world.plan().fails_with("supports only rules to private endpoints").says("AAI028");
}

#[test]
fn a_rule_needs_a_managed_network() {
    let world = World::new();
    let quick = with("\n  timeouts {\n    create = \"3s\"\n  }\n");
    world.config(&quick);
    world.apply().fails_with("has no managed network").says("azureai_managed_network");
    let puts = world.cloud.requests().iter().filter(|it| it.method == "PUT").count();
    assert_eq!(puts, 0, "nothing is sent");
    // The provider waits for a network that is being updated.
    network(&world.cloud);
    may_approve(&world.cloud, ACCOUNT);
    world.cloud.patch(NETWORK, &json!({"properties": {"provisioningState": "Updating"}}));
    let done = json!({"properties": {"provisioningState": "Succeeded"}});
    let change = emulator::FaultKind::Change { id: world.cloud.id(NETWORK), change: done };
    world.cloud.fault(Fault::new(change).method("GET").path("/managedNetworks/default").nth(4));
    world.config(RULE);
    world.apply().creates(1);
}
