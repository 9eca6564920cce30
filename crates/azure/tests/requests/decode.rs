//! Responses of an unexpected form: each is an error that names the URL and the expected form. Null
//! and absent are equal.

use crate::script::{ARM, Answer, PE, World, absent, empty, found, resource, says};
use azure::error::{Error, ErrorKind};
use azure::operation::has_failed;
use azure::write::WriteMethod;
use serde_json::{Value as Json, json};

fn is_decode(error: &Error, words: &[&str]) {
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    for words in words {
        assert!(error.to_string().contains(words), "{error} lacks {words}");
    }
}

async fn lists(page: Answer) -> Result<Vec<Json>, Error> {
    let first = format!("GET {PE}/parts?api-version=1");
    let world = World::new([(first.as_str(), page)]);
    let listed = world.list().await;
    world.ends();
    listed
}

#[tokio::test(start_paused = true)]
async fn a_page_needs_an_array_of_values() {
    for none in [
        json!({"value": []}),
        json!({"value": null}),
        json!({"value": null, "nextLink": null}),
        json!({"value": [], "nextLink": ""}),
    ] {
        assert!(lists(says(200, none)).await.unwrap().is_empty());
    }
    let at = format!("{ARM}{PE}/parts has");
    for (page, words) in [
        (json!({"value": 5}), "`value` that is not an array"),
        (json!({"value": "[]"}), "`value` that is not an array"),
        (json!({"value": {"a": 1}}), "`value` that is not an array"),
        (json!({"values": []}), "no array `value`"),
        (json!([]), "no array `value`"),
        (json!({"value": [], "nextLink": 5}), "`nextLink` that is not a string"),
        (json!({"value": [], "nextLink": {"href": "/2"}}), "`nextLink` that is not a string"),
    ] {
        is_decode(&lists(says(200, page)).await.unwrap_err(), &[&at, words]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_resource_is_an_object_whose_etag_is_a_string() {
    let at = format!("The response from {ARM}{PE} ");
    for (answer, words) in [
        (empty(200), "is not a JSON object, so it is not a resource"),
        (says(200, json!([1])), "is not a JSON object, so it is not a resource"),
        (says(200, json!({"id": PE, "etag": 7})), "has an `etag` that is not a string"),
    ] {
        let world = World::new([("GET pe", answer)]);
        is_decode(&world.get().await.unwrap_err(), &[&at, words]);
        world.ends();
    }
    for etag in [json!(null), json!("")] {
        let world = World::new([found(json!({"id": PE, "etag": etag}))]);
        assert_eq!(world.get().await.unwrap().unwrap().etag(), None);
        world.ends();
    }
}

/// An object with an unreadable etag would be overwritten without a condition.
#[tokio::test(start_paused = true)]
async fn an_object_with_an_unreadable_etag_is_not_overwritten() {
    let mut live = resource("Succeeded");
    live["properties"]["subnet"]["id"] = json!("/old");
    live["etag"] = json!({"value": "e"});
    let world = World::new([found(live)]);
    is_decode(&world.change(WriteMethod::Put, None).await.unwrap_err().error, &["`etag`"]);
    world.ends();
}

fn accepted() -> (&'static str, Answer) {
    ("PUT pe", empty(202).with("azure-asyncoperation", format!("{ARM}/o/1?sig=hidden")))
}

const STATUS: &str = "GET /o/1?sig=hidden";

#[tokio::test(start_paused = true)]
async fn the_status_of_a_status_document_is_a_string() {
    for status in [json!(5), json!({"value": "Succeeded"}), json!(true)] {
        let document = says(200, json!({ "status": status }));
        let world = World::new([accepted(), (STATUS, document), absent()]);
        let error = world.put().await.unwrap_err();
        let at = format!("The response from {ARM}/o/1 has a `status` that is not a string");
        is_decode(&error, &[&at]);
        assert!(!error.to_string().contains("hidden"), "{error}");
        world.ends();
    }
    // One that does not say yet is running.
    let done = resource("Succeeded");
    for silent in [json!({}), json!({"status": null})] {
        let steps =
            [(STATUS, says(200, silent)), (STATUS, says(200, json!({"status": "Succeeded"})))];
        let world = World::new([accepted()].into_iter().chain(steps).chain([found(done.clone())]));
        assert_eq!(world.put().await.unwrap(), done);
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn a_provisioning_state_is_a_string() {
    let state = |state: Json| json!({"id": PE, "properties": {"provisioningState": state}});
    for (look, words) in [
        (says(200, state(json!(2))), "pe has a `provisioningState` that is not a string"),
        (empty(200), "is not a resource"),
    ] {
        let world =
            World::new([("PUT pe", empty(201)), ("GET pe", look.clone()), ("GET pe", look)]);
        is_decode(&world.put().await.unwrap_err(), &[words]);
        world.ends();
    }
    let mut done = state(Json::Null);
    done["properties"]["subnet"] = json!({"id": "/s"});
    let world = World::new([("PUT pe", empty(201)), found(done.clone()), found(done.clone())]);
    assert_eq!(world.put().await.unwrap(), done);
    world.ends();
}

/// As outbound rules of managed networks do, which have no provisioning state.
#[test]
fn a_status_without_a_provisioning_state_reports_a_failure() {
    let failed = |properties: Json| has_failed(&json!({ "properties": properties }));
    assert!(failed(json!({"status": "Failed"})));
    assert!(failed(json!({"provisioningState": "", "status": "failed"})));
    assert!(!failed(json!({"status": "Active"})));
    assert!(!failed(json!({"provisioningState": "Succeeded", "status": "Failed"})));
}
