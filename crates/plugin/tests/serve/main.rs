//! Process of a provider from its host's view, up to the end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, also in the functions it calls"
)]

mod host;

use futures::{FutureExt, StreamExt};
use host::{Caller, Running, Setup, calls, channel, connect, nobody};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use terraform_plugin::proto::go_plugin::Empty;
use terraform_plugin::proto::go_plugin::grpc_broker_client::GrpcBrokerClient;
use terraform_plugin::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use terraform_plugin::proto::go_plugin::grpc_stdio_client::GrpcStdioClient;
use terraform_plugin::proto::tfplugin5::{configure, get_metadata, stop};
use terraform_plugin::serve::{Environment, ServeError, serve};
use tokio::sync::oneshot;
use tonic::Code;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const BRIEFLY: Duration = Duration::from_millis(20);

async fn shutdown(channel: &Channel) {
    GrpcControllerClient::new(channel.clone()).shutdown(Empty {}).await.unwrap();
}

#[tokio::test]
async fn a_start_by_hand_is_explained_on_stderr_only() {
    let Setup { options, .. } = Setup::new();
    for cookie in [None, Some("another".to_owned())] {
        let environment = Environment { cookie, ..Environment::default() };
        let mut stdout = Vec::new();
        let never = |_| -> host::Patient { panic!("made a provider") };
        let fault = serve(&options, &environment, &mut stdout, never).await.unwrap_err();
        assert!(matches!(fault, ServeError::NotInvited(_)));
        assert!(fault.to_string().starts_with("terraform-provider-acme is a plugin of Terraform"));
        assert!(stdout.is_empty());
    }
}

#[tokio::test]
async fn the_line_names_a_socket_that_only_this_user_reaches() {
    use std::os::unix::fs::PermissionsExt;
    let running = Setup::new().start().await;
    let [core, protocol, network, address, kind, certificate] = running.fields()[..] else {
        panic!("{}", running.line)
    };
    assert_eq!([core, protocol, network, kind, certificate], ["1", "5", "unix", "grpc", ""]);
    let folder = std::path::Path::new(address).parent().unwrap();
    assert_eq!(folder.parent().unwrap(), running.folder.path());
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    shutdown(&running.plain().await).await;
    running.ended().await;
}

#[tokio::test]
async fn every_service_of_go_plugin_answers_over_mutual_tls() {
    let caller = Caller::new();
    let running = Setup::new().trusting(&caller).start().await;
    assert!(running.fields()[5].len() > 50 && !running.line.contains('='));
    let channel = running.secure(&caller).await;

    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let health = HealthClient::new(channel.clone()).check(request).await.unwrap();
    assert_eq!(health.into_inner().status(), ServingStatus::Serving);

    let fault = calls(channel.clone()).get_metadata(get_metadata::Request {}).await.unwrap_err();
    assert_eq!(fault.code(), Code::Unimplemented);

    let mut stdio = GrpcStdioClient::new(channel.clone());
    let mut stdio = stdio.stream_stdio(()).await.unwrap().into_inner();
    let mut broker = GrpcBrokerClient::new(channel.clone());
    let silence = futures::stream::pending();
    let mut broker = broker.start_stream(silence).await.unwrap().into_inner();
    assert!(stdio.next().now_or_never().is_none());
    assert!(broker.next().now_or_never().is_none());

    shutdown(&channel).await;
    running.ended().await;
    assert!(stdio.next().await.is_none_or(|message| message.is_err()));
    assert!(broker.next().await.is_none_or(|message| message.is_err()));
}

#[tokio::test]
async fn only_the_holder_of_the_certificate_connects() {
    let caller = Caller::new();
    let running = Setup::new().trusting(&caller).start().await;
    let field = running.fields()[5];
    running.greets(&nobody(field)).await.unwrap_err();
    running.greets(&Caller::new().connector(field)).await.unwrap_err();
    running.greets(&caller.connector(field)).await.unwrap();
    shutdown(&running.secure(&caller).await).await;
    running.ended().await;
}

#[tokio::test]
async fn a_silent_peer_does_not_block_others() {
    let caller = Caller::new();
    let running = Setup::new().trusting(&caller).start().await;
    let _silent = running.reach().await;
    shutdown(&running.secure(&caller).await).await;
    running.ended().await;
}

