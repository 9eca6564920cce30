//! Acceptance tests of the guard of `azureai_public_network_access`, which checks the private
//! access that remains.

use emulator::Fault;
use serde_json::json;

use crate::pieces::{self, GROUND};
use crate::world::World;

const ZONES: [&str; 2] = ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"];

/// Returns the flag with a guard that checks the endpoint, its groups, and the clients' DNS, and
/// with these arguments in the guard.
fn flag(more: &str) -> String {
    format!(
        r#"
resource "azureai_public_network_access" "hub" {{
  resource_id           = local.workspace
  public_network_access = "Disabled"
  guard {{
    private_endpoint_ids       = [azureai_private_endpoint.hub.id]
    require_groups             = ["amlworkspace"]
    client_virtual_network_ids = [local.vnet]
    {more}
  }}
  depends_on = [azureai_private_dns_zone_virtual_network_link.hub]
}}
"#
    )
}

fn access(world: &World) -> String {
    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    hub["properties"]["publicNetworkAccess"].as_str().unwrap().to_owned()
}

fn zone(name: &str) -> String {
    format!("Microsoft.Network/privateDnsZones/{name}")
}

/// Returns the ID of a record whose name begins with `begins`.
fn record(world: &World, begins: &str) -> String {
    let records = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A").into_iter();
    let mut named =
        records.filter(|it| it["name"].as_str().is_some_and(|name| name.starts_with(begins)));
    named.next().unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_guard_without_findings_prints_nothing() {
    let world = World::new();
    world.config(&[GROUND, &flag("")].concat());
    world.plan().succeeds().keeps_quiet_about("lock out all clients");
    world.apply().creates(6).keeps_quiet_about("lock out all clients");
    world.plan().is_quiet();
    assert_eq!(access(&world), "Disabled");
}

/// Breaks one prerequisite at a time. The plan warns, and the apply fails and says how to fix it.
#[test]
fn each_missing_prerequisite_is_reported_with_its_fix() {
    let world = World::new();
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    world.config(GROUND);
    world.apply().creates(5);
    let link = format!("{}/virtualNetworkLinks/link-vnet-ai", zone(ZONES[1]));
    let notebooks = record(&world, "ml-airef-hub");
    let inference = record(&world, "*.");
    let workspace = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    let connection = workspace["properties"]["privateEndpointConnections"][0]["id"].clone();
    let state = |status: &str| {
        let state = json!({"status": status});
        json!({"properties": {"privateLinkServiceConnectionState": state}})
    };
    let addresses = json!({"properties": {"aRecords": [{"ipv4Address": "10.9.9.9"}]}});
    let pending = format!("private_endpoint_id = \"{}\"", world.cloud.id(pieces::ENDPOINT_PATH));
    let linking = format!("virtual_network_id = \"{network}\"");
    let wildcard = "notebooks.azure.net resolves to";
    let bare = json!({"properties": {"networkInterfaces": []}});
    for (path, change, says, fix) in [
        (link.as_str(), None, "is not linked to vnet-ai", linking.as_str()),
        (&notebooks, None, "has no record \"ml-airef-hub", "the next apply writes them again"),
        (&notebooks, Some(&addresses), wildcard, "record-set a delete"),
        (&inference, None, "has no record \"*.", "the next apply writes them again"),
        (
            connection.as_str().unwrap(),
            Some(&state("Pending")),
            "is Pending, not Approved",
            &pending,
        ),
        (
            connection.as_str().unwrap(),
            Some(&state("Rejected")),
            "is Rejected, not Approved",
            &pending,
        ),
        (
            connection.as_str().unwrap(),
            Some(&state("Disconnected")),
            "is Disconnected, not Approved",
            "-replace=",
        ),
        (pieces::ENDPOINT_PATH, Some(&bare), "has no network interface with names", "guard"),
    ] {
        let before = world.cloud.get(path).unwrap();
        match change {
            Some(change) => world.cloud.patch(path, change),
            None => world.cloud.delete(path),
        }
        world.config(&[GROUND, &flag("")].concat());
        let only = ["-target=azureai_public_network_access.hub", "-refresh=false"];
        let plan = ["plan", "-input=false", only[0], only[1]];
        world.run(&plan).warns(says).says("✘").says("✔").says(fix);
        let apply = ["apply", "-input=false", "-auto-approve", only[0], only[1]];
        world.run(&apply).fails_with(says).says("lock out all clients").says(fix);
        assert_eq!(access(&world), "Enabled");
        world.cloud.put(path, &before);
    }
    world.apply().creates(1);
    assert_eq!(access(&world), "Disabled");
}

#[test]
fn a_missing_zone_is_reported() {
    let world = World::new();
    let ground = GROUND.replace(", \"privatelink.notebooks.azure.net\"]", "]");
    world.config(&[&ground, &*flag("")].concat());
    world
        .apply()
        .fails_with("notebooks.azure.net has no zone privatelink.notebooks.azure.net")
        .says("resource \"azureai_private_dns_zone\" \"privatelink_notebooks_azure_net\"")
        .says("with azureai_public_network_access.hub");
    world.config(&[GROUND, &flag("")].concat());
    world.apply().succeeds();
    assert_eq!(access(&world), "Disabled");
}

#[test]
fn a_guard_can_only_warn_or_skip_dns() {
    for (more, says) in [("mode = \"warn\"", "has no zone"), ("require_dns = false", "")] {
        let world = World::new();
        let endpoint = format!("{}{}", pieces::ENDPOINT, flag(more));
        world.config(
            &endpoint
                .replace("depends_on = [azureai_private_dns_zone_virtual_network_link.hub]", ""),
        );
        let applied = world.apply().creates(2);
        if says.is_empty() {
            applied.keeps_quiet_about("lock out all clients");
        } else {
            applied.warns(says);
        }
        assert_eq!(access(&world), "Disabled");
    }
}

#[test]
fn unreadable_prerequisites_do_not_block() {
    let hide_links: fn(&World) = |world| {
        let denied = Fault::status(403, "AuthorizationFailed", "No right to read links.");
        world.cloud.fault(denied.method("GET").path("/virtualNetworkLinks").count(0));
    };
    let hide_endpoint: fn(&World) = |world| world.cloud.deny(pieces::ENDPOINT_PATH, "*/read");
    for (hide, says) in [
        (hide_links, "No right to read links."),
        (hide_endpoint, "? not verified: private endpoint \"pe-hub\""),
    ] {
        let world = World::new();
        world.config(GROUND);
        world.apply().creates(5);
        hide(&world);
        world.config(&[GROUND, &flag("")].concat());
        let only = "-target=azureai_public_network_access.hub";
        world
            .run(&["apply", "-input=false", "-auto-approve", "-refresh=false", only])
            .warns("? not verified:")
            .says(says);
        assert_eq!(access(&world), "Disabled");
    }
}

/// Without `client_virtual_network_ids`, a link to any network is enough.
#[test]
fn a_zone_must_be_linked_to_at_least_one_network() {
    let named = "    client_virtual_network_ids = [local.vnet]\n";
    let any = flag("require_dns = true");
    assert!(any.contains(named));
    let any = any.replace(named, "");
    let begins = GROUND.find("resource \"azureai_private_dns_zone_virtual_network_link\"").unwrap();
    let ends = GROUND.find("resource \"azureai_private_endpoint\"").unwrap();
    let without = [GROUND.get(..begins).unwrap(), GROUND.get(ends..).unwrap()].concat();
    let depends = "depends_on = [azureai_private_dns_zone_virtual_network_link.hub]";
    let world = World::new();
    world.config(&[&*without, &any.replace(depends, "")].concat());
    world
        .apply()
        .fails_with("is linked to no network")
        .says("virtual_network_id  = VIRTUAL_NETWORK_ID");
    assert_eq!(access(&world), "Enabled");
    world.config(&[GROUND, &*any].concat());
    world.apply().succeeds();
    assert_eq!(access(&world), "Disabled");
}

#[test]
fn a_missing_endpoint_and_a_project_are_rejected() {
    let world = World::new();
    let none = flag("")
        .replace("azureai_private_endpoint.hub.id", "\"${local.network}/privateEndpoints/pe-none\"")
        .replace("depends_on = [azureai_private_dns_zone_virtual_network_link.hub]", "");
    world.config(&none);
    world.plan().warns("✘ private endpoint \"pe-none\" does not exist");
    let refused = world.apply().fails_with("✘ private endpoint \"pe-none\" does not exist");
    refused.says("resource \"azureai_private_endpoint\" \"airef_hub\"");
    let project = pieces::FLAG
        .replace("local.workspace", "replace(local.workspace, \"hub\", \"project\")")
        .replace("  depends_on            = [azureai_private_endpoint.hub]\n", "");
    world.config(&project);
    let refused = world.apply().fails_with("\"airef-project\" is a project");
    refused.says("workspaces/airef-hub").says("on main.tf line");
}

#[test]
fn require_groups_needs_an_endpoint_for_each_group() {
    let endpoint = |group: &str| {
        pieces::ENDPOINT
            .replace("\"hub\" {", &format!("\"{group}\" {{"))
            .replace("pe-hub", &format!("pe-{group}"))
            .replace("local.workspace", "local.storage")
            .replace("amlworkspace", group)
    };
    let flag = |ids: &str| {
        format!(
            r#"
resource "azureai_public_network_access" "storage" {{
  resource_id           = local.storage
  public_network_access = "Disabled"
  guard {{
    private_endpoint_ids = [{ids}]
    require_groups       = ["blob", "file"]
    require_dns          = false
  }}
}}
"#
        )
    };
    let (blob, file) = ("azureai_private_endpoint.blob.id", "azureai_private_endpoint.file.id");
    let world = World::new();
    world.config(&[endpoint("blob"), flag(blob)].concat());
    world
        .apply()
        .fails_with("✘ no approved endpoint reaches group \"file\"")
        .says("✔ an endpoint reaches group \"blob\"")
        .says("subresource_names = [\"file\"]");
    let both = [endpoint("blob"), endpoint("file"), flag(&format!("{blob}, {file}"))].concat();
    world.config(&both);
    world.apply().creates(2);
    world.plan().is_quiet();
    world.config(&both.replace("\"blob\", \"file\"", "\"vault\""));
    world.validate().fails_with("\"vault\" is not a group ID of the resource");
}

#[test]
fn an_endpoint_to_another_resource_fails_the_plan() {
    let world = World::new();
    let endpoint = pieces::ENDPOINT.replace("local.workspace", "local.vault");
    let endpoint = endpoint.replace("amlworkspace", "vault");
    world.config(&endpoint);
    world.apply().creates(1);
    let flag =
        flag("").replace("depends_on = [azureai_private_dns_zone_virtual_network_link.hub]", "");
    world.config(&[endpoint, flag].concat());
    world
        .plan()
        .fails_with("private endpoint \"pe-hub\" connects to airefkv, not to this resource");
}
