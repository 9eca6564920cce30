//! Replays of what OpenTofu sends through plan, apply, import, move, and destroy, by the client of
//! [`crate::tofu`], which follows its source. No OpenTofu runs here.

use crate::session::answered;
use crate::shape::Subject;
use crate::tofu::{Change, Command, Object};
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;
use serde_json::json;

const ZONE: &str = "azureai_private_dns_zone";

/// Returns the configuration of a zone with a tag.
fn zone(of: &Subject, name: &str, team: &str) -> Value {
    let mut config = of.shape.empty();
    config.set_entry("name", name.into());
    config.set_entry("resource_group_name", "rg-ai".into());
    config.set_entry("tags", Value::map([("team", team.into())]));
    config
}

#[tokio::test]
async fn a_replay_creates_updates_replaces_and_destroys() {
    let command = Command::new().await;
    let of = command.resource(ZONE);
    let first = command.apply(of, &Object::none(), &zone(of, "a.example", "ai")).await;
    let phase = command.phase().await;
    let first = phase.refresh(of, &first).await;
    let again = phase.plan(of, &first, &zone(of, "a.example", "ai")).await;
    assert_eq!(again.object.value, first.value, "the second plan is empty");
    phase.end().await;
    let config = zone(of, "a.example", "net");
    let first = command.apply(of, &first, &config).await;
    let tags = command.azure.get(&command.zone_id("a.example")).unwrap()["tags"].clone();
    assert_eq!(tags, json!({"team": "net"}));

    // A replacement is planned twice, the second time as a create that has the private data of the
    // first plan, and no identity (`internal/tofu/node_resource_abstract_instance.go`).
    let config = zone(of, "b.example", "net");
    let phase = command.phase().await;
    let change = phase.plan(of, &first, &config).await;
    assert_eq!(change.replace, ["name"]);
    let private = change.object.private;
    let change = phase.plan(of, &Object { private, ..Object::none() }, &config).await;
    phase.end().await;
    let phase = command.phase().await;
    let gone = Change { object: Object { value: Value::Null, ..change.object }, replace: vec![] };
    assert!(phase.apply(of, &first, &gone, &Value::Null).await.value.is_null());
    let change = phase.plan(of, &Object::none(), &config).await;
    let second = phase.apply(of, &Object::none(), &change, &config).await;
    phase.end().await;
    assert!(command.azure.get(&command.zone_id("a.example")).is_none());
    command.destroy(of, &second).await;
    assert!(command.azure.get(&command.zone_id("b.example")).is_none());
}

#[tokio::test]
async fn a_replay_imports_by_id_and_by_identity() {
    let command = Command::new().await;
    let of = command.resource(ZONE);
    let id = command.zone_id("a.example");
    command.azure.put(&id, &json!({"location": "global", "tags": {"team": "ai"}})).unwrap();
    let phase = command.phase().await;
    let by_id = phase.import(of, &id, None).await;
    let by_identity = phase.import(of, "", Some(&by_id)).await;
    assert_eq!(by_identity.value, by_id.value);
    let plan = phase.plan(of, &by_identity, &zone(of, "a.example", "ai")).await;
    assert_eq!(plan.object.value, by_id.value, "the plan is empty");
    phase.end().await;
}

/// OpenTofu replaces the host of a provider's address in a state that Terraform wrote, unless the
/// configuration names the address in full (`internal/tofumigrate/tofumigrate.go`). So a move may
/// come from either host.
#[tokio::test]
async fn a_replay_moves_from_the_addresses_of_either_registry() {
    let command = Command::new().await;
    let of = command.resource(ZONE);
    let id = command.zone_id("a.example");
    command.azure.put(&id, &json!({"location": "global", "tags": {"team": "ai"}})).unwrap();
    let azurerm = json!({
        "id": id, "name": "a.example", "resource_group_name": "rg-ai", "tags": {"team": "ai"},
    });
    let azapi = json!({
        "id": id, "name": "a.example", "parent_id": command.azure.group_id(),
        "type": "Microsoft.Network/privateDnsZones@2020-06-01", "tags": {"team": "ai"},
    });
    let phase = command.phase().await;
    for (source, ty, state) in [
        ("registry.opentofu.org/hashicorp/azurerm", "azurerm_private_dns_zone", &azurerm),
        ("registry.terraform.io/hashicorp/azurerm", "azurerm_private_dns_zone", &azurerm),
        ("registry.opentofu.org/azure/azapi", "azapi_resource", &azapi),
        // Before 1.12.4, only the last part of the address.
        ("azurerm", "azurerm_private_dns_zone", &azurerm),
    ] {
        let object = phase.moved(of, (source, ty), state).await;
        let plan = phase.plan(of, &object, &zone(of, "a.example", "ai")).await;
        assert_eq!(plan.object.value, object.value, "{source}: nothing changes");
    }
    phase.end().await;
}

