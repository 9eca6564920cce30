//! Several provider configurations, several subscriptions, and contradictory configurations.

use emulator::Emulator;
use serde_json::json;

use super::platform::{OTHER_TENANT, Platform};
use super::world;
use crate::pieces;
use crate::world::World;

#[test]
fn provider_aliases_sign_in_to_their_own_tenants() {
    let mut world = World::new();
    let other = Platform::start(&mut world);
    let provider = format!(
        r#"
provider "azureai" {{}}
provider "azureai" {{
  alias         = "other"
  tenant_id     = "{OTHER_TENANT}"
  metadata_host = ""
  environment   = "custom"
  endpoint {{
    resource_manager_endpoint       = "https://{host}"
    active_directory_authority_host = "{authority}"
  }}
}}
"#,
        host = world.cloud.variable("ARM_METADATA_HOSTNAME"),
        authority = other.url(""),
    );
    let zone = pieces::ZONE
        .replace("\"api\" {", "\"other\" {")
        .replace("privatelink.api.azureml.ms", "privatelink.blob.core.windows.net");
    let zone = pieces::with(&zone, "provider = azureai.other\n");
    world.config_with_provider(&provider, &[pieces::ZONE, &zone].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    let own = format!("/{}/oauth2/v2.0/token", world.cloud.tenant());
    let requests = world.cloud.requests();
    assert!(requests.iter().any(|request| request.path == own));
    let asked = format!("POST /{OTHER_TENANT}/oauth2/v2.0/token HTTP/1.1");
    assert!(other.seen().contains(&asked), "{:?}", other.seen());
}

#[test]
fn unknown_credentials_are_an_error() {
    let world = World::new();
    let provider = r#"
resource "terraform_data" "secret" {
  input = "made"
}
provider "azureai" {
  client_secret = terraform_data.secret.output
}
"#;
    let data = "data \"azureai_workspace\" \"it\" {\n  id = local.workspace\n}\n";
    world.config_with_provider(provider, data);
    world.plan().fails_with("The provider's `client_secret` is not known yet");
    assert_eq!(super::tokens(&world), 0, "no other method signs in");
}

#[test]
fn one_configuration_serves_several_subscriptions() {
    let world = several(None);
    let zones = OTHERS.map(zone_in);
    world.config(&[pieces::ZONE, &zones.concat()].concat());
    world.apply().creates(3);
    assert!(super::one_for_each_process(super::tokens(&world)));
    world.plan().is_quiet();
    for subscription in OTHERS.map(str::to_owned).iter().chain([&world.cloud.subscription()]) {
        assert!(world.cloud.has(&zone_of(subscription)), "{subscription}");
    }
    world.destroy().destroys(3);
}

/// The zone and the link are in another tenant than the network.
#[test]
fn one_configuration_serves_subscriptions_of_several_tenants() {
    let mut world = several(Some(OTHER_TENANT));
    let link = r#"
resource "azureai_private_dns_zone_virtual_network_link" "it" {
  name                = "link"
  private_dns_zone_id = azureai_private_dns_zone.of1.id
  virtual_network_id  = local.vnet
}
"#;
    world.config(&[pieces::ZONE, &zone_in(OTHERS[0]), link].concat());
    world
        .apply()
        .fails_with("InvalidAuthenticationTokenTenant")
        .says("The subscription belongs to a different tenant")
        .says("`auxiliary_tenant_ids`");
    world.set("ARM_AUXILIARY_TENANT_IDS", OTHER_TENANT);
    world.apply().creates(2);
    world.plan().is_quiet();
    assert!(world.cloud.has(&format!("{}/virtualNetworkLinks/link", zone_of(OTHERS[0]))));
    let asked = |tenant: &str| {
        let path = format!("/{tenant}/oauth2/v2.0/token");
        world.cloud.requests().iter().any(|request| request.path == path)
    };
    assert!(asked(OTHER_TENANT) && asked(&world.cloud.tenant()));
    world.destroy().destroys(3);
}

const OTHERS: [&str; 2] =
    ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"];

/// Returns a world with further subscriptions, of the first one's tenant or of another.
fn several(tenant: Option<&str>) -> World {
    let azure = OTHERS.iter().fold(Emulator::builder(), |azure, subscription| {
        azure.other_subscription(subscription, tenant)
    });
    let world = World::of(azure);
    for subscription in OTHERS {
        let group = format!("/subscriptions/{subscription}/resourceGroups/rg-ai");
        world.cloud.put(&group, &json!({"location": "eastus"}));
    }
    world
}

/// Returns a zone in one of the further subscriptions.
fn zone_in(subscription: &str) -> String {
    let name = format!("\"of{}\" {{", subscription.chars().next().unwrap());
    let zone = pieces::ZONE.replace("\"api\" {", &name);
    pieces::with(&zone, &format!("subscription_id = \"{subscription}\"\n"))
}

fn zone_of(subscription: &str) -> String {
    let group = format!("/subscriptions/{subscription}/resourceGroups/rg-ai");
    format!("{group}/providers/Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms")
}

#[test]
fn conflicting_client_secrets_are_an_error_at_their_line() {
    let mut world = world();
    let path = super::secret_file(&world, "secret", "one-hush");
    world.set("ARM_CLIENT_SECRET", "other-hush");
    let provider = format!("provider \"azureai\" {{\n  client_secret_file_path = \"{path}\"\n}}\n");
    world.config_with_provider(&provider, pieces::ZONE);
    world
        .plan()
        .fails_with("`client_secret` has two different values")
        .says("from the environment variable ARM_CLIENT_SECRET")
        .says("on main.tf line")
        .keeps_quiet_about("hush");
}

#[test]
fn incomplete_oidc_configuration_is_an_error() {
    let world = world();
    let provider = "provider \"azureai\" {\n  use_oidc = true\n}\n";
    world.config_with_provider(provider, pieces::ZONE);
    world
        .plan()
        .fails_with("The provider's credentials are incomplete")
        .says("in provider \"azureai\"")
        .says("`oidc_token` (or ARM_OIDC_TOKEN)")
        .says("`client_id` from the environment variable ARM_CLIENT_ID");
}

#[test]
fn several_sign_in_methods_are_a_warning() {
    let world = world();
    let secret = world.cloud.client_secret();
    let provider = format!(
        "provider \"azureai\" {{\n  client_secret = \"{secret}\"\n  use_msi       = true\n}}\n"
    );
    world.config_with_provider(&provider, pieces::ZONE);
    world.plan().warns("several methods").says("The provider signs in with a client secret");
}

#[test]
fn missing_credentials_are_an_error_without_the_azure_cli() {
    let world = world();
    world.config_with_provider("provider \"azureai\" {\n  use_cli = false\n}\n", pieces::ZONE);
    world
        .plan()
        .fails_with("The provider has no credentials")
        .says("`use_cli` from the provider's configuration disables the Azure CLI")
        .says("`tenant_id` from the environment variable ARM_TENANT_ID")
        .says("The methods are: - Azure CLI");
}

#[test]
fn unneeded_provider_arguments_of_azurerm_are_accepted() {
    let world = World::new();
    let provider = r#"
provider "azureai" {
  resource_provider_registrations = "none"
  skip_provider_registration      = true
  storage_use_azuread             = true
  disable_terraform_partner_id    = true
  disable_instance_discovery      = true
}
"#;
    world.config_with_provider(provider, pieces::ZONE);
    world.plan().creates(1);
}

#[test]
fn requests_carry_user_agent_and_correlation_id() {
    let mut world = World::new();
    world
        .set("ARM_PARTNER_ID", "12345678-0000-0000-0000-000000000000")
        .set("AZURE_HTTP_USER_AGENT", "pipeline/7")
        .set("ARM_CORRELATION_REQUEST_ID", "00000000-0000-0000-0000-0000000000c0")
        .config(pieces::ZONE);
    world.apply().creates(1);
    let requests = world.cloud.requests();
    let wrote = requests.iter().find(|request| request.method == "PUT").unwrap();
    let agent = wrote.user_agent.clone().unwrap();
    for part in [
        "terraform-provider-azureai/",
        "Terraform/1.",
        "pid-12345678-0000-0000-0000-000000000000",
        "pipeline/7",
    ] {
        assert!(agent.contains(part), "{agent} lacks {part}");
    }
    assert_eq!(wrote.correlation, "00000000-0000-0000-0000-0000000000c0");
    let asked = requests.iter().find(|request| request.path.ends_with("/token")).unwrap();
    assert_eq!(asked.user_agent.as_deref(), Some(agent.as_str()));
}