#[tokio::test]
async fn an_invalid_certificate_is_an_error() {
    let Setup { options, mut environment, folder } = Setup::new();
    environment.client_certificate = Some("nonsense".to_owned());
    let never = |_| -> host::Patient { panic!("made a provider") };
    let fault = serve(&options, &environment, Vec::new(), never).await.unwrap_err();
    assert!(matches!(fault, ServeError::ClientCertificate(_)));
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_falls_back_to_tcp() {
    let mut setup = Setup::new();
    let long = setup.folder.path().join("x".repeat(120));
    std::fs::create_dir(&long).unwrap();
    setup.environment.socket_folder = long.clone();
    let running = setup.start().await;
    assert_eq!(running.fields()[2], "tcp");
    assert!(running.fields()[3].starts_with("127.0.0.1:"));
    shutdown(&running.plain().await).await;
    std::fs::remove_dir(long).unwrap();
    running.ended().await;
}

#[tokio::test]
async fn a_missing_folder_falls_back_to_tcp() {
    let mut setup = Setup::new();
    setup.environment.socket_folder = setup.folder.path().join("absent");
    let running = setup.start().await;
    assert_eq!(running.fields()[2], "tcp");
    shutdown(&running.plain().await).await;
    running.ended().await;
}

/// Background work that ends a little after the request to stop.
fn work(running: &Running) -> Arc<AtomicBool> {
    let done = Arc::new(AtomicBool::new(false));
    let (stop, flag) = (running.lifecycle.stop.child_token(), Arc::clone(&done));
    running.lifecycle.work.spawn(async move {
        stop.cancelled().await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        flag.store(true, Ordering::SeqCst);
    });
    done
}

#[tokio::test]
async fn shutdown_waits_for_background_work() {
    let running = Setup::new().start().await;
    let done = work(&running);
    let channel = running.plain().await;
    shutdown(&channel).await;
    drop(channel);
    running.ended().await;
    assert!(done.load(Ordering::SeqCst));
}

#[tokio::test]
async fn shutdown_does_not_wait_for_endless_work() {
    let mut setup = Setup::new();
    setup.options.grace.shutdown = BRIEFLY;
    let running = setup.start().await;
    running.lifecycle.work.spawn(std::future::pending::<()>());
    shutdown(&running.plain().await).await;
    running.ended().await;
}

#[tokio::test]
async fn a_provider_without_a_host_ends_once_its_work_is_done() {
    let mut setup = Setup::new();
    setup.options.grace.reconnect = BRIEFLY;
    let running = setup.start().await;
    let done = work(&running);
    drop(running.plain().await);
    running.ended().await;
    assert!(done.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_host_that_reconnects_in_time_keeps_its_provider() {
    let running = Setup::new().start().await;
    drop(running.plain().await);
    let channel = running.plain().await;
    let fault = calls(channel.clone()).get_metadata(get_metadata::Request {}).await.unwrap_err();
    assert_eq!(fault.code(), Code::Unimplemented);
    shutdown(&channel).await;
    running.ended().await;
}

#[tokio::test]
async fn a_provider_ends_if_no_host_connects() {
    let mut setup = Setup::new();
    setup.options.grace.connect = BRIEFLY;
    setup.start().await.ended().await;
}

#[tokio::test]
async fn in_debug_mode_one_process_serves_several_runs() {
    let mut setup = Setup::new();
    setup.options.debug = true;
    setup.options.grace.reconnect = Duration::ZERO;
    setup.environment = Environment { cookie: None, ..setup.environment };
    let running = setup.start().await;
    let line = running.line.strip_prefix("TF_REATTACH_PROVIDERS='").unwrap();
    let json: serde_json::Value = serde_json::from_str(line.strip_suffix("'\n").unwrap()).unwrap();
    let how = &json["registry.example.com/acme/acme"];
    assert_eq!(how["Protocol"], "grpc");
    assert_eq!(how["ProtocolVersion"], 5);
    assert_eq!(how["Pid"], std::process::id());
    assert_eq!(how["Test"], true);
    let address = how["Addr"]["String"].as_str().unwrap();
    for _run in 0..2 {
        let stream = connect(how["Addr"]["Network"].as_str().unwrap(), address).await;
        interrupted(channel(stream).await).await;
    }
    shutdown(&channel(connect("unix", address).await).await).await;
    running.ended().await;
}

/// A run whose only call waits until it is asked to stop.
async fn interrupted(channel: Channel) {
    let (ended, mut end) = oneshot::channel();
    let mut provider = calls(channel.clone());
    tokio::spawn(async move {
        let _ = ended.send(provider.configure(configure::Request::default()).await);
    });
    // The call may arrive after a first stop, so each answer is followed by another one.
    let answer = loop {
        calls(channel.clone()).stop(stop::Request {}).await.unwrap();
        match end.try_recv() {
            Ok(answer) => break answer,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    answer.unwrap();
}
