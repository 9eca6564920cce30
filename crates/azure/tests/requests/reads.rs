//! Reads, and the headers of every request.

use crate::script::{ARM, PE, World, empty, refuses, resource, says, text};
use azure::error::ErrorKind;
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_request_identifies_client_and_identity() {
    let world = World::new([("GET pe", says(200, resource("Succeeded")))]);
    let reply = world.get().await.unwrap().unwrap();
    assert_eq!(reply.etag(), Some("e"));
    let seen = &world.ends()[0];
    assert_eq!(seen.url, format!("{ARM}{PE}?api-version=1"));
    assert_eq!(seen.header("authorization"), "Bearer token-1");
    assert_eq!(seen.header("accept"), "application/json");
    assert_eq!(seen.header("user-agent"), "test/1");
    assert_eq!(seen.header("x-ms-correlation-request-id"), "run-1");
    assert_eq!(seen.header("x-ms-return-client-request-id"), "true");
    assert_eq!(seen.header("x-ms-client-request-id").len(), 36);
}

#[tokio::test(start_paused = true)]
async fn only_a_404_of_arm_means_absent() {
    for (answer, kind) in [
        (refuses(404, "ResourceNotFound"), None),
        (refuses(404, "ResourceGroupNotFound"), None),
        (refuses(404, "SubscriptionNotFound"), Some(ErrorKind::Denied)),
        (empty(404), Some(ErrorKind::Protocol)),
        (refuses(403, "AuthorizationFailed"), Some(ErrorKind::Denied)),
        (refuses(400, "InvalidApiVersionParameter"), Some(ErrorKind::Invalid)),
        (empty(200), Some(ErrorKind::Decode)),
        (says(200, json!("text")), Some(ErrorKind::Decode)),
        (empty(501), Some(ErrorKind::Transport)),
    ] {
        let world = World::new([("GET pe", answer.clone())]);
        match (world.get().await, kind) {
            (Ok(found), None) => assert!(found.is_none(), "{answer:?}"),
            (Err(error), Some(kind)) => {
                assert_eq!(error.kind(), kind, "{answer:?}");
                let id = error.request_id().unwrap_or_default();
                assert!(id.starts_with("request-"), "{error}");
            }
            (found, _) => panic!("{answer:?} is read as {found:?}"),
        }
        world.ends();
    }
}

/// The page of a gateway proves nothing about the resource, so the read is repeated.
#[tokio::test(start_paused = true)]
async fn a_404_that_arm_did_not_write_is_asked_again() {
    let page = || ("GET pe", text(404, "<html>Not here</html>"));
    let world = World::new([page(), ("GET pe", refuses(404, "ResourceNotFound"))]);
    assert!(world.get().await.unwrap().is_none());
    world.ends();
    let world = World::new((0..6).map(|_| page()));
    let error = world.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.to_string().contains("The request failed 6 times in a row."), "{error}");
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_refusal_keeps_azures_message() {
    let world = World::new([("GET pe", refuses(403, "AuthorizationFailed"))]);
    let error = world.get().await.unwrap_err();
    let text = "AuthorizationFailed (403): It is AuthorizationFailed, says Azure.";
    assert_eq!(error.to_string(), text);
}

#[tokio::test(start_paused = true)]
async fn a_response_has_a_size_limit() {
    let mega = "x".repeat(1 << 20);
    let world = World::new([("GET pe", text(200, &mega).times(33))]);
    let error = world.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.to_string(), "The answer is larger than 33554432 bytes.");
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_large_response_is_read_whole() {
    let note = "x".repeat(8 << 20);
    let world = World::new([("GET pe", says(200, json!({ "note": note })))]);
    let reply = world.get().await.unwrap().unwrap();
    assert_eq!(reply.body["note"].as_str().map(str::len), Some(8 << 20));
}
