//! Changes of existing objects. Each attempt is built from the current object, so changes of other
//! clients are never overwritten.

use crate::script::{
    ARM, Act, Answer, World, absent, body, empty, fails, found, old, refuses, resource, says,
};
use azure::error::ErrorKind;
use azure::write::WriteMethod;
use serde_json::{Value as Json, json};

type Step = (&'static str, Answer);

/// Returns the desired object.
fn new(etag: &str, state: &str) -> Json {
    let mut live = resource(state);
    live["etag"] = json!(etag);
    live
}

/// Returns the existing object with the changes of other clients.
fn others(mut live: Json) -> Json {
    live["tags"] = json!({"by": "others"});
    live
}

fn put(answer: Answer) -> Step {
    ("PUT pe", answer)
}

fn patch(answer: Answer) -> Step {
    ("PATCH pe", answer)
}

fn accepted() -> Answer {
    empty(202).with("azure-asyncoperation", format!("{ARM}/o/1"))
}

fn failed(code: &str, message: &str) -> Step {
    let error = json!({"code": code, "message": message});
    ("GET /o/1", says(200, json!({"status": "Failed", "error": error})))
}

fn done() -> Answer {
    says(200, new("done", "Succeeded"))
}

/// The change is made; which etags it went with, and what was sent.
async fn makes(method: WriteMethod, steps: &[Step]) -> (Vec<String>, Vec<Json>) {
    let world = World::new(steps.to_vec());
    let changed = world.change(method, old("e1")).await.unwrap();
    assert!(changed.written && world.is_accepted());
    let seen = world.ends();
    let sent = seen.iter().filter(|it| !it.body.is_empty());
    let etags = sent.clone().map(|it| it.header("if-match").to_owned());
    (etags.collect(), sent.map(|it| serde_json::from_str(&it.body).unwrap()).collect())
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_built_from_the_current_object() {
    for trouble in [
        empty(503),
        refuses(429, "TooManyRequests"),
        refuses(409, "AnotherOperationInProgress"),
        refuses(409, "Conflict"),
        refuses(412, "PreconditionFailed"),
        fails(Act::Dropped),
        fails(Act::Unreached),
    ] {
        let steps = [put(trouble), found(others(old("e2"))), put(done())];
        let (etags, sent) = makes(WriteMethod::Put, &steps).await;
        assert_eq!(etags, ["e1", "e2"]);
        let mut wanted = old("e1");
        wanted["properties"]["subnet"]["id"] = json!("/s");
        assert_eq!(sent[0], wanted);
        wanted["etag"] = json!("e2");
        assert_eq!(sent[1], others(wanted));
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_does_not_overwrite_other_clients() {
    let steps = [
        put(accepted()),
        failed("RetryableError", "m"),
        found(others(old("e2"))),
        put(accepted()),
        ("GET /o/1", says(200, json!({"status": "Succeeded"}))),
        found(new("e3", "Succeeded")),
    ];
    let (etags, sent) = makes(WriteMethod::Put, &steps).await;
    assert_eq!(etags, ["e1", "e2"]);
    assert_eq!(sent[1]["tags"], json!({"by": "others"}));
}

#[tokio::test(start_paused = true)]
async fn a_patch_is_built_from_the_current_object() {
    let mut moved = old("e2");
    moved["location"] = json!("westus");
    for trouble in [empty(503), fails(Act::Dropped), refuses(429, "RetryableError")] {
        let steps = [patch(trouble), found(moved.clone()), patch(done())];
        let (etags, sent) = makes(WriteMethod::Patch, &steps).await;
        assert_eq!(etags, ["", ""]);
        assert_eq!(sent[0], json!({"properties": {"subnet": {"id": "/s"}}}));
        assert_eq!(sent[1], body());
    }
}

#[tokio::test(start_paused = true)]
async fn an_unchanged_object_is_not_written() {
    for method in [WriteMethod::Put, WriteMethod::Patch] {
        let world = World::new([]);
        let changed = world.change(method, new("e1", "Succeeded")).await.unwrap();
        assert_eq!((changed.body, changed.written), (new("e1", "Succeeded"), false));
        assert!(!world.is_accepted());
        world.ends();
        // Others have brought it about while this one was refused.
        let refusal = if method == WriteMethod::Put { put } else { patch };
        let steps = [refusal(refuses(429, "RetryableError")), found(new("e2", "Succeeded"))];
        let world = World::new(steps);
        let changed = world.change(method, old("e1")).await.unwrap();
        assert!(!changed.written && !world.is_accepted());
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_without_a_read_object_reads_first() {
    let world = World::new([found(old("e1")), put(done())]);
    assert!(world.change(WriteMethod::Put, None).await.unwrap().written);
    assert_eq!(world.ends()[1].header("if-match"), "e1");
}

#[tokio::test(start_paused = true)]
async fn a_change_with_a_lost_response_is_followed() {
    let shown = |state| found(new("e2", state));
    for (method, sent) in [(WriteMethod::Put, put as fn(_) -> _), (WriteMethod::Patch, patch)] {
        for lost in [fails(Act::Dropped), empty(500), empty(504), done().torn()] {
            let begun = [sent(lost), shown("Updating"), shown("Updating")];
            let steps = [&begun[..], &[shown("Succeeded"), shown("Succeeded")]].concat();
            makes(method, &steps).await;

            let world = World::new([&begun[..], &[shown("Failed")]].concat());
            let refused = world.change(method, old("e1")).await.unwrap_err();
            assert_eq!(refused.error.kind(), ErrorKind::Invalid);
            assert!(refused.error.to_string().contains("\"Failed\""), "{}", refused.error);
            assert!(refused.accepted && world.is_accepted());
            world.ends();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_last_read_tells_whether_a_lost_change_was_applied() {
    let denied = || ("GET pe", refuses(403, "AuthorizationFailed"));
    for (last, accepted) in
        [(found(new("e2", "Updating")), true), (found(old("e1")), false), (denied(), false)]
    {
        let world = World::new([put(fails(Act::Dropped)), denied(), last]);
        let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
        assert_eq!((refused.error.kind(), refused.accepted), (ErrorKind::Denied, accepted));
        assert_eq!(world.is_accepted(), accepted);
        world.ends();
    }
    // Who was refused need not look.
    let world = World::new([put(refuses(403, "RequestDisallowedByPolicy"))]);
    let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
    assert!(!refused.accepted && !refused.gone && !world.is_accepted());
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn without_its_operation_a_change_is_judged_by_the_object() {
    let unseen = || ("GET /o/1", refuses(403, "AuthorizationFailed"));
    let shown = |state| found(new("e2", state));
    for header in ["azure-asyncoperation", "location"] {
        let begun = || put(empty(202).with(header, format!("{ARM}/o/1")));
        let rest = [shown("Updating"), shown("Succeeded"), shown("Succeeded")];
        makes(WriteMethod::Put, &[&[begun(), unseen()], &rest[..]].concat()).await;

        let world = World::new([begun(), unseen(), shown("Updating"), shown("Failed")]);
        let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
        assert_eq!((refused.error.kind(), refused.accepted), (ErrorKind::Invalid, true));
        world.ends();
        // Neither tells, so the first error is reported.
        let world = World::new([begun(), unseen(), ("GET pe", refuses(403, "Hidden"))]);
        let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
        assert_eq!(refused.error.code(), Some("AuthorizationFailed"));
        assert!(refused.accepted);
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn a_precondition_that_fails_without_a_change_is_an_error() {
    let refusal = || put(refuses(412, "PreconditionFailed"));
    let tries = (0..5).flat_map(|_| [refusal(), found(old("e1"))]);
    let world = World::new(tries.chain([refusal()]));
    let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
    assert!(refused.error.is_precondition_failed() && !refused.accepted);
    world.ends_within(4.0, 6.3);
}

#[tokio::test(start_paused = true)]
async fn a_precondition_that_fails_after_a_change_is_retried() {
    let refusal = || put(refuses(412, "PreconditionFailed"));
    let steps: Vec<_> = (2..30)
        .flat_map(|number| [refusal(), found(old(&format!("e{number}")))])
        .chain([put(done())])
        .collect();
    let (etags, _) = makes(WriteMethod::Put, &steps).await;
    assert_eq!(etags.len(), 29);
    assert!(etags.iter().enumerate().all(|(at, etag)| *etag == format!("e{}", at + 1)));
}

#[tokio::test(start_paused = true)]
async fn a_locked_target_is_waited_for() {
    let held = || failed("PreconditionFailed", "Cannot take the exclusive lock.");
    let tries = (0..12).flat_map(|_| [put(accepted()), held(), found(old("e1"))]);
    let steps: Vec<_> = tries.chain([put(done())]).collect();
    let (etags, _) = makes(WriteMethod::Put, &steps).await;
    assert!(etags.len() == 13 && etags.iter().all(|etag| etag == "e1"));
}

#[tokio::test(start_paused = true)]
async fn an_object_of_a_failed_operation_is_written_again() {
    let left = || found(others(new("e2", "Failed")));
    let busy = [refuses(429, "TooManyRequests"), refuses(409, "Conflict"), empty(503)];
    for pause in [None].into_iter().chain(busy.map(Some)) {
        let mut steps = vec![put(accepted()), failed("RetryableError", "m"), left()];
        // Something else comes in between, and it is left failed all the same.
        steps.extend(pause.clone().into_iter().flat_map(|it| [put(it), left()]));
        steps.push(put(done()));
        let (etags, sent) = makes(WriteMethod::Put, &steps).await;
        assert_eq!(etags.last().unwrap(), "e2");
        assert_eq!(sent.last().unwrap(), &others(new("e2", "Failed")));

        let mut steps = vec![patch(accepted()), failed("RetryableError", "m"), left()];
        steps.extend(pause.into_iter().flat_map(|it| [patch(it), left()]));
        steps.push(patch(done()));
        let (_, sent) = makes(WriteMethod::Patch, &steps).await;
        assert_eq!(sent.last().unwrap(), &json!({"properties": {"subnet": {"id": "/S"}}}));
    }
}

#[tokio::test(start_paused = true)]
async fn a_deleted_object_is_reported() {
    let missing = || put(refuses(404, "ResourceNotFound"));
    for (read, steps) in [
        (None, vec![absent()]),
        (Some(old("e1")), vec![put(empty(503)), absent()]),
        (Some(old("e1")), vec![missing(), absent(), absent()]),
    ] {
        let world = World::new(steps);
        let refused = world.change(WriteMethod::Put, read).await.unwrap_err();
        assert!(refused.gone && refused.error.is_not_found() && !refused.accepted);
        world.ends();
    }
    // What it needs is missing, not itself.
    let world = World::new([missing(), found(old("e1"))]);
    let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
    assert!(!refused.gone && refused.error.is_not_found() && !world.is_accepted());
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_change_counts_as_accepted() {
    let running = ("GET /o/1", says(200, json!({"status": "Running"})).with("retry-after", "50"));
    let world = World::new([put(accepted()), running]);
    world.interrupt_after(5);
    let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
    assert!(refused.error.is_cancelled() && refused.accepted && world.is_accepted());
    world.ends_within(5.0, 5.01);
}