/// OpenTofu 1.11.12 and 1.12.4 call MoveResourceState for the resources of a state that Terraform
/// wrote, because the host of the address differs
/// (<https://github.com/opentofu/opentofu/pull/4375>). A move keeps attributes that the schema no
/// longer has; an upgrade does not (`internal/tofu/upgrade_resource_state.go`,
/// `stripRemovedStateAttributes`).
#[tokio::test]
async fn a_replay_takes_over_a_state_of_terraform() {
    let command = Command::new().await;
    let of = command.resource(ZONE);
    let config = zone(of, "a.example", "ai");
    let object = command.apply(of, &Object::none(), &config).await;
    let mut state = codec::to_json(&object.value, &of.ty);
    state["removed_long_ago"] = json!("kept by the state");
    let phase = command.phase().await;
    for host in ["registry.terraform.io", "registry.opentofu.org"] {
        let address = format!("{host}/azureai/azureai");
        let moved = phase.moved(of, (&address, ZONE), &state).await;
        assert_eq!(moved.value, object.value);
        let plan = phase.plan(of, &moved, &config).await;
        assert_eq!(plan.object.value, object.value, "{address}: nothing changes");
    }
    phase.end().await;
    command.destroy(of, &object).await;
}

/// OpenTofu rejects a state with a write-only value after each call
/// (`internal/plugin/validation`).
#[tokio::test]
async fn a_replay_returns_no_write_only_value() {
    let command = Command::new().await;
    let of = command.resource("azureai_foundry_connection");
    let mut config = of.shape.empty();
    for (name, value) in [
        ("name", "weather"),
        ("parent_id", &*command.id("Microsoft.CognitiveServices/accounts/airef-services")),
        ("category", "ApiKey"),
        ("target", "https://weather.example/"),
        ("auth_type", "ApiKey"),
    ] {
        config.set_entry(name, value.into());
    }
    config.set_entry("credentials_wo", Value::map([("key", "a-secret".into())]));
    config.set_entry("credentials_wo_version", Value::from(1));
    let object = command.apply(of, &Object::none(), &config).await;
    let phase = command.phase().await;
    let object = phase.refresh(of, &object).await;
    phase.end().await;
    let state = codec::to_json(&object.value, &of.ty).to_string();
    assert!(!state.contains("a-secret"), "{state}");
    assert!(!String::from_utf8_lossy(&object.private).contains("a-secret"));
    command.destroy(of, &object).await;
}

/// For a function that it does not find in the schema, OpenTofu calls GetFunctions. A null argument
/// that it may send is a value without bytes (`CallFunction`).
#[tokio::test]
async fn a_replay_calls_functions_of_a_configured_provider() {
    let command = Command::new().await;
    let phase = command.phase().await;
    let answer = phase.session.calls().get_functions(wire::get_functions::Request {}).await;
    let answer = answered("GetFunctions", answer);
    let mut names: Vec<_> = answer.functions.keys().cloned().collect();
    names.sort();
    assert_eq!(names, command.functions);
    for name in names {
        let parameters = answer.functions[&name].parameters.len();
        let arguments = vec![wire::DynamicValue::default(); parameters];
        let request = wire::call_function::Request { name: name.clone(), arguments };
        let answer = answered(&name, phase.session.calls().call_function(request).await);
        let fault = answer.error.expect("a null argument is an error");
        assert!(!fault.text.contains("crashed"), "{name}: {fault:?}");
    }
    phase.end().await;
}
