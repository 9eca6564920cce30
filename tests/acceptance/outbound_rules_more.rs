//! Acceptance tests of outbound rules of hubs, of the roles that approve their connections, and of
//! invalid rules.

use emulator::Role;
use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::cloud::Cloud;
use crate::outbound_rules::{ACCOUNT, IT, NAMED, RULE, may_approve, network};
use crate::pieces::{self, WORKSPACE_PATH};
use crate::world::World;

/// Gives the hub a managed network with this status.
fn hub(cloud: &Cloud, status: &str) {
    let network = json!({
        "isolationMode": "AllowOnlyApprovedOutbound", "status": {"status": status},
    });
    cloud.patch(WORKSPACE_PATH, &json!({"properties": {"managedNetwork": network}}));
}

fn of_hub(more: &str) -> String {
    let (head, tail) = RULE.split_once("  parent_id").unwrap();
    let tail = tail.split_once('\n').unwrap().1;
    pieces::with(&format!("{head}  parent_id = local.workspace\n{tail}"), more)
}

const SEARCH: &str = "\"${local.group}/providers/Microsoft.Search/searchServices/airef-search\"";

fn to_search(more: &str) -> String {
    of_hub(more).replace("local.storage", SEARCH).replace("\"blob\"", "\"searchService\"")
}

#[test]
fn a_hubs_rule_is_inactive_until_its_network_is_provisioned() {
    let world = World::new();
    hub(&world.cloud, "Inactive");
    world.config(&to_search("  approve = true\n  spark_enabled = true\n"));
    world.apply().warns("is inactive until its network is provisioned");
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Inactive");
    let path = format!("{WORKSPACE_PATH}/outboundRules/to-storage");
    let rule = world.cloud.get(&path).unwrap();
    assert_eq!(rule["properties"]["destination"]["sparkEnabled"], Value::Bool(true));
    world.destroy().destroys(1);
}

#[test]
fn a_hub_needs_no_role_for_its_default_resources() {
    let world = World::new();
    hub(&world.cloud, "Active");
    world.config(&of_hub("  spark_enabled = true\n"));
    world.plan().creates(1).keeps_quiet_about("AAI");
    world.apply().creates(1);
    world.plan().is_quiet();
    let path = format!("{WORKSPACE_PATH}/outboundRules/to-storage").to_uppercase();
    let id = world.cloud.id(&path);
    world.forget_everything();
    world.import(IT, &id).succeeds();
    world.plan().is_quiet();
    world.destroy().destroys(1);
    world.config(&to_search(""));
    world.plan().warns("cannot approve connections to \"airef-search\"").says("AAI029");
    world.config(&to_search("  approve = true\n"));
    world.apply().creates(1).keeps_quiet_about("AAI");
    assert_eq!(world.attribute(IT, "status"), "Active");
}

#[test]
fn a_missing_role_is_reported_with_the_action_of_the_target() {
    let world = World::new();
    network(&world.cloud);
    may_approve(&world.cloud, ACCOUNT);
    let own = world.cloud.get(ACCOUNT).unwrap();
    world.config(RULE);
    world.plan().keeps_quiet_about("AAI");
    let target = RULE.replace("local.storage", "local.other").replace("\"blob\"", "\"account\"");
    let services = "locals {\n  other = \"${local.group}/providers/\
                    Microsoft.CognitiveServices/accounts/airef-services\"\n}\n";
    world.config(&[services, &target].concat());
    // AI services need another action.
    let action = "Microsoft.CognitiveServices/accounts/privateEndpointConnections/write";
    world.plan().warns("cannot approve connections to \"airef-services\"").says(action);
    let identity = own["identity"]["principalId"].as_str().unwrap();
    world.cloud.give(identity, "ServicePrincipal", &Role::new(&[action]).at(&world.cloud.group()));
    world.plan().keeps_quiet_about("AAI");
    world.apply().creates(1);
    assert_eq!(world.attribute(IT, "status"), "Active");
}

#[test]
fn invalid_arguments_of_rules_are_errors() {
    let locals = "locals {\n  account = \"${local.group}/providers/Microsoft.CognitiveServices/\
                  accounts/airef-foundry\"\n}\n";
    let rule = RULE.replace(
        "\"${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-foundry\"",
        "local.account",
    );
    are_refused(
        &[locals, &rule].concat(),
        r#"
good: "to-storage"
bad:  "__SYS_PE_airefstorage_blob_01234567"
says: a rule that Azure creates

good: "to-storage"
bad:  "ab"
says: Azure allows 3 to 33

good: "to-storage"
bad:  "to storage"
says: is not an outbound rule name

good: local.account
bad:  local.vault
says: Microsoft.CognitiveServices/accounts

good: sub_resource_target = "blob"
bad:  sub_resource_target = "vault"
says: AAI001

good:   sub_resource_target = "blob"
bad:    destination_fqdn = "pypi.org"
line: destination_fqdn
says: An outbound rule needs exactly one destination

good:   sub_resource_target = "blob"
bad:    # none
line: azureai_managed_network_outbound_rule
says: needs `sub_resource_target`

good:   sub_resource_target = "blob"
bad:    sub_resource_target = "blob"
bad:    spark_enabled = true
line: spark_enabled
says: Only rules of hubs support `spark_enabled`
"#,
    );
}

#[test]
fn invalid_names_and_tags_of_rules_are_errors() {
    are_refused(
        &NAMED.replace(
            "\"${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-foundry\"",
            "local.workspace",
        ),
        r#"
good: destination_fqdn = "*.pypi.org"
bad:  destination_fqdn = "https://pypi.org:8443"
says: Remove the scheme, the port and the path: the rule opens ports 80 and 443

good: destination_fqdn = "*.pypi.org"
bad:  destination_fqdn = "*.pypi.org"
bad:  protocol = "TCP"
line: protocol
says: cannot have `protocol`

good: destination_fqdn = "*.pypi.org"
bad:  service_tag = "AzureMonitor"
bad:  protocol    = "HTTP"
bad:  port_ranges = "443"
line: protocol
says: is not one of "TCP"

good: destination_fqdn = "*.pypi.org"
bad:  service_tag = "AzureMonitor"
bad:  protocol    = "TCP"
bad:  port_ranges = "https"
line: port_ranges
says: is not a port from 0 to 65535
"#,
    );
}
