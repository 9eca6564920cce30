//! Checks of IDs whose object does not exist, and the cases in which such an ID has no finding.

use emulator::Emulator;
use serde_json::json;

use super::{
    API, CheckCase, NOTEBOOKS, ZONES, both_zones, each_is_reported, endpoint_to, group_of, id,
};
use crate::foundry;
use crate::pieces;
use crate::world::World;

#[test]
fn missing_objects_are_reported() {
    each_is_reported(&cases());
}

const POLICY: &str = r#"
resource "azureai_subnet_private_endpoint_policy" "it" {
  subnet_id                         = local.subnet
  private_endpoint_network_policies = "Enabled"
}
"#;

const RECORD: &str = r#"
resource "azureai_private_dns_a_record" "it" {
  name                = "www"
  private_dns_zone_id = "${local.network}/privateDnsZones/privatelink.api.azureml.ms"
  ttl                 = 300
  records             = ["10.0.0.1"]
}
"#;

const SERVICES: &str = "Microsoft.CognitiveServices/accounts/airef-services";

const TOOL: &str = r#"
resource "azureai_foundry_connection" "it" {
  name               = "storage"
  parent_id          = PARENT
  target_resource_id = local.storage
}
"#;

/// Returns a link of an existing zone.
fn link() -> String {
    let zone = format!("private_dns_zone_id = \"${{local.network}}/privateDnsZones/{API}\"");
    pieces::LINK.replace("private_dns_zone_id = azureai_private_dns_zone.api.id", &zone)
}

pub fn cases() -> Vec<CheckCase> {
    let none = "\"${local.vnet}/subnets/none\"";
    let nowhere = "\"${local.network}/virtualNetworks/none/subnets/snet-pe\"";
    let subnet = "Microsoft.Network/virtualNetworks/subnets \"none\" does not exist";
    let network = "Microsoft.Network/virtualNetworks \"none\" does not exist";
    let vault = id("Microsoft.KeyVault/vaults/airefkv");
    let of = |hcl: &str, good, bad: &str, says| CheckCase::of("AAI018", hcl, good, bad, says);
    let gone = |hcl: &str, says| {
        let delete = |cloud: &crate::cloud::Cloud| cloud.delete(&format!("{ZONES}/{API}"));
        CheckCase::in_azure("AAI018", hcl, delete, says).given(both_zones)
    };
    let project = foundry::PROJECT.replace("azureai_foundry_account.it.id", &id(SERVICES));
    let project = project.replace("azureai_foundry_account.it.location", "\"eastus\"");
    let connection = TOOL.replace("PARENT", &id(&format!("{SERVICES}/projects/agents")));
    let with_project = |cloud: &crate::cloud::Cloud| {
        cloud.put(&format!("{SERVICES}/projects/agents"), &json!({"location": "eastus"}));
    };
    let account = "Microsoft.CognitiveServices/accounts \"none\" does not exist";
    let zone = "Microsoft.Network/privateDnsZones \"privatelink.api.azureml.ms\" does not exist";
    vec![
        of(pieces::ENDPOINT, "local.subnet", none, subnet),
        of(pieces::ENDPOINT, "local.subnet", nowhere, network),
        of(
            &endpoint_to(&vault, "vault"),
            "airefkv",
            "none",
            "Microsoft.KeyVault/vaults \"none\" does not exist",
        ),
        gone(&group_of(&[API, NOTEBOOKS]), zone),
        gone(&link(), zone),
        of(&link(), "local.vnet", "\"${local.network}/virtualNetworks/none\"", network)
            .given(both_zones),
        gone(RECORD, zone),
        of(POLICY, "local.subnet", none, subnet),
        of(&project, "airef-services", "none", account),
        of(&connection, "airef-services", "none", account).given(with_project),
        of(
            &connection,
            "/projects/agents",
            "/projects/none",
            "Microsoft.CognitiveServices/accounts/projects \"none\" does not exist",
        )
        .given(with_project),
        of(
            &connection,
            "local.storage",
            "replace(local.storage, \"airefstorage\", \"none\")",
            "Microsoft.Storage/storageAccounts \"none\" does not exist",
        )
        .given(with_project),
    ]
}

