//! Acceptance tests of concurrent changes: a repeated write keeps what another client wrote in the
//! meantime.

use emulator::{Emulator, Fault, FaultKind};
use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

const GROUPS: &str = "Microsoft.Network/applicationSecurityGroups";
const SUBNET: &str = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const VAULT: &str = "Microsoft.KeyVault/vaults/airefkv";
const SERVICES: &str = "Microsoft.CognitiveServices/accounts/airef-services";
const HUB: &str = "azureai_private_endpoint.hub";

const ASSOCIATIONS: &str = r#"
resource "azureai_private_endpoint_application_security_group_association" "x" {
  count                         = COUNT
  private_endpoint_id           = azureai_private_endpoint.hub.id
  application_security_group_id = "${local.network}/applicationSecurityGroups/g${count.index}"
}
"#;

fn associations(count: usize) -> String {
    [pieces::ENDPOINT, &ASSOCIATIONS.replace("COUNT", &count.to_string())].concat()
}

/// Returns a world with an endpoint, and with `groups` security groups beside `theirs`.
fn endpoint(groups: usize) -> World {
    slow_endpoint(groups, 0.0)
}

/// Returns the world of [`endpoint`] with operations that take `seconds`.
fn slow_endpoint(groups: usize, seconds: f64) -> World {
    let world = World::of(Emulator::builder().operation_seconds(seconds));
    for name in (0..groups).map(|index| format!("g{index}")).chain(["theirs".to_owned()]) {
        world.cloud.put(&format!("{GROUPS}/{name}"), &json!({"location": "eastus"}));
    }
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    world
}

/// Returns the names of the endpoint's security groups.
fn groups(world: &World) -> Vec<String> {
    let endpoint = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
    let groups = endpoint["properties"]["applicationSecurityGroups"].as_array();
    let name = |group: &Value| group["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut names: Vec<_> = groups.into_iter().flatten().map(name).collect();
    names.sort();
    names
}

/// Returns a fault in which another client changes these properties.
fn change(world: &World, path: &str, properties: &Value) -> Fault {
    let change = json!({ "properties": properties });
    Fault::new(FaultKind::Change { id: world.cloud.id(path), change })
}

/// Moments between an accepted write and its repetition.
const MOMENTS: [&str; 2] = ["as its operation fails", "as it is repeated"];

/// Makes the operation of the next write fail, and another client change the object in between.
fn fails_once_while(world: &World, path: &str, moment: &str, other: Fault) {
    let busy = Fault::operation("AnotherOperationInProgress", "Another operation runs.");
    world.cloud.fault(busy.method("PUT").path(path));
    world.cloud.fault(match moment {
        "as its operation fails" => other.method("GET").path("/operation").after("PUT", path),
        _ => other.method("PUT").path(path).nth(2),
    });
}

/// Asserts that the write was repeated, and that every write after request `since` had a condition.
#[track_caller]
fn are_conditional(world: &World, path: &str, since: usize) {
    let requests = world.cloud.requests().split_off(since);
    let writes: Vec<_> =
        requests.iter().filter(|it| it.method == "PUT" && it.path.ends_with(path)).collect();
    assert!(writes.len() > 1, "it was repeated");
    let without = writes.iter().filter(|it| it.if_match.is_none()).count();
    assert_eq!(without, 0, "of {} writes", writes.len());
}

#[test]
fn a_repeated_update_of_an_endpoint_keeps_other_changes() {
    for moment in MOMENTS {
        let world = endpoint(0);
        let id = world.cloud.id(&format!("{GROUPS}/theirs"));
        let other = json!({"applicationSecurityGroups": [{"id": id}]});
        let other = change(&world, pieces::ENDPOINT_PATH, &other);
        fails_once_while(&world, "/privateEndpoints/pe-hub", moment, other);
        let before = world.cloud.requests().len();
        world.config(&pieces::endpoint_with("  tags = { v = \"2\" }\n"));
        world.apply().updates(1);
        assert_eq!(groups(&world), ["theirs"], "{moment}");
        assert_eq!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["tags"]["v"], "2");
        are_conditional(&world, "/pe-hub", before);
        world.plan().is_quiet();
    }
}

