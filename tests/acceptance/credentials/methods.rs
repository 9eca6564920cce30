//! Sign-in methods: each one works, one token serves the whole apply, and no secret is logged.

use std::fs;

use super::platform::{Platform, REQUEST_TOKEN};
use super::{fixture, keeps_secret, one_for_each_process, secret_file, tokens, verbose, world};
use crate::pieces;
use crate::world::World;

/// Applies with these environment variables, and asserts that no secret is logged.
fn works(mut world: World, variables: &[(&str, &str)], secrets: &[&str]) -> World {
    for (name, value) in variables {
        world.set(name, value);
    }
    verbose(&mut world);
    world.config(&pieces::one_of_each());
    // The start of a platform has already requested tokens.
    let before = tokens(&world);
    world.apply().creates(5);
    assert!(one_for_each_process(tokens(&world) - before));
    keeps_secret(&world, secrets);
    keeps_secret(&world, &["Bearer ey", "eyJ0eXAi", "eyJhbGci"]);
    world
}

#[test]
fn signs_in_with_a_client_secret() {
    let world = world();
    let secret = world.cloud.client_secret();
    works(world, &[("ARM_CLIENT_SECRET", &secret)], &[&secret]);
}

#[test]
fn signs_in_with_a_client_secret_and_client_id_from_files() {
    let mut world = world();
    let secret = world.cloud.client_secret();
    let file = secret_file(&world, "secret", &format!("{secret}\n"));
    let id = secret_file(&world, "id", &world.cloud.client_id());
    world.unset("ARM_CLIENT_ID");
    let variables =
        [("ARM_CLIENT_SECRET_FILE_PATH", file.as_str()), ("ARM_CLIENT_ID_FILE_PATH", &id)];
    works(world, &variables, &[&secret]);
}

#[test]
fn signs_in_with_a_client_certificate() {
    let pem = fs::read_to_string(fixture("bundle.pem")).unwrap();
    let key = pem.lines().rev().nth(3).unwrap();
    for name in ["modern.pfx", "legacy.pfx", "bundle.pem"] {
        let path = fixture(name);
        let variables = [
            ("ARM_CLIENT_CERTIFICATE_PATH", path.to_str().unwrap()),
            ("ARM_CLIENT_CERTIFICATE_PASSWORD", "hush"),
        ];
        works(world(), &variables, &[key, "hush"]);
    }
    works(world(), &[("ARM_CLIENT_CERTIFICATE", &pem)], &[key]);
}

#[test]
fn signs_in_with_an_oidc_token() {
    // HCP Terraform sets these for a workspace with one configuration.
    let world = world();
    let token = world.cloud.assertion();
    let variables = [("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", &token)];
    works(world, &variables, &[&token]);
}

