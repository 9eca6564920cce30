//! Failures of token services, and their errors.

use crate::fake::{Answer, Network, by_secret, get, get_many};
use azure::credential::advice;
use azure::error::{Error, ErrorKind};
use std::time::Duration;
use tokio::time::Instant;

async fn fails_with(answers: Vec<Answer>, says: &[&str]) -> Error {
    let network = Network::new();
    network.trouble(answers);
    let arm = network.arm(&by_secret()).unwrap();
    let error = get(&arm).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignIn, "{error}");
    for words in says {
        assert!(error.to_string().contains(words), "{error} lacks {words}");
    }
    assert!(!error.to_string().contains("hush"), "{error}");
    assert!(error.to_string().contains("tried by a test"), "{error}");
    error
}

#[tokio::test(start_paused = true)]
async fn a_refusal_keeps_the_services_message_and_is_not_retried() {
    let text = "AADSTS7000222: The provided client secret keys are expired.";
    let body = format!(
        r#"{{"error":"invalid_client","error_description":"{text}",
        "error_codes":[7000222],"trace_id":"trace","correlation_id":"correlation"}}"#
    );
    let error = fails_with(vec![Answer::of(401, &body)], &["invalid_client (401)", text]).await;
    assert_eq!(error.request_id(), Some("trace"));
    assert_eq!(error.correlation_id(), Some("correlation"));
    assert!(advice(&error).unwrap().contains("expired"));
}

#[tokio::test(start_paused = true)]
async fn an_html_page_is_reported() {
    let page = "<html><head><title>Proxy</title></head><body>Sign in first</body></html>";
    fails_with(vec![Answer::of(200, page)], &["status 200", "Sign in first"]).await;
    fails_with(vec![Answer::of(407, page)], &["status 407", "Sign in first"]).await;
    fails_with(vec![Answer::of(302, "")], &["status 302", "an empty response"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_response_has_a_size_limit() {
    let endless = Answer::of(200, &"x".repeat((1 << 20) + 1));
    fails_with(vec![endless; 6], &["returned more than 1048576 bytes"]).await;
}

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried() {
    let network = Network::new();
    network.trouble([
        Answer::of(503, "<html>busy</html>"),
        Answer(429, "retry-after", "7", "{}".to_owned()),
        Answer::of(0, ""),
        Answer::of(1, ""),
    ]);
    let arm = network.arm(&by_secret()).unwrap();
    let begun = Instant::now();
    get(&arm).await.unwrap();
    assert_eq!(network.asked(), 5);
    let took = begun.elapsed();
    assert!((Duration::from_secs(37)..Duration::from_secs(45)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_service_fails_once_for_all_callers() {
    let network = Network::new();
    network.trouble(vec![Answer::of(0, ""); 1000]);
    let arm = network.arm(&by_secret()).unwrap();
    let begun = Instant::now();
    for result in get_many(&arm, 20).await {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("cannot be reached"), "{error}");
        assert!(error.to_string().contains("nobody is there"), "{error}");
    }
    assert_eq!(network.asked(), 6);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_fails_within_minutes() {
    let begun = Instant::now();
    fails_with(vec![Answer::of(1, ""); 100], &["did not respond within 30 seconds"]).await;
    assert!(begun.elapsed() < Duration::from_secs(90), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_response_without_a_token_is_an_error() {
    let network = Network::new();
    network.trouble([Answer::of(200, r#"{"token_type":"Bearer"}"#)]);
    let arm = network.arm(&by_secret()).unwrap();
    // azure_identity takes it for an empty token; ARM refuses that, and it is replaced.
    get(&arm).await.unwrap();
}