#[test]
fn a_repeated_association_keeps_other_changes() {
    for moment in MOMENTS {
        let world = endpoint(1);
        let id = world.cloud.id(&format!("{GROUPS}/theirs"));
        let other = json!({"applicationSecurityGroups": [{"id": id}]});
        let other = change(&world, pieces::ENDPOINT_PATH, &other);
        fails_once_while(&world, "/privateEndpoints/pe-hub", moment, other);
        let before = world.cloud.requests().len();
        world.config(&associations(1));
        world.apply().creates(1);
        assert_eq!(groups(&world), ["g0", "theirs"], "{moment}");
        are_conditional(&world, "/pe-hub", before);
        world.plan().is_quiet();
    }
}

#[test]
fn a_repeated_subnet_policy_keeps_other_changes() {
    for moment in MOMENTS {
        let world = World::new();
        let other = json!({"serviceEndpoints": [{"service": "Microsoft.Storage"}]});
        let other = change(&world, SUBNET, &other);
        fails_once_while(&world, "/subnets/snet-pe", moment, other);
        let policy = "resource \"azureai_subnet_private_endpoint_policy\" \"it\" {\n  \
                      subnet_id = local.subnet\n  private_endpoint_network_policies = \
                      \"Enabled\"\n}\n";
        world.config(policy);
        world.apply().creates(1);
        let subnet = &world.cloud.get(SUBNET).unwrap()["properties"];
        assert_eq!(subnet["privateEndpointNetworkPolicies"], "Enabled", "{moment}");
        assert_eq!(subnet["serviceEndpoints"][0]["service"], "Microsoft.Storage", "{moment}");
        are_conditional(&world, "/snet-pe", 0);
    }
}

/// Returns the access to a resource with these arguments.
fn access(path: &str, more: &str) -> String {
    format!(
        "resource \"azureai_public_network_access\" \"f\" {{\n  resource_id = \
         \"${{local.group}}/providers/{path}\"\n  public_network_access = \"Enabled\"\n{more}\n  \
         guard {{\n    mode = \"off\"\n  }}\n}}\n"
    )
}

fn rules(world: &World, path: &str) -> Value {
    world.cloud.get(path).unwrap()["properties"]["networkAcls"].clone()
}

/// Covers the create and the update of the resource.
#[test]
fn a_repeated_flag_keeps_other_changes() {
    for (path, before) in [(STORAGE, None), (STORAGE, Some("Allow")), (VAULT, Some("Allow"))] {
        let world = World::new();
        world.cloud.patch(path, &json!({"properties": {"networkAcls": {"ipRules": []}}}));
        if let Some(action) = before {
            world.config(&access(path, &format!("  default_action = {action:?}")));
            world.apply().creates(1);
        }
        let rule = json!({"networkAcls": {"ipRules": [{"value": "198.51.100.7"}]}});
        let write = |fault: Fault| fault.method("PATCH").path(path);
        world.cloud.fault(write(change(&world, path, &rule)));
        let wait = Fault::status(503, "ServerBusy", "A moment, please.").retry_after("1");
        world.cloud.fault(write(wait));
        world.config(&access(path, "  default_action = \"Deny\""));
        world.apply().succeeds();
        let rules = rules(&world, path);
        assert_eq!(rules["defaultAction"], "Deny", "{path}");
        assert_eq!(rules["ipRules"][0]["value"], "198.51.100.7", "{path}: the other rule stays");
        world.plan().is_quiet();
    }
}

