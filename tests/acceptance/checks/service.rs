//! Checks of the service that an endpoint targets or whose flag is switched off.

use serde_json::{Value, json};

use super::{CheckCase, each_is_reported, endpoint_to, flag_of, id};
use crate::cloud::Cloud;
use crate::foundry;
use crate::pieces;
use crate::world::World;

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries/airefacr";
const SEARCH: &str = "Microsoft.Search/searchServices/airef-search";
const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts/airef-services";

#[test]
fn unsuitable_services_are_reported() {
    each_is_reported(&cases());
}

/// Neither the catalog nor the service's own list has the subresource.
#[test]
fn missing_subresource_is_reported_once() {
    let world = World::new();
    world.config(&pieces::ENDPOINT.replace("amlworkspace", "amlworkspce"));
    let plan = world.plan().fails_with("The service has no subresource");
    assert_eq!(plan.output().matches("The service has no subresource").count(), 1);
}

/// With the checks off, Azure rejects the number of subresources.
#[test]
fn azure_error_about_subresources_is_reported_at_the_attribute() {
    let off = "provider \"azureai\" {\n  checks = \"off\"\n}\n";
    for groups in ["[\"blob\", \"file\"]", "[]"] {
        let world = World::new();
        let hcl = endpoint_to("local.storage", "blob").replace("[\"blob\"]", groups);
        world.config_with_provider(off, &hcl);
        world.apply().fails_with("subresource_names");
    }
}

pub fn cases() -> Vec<CheckCase> {
    let blob = endpoint_to("local.storage", "blob");
    let registry = endpoint_to(&id(REGISTRY), "registry");
    let search = endpoint_to(&id(SEARCH), "searchService");
    let account = endpoint_to(&id(ACCOUNT), "account");
    let basic: fn(&Cloud) = |cloud| sku(cloud, REGISTRY, "Basic");
    let free: fn(&Cloud) = |cloud| sku(cloud, SEARCH, "free");
    let no_domain: fn(&Cloud) = |cloud| property(cloud, ACCOUNT, "customSubDomainName", &json!(""));
    let legacy: fn(&Cloud) = |cloud| {
        let name = "allowPublicAccessWhenBehindVnet";
        property(cloud, pieces::WORKSPACE_PATH, name, &json!(true));
    };
    let groups = "    subresource_names              = [\"amlworkspace\"]\n";
    let reached = [pieces::ENDPOINT, &flag_of("local.workspace")].concat();
    let deleted = |cloud: &Cloud| {
        let domain = json!({"customSubDomainName": "aif-it"});
        let account = json!({"location": "eastus", "kind": "AIServices", "properties": domain});
        cloud.put(foundry::PATH, &account);
        cloud.delete(foundry::PATH);
    };
    let named = foundry::unpurged();
    let other = named.replace("name                  = \"aif-it\"", "name = \"aif-other\"");
    vec![
        CheckCase::in_azure(
            "AAI033",
            &named,
            deleted,
            "A deleted account \"aif-it\" is not purged",
        ),
        CheckCase::in_azure("AAI033", &other, deleted, "A deleted account has the subdomain"),
        CheckCase::of("AAI001", pieces::ENDPOINT, "amlworkspace", "amlworkspce", "Did you mean"),
        // Azure has this subresource, but this account, which is not replicated, does not.
        CheckCase::of(
            "AAI001",
            &blob,
            "\"blob\"]",
            "\"blob_secondary\"]",
            "of \"airefstorage\": blob",
        ),
        CheckCase::of(
            "AAI031",
            &blob,
            "\"blob\"]",
            "\"blob\", \"file\"]",
            "Create an endpoint for each subresource.",
        ),
        CheckCase::of(
            "AAI031",
            pieces::ENDPOINT,
            groups,
            "",
            "`subresource_names = [\"amlworkspace\"]`",
        ),
        CheckCase::in_azure("AAI008", &registry, basic, "has the SKU Basic"),
        CheckCase::in_azure("AAI008", &search, free, "has the SKU free"),
        CheckCase::in_azure("AAI008", &flag_of(&id(REGISTRY)), basic, "--sku Premium"),
        CheckCase::in_azure("AAI009", &account, no_domain, "has no custom subdomain"),
        CheckCase::in_azure("AAI015", pieces::ENDPOINT, legacy, "A legacy property of"),
        CheckCase::in_azure("AAI015", &flag_of("local.workspace"), legacy, "A legacy property of"),
        CheckCase::of("AAI016", &reached, pieces::ENDPOINT, "", "Removing the endpoint makes")
            .after(&reached),
    ]
}

fn sku(cloud: &Cloud, path: &str, name: &str) {
    cloud.patch(path, &json!({"sku": {"name": name}}));
}

fn property(cloud: &Cloud, path: &str, name: &str, value: &Value) {
    cloud.patch(path, &json!({"properties": {name: value}}));
}
