//! Long-running operations of each kind.

use crate::script::{
    ARM, Act, Answer, World, absent, empty, fails, foreign, found, refuses, resource, says, text,
};
use azure::error::ErrorKind;
use azure::write::WriteMethod;
use serde_json::{Value as Json, json};

const STATUS: &str = "azure-asyncoperation";

fn begun(header: &'static str) -> Answer {
    says(202, resource("Updating")).with(header, format!("{ARM}/o/1"))
}

fn status(state: &str) -> Answer {
    says(200, json!({ "status": state }))
}

fn done() -> (&'static str, Answer) {
    ("GET pe", says(200, resource("Succeeded")))
}

/// Runs a create: the accepted request, the polls, and the resource afterwards.
async fn succeeds(first: Answer, then: Vec<(&str, Answer)>, from: f64, to: f64) {
    let world = World::new([("PUT pe", first)].into_iter().chain(then));
    let live = world.put().await.unwrap();
    assert_eq!(live, resource("Succeeded"));
    assert!(world.is_accepted());
    world.ends_within(from, to);
}

/// Runs a change of an existing resource.
async fn changes(first: Answer, then: Vec<(&str, Answer)>, from: f64, to: f64) {
    let world = World::new([("PUT pe", first)].into_iter().chain(then));
    let changed = world.change(WriteMethod::Put, foreign()).await.unwrap();
    assert_eq!((changed.body, changed.written), (resource("Succeeded"), true));
    assert!(world.is_accepted());
    world.ends_within(from, to);
}

#[tokio::test(start_paused = true)]
async fn a_status_document_is_polled() {
    for states in [&["Succeeded"][..], &["InProgress", "Running", "Anything", "", "succeeded"]] {
        let polls = states.iter().map(|state| ("GET /o/1", status(state)));
        succeeds(begun(STATUS), polls.chain([done()]).collect(), 0.0, 0.4).await;
    }
    // Without a word it is done.
    succeeds(begun(STATUS), vec![("GET /o/1", empty(200)), done()], 0.0, 0.0).await;
    // It goes before Location.
    let both = begun(STATUS).with("location", format!("{ARM}/o/2"));
    succeeds(both, vec![("GET /o/1", status("Succeeded")), done()], 0.0, 0.0).await;
}

