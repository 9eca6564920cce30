//! Plans of resources that do not exist yet: known values, checks, and data sources.

use serde_json::Value;

use crate::pieces;
use crate::workspaces::HUB;
use crate::world::World;

const RECORD: &str = r#"
resource "azureai_private_dns_a_record" "www" {
  name                = "WWW"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  ttl                 = 60
  records             = ["10.0.1.5"]
}
"#;

const POLICY: &str = r#"
resource "azureai_subnet_private_endpoint_policy" "pe" {
  subnet_id                         = local.subnet
  private_endpoint_network_policies = "Enabled"
}
resource "azureai_private_endpoint_application_security_group_association" "pe" {
  private_endpoint_id           = azureai_private_endpoint.hub.id
  application_security_group_id = "${local.network}/applicationSecurityGroups/asg-ai"
}
"#;

/// Returns a hub and the resources that make it private.
fn private_hub() -> String {
    let endpoint = pieces::ENDPOINT.replace("local.workspace", "azureai_workspace.hub.id");
    let flag = pieces::FLAG.replace("local.workspace", "azureai_workspace.hub.id");
    [HUB, pieces::ZONE, pieces::LINK, &endpoint, pieces::GROUP, RECORD, &flag, POLICY].concat()
}

/// Returns the changes of a saved plan: the address, the known values, and the unknown values.
fn changes(world: &World) -> Vec<(String, Value, Value)> {
    world.run(&["plan", "-input=false", "-out=saved"]).succeeds();
    let shown = world.run(&["show", "-json", "saved"]).succeeds();
    let json = shown.output().lines().find(|line| line.starts_with('{')).unwrap_or_default();
    let plan: Value = serde_json::from_str(json).unwrap();
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let change = |it: &Value| {
        let change = &it["change"];
        let address = it["address"].as_str().unwrap().to_owned();
        (address, change["after"].clone(), change["after_unknown"].clone())
    };
    changes.map(change).collect()
}

#[test]
fn ids_and_derived_attributes_are_known_in_the_first_plan() {
    let world = World::new();
    world.config(&private_hub());
    let changes = changes(&world);
    assert_eq!(changes.len(), 9);
    for (address, after, unknown) in &changes {
        assert!(after["id"].is_string(), "{address}: {after}");
        assert_eq!(unknown["id"], Value::Null, "{address}");
    }
    let after = |address: &str| &changes.iter().find(|it| it.0 == address).unwrap().1;
    assert_eq!(after("azureai_private_endpoint.hub")["location"], "eastus");
    assert_eq!(after("azureai_private_dns_zone.api")["is_privatelink_zone"], true);
    let record = &after("azureai_private_dns_a_record.www")["fqdn"];
    assert_eq!(*record, "www.privatelink.api.azureml.ms.");
    world.run(&["apply", "-input=false", "saved"]).says("9 added");
    world.plan().is_quiet();
    world.destroy().destroys(9);
}

#[test]
fn wrong_zone_of_a_planned_hub_is_reported() {
    let world = World::new();
    let wrong =
        pieces::ZONE.replace("privatelink.api.azureml.ms", "privatelink.vaultcore.azure.net");
    world.config(&private_hub().replace(pieces::ZONE, &wrong));
    world.plan().fails_with("AAI003");
    assert!(world.cloud.get(pieces::ENDPOINT_PATH).is_none());
}

#[test]
fn zone_group_is_replaced_with_its_endpoint() {
    let world = World::new();
    let config = [pieces::ZONE, pieces::ENDPOINT, pieces::GROUP].concat();
    world.config(&config);
    world.apply().creates(3);
    let endpoint = "azureai_private_endpoint.hub";
    let other = config.replace("\"workspace\"", "\"other\"");
    for replacing in [&["-replace", endpoint][..], &["-refresh=false"][..]] {
        if replacing == ["-refresh=false"] {
            world.config(&other);
        }
        let apply = ["apply", "-input=false", "-auto-approve"];
        world.run(&[&apply[..], replacing].concat()).replaces(2);
        world.plan().is_quiet();
    }
    world.run(&["taint", endpoint]).succeeds();
    world.apply().replaces(2);
    world.plan().is_quiet();
}

#[test]
fn data_source_of_a_planned_resource_is_read_during_apply() {
    let cases = [
        (
            "azureai_private_dns_check",
            "private_endpoint_id",
            pieces::ENDPOINT,
            "private_endpoint.hub",
        ),
        ("azureai_private_endpoint_connections", "target_resource_id", HUB, "workspace.hub"),
        ("azureai_network_isolation_posture", "workspace_id", HUB, "workspace.hub"),
    ];
    for (name, attribute, resource, of) in cases {
        let world = World::new();
        let data = |id: &str, more: &str| {
            let hidden = format!("locals {{\n  it = azureai_{of}.id\n}}\n");
            format!("{resource}{hidden}data {name:?} \"it\" {{\n{attribute} = {id}\n{more}\n}}\n")
        };
        // Terraform does not defer the read for a reference through a local value.
        world.config(&data("local.it", ""));
        world.plan().fails_with("depends_on").says("This plan creates /subscriptions/");
        world.config(&data("local.it", &format!("depends_on = [azureai_{of}]")));
        world.plan().succeeds().says("will be read during apply");
        world.config(&data(&format!("azureai_{of}.id"), ""));
        world.apply().creates(1);
    }
}

/// The plan reads the account that it replaces, whose network says nothing about the new one's.
#[test]
fn the_network_of_a_replaced_account_is_adopted() {
    let world = World::new();
    let account = crate::foundry::ACCOUNT;
    world.config(account);
    world.apply().creates(1);
    let account = pieces::with(account, "  managed_network = true\n");
    let after = "  depends_on = [azureai_foundry_account.it]\n";
    let own =
        pieces::with(&crate::managed_networks::OF_ACCOUNT.replace("/aif\"", "/aif-it\""), after);
    world.config(&[account, own].concat());
    world.apply().creates(1).replaces(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute("azureai_managed_network.it", "adopt_existing"), true);
}
