//! Attributes of Foundry's data sources that their resources do not have.

use serde_json::{Value, json};

use crate::foundry::{PATH, unpurged};
use crate::foundry_connections::{ACCOUNT, STORES, foundry};
use crate::world::World;

const ACCOUNT_VIEW: &str = r#"
data "azureai_foundry_account" "it" {
  name = "aif"
}
"#;

const PROJECT_VIEW: &str = r#"
data "azureai_foundry_project" "it" {
  name                 = "agents"
  cognitive_account_id = data.azureai_foundry_account.it.id
}
"#;

fn shown(world: &World, what: &str, attribute: &str) -> Value {
    world.attribute(&format!("data.azureai_foundry_{what}.it"), attribute)
}

#[test]
fn data_sources_show_connections_without_secrets() {
    let world = foundry();
    world.config(STORES);
    world.apply().creates(3);
    let tool = json!({"properties": {
        "category": "ApiKey", "authType": "ApiKey", "target": "https://tools.example/",
        "credentials": {"key": "not-a-real-key"},
    }});
    world.cloud.put(&format!("{ACCOUNT}/connections/tool"), &tool);
    world.config(&[STORES, ACCOUNT_VIEW, PROJECT_VIEW].concat());
    world.apply().keeps_quiet_about("not-a-real-key").succeeds();
    world.plan().is_quiet();
    let of_account = shown(&world, "account", "connections");
    let expected = json!([{
        "id": world.cloud.id(&format!("{ACCOUNT}/connections/tool")),
        "name": "tool", "category": "ApiKey", "auth_type": "ApiKey",
        "target": "https://tools.example/", "target_resource_id": null,
    }]);
    assert_eq!(of_account, expected);
    let of_project = shown(&world, "project", "connections");
    let names: Vec<_> = of_project.as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["cosmos", "search", "storage"]);
    let cosmos = world.cloud.id("Microsoft.DocumentDB/databaseAccounts/threads");
    assert_eq!(of_project[0]["target_resource_id"], json!(cosmos));
    assert_eq!(shown(&world, "account", "soft_deleted"), json!([]));
    // A denied read leaves the attribute null and does not fail the apply.
    world.cloud.deny(ACCOUNT, "Microsoft.CognitiveServices/accounts/connections/read");
    world.apply().succeeds();
    assert_eq!(shown(&world, "account", "connections"), Value::Null);
}

#[test]
fn deleted_account_is_reported_by_name() {
    let world = World::new();
    world.config(&unpurged());
    world.apply().creates(1);
    world.destroy().destroys(1);
    let view = ACCOUNT_VIEW.replace("\"aif\"", "\"aif-it\"");
    world.config(&view);
    let error = world.plan().fails_with("does not exist").says("not purged");
    error.says("az cognitiveservices account purge --name aif-it");
    // An account with this name in another group.
    world.cloud.put_group("rg-two");
    let two = world.cloud.id(PATH).replace("/rg-ai/", "/rg-two/");
    world.cloud.put(
        &two,
        &json!({
            "location": "eastus", "kind": "AIServices", "sku": {"name": "S0"},
            "properties": {"customSubDomainName": "aif-two", "provisioningState": "Succeeded"},
        }),
    );
    world.apply().succeeds();
    let deleted = shown(&world, "account", "soft_deleted");
    assert_eq!(deleted[0]["resource_group_name"], "rg-ai");
    assert_eq!(deleted[0]["custom_subdomain_name"], "aif-it");
    assert!(deleted[0]["scheduled_purge_date"].is_string(), "{deleted}");
    world.config(&view.replace("name = \"aif-it\"", "name = \"aif-none\""));
    world.plan().fails_with("does not exist").keeps_quiet_about("not purged");
}
