//! Of the service that an endpoint leads to, or whose flag is switched off.

use serde_json::{Value, json};

use super::{Story, each_is_told, endpoint_to, flag_of, id};
use crate::cloud::Cloud;
use crate::foundry;
use crate::pieces;

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries/airefacr";
const SEARCH: &str = "Microsoft.Search/searchServices/airef-search";
const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts/airef-services";

#[test]
fn of_the_service() {
    each_is_told(&stories());
}

pub fn stories() -> Vec<Story> {
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
        Story::in_azure("AAI033", &named, deleted, "is deleted, and not purged"),
        Story::in_azure("AAI033", &other, deleted, "A deleted account has the sub-domain"),
        Story::of("AAI001", pieces::ENDPOINT, "amlworkspace", "amlworkspce", "Did you mean"),
        // Azure has such a part; this account, which is not replicated, has not.
        Story::of(
            "AAI001",
            &blob,
            "\"blob\"]",
            "\"blob_secondary\"]",
            "\"airefstorage\" has: blob",
        ),
        Story::in_azure("AAI008", &registry, basic, "has the SKU Basic"),
        Story::in_azure("AAI008", &search, free, "has the SKU free"),
        Story::in_azure("AAI008", &flag_of(&id(REGISTRY)), basic, "--sku Premium"),
        Story::in_azure("AAI009", &account, no_domain, "has no subdomain of its own"),
        Story::in_azure("AAI015", pieces::ENDPOINT, legacy, "a legacy switch"),
        Story::in_azure("AAI015", &flag_of("local.workspace"), legacy, "a legacy switch"),
        Story::of("AAI016", &reached, pieces::ENDPOINT, "", "becomes unreachable").after(&reached),
    ]
}

fn sku(cloud: &Cloud, path: &str, name: &str) {
    cloud.patch(path, &json!({"sku": {"name": name}}));
}

fn property(cloud: &Cloud, path: &str, name: &str, value: &Value) {
    cloud.patch(path, &json!({"properties": {name: value}}));
}
