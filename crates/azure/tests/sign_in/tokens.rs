//! Tokens are fetched once for all callers, renewed before they expire, and discarded when refused.

use crate::fake::{Answer, Network, by_secret, get, get_many};
use std::time::Duration;
use tokio::time::advance;

#[tokio::test(start_paused = true)]
async fn one_token_serves_all_requests() {
    let network = Network::new();
    let arm = network.arm(&by_secret()).unwrap();
    for result in get_many(&arm, 20).await {
        result.unwrap();
    }
    assert_eq!(network.asked(), 1);
    let request = &network.seen("token")[0];
    assert_eq!(request.url, "https://login.local/tenant/oauth2/v2.0/token");
    assert_eq!(request.field("client_secret"), "hush");
    assert_eq!(request.field("scope"), "https://arm.local/.default");
    assert_eq!(request.header("user-agent"), "test/1");
    let asked = &network.seen("arm.local")[0];
    assert_eq!(asked.header("authorization"), "Bearer token-1");
    assert_eq!(asked.header("x-ms-authorization-auxiliary"), "");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_for_all_requests() {
    let network = Network::new();
    let arm = network.arm(&by_secret()).unwrap();
    get(&arm).await.unwrap();
    network.refuse_issued();
    for result in get_many(&arm, 20).await {
        result.unwrap();
    }
    assert_eq!(network.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_stays_refused_is_an_error() {
    let network = Network::new();
    let arm = network.arm(&by_secret()).unwrap();
    get(&arm).await.unwrap();
    network.refuse_issued();
    network.trouble([Answer::of(
        200,
        r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":1,"access_token":"token-1"}"#,
    )]);
    let error = get(&arm).await.unwrap_err();
    assert_eq!(error.code(), Some("ExpiredAuthenticationToken"));
}

#[tokio::test(start_paused = true)]
async fn one_request_renews_an_expiring_token() {
    let network = Network::new();
    let arm = network.arm(&by_secret()).unwrap();
    get(&arm).await.unwrap();
    advance(Duration::from_secs(54 * 60)).await;
    get(&arm).await.unwrap();
    assert_eq!(network.asked(), 1);
    advance(Duration::from_secs(2 * 60)).await;
    for result in get_many(&arm, 20).await {
        result.unwrap();
    }
    assert_eq!(network.asked(), 2);
    let old = network
        .seen("arm.local")
        .iter()
        .rev()
        .take(20)
        .filter(|seen| seen.header("authorization") == "Bearer token-1")
        .count();
    assert_eq!(old, 19, "the others did not wait for it");
}

#[tokio::test(start_paused = true)]
async fn a_failing_token_service_does_not_affect_a_valid_token() {
    let network = Network::new();
    let arm = network.arm(&by_secret()).unwrap();
    get(&arm).await.unwrap();
    advance(Duration::from_secs(56 * 60)).await;
    network.trouble(vec![Answer::of(500, ""); 100]);
    get(&arm).await.unwrap();
    let tries = network.asked();
    get(&arm).await.unwrap();
    assert_eq!(network.asked(), tries, "not tried again at once");
    advance(Duration::from_secs(31)).await;
    get(&arm).await.unwrap();
    assert!(network.asked() > tries, "but after a while");
    advance(Duration::from_secs(5 * 60)).await;
    get(&arm).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn tokens_of_auxiliary_tenants_are_sent() {
    let network = Network::new();
    let mut settings = by_secret();
    settings.auxiliary_tenants = vec!["other".to_owned(), "third".to_owned()];
    let arm = network.arm(&settings).unwrap();
    for result in get_many(&arm, 5).await {
        result.unwrap();
    }
    assert_eq!(network.seen("login.local/other/").len(), 1);
    assert_eq!(network.seen("login.local/third/").len(), 1);
    let asked = &network.seen("arm.local")[0];
    assert_eq!(asked.header("x-ms-authorization-auxiliary"), "Bearer token-2, Bearer token-3");
    network.refuse_issued();
    get(&arm).await.unwrap();
    assert_eq!(network.asked(), 6, "all three are replaced");
}