#[test]
fn signs_in_with_the_oidc_token_file_of_hcp_terraform() {
    let mut world = world();
    world.unset("ARM_CLIENT_ID").unset("ARM_TENANT_ID");
    let token = world.cloud.assertion();
    let file = secret_file(&world, "token", &token);
    let id = secret_file(&world, "id", &world.cloud.client_id());
    let provider = format!(
        r#"
variable "tfc_azure_dynamic_credentials" {{
  type = object({{
    default = object({{ client_id_file_path = string, oidc_token_file_path = string }})
    aliases = map(object({{ client_id_file_path = string, oidc_token_file_path = string }}))
  }})
}}
provider "azureai" {{
  use_cli              = false
  use_oidc             = true
  tenant_id            = "{tenant}"
  client_id_file_path  = var.tfc_azure_dynamic_credentials.default.client_id_file_path
  oidc_token_file_path = var.tfc_azure_dynamic_credentials.default.oidc_token_file_path
}}
"#,
        tenant = world.cloud.tenant()
    );
    let paths = format!(r#"{{ client_id_file_path = "{id}", oidc_token_file_path = "{file}" }}"#);
    let given = format!("tfc_azure_dynamic_credentials = {{ default = {paths}, aliases = {{}} }}");
    world.file("terraform.tfvars", &given);
    world.config_with_provider(&provider, pieces::ZONE);
    verbose(&mut world);
    world.apply().creates(1);
    keeps_secret(&world, &[&token]);
}

#[test]
fn signs_in_with_an_aks_workload_identity() {
    let mut world = world();
    let (id, tenant) = (world.cloud.client_id(), world.cloud.tenant());
    world.unset("ARM_CLIENT_ID").unset("ARM_TENANT_ID");
    let token = world.cloud.assertion();
    let file = secret_file(&world, "token", &token);
    let variables = [
        ("ARM_USE_AKS_WORKLOAD_IDENTITY", "true"),
        ("AZURE_CLIENT_ID", id.as_str()),
        ("AZURE_TENANT_ID", &tenant),
        ("AZURE_FEDERATED_TOKEN_FILE", &file),
    ];
    works(world, &variables, &[&token]);
}

#[test]
fn signs_in_with_a_managed_identity_at_a_custom_endpoint() {
    let mut world = world();
    let endpoint = world.cloud.imds();
    world.unset("ARM_TENANT_ID").unset("ARM_CLIENT_ID");
    let variables = [("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", &endpoint)];
    works(world, &variables, &[]);
}

#[test]
fn signs_in_with_the_oidc_token_of_github() {
    let mut world = world();
    let github = Platform::start(&mut world);
    let variables = [
        ("ARM_USE_OIDC", "true"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", &*github.url("/github?job=7")),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", REQUEST_TOKEN),
    ];
    works(world, &variables, &[REQUEST_TOKEN]);
    assert!(one_for_each_process(github.seen().len()));
}

#[test]
fn signs_in_with_the_oidc_token_of_azure_devops() {
    let mut world = world();
    let devops = Platform::start(&mut world);
    let variables = [
        ("ARM_USE_OIDC", "true"),
        ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "sc"),
        ("SYSTEM_OIDCREQUESTURI", &*devops.url("/devops")),
        ("SYSTEM_ACCESSTOKEN", REQUEST_TOKEN),
    ];
    works(world, &variables, &[REQUEST_TOKEN]);
    assert!(one_for_each_process(devops.seen().len()));
}

#[test]
fn rejected_request_token_is_an_error_and_stays_secret() {
    let mut world = world();
    let github = Platform::start(&mut world);
    world
        .set("ARM_USE_OIDC", "true")
        .set("ACTIONS_ID_TOKEN_REQUEST_URL", &github.url("/github?job=7"))
        .set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "wrong-hush");
    world
        .apply()
        .fails_with("Who are you?")
        .says("/github")
        .says("The provider tried to sign in with an OIDC token of GitHub")
        .keeps_quiet_about("wrong-hush");
}

#[test]
fn signs_in_with_the_identity_of_app_service() {
    let mut world = world();
    world.unset("ARM_TENANT_ID").unset("ARM_CLIENT_ID");
    let app = Platform::start(&mut world);
    world
        .set("ARM_USE_MSI", "true")
        .set("IDENTITY_ENDPOINT", &app.url("/app"))
        .set("IDENTITY_HEADER", "header-hush");
    verbose(&mut world);
    world.config(pieces::ZONE);
    world.apply().creates(1);
    keeps_secret(&world, &["header-hush", "eyJ0eXAi"]);
    assert!(one_for_each_process(app.seen().len()));
}

#[test]
fn missing_managed_identity_is_explained() {
    let mut world = world();
    let endpoint = world.cloud.imds();
    world.set("ARM_USE_MSI", "true").set("ARM_MSI_ENDPOINT", &endpoint);
    let missing = emulator::Fault::status(400, "invalid_request", "Identity not found");
    world.cloud.fault(missing.path("/metadata/identity").count(0));
    world
        .apply()
        .fails_with("Identity not found")
        .says("No identity with this client ID is assigned to this host")
        .says("`use_msi` from the environment variable ARM_USE_MSI");
}
