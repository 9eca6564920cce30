//! The handshake: from the start of the process to the first call.

use crate::caller::{Caller, greet, nobody, secured};
use crate::process::Start;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use plugin::proto::tfplugin5 as wire;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tonic::Code;

#[tokio::test]
async fn a_person_who_starts_the_program_reads_what_it_is() {
    for start in [Start::by_hand(), Start::by_hand().variable("TF_PLUGIN_MAGIC_COOKIE", "other")] {
        let ended = start.run().await.ended().await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert_eq!(ended.stdout, "");
        assert!(ended.stderr.contains("terraform-provider-azureai is a plugin"), "{ended:?}");
    }
}

#[tokio::test]
async fn the_line_names_a_socket_and_a_certificate() {
    let process = Start::by_terraform().run().await;
    let [core, protocol, network, address, kind, certificate] = process.fields()[..] else {
        panic!("{}", process.line)
    };
    assert_eq!([core, protocol, network, kind], ["1", "5", "unix", "grpc"]);
    let folder = Path::new(address).parent().unwrap();
    assert_eq!(folder.parent().unwrap(), process.folder.path());
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    // DER begins with a sequence. Go accepts only the standard alphabet without padding.
    assert_eq!(STANDARD_NO_PAD.decode(certificate).unwrap()[0], 0x30);
    process.shut_down().await.cleanly();
}

#[tokio::test]
async fn without_a_certificate_of_the_host_there_is_no_tls() {
    let process = Start::plaintext().run().await;
    assert_eq!(process.fields()[5], "");
    let metadata = process.calls().await.get_metadata(wire::get_metadata::Request {}).await;
    assert!(!metadata.unwrap().into_inner().resources.is_empty());
    process.shut_down().await.cleanly();
}

#[tokio::test]
async fn a_folder_too_long_for_a_socket_means_a_port() {
    let start = Start::by_terraform();
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("x".repeat(120));
    std::fs::create_dir(&long).unwrap();
    let process = start.variable("TMPDIR", long.to_str().unwrap()).run().await;
    assert_eq!(process.fields()[2], "tcp");
    assert!(process.fields()[3].starts_with("127.0.0.1:"), "{}", process.line);
    process.shut_down().await.cleanly();
    assert_eq!(long.read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn only_the_holder_of_the_certificate_connects() {
    let process = Start::by_terraform().run().await;
    let field = process.fields()[5];
    let caller = process.caller.as_ref().unwrap().connector(field);
    let attempts =
        [(nobody(field), false), (Caller::new().connector(field), false), (caller, true)];
    for (connector, welcome) in attempts {
        // In TLS 1.3 the refusal may arrive after the client's handshake succeeds.
        let attempt = match secured(&connector, process.reach().await).await {
            Ok(stream) => greet(stream).await,
            Err(refused) => Err(refused),
        };
        assert_eq!(attempt.is_ok(), welcome, "{attempt:?}");
    }
    greet(process.reach().await).await.expect_err("plaintext beside TLS");
    process.shut_down().await.cleanly();
}

/// Lists the methods that do not return `UNIMPLEMENTED`.
macro_rules! implemented {
    ($calls:ident: $($method:ident),*) => {{
        let mut implemented: Vec<&str> = Vec::new();
        $(
            let answer = $calls.$method(wire::$method::Request::default()).await;
            if answer.err().map(|status| status.code()) != Some(Code::Unimplemented) {
                implemented.push(stringify!($method));
            }
        )*
        implemented
    }};
}

#[tokio::test]
async fn methods_that_are_not_served_return_unimplemented() {
    let process = Start::by_terraform().run().await;
    let mut calls = process.calls().await;
    let implemented = implemented!(
        calls: validate_ephemeral_resource_config, open_ephemeral_resource,
        renew_ephemeral_resource, close_ephemeral_resource
    );
    assert!(implemented.is_empty(), "{implemented:?}");
    process.shut_down().await.cleanly();
}

#[tokio::test]
async fn a_type_that_does_not_exist_is_a_diagnostic() {
    let process = Start::by_terraform().run().await;
    let mut calls = process.calls().await;
    let type_name = "azureai_nothing".to_owned();
    let request = wire::validate_resource_type_config::Request { type_name, ..Default::default() };
    let answer = calls.validate_resource_type_config(request).await.unwrap().into_inner();
    assert!(answer.diagnostics[0].summary.contains("azureai_nothing"), "{answer:?}");
    process.shut_down().await.cleanly();
}