#[test]
fn kept_rules_keep_their_other_properties() {
    let subnet = |name: &str| format!("\"${{local.vnet}}/subnets/{name}\"");
    let (one, two) = (subnet("snet-pe"), subnet("snet-other"));
    let a = |world: &World| world.cloud.id(SUBNET);
    for (path, member, value) in [
        (SERVICES, "ignoreMissingVnetServiceEndpoint", json!(true)),
        (VAULT, "ignoreMissingVnetServiceEndpoint", json!(true)),
        (STORAGE, "state", json!("Succeeded")),
    ] {
        for in_two_steps in [true, false] {
            let world = World::new();
            let mut rule = json!({ "id": a(&world) });
            rule[member] = value.clone();
            let acls = json!({"defaultAction": "Deny", "ipRules": [],
                "virtualNetworkRules": [rule.clone()]});
            world.cloud.patch(path, &json!({"properties": {"networkAcls": acls}}));
            let hcl = |ids: &str| {
                let ids = format!("  virtual_network_subnet_ids = [{ids}]");
                access(path, &format!("  default_action = \"Deny\"\n{ids}"))
            };
            if in_two_steps {
                world.config(&hcl(&one));
                world.apply().creates(1);
            }
            world.config(&hcl(&format!("{two}, {one}")));
            world.apply().succeeds();
            let rules = rules(&world, path);
            let rules = rules["virtualNetworkRules"].as_array().unwrap();
            assert_eq!(rules.len(), 2, "{path}");
            let kept = rules.iter().find(|it| it["id"] == rule["id"]);
            assert_eq!(kept.map(|it| &it[member]), Some(&value), "{path}, {in_two_steps}");
            world.plan().is_quiet();
        }
    }
}

/// The existing entry has more properties than its address.
#[test]
fn kept_addresses_keep_their_other_properties() {
    let world = World::new();
    let rule = json!({"value": "203.0.113.7", "action": "Allow"});
    let acls = json!({"defaultAction": "Deny", "ipRules": [rule]});
    world.cloud.patch(STORAGE, &json!({"properties": {"networkAcls": acls}}));
    let more = "  default_action = \"Deny\"\n  ip_rules = [\"198.51.100.7\", \"203.0.113.7\"]";
    world.config(&access(STORAGE, more));
    world.apply().creates(1);
    let rules = rules(&world, STORAGE);
    let rules = rules["ipRules"].as_array().unwrap();
    assert_eq!(rules.len(), 2);
    assert!(rules.contains(&rule), "{rules:?}");
}

/// Creates and deletes `count` associations at once, and asserts that another client's association
/// stays.
fn are_created_and_deleted_at_once(world: &World, count: usize, parallelism: &[&str]) {
    let apply = [&["apply", "-input=false", "-auto-approve"], parallelism].concat();
    world.cloud.patch(
        pieces::ENDPOINT_PATH,
        &json!({"properties": {"applicationSecurityGroups":
            [{"id": world.cloud.id(&format!("{GROUPS}/theirs"))}]}}),
    );
    world.config(&associations(count));
    world.run(&apply).creates(count);
    assert_eq!(groups(world).len(), count + 1);
    world.plan().is_quiet();
    world.config(pieces::ENDPOINT);
    world.run(&apply).destroys(count);
    assert_eq!(groups(world), ["theirs"]);
    assert_eq!(world.instances().len(), 1);
}

#[test]
fn twelve_associations_are_created_and_deleted_at_once() {
    are_created_and_deleted_at_once(&endpoint(12), 12, &[]);
}

#[test]
fn fifteen_associations_are_created_and_deleted_while_writes_take_a_second() {
    are_created_and_deleted_at_once(&slow_endpoint(15, 1.0), 15, &["-parallelism=50"]);
}

/// The state does not have the association, although another client changed the endpoint meanwhile.
#[test]
fn a_rejected_association_is_not_in_the_state() {
    let world = endpoint(2);
    let tags = json!({"tags": {"by": "others"}});
    let tags = FaultKind::Change { id: world.cloud.id(pieces::ENDPOINT_PATH), change: tags };
    let write = |fault: Fault| fault.method("PUT").path("/privateEndpoints/pe-hub");
    let busy = Fault::status(429, "TooManyRequests", "A moment, please.");
    let refused = Fault::status(403, "RequestDisallowedByPolicy", "Not in this group.");
    world.cloud.fault(write(Fault::new(tags)));
    world.cloud.fault(write(busy));
    world.cloud.fault(write(refused).nth(2));
    world.config(&associations(1));
    world.apply().fails_with("Not in this group.");
    let on_record: Vec<_> = world.instances().into_iter().map(|(address, _)| address).collect();
    assert_eq!(on_record, [HUB]);
    assert!(groups(&world).is_empty());
    world.apply().creates(1).replaces(0);
    world.plan().is_quiet();
}
