//! Retries of requests, and the pauses between them.

use crate::script::{
    Act, Answer, World, absent, body, empty, fails, found, refuses, resource, says, text,
};
use azure::error::ErrorKind;
use std::time::{Duration, SystemTime};

fn shown() -> (&'static str, Answer) {
    found(resource("Succeeded"))
}

#[tokio::test(start_paused = true)]
async fn a_transient_error_is_retried() {
    for status in [408, 424, 429, 500, 502, 503, 504] {
        let world = World::new([("GET pe", text(status, "<html>busy</html>")), shown()]);
        assert!(world.get().await.unwrap().is_some(), "{status}");
        world.ends_within(0.15, 0.21);
    }
    for act in [Act::Unreached, Act::Dropped] {
        let world = World::new([("GET pe", fails(act)), shown()]);
        assert!(world.get().await.unwrap().is_some());
        world.ends_within(0.15, 0.21);
    }
}

#[tokio::test(start_paused = true)]
async fn a_final_error_is_reported_at_once() {
    for (status, code) in [
        (400, "InvalidResourceReference"),
        (403, "RequestDisallowedByPolicy"),
        (409, "ScopeLocked"),
        (409, "ResourceGroupBeingDeleted"),
        (409, "MissingSubscriptionRegistration"),
        (501, "NotImplemented"),
    ] {
        let world = World::new([("PUT pe", refuses(status, code))]);
        let error = world.put().await.unwrap_err();
        assert_eq!((error.status(), error.code()), (Some(status), Some(code)));
        world.ends_within(0.0, 0.0);
        assert!(!world.is_accepted());
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_follows_retry_after() {
    // A date has whole seconds, and is counted from the clock of the wall.
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(30));
    for (name, value, from, to) in [
        ("retry-after", "7", 7.0, 7.01),
        ("retry-after", "0", 0.0, 0.25),
        ("retry-after-ms", "1500", 1.5, 1.51),
        ("x-ms-retry-after-ms", "2500", 2.5, 2.51),
        ("retry-after", date.as_str(), 20.0, 30.01),
        ("retry-after", "soon", 0.15, 0.21),
        ("retry-after", "-1", 0.15, 0.21),
    ] {
        for status in [429, 503] {
            let refusal = refuses(status, "TooManyRequests").with(name, value);
            let world = World::new([("GET pe", refusal), shown()]);
            world.get().await.unwrap();
            world.ends_within(from, to);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    for asked in ["61", "18446744073709551615"] {
        let refusal = refuses(429, "TooManyRequests").with("retry-after", asked);
        let world = World::new([("GET pe", refusal)]).within(60);
        let error = world.get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.code(), Some("TooManyRequests"));
        assert_eq!(error.request_id(), Some("request-429"));
        let text = "The operation did not finish within 60 seconds. Last status: \
                    TooManyRequests (429): It is TooManyRequests, says Azure.";
        assert_eq!(error.to_string(), text);
        world.ends_within(0.0, 0.0);
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_to_a_minute() {
    let busy = (0..12).map(|_| ("GET pe", empty(503)));
    let world = World::new(busy.chain([shown()]));
    world.get().await.unwrap();
    // 0.2 s doubled nine times, and 60 s from then on; each shortened by up to a quarter.
    let seen = world.ends_within(209.0, 283.0);
    let last = seen[12].at.abs_diff(seen[11].at).as_secs_f64();
    assert!((45.0..=60.0).contains(&last), "{last}");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_address_is_reported_after_a_few_attempts() {
    for (act, words) in [
        (Act::Unreached, "https://arm.local cannot be reached: nobody is there."),
        (Act::Dropped, "https://arm.local did not answer: the line to https://arm.local is dead."),
    ] {
        let world = World::new((0..6).map(|_| ("GET pe", fails(act.clone()))));
        let error = world.get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        let text = format!("{words}\n\nThe request failed 6 times in a row.");
        assert_eq!(error.to_string(), text);
        assert_eq!(error.correlation_id(), Some("run-1"));
        world.ends_within(4.6, 6.3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_resets_the_connection_errors() {
    let faults = || (0..5).map(|_| ("GET pe", fails(Act::Dropped)));
    let steps = faults().chain([("GET pe", empty(503))]).chain(faults());
    let world = World::new(steps.chain([shown()]));
    world.get().await.unwrap();
    assert_eq!(world.ends().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn a_partial_response_is_read_again() {
    let half = r#"{"id": "/x", "prop"#;
    for answer in [text(200, half), text(200, half).torn(), text(200, "<html>Hello</html>")] {
        let world = World::new([("GET pe", answer), shown()]);
        assert!(world.get().await.unwrap().is_some());
        world.ends();
    }
    let world = World::new((0..6).map(|_| ("GET pe", text(200, "<b>Sign in</b> please"))));
    let error = world.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    for words in ["is not JSON", "Sign in please", "failed 6 times"] {
        assert!(error.to_string().contains(words), "{error} lacks {words}");
    }
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_create_is_checked_before_it_is_repeated() {
    let world = World::new([
        ("PUT pe", empty(503)),
        absent(),
        ("PUT pe", fails(Act::Dropped)),
        absent(),
        ("PUT pe", says(201, resource("Succeeded"))),
        found(resource("Succeeded")),
    ]);
    assert_eq!(world.create().await.unwrap(), resource("Succeeded"));
    assert!(world.is_accepted());
    for seen in world.ends_within(0.45, 0.6).iter().filter(|it| !it.body.is_empty()) {
        assert_eq!(seen.body, body().to_string());
        assert_eq!(seen.header("if-none-match"), "*");
        assert_eq!(seen.header("content-type"), "application/json");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced() {
    let expired = || ("PUT pe", refuses(401, "ExpiredAuthenticationToken"));
    let world = World::new([
        expired(),
        absent(),
        ("PUT pe", empty(503)),
        absent(),
        expired(),
        absent(),
        ("PUT pe", says(200, resource("Succeeded"))),
    ]);
    world.put().await.unwrap();
    let seen = world.ends();
    let sent: Vec<_> = seen.iter().map(|seen| seen.header("authorization")).collect();
    let expected = [1, 2, 2, 2, 2, 3, 3].map(|number| format!("Bearer token-{number}"));
    assert_eq!(sent, expected);
    assert_eq!(world.tokens.given(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_refused_new_token_is_an_error_of_a_read() {
    let refused = || ("GET pe", refuses(401, "InvalidAuthenticationTokenTenant"));
    let world = World::new([refused(), refused()]);
    let error = world.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert_eq!(error.code(), Some("InvalidAuthenticationTokenTenant"));
    assert_eq!(world.tokens.given(), 2);
    world.ends_within(0.0, 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_new_token_is_an_error_of_a_write() {
    let refused = || ("PUT pe", refuses(401, "InvalidAuthenticationTokenTenant"));
    let world = World::new([refused(), absent(), refused()]);
    assert_eq!(world.create().await.unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(world.tokens.given(), 2);
    assert!(!world.is_accepted());
    world.ends_within(0.0, 0.0);
}
