//! Actions, as Terraform 1.14 and later call them: planned with any value unknown, invoked with
//! progress messages, and ended by one result.

use crate::places;
use crate::samples::{self, Samples};
use crate::session::{Session, answered, errors, sound};
use crate::shape::Subject;
use crate::world::World;
use emulator::Fault;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;
use serde_json::json;
use wire::invoke_action::event::Type;

const SET: &str = "azureai_set_public_network_access";
const DECIDE: &str = "azureai_private_endpoint_connection_decision";
const VAULT: &str = "Microsoft.KeyVault/vaults/airefkv";

/// Progress messages of an action, and its errors.
struct Done {
    told: Vec<String>,
    found: Vec<wire::Diagnostic>,
}

async fn plan(session: &Session, of: &Subject, config: &Value) -> Vec<wire::Diagnostic> {
    let request = wire::plan_action::Request {
        action_type: of.name.clone(),
        config: Some(codec::encode(config, &of.ty)),
        ..Default::default()
    };
    let answer = answered(&of.name, session.calls().plan_action(request).await);
    assert_eq!(answer.deferred, None, "{}: Terraform lets nothing be deferred", of.name);
    sound(&of.label(), answer.diagnostics)
}

/// Invokes an action and asserts the order of events: messages, one result, the end.
async fn invoke(session: &Session, name: &str, config: Option<wire::DynamicValue>) -> Done {
    let action_type = name.to_owned();
    let request = wire::invoke_action::Request { action_type, config, ..Default::default() };
    let mut stream = answered(name, session.calls().invoke_action(request).await);
    let mut told = Vec::new();
    while let Some(event) = stream.message().await.unwrap() {
        match event.r#type.expect("an event of some type") {
            Type::Progress(progress) => told.push(progress.message),
            Type::Completed(completed) => {
                assert_eq!(stream.message().await.unwrap(), None, "{name}: it was completed");
                return Done { told, found: sound(name, completed.diagnostics) };
            }
        }
    }
    panic!("{name} ends without a result")
}

async fn subject(session: &Session, name: &str) -> Subject {
    let known = session.subjects().await;
    known.into_iter().find(|it| it.is_action() && it.name == name).unwrap()
}

async fn act(world: &World, name: &str, arguments: &[(&str, &str)]) -> Done {
    let of = subject(&world.session, name).await;
    let config = World::config(&of.shape, arguments);
    let found = world.session.validate(&of, &config).await;
    assert!(errors(&found).is_empty(), "{found:#?}");
    invoke(&world.session, name, Some(codec::encode(&config, &of.ty))).await
}

fn flag(world: &World) -> String {
    let vault = world.azure.get(&world.id(VAULT)).unwrap();
    vault["properties"]["publicNetworkAccess"].as_str().unwrap_or("Enabled").to_owned()
}

#[tokio::test]
async fn a_plan_accepts_unknown_and_null_values() {
    let session = Session::start().await;
    let actions = samples::all().await.iter().filter(|it| it.subject.is_action());
    let mut count = 0;
    for Samples { subject, full, most, .. } in actions {
        count += 1;
        for config in [full, most] {
            let unknown = places::unknown(&subject.shape, config);
            for changed in unknown.into_iter().chain(places::null(&subject.shape, config)) {
                plan(&session, subject, &changed.value).await;
            }
        }
        // Terraform does not invoke an action whose configuration is unknown.
        let unknown = places::unknown(&subject.shape, most).remove(0).value;
        let config = Some(codec::encode(&unknown, &subject.ty));
        let done = invoke(&session, &subject.name, config).await;
        assert_eq!(errors(&done.found).len(), 1, "{:#?}", done.found);
    }
    assert_eq!(count, 5);
}

