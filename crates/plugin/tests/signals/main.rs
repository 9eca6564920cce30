//! Signals affect the whole process, so this binary has no other test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, also in the functions it calls"
)]

#[path = "../serve/host.rs"]
#[allow(dead_code, reason = "the other tests of the server use the rest")]
mod host;

use host::{Setup, calls};
use std::time::Duration;
use terraform_plugin::proto::tfplugin5::{configure, get_metadata};

/// Sends a signal to this process, whose handlers are the server's.
fn signal(name: &str) {
    let kill = format!("kill -{name} {}", std::process::id());
    assert!(std::process::Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[tokio::test]
async fn sigint_is_ignored_and_sigterm_stops() {
    let mut setup = Setup::new();
    // Longer than the test: after SIGTERM nobody waits for another host.
    setup.options.grace.reconnect = Duration::from_secs(3600);
    let running = setup.start().await;
    let channel = running.plain().await;
    let mut provider = calls(channel.clone());
    signal("INT");
    provider.get_metadata(get_metadata::Request {}).await.unwrap_err();
    assert!(!running.lifecycle.stop.child_token().is_cancelled());

    let call = async { provider.configure(configure::Request::default()).await };
    let told = async { signal("TERM") };
    let (answer, ()) = tokio::join!(call, told);
    answer.unwrap();

    let fault = calls(channel.clone()).get_metadata(get_metadata::Request {}).await.unwrap_err();
    assert_eq!(fault.code(), tonic::Code::Unimplemented, "the host is still served");
    drop((channel, provider));
    running.ended().await;

    // With no host connected there is nothing to wait for.
    let running = Setup::new().start().await;
    signal("TERM");
    running.ended().await;

    let mut setup = Setup::new();
    setup.options.debug = true;
    let running = setup.start().await;
    signal("INT");
    running.ended().await;
}