#[tokio::test(start_paused = true)]
async fn a_location_is_polled_until_it_is_done() {
    for end in [
        empty(200),
        empty(204),
        says(200, resource("Succeeded")),
        says(201, json!({"id": "/x"})),
        status("Enabled"),
    ] {
        let polls = vec![("GET /o/1", empty(202)), ("GET /o/1", end), done()];
        succeeds(begun("location"), polls, 0.01, 0.03).await;
    }
    // Some answer 200 with the resource before it is done.
    let early = says(200, resource("Creating"));
    let polls = vec![("GET /o/1", early), ("GET /o/1", empty(200)), done()];
    succeeds(begun("location"), polls, 0.01, 0.03).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_url_the_resource_is_polled() {
    let updating = || says(200, resource("Updating"));
    let own = format!("{ARM}{}?api-version=1", crate::script::PE.to_uppercase());
    for first in [
        says(201, resource("Updating")),
        // 202 says that it is not done, whatever the body.
        empty(202),
        says(202, resource("Succeeded")),
        says(202, json!({})),
        // Location beside 201 names the resource, and an address of its own tells nothing.
        says(201, resource("Updating")).with("location", format!("{ARM}/o/1")),
        says(201, resource("Updating")).with(STATUS, &own),
        empty(202).with("location", &own),
        text(201, "{\"half"),
        empty(201),
    ] {
        let polls = vec![("GET pe", updating()), ("GET pe", updating()), done(), done()];
        succeeds(first, polls, 0.05, 0.08).await;
    }
    let polls = vec![("GET pe", updating()), ("GET pe", updating()), done(), done()];
    changes(says(200, resource("Accepted")), polls, 0.05, 0.08).await;
}

#[tokio::test(start_paused = true)]
async fn an_accepted_patch_is_waited_for() {
    let world = World::new([
        ("PATCH pe", empty(202)),
        ("GET pe", says(200, resource("Updating"))),
        done(),
        done(),
    ]);
    assert_eq!(world.patch().await.unwrap(), resource("Succeeded"));
    world.ends();
}

/// As managed networks do (recorded): nothing but headers, an operation at another provider's
/// address, `Location` that is the resource, which has neither ID nor name.
#[tokio::test(start_paused = true)]
async fn an_operation_of_another_provider_is_followed() {
    let operation = "/subscriptions/s/providers/Microsoft.Other/locations/l/operations/mnet:1:1-2";
    let own = format!("{ARM}{}?api-version=1", crate::script::PE);
    let accepted = empty(202).with(STATUS, format!("{ARM}{operation}")).with("location", own);
    let look = format!("GET {operation}");
    let nameless = json!({"properties": {"provisioningState": "Succeeded", "mode": "a"}});
    let steps = [
        ("PUT pe", accepted.clone()),
        (look.as_str(), status("InProgress")),
        (look.as_str(), status("Succeeded")),
        ("GET pe", says(200, nameless.clone())),
    ];
    let world = World::new(steps);
    assert_eq!(world.put().await.unwrap(), nameless);
    assert!(world.is_accepted());
    world.ends();
    let steps = [
        ("PATCH pe", accepted),
        (look.as_str(), status("Succeeded")),
        ("GET pe", says(200, nameless.clone())),
    ];
    let world = World::new(steps);
    assert_eq!(world.patch().await.unwrap(), nameless);
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_deferred_resource_is_not_waited_for() {
    let world = World::new([
        ("PUT pe", says(201, resource("Updating"))),
        ("GET pe", says(200, resource("Deferred"))),
        ("GET pe", says(200, resource("Deferred"))),
    ]);
    assert_eq!(world.put().await.unwrap(), resource("Deferred"));
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_finished_operation_is_not_polled() {
    changes(says(200, resource("Succeeded")), vec![], 0.0, 0.0).await;
    succeeds(says(201, resource("Succeeded")), vec![done()], 0.0, 0.0).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_resource_may_be_hidden_at_first() {
    let gone = || refuses(404, "ResourceNotFound");
    let polls = vec![("GET pe", gone()), ("GET pe", gone()), done(), done()];
    succeeds(says(201, resource("Updating")), polls, 0.05, 0.08).await;
    for header in [STATUS, "location"] {
        let polls = vec![
            ("GET /o/1", gone()),
            ("GET /o/1", empty(404)),
            ("GET /o/1", status("Succeeded")),
            done(),
        ];
        succeeds(begun(header), polls, 0.05, 0.08).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_hidden_operation_is_judged_by_its_resource() {
    let hidden = || ("GET /o/1", refuses(404, "NotFound").with("retry-after", "25"));
    let polls = (0..4).map(|_| hidden());
    let polls = polls.chain([("GET pe", says(200, resource("Updating"))), done(), done()]);
    // The last of the looks at the address is after a minute.
    succeeds(begun(STATUS), polls.collect(), 75.0, 75.3).await;
}

#[tokio::test(start_paused = true)]
async fn polls_follow_retry_after() {
    let wait = |state, seconds: &str| status(state).with("retry-after", seconds);
    let polls = vec![
        ("GET /o/1", wait("InProgress", "15")),
        ("GET /o/1", wait("InProgress", "0")),
        ("GET /o/1", wait("InProgress", "3")),
        ("GET /o/1", status("Succeeded")),
        done(),
    ];
    succeeds(begun(STATUS), polls, 18.0, 18.26).await;
}

#[tokio::test(start_paused = true)]
async fn polls_become_less_frequent() {
    let running = (0..20).map(|_| ("GET /o/1", status("InProgress")));
    let ends = [("GET /o/1", status("Succeeded")), done()];
    // 25 ms doubled eight times, and 10 s from then on; each shortened by up to a quarter.
    succeeds(begun(STATUS), running.chain(ends).collect(), 87.0, 123.0).await;
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_says_nothing_of_the_operation() {
    let busy = refuses(429, "RetryableErrorDueToAnotherOperation");
    // As recorded of Azure once.
    let page = text(500, "<html><body>Our services aren't available right now</body></html>");
    for trouble in [empty(503), page, busy, fails(Act::Dropped), text(200, "{\"sta")] {
        let polls = vec![
            ("GET /o/1", status("InProgress")),
            ("GET /o/1", trouble),
            ("GET /o/1", status("Succeeded")),
            done(),
        ];
        succeeds(begun(STATUS), polls, 0.1, 0.3).await;
    }
    // The operation continues without the client, so its result must be known after long silence.
    let silence = (0..19).map(|_| ("GET /o/1", fails(Act::Unreached)));
    let ends = [("GET /o/1", status("Succeeded")), done()];
    succeeds(begun(STATUS), silence.chain(ends).collect(), 480.0, 705.0).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_during_polls_is_replaced() {
    let world = World::new([
        ("PUT pe", begun(STATUS)),
        ("GET /o/1", status("InProgress")),
        ("GET /o/1", refuses(401, "ExpiredAuthenticationToken")),
        ("GET /o/1", status("Succeeded")),
        done(),
    ]);
    world.put().await.unwrap();
    assert_eq!(world.ends()[3].header("authorization"), "Bearer token-2");
}

/// Checks the kind and the message of a failed operation's error.
async fn fails_with(first: Answer, then: Vec<(&str, Answer)>, kind: ErrorKind, expected: &str) {
    let steps = || [("PUT pe", first.clone())].into_iter().chain(then.clone());
    let left = found(resource("Failed"));
    let world = World::new(steps().chain([left]));
    let error = world.put().await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, expected));
    assert!(world.is_accepted(), "what was left is on record");
    world.ends();

    let world = World::new(steps());
    let refused = world.change(WriteMethod::Put, foreign()).await.unwrap_err();
    let error = refused.error;
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, expected));
    assert!(refused.accepted && world.is_accepted());
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_failed_operation_has_its_reason() {
    let failed = |state: &str, error: Json| says(200, json!({"status": state, "error": error}));
    let why = || json!({"code": "Quota", "message": "No more."});
    let place = || begun("location");
    for first in [begun(STATUS), place()] {
        for state in ["Failed", "failed", "Canceled", "Cancelled"] {
            let poll = vec![("GET /o/1", failed(state, why()))];
            fails_with(first.clone(), poll, ErrorKind::Invalid, "Quota: No more.").await;
        }
        let silent = "The operation ended with the status \"Canceled\" and without a message.";
        let poll = vec![("GET /o/1", failed("Canceled", Json::Null))];
        fails_with(first.clone(), poll, ErrorKind::Invalid, silent).await;
    }
    let inner = says(200, json!({"status": "Failed", "properties": {"error": why()}}));
    fails_with(begun(STATUS), vec![("GET /o/1", inner)], ErrorKind::Invalid, "Quota: No more.")
        .await;
    let denied = refuses(403, "LinkedAuthorizationFailed");
    let text = "LinkedAuthorizationFailed (403): It is LinkedAuthorizationFailed, says Azure.";
    fails_with(place(), vec![("GET /o/1", denied)], ErrorKind::Denied, text).await;
}

#[tokio::test(start_paused = true)]
async fn a_resource_in_a_failed_state_is_an_error() {
    for (state, named) in [("Failed", "Failed"), ("canceled", "canceled")] {
        let text =
            format!("The resource's provisioning state is {named:?}, and Azure reports no reason.");
        let bad = says(201, resource(state));
        fails_with(bad, vec![], ErrorKind::Invalid, &text).await;
        let poll = vec![("GET pe", says(200, resource(state)))];
        fails_with(says(201, resource("Updating")), poll, ErrorKind::Invalid, &text).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_repeats_the_whole_change() {
    let failed = |code: &str, message: &str| {
        says(200, json!({"status": "Failed", "error": {"code": code, "message": message}}))
    };
    let nested = says(
        200,
        json!({"status": "Failed", "error": {"code": "BadRequest", "message": "m",
            "details": [{"code": "ReferencedResourceNotProvisioned", "message": "n"}]}}),
    );
    for poll in [
        failed("RetryableError", "m"),
        failed("AnotherOperationInProgress", "m"),
        failed("StorageAccountOperationInProgress", "m"),
        failed("AccountProvisioningStateInvalid", "Account is in state Accepted"),
        failed("PreconditionFailed", "m"),
        failed("PreconditionFailed", "Cannot take the exclusive lock."),
        nested,
    ] {
        let rest = vec![
            ("GET /o/1", poll),
            absent(),
            ("PUT pe", begun(STATUS)),
            ("GET /o/1", status("Succeeded")),
            done(),
        ];
        succeeds(begun(STATUS), rest, 0.15, 0.21).await;
    }
    // A place says so by its status.
    let rest = vec![
        ("GET /o/1", refuses(429, "RetryableError")),
        absent(),
        ("PUT pe", says(201, resource("Succeeded"))),
        done(),
    ];
    succeeds(begun("location"), rest, 0.15, 0.21).await;
    let rest = vec![
        ("GET /o/1", refuses(429, "RetryableError")),
        found(foreign()),
        ("PUT pe", says(200, resource("Succeeded"))),
    ];
    changes(begun("location"), rest, 0.15, 0.21).await;
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_refused_temporarily_is_repeated() {
    for (status, code) in [
        (429, "RetryableErrorDueToAnotherOperation"),
        (409, "AnotherOperationInProgress"),
        (400, "AccountProvisioningStateInvalid"),
        (409, "RequestConflict"),
        (409, "Conflict"),
    ] {
        let refusal = || refuses(status, code).with("retry-after", "4");
        let made = ("PUT pe", says(201, resource("Succeeded")));
        let rest = vec![absent(), ("PUT pe", refusal()), absent(), made, done()];
        succeeds(refusal(), rest, 8.0, 8.1).await;
        let changed = ("PUT pe", says(200, resource("Succeeded")));
        let rest = vec![found(foreign()), ("PUT pe", refusal()), found(foreign()), changed];
        changes(refusal(), rest, 8.0, 8.1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_stays_is_reported_after_a_while() {
    // Of 409 Conflict, ARM does not say whether it passes; each refusal takes its time.
    let refusal = || ("PUT pe", refuses(409, "Conflict").with("retry-after", "16").slowly(10));
    let world = World::new([refusal(), absent(), refusal(), absent(), refusal()]);
    let error = world.put().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, Some("Conflict")));
    world.ends_within(62.0, 62.1);
}