#[tokio::test]
async fn an_action_reports_its_progress() {
    let world = World::new().await;
    let vault = world.id(VAULT);
    let off = [("resource_id", vault.as_str()), ("value", "Disabled"), ("reason", "a drill")];
    let done = act(&world, SET, &off).await;
    let refused = errors(&done.found);
    assert!(refused[0].detail.contains("skip_guard = true"), "{refused:#?}");
    let path = crate::session::path(refused[0].attribute.as_ref().unwrap());
    assert_eq!(path.to_string(), "skip_guard");
    assert_eq!(flag(&world), "Enabled");

    let endpoint = world.id("Microsoft.Network/privateEndpoints/pe-hub");
    let which = [("target_resource_id", vault.as_str()), ("private_endpoint_id", &endpoint)];
    let approve = [&which[..], &[("decision", "approve")]].concat();
    let done = act(&world, DECIDE, &approve).await;
    assert!(errors(&done.found).is_empty(), "{:#?}", done.found);
    assert!(done.told.last().unwrap().ends_with("is Approved"), "{:#?}", done.told);

    let done = act(&world, SET, &off).await;
    assert!(done.found.is_empty(), "{:#?}", done.found);
    assert_eq!(done.told.len(), 2, "{:#?}", done.told);
    assert!(done.told[0].contains("a drill"), "{:#?}", done.told);
    assert_eq!(flag(&world), "Disabled");
}

#[tokio::test]
async fn a_deleted_account_is_purged_once() {
    let world = World::new().await;
    let account = world.id("Microsoft.CognitiveServices/accounts/airef-services");
    assert!(world.azure.delete(&account));
    let which =
        [("name", "airef-services"), ("resource_group_name", "rg-ai"), ("location", "East US")];
    for end in ["is purged", "is not among the deleted objects"] {
        let done = act(&world, "azureai_purge_foundry_account", &which).await;
        assert!(done.found.is_empty(), "{:#?}", done.found);
        assert!(done.told.last().unwrap().ends_with(end), "{:#?}", done.told);
    }
    let requests = world.azure.requests();
    let purges = requests.iter().filter(|it| it.method == "DELETE");
    assert_eq!(purges.filter(|it| it.path.contains("/deletedAccounts/")).count(), 1);
}

#[tokio::test]
async fn a_post_action_sends_one_request_and_follows_its_operation() {
    const RECONCILE: &str = "azureai_reconcile_network_security_perimeter";
    let world = World::new().await;
    let storage = world.id("Microsoft.Storage/storageAccounts/airefstorage");
    let perimeter = world.id("Microsoft.Network/networkSecurityPerimeters/nsp");
    let profile = format!("{perimeter}/profiles/one");
    let which = [("resource_id", storage.as_str())];
    let done = act(&world, RECONCILE, &which).await;
    assert!(errors(&done.found)[0].detail.contains("in no network security"), "{:#?}", done.found);
    let association = json!({"properties": {
        "accessMode": "Enforced", "privateLinkResource": {"id": storage},
        "profile": {"id": profile}, "provisioningState": "Failed",
    }});
    let resource = json!({"location": "eastus", "properties": {"perimeterGuid": "a-guid"}});
    for (id, body) in [
        (&perimeter, resource),
        (&profile, json!({"properties": {}})),
        (&format!("{perimeter}/resourceAssociations/it"), association),
    ] {
        world.azure.put(id, &body).unwrap();
    }
    let done = act(&world, RECONCILE, &which).await;
    assert!(done.found.is_empty(), "{:#?}", done.found);
    assert_eq!(done.told.len(), 2, "{:#?}", done.told);
    let requests = world.azure.requests();
    let posts: Vec<_> = requests.iter().filter(|it| it.method == "POST").collect();
    let reconciled = posts.iter().filter(|it| it.path.ends_with("/a-guid.it/reconcile"));
    assert_eq!(reconciled.count(), 1, "{posts:#?}");
    let association = world.azure.get(&format!("{perimeter}/resourceAssociations/it")).unwrap();
    assert_eq!(association["properties"]["provisioningState"], "Succeeded");
}

#[tokio::test]
async fn an_error_is_the_result() {
    let world = World::new().await;
    let vault = world.id(VAULT);
    world.azure.fault(Fault::status(403, "AuthorizationFailed", "You may not.").count(0));
    let on = [("resource_id", vault.as_str()), ("value", "Enabled")];
    let done = act(&world, SET, &on).await;
    assert!(errors(&done.found)[0].detail.contains("You may not."), "{:#?}", done.found);
    let done = invoke(&world.session, "azureai_nothing", None).await;
    assert_eq!(errors(&done.found)[0].summary, "azureai_nothing does not exist");
}
