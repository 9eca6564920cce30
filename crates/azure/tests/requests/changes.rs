//! Changes of what is there: each try is made from what is there now, and nothing that others wrote
//! in between is written over.

use crate::script::{
    ARM, Act, Answer, World, absent, body, empty, fails, found, old, refuses, resource, says,
};
use azure::error::ErrorKind;
use azure::write::WriteMethod;
use serde_json::{Value as Json, json};

type Step = (&'static str, Answer);

/// It as it shall be.
fn new(etag: &str, state: &str) -> Json {
    let mut live = resource(state);
    live["etag"] = json!(etag);
    live
}

/// What is there, with what others wrote.
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
async fn each_try_is_made_from_what_is_there_now() {
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
async fn an_operation_that_was_in_the_way_is_no_reason_to_write_over_others() {
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
async fn a_patch_is_made_from_what_is_there_now() {
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
async fn what_is_as_wished_is_not_written() {
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
async fn what_was_not_read_before_is_read_first() {
    let world = World::new([found(old("e1")), put(done())]);
    assert!(world.change(WriteMethod::Put, None).await.unwrap().written);
    assert_eq!(world.ends()[1].header("if-match"), "e1");
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_answer_was_lost_is_followed_to_its_end() {
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
async fn a_last_look_tells_whether_a_lost_change_was_made() {
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
async fn where_the_operation_is_not_to_be_seen_the_object_tells() {
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
        // Nobody can tell: then the first reason is the better one.
        let world = World::new([begun(), unseen(), ("GET pe", refuses(403, "Hidden"))]);
        let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
        assert_eq!(refused.error.code(), Some("AuthorizationFailed"));
        assert!(refused.accepted);
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn a_precondition_that_fails_though_nothing_changed_is_given_up() {
    let refusal = || put(refuses(412, "PreconditionFailed"));
    let tries = (0..5).flat_map(|_| [refusal(), found(old("e1"))]);
    let world = World::new(tries.chain([refusal()]));
    let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
    assert!(refused.error.is_precondition_failed() && !refused.accepted);
    world.ends_within(4.0, 6.3);
}

#[tokio::test(start_paused = true)]
async fn a_precondition_that_fails_because_others_write_is_no_reason_to_give_up() {
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
async fn a_target_that_is_held_is_waited_for() {
    let held = || failed("PreconditionFailed", "Cannot take the exclusive lock.");
    let tries = (0..12).flat_map(|_| [put(accepted()), held(), found(old("e1"))]);
    let steps: Vec<_> = tries.chain([put(done())]).collect();
    let (etags, _) = makes(WriteMethod::Put, &steps).await;
    assert!(etags.len() == 13 && etags.iter().all(|etag| etag == "e1"));
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_operation_left_as_wished_is_written_again() {
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
async fn what_is_gone_is_said_so() {
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
async fn an_interrupted_change_was_accepted_all_the_same() {
    let running = ("GET /o/1", says(200, json!({"status": "Running"})).with("retry-after", "50"));
    let world = World::new([put(accepted()), running]);
    world.interrupt_after(5);
    let refused = world.change(WriteMethod::Put, old("e1")).await.unwrap_err();
    assert!(refused.error.is_cancelled() && refused.accepted && world.is_accepted());
    world.ends_within(5.0, 5.01);
}
