//! Lists, page by page.

use crate::script::{ARM, PE, World, empty, refuses, says};
use azure::error::ErrorKind;
use serde_json::json;

fn first() -> String {
    format!("GET {PE}/parts?api-version=1")
}

#[tokio::test(start_paused = true)]
async fn pages_are_followed_in_order() {
    let next = "/p?api-version=1&%24skiptoken=a%2Bb%3D%3D&x=c+d/e==";
    let (first, second) = (first(), format!("GET {next}"));
    let world = World::new([
        (first.as_str(), says(200, json!({"value": [1, 2], "nextLink": format!("{ARM}{next}")}))),
        (second.as_str(), says(200, json!({"value": [3], "nextLink": ""}))),
    ]);
    assert_eq!(world.list().await.unwrap(), [1, 2, 3]);
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn an_invalid_page_is_an_error() {
    let own = format!("{ARM}{PE}/parts?api-version=1");
    for (answer, kind, words) in [
        (
            says(200, json!({"value": [], "nextLink": own})),
            ErrorKind::Protocol,
            "repeats the same page",
        ),
        (says(200, json!({"values": []})), ErrorKind::Decode, "has no array `value`"),
        (empty(200), ErrorKind::Decode, "has no array `value`"),
    ] {
        let first = first();
        let world = World::new([(first.as_str(), answer)]);
        let error = world.list().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error} lacks {words}");
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn the_children_of_an_absent_resource_are_none() {
    let first = first();
    let world = World::new([(first.as_str(), refuses(404, "ResourceNotFound"))]);
    assert!(world.list().await.unwrap().is_empty());
    // It goes while it is read.
    let page = json!({"value": [1], "nextLink": format!("{ARM}/p")});
    let world = World::new([
        (first.as_str(), says(200, page)),
        ("GET /p", refuses(404, "ResourceNotFound")),
    ]);
    assert!(world.list().await.unwrap().is_empty());
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_failed_page_fails_the_list() {
    let first = first();
    let page = json!({"value": [1], "nextLink": format!("{ARM}/p")});
    let world = World::new([
        (first.as_str(), says(200, page)),
        ("GET /p", refuses(403, "AuthorizationFailed")),
    ]);
    assert_eq!(world.list().await.unwrap_err().kind(), ErrorKind::Denied);
    world.ends();
}
