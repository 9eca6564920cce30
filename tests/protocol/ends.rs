//! The process ends when Terraform asks it to or when its host exits, and not before.

use crate::caller::{channel, connect};
use crate::process::{Start, shutdown};
use plugin::proto::tfplugin5::provider_client::ProviderClient;
use plugin::proto::tfplugin5::{get_metadata, get_provider_schema, stop};
use std::time::{Duration, Instant};

/// Time after a shutdown request at which Terraform kills a provider.
const MERCY: Duration = Duration::from_secs(2);

#[tokio::test]
async fn the_process_exits_before_terraform_kills_it() {
    let process = Start::by_terraform().run().await;
    let mut calls = process.calls().await;
    calls.get_schema(get_provider_schema::Request {}).await.unwrap();
    let asked = Instant::now();
    let ended = process.shut_down().await;
    assert!(asked.elapsed() < MERCY, "it took {:?}", asked.elapsed());
    ended.cleanly();
}

#[tokio::test]
async fn the_process_exits_with_its_host() {
    let process = Start::by_terraform().run().await;
    let mut calls = process.calls().await;
    calls.get_metadata(get_metadata::Request {}).await.unwrap();
    drop(calls);
    process.ended().await.cleanly();
}

#[tokio::test]
async fn an_interrupt_of_the_process_group_does_not_stop_the_provider() {
    let process = Start::by_terraform().run().await;
    let mut calls = process.calls().await;
    process.signal("INT").await;
    calls.get_metadata(get_metadata::Request {}).await.unwrap();
    calls.stop(stop::Request {}).await.unwrap();
    // Terraform still reads and closes after a stop.
    calls.get_metadata(get_metadata::Request {}).await.unwrap();
    process.shut_down().await.cleanly();
}

#[tokio::test]
async fn sigterm_waits_for_the_host_to_exit() {
    let process = Start::by_terraform().run().await;
    let mut calls = process.calls().await;
    calls.get_metadata(get_metadata::Request {}).await.unwrap();
    process.signal("TERM").await;
    calls.get_metadata(get_metadata::Request {}).await.unwrap();
    drop(calls);
    process.ended().await.cleanly();
}

/// Returns the entry of a reattach variable for Terraform, and asserts that OpenTofu, whose default
/// registry has another host, has an equal one.
fn reattach(line: &str) -> serde_json::Value {
    let json = line.strip_prefix("TF_REATTACH_PROVIDERS='").expect(line);
    let json = json.strip_suffix("'\n").expect(line);
    let mut entries: serde_json::Value = serde_json::from_str(json).unwrap();
    let entry = entries["registry.terraform.io/azureai/azureai"].take();
    assert_eq!(entries["registry.opentofu.org/azureai/azureai"], entry);
    entry
}

#[tokio::test]
async fn in_debug_mode_it_prints_how_to_attach_and_serves_run_after_run() {
    let process = Start::by_hand().argument("--debug").run().await;
    let how = reattach(&process.line);
    assert_eq!(how["Protocol"], "grpc");
    assert_eq!(how["ProtocolVersion"], 5);
    assert!(how["Pid"].is_u64());
    assert_eq!(how["Test"], true);
    let place = |key: &str| how["Addr"][key].as_str().unwrap().to_owned();
    let (network, address) = (place("Network"), place("String"));
    for _run in 0..2 {
        let mut calls = ProviderClient::new(channel(connect(&network, &address).await).await);
        let schema = calls.get_schema(get_provider_schema::Request {}).await.unwrap();
        assert!(schema.into_inner().provider.is_some());
    }
    process.signal("INT").await;
    process.ended().await.cleanly();
}

#[tokio::test]
async fn in_debug_mode_it_can_be_shut_down_too() {
    let process = Start::by_hand().argument("--debug").run().await;
    let how = reattach(&process.line);
    let address = how["Addr"]["String"].as_str().unwrap();
    shutdown(channel(connect("unix", address).await).await).await;
    process.ended().await.cleanly();
}