/// An object whose resource group does not exist either is created together with the group.
#[test]
fn missing_resource_group_has_no_finding() {
    let world = World::new();
    both_zones(&world.cloud);
    for (hcl, name) in [
        (pieces::ENDPOINT.to_owned(), "local.subnet"),
        (pieces::ENDPOINT.to_owned(), "local.workspace"),
        (link(), "local.vnet"),
    ] {
        let elsewhere = format!("replace({name}, \"rg-ai\", \"rg-new\")");
        world.config(&hcl.replace(name, &elsewhere));
        world.plan().succeeds().keeps_quiet_about("AAI018");
    }
}

/// Covers planned objects, unknown IDs, a refresh, and a destroy.
#[test]
fn objects_that_the_run_creates_have_no_finding() {
    let world = World::new();
    let ids = |name: &str| format!("\"${{local.network}}/privateDnsZones/{name}\"");
    let made = "[for zone in azureai_private_dns_zone.hub : zone.id]";
    world.config(pieces::GROUND);
    world.plan().succeeds().keeps_quiet_about("AAI018");
    // The configuration composes the ID and depends on the resource.
    let by_hand = format!("[{}, {}]", ids(API), ids(NOTEBOOKS));
    let depends = "  depends_on = [azureai_private_dns_zone.hub]\n  private_dns_zone_group {";
    let hcl = pieces::GROUND.replace(made, &by_hand).replace("  private_dns_zone_group {", depends);
    world.config(&hcl);
    world.plan().succeeds().keeps_quiet_about("AAI018");
    // The ID is known only after the zone is created.
    let later = format!(
        "resource \"terraform_data\" \"id\" {{\n  input = {}\n  depends_on = \
         [azureai_private_dns_zone.api]\n}}\n",
        ids(API)
    );
    let record = RECORD.replace(&ids(API), "terraform_data.id.output");
    world.config(&[pieces::ZONE, &later, &record].concat());
    world.apply().creates(3).keeps_quiet_about("AAI018");
    world.config(&[pieces::ZONE, &later, &record, pieces::ENDPOINT, &link()].concat());
    world.apply().succeeds().keeps_quiet_about("AAI018");
    // A refresh and a destroy have no finding about a missing object.
    let missing = endpoint_to(&id("Microsoft.KeyVault/vaults/none"), "vault");
    world.config(&[pieces::ZONE, &missing.replace("\"hub\"", "\"none\"")].concat());
    world.refresh_only().succeeds().keeps_quiet_about("AAI018");
    world.destroy().succeeds().keeps_quiet_about("AAI018");
}

/// The configuration composes the IDs of the account and its project.
#[test]
fn foundry_account_that_the_run_creates_has_no_finding() {
    let world = World::new();
    let account = id(foundry::PATH);
    let project = foundry::PROJECT.replace("azureai_foundry_account.it.id", &account);
    let parent = id(&format!("{}/projects/speech", foundry::PATH));
    let tool = TOOL.replace("PARENT", &parent);
    let tool = pieces::with(&tool, "  depends_on = [azureai_foundry_project.it]\n");
    let endpoint = endpoint_to(&account, "account");
    let endpoint = pieces::with(&endpoint, "  depends_on = [azureai_foundry_account.it]\n");
    world.config(&[foundry::ACCOUNT, &project, &tool, &endpoint].concat());
    world.plan().creates(4).keeps_quiet_about("AAI018");
    world.apply().creates(4).keeps_quiet_about("AAI018");
    world.plan().is_quiet();
}

/// Each provider block runs in its own process, and an ID that another block plans is known too.
#[test]
fn objects_of_another_provider_block_have_no_finding() {
    let hub = "00000000-0000-4000-8000-00000000000b";
    let world = World::of(Emulator::builder().other_subscription(hub, None));
    let group = format!("/subscriptions/{hub}/resourceGroups/rg-dns");
    world.cloud.put(&group, &json!({"location": "eastus"}));
    let blocks = format!(
        "provider \"azureai\" {{}}\nprovider \"azureai\" {{\n  alias = \"hub\"\n  \
         subscription_id = \"{hub}\"\n}}\n"
    );
    let hcl = pieces::GROUND.replacen("\"rg-ai\"", "\"rg-dns\"\n  provider = azureai.hub", 1);
    world.config_with_provider(&blocks, &hcl);
    world.plan().succeeds().keeps_quiet_about("AAI018");
}
