//! Fuzzes the requests of every RPC as they arrive over the wire: each gets an answer, and nothing
//! panics.
//!
//! The first byte chooses the method. If the next byte is odd, the rest chooses the values of a
//! well-formed message. Otherwise the rest is the message.
#![no_main]

use fuzz::{Choices, values};
use http_body_util::{BodyExt as _, Full};
use libfuzzer_sys::fuzz_target;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::proto::tfplugin5::provider_server::ProviderServer;
use plugin::provider::Provider as _;
use plugin::rpc::Service;
use plugin::serve::Lifecycle;
use plugin::ty::Type;
use prost::Message;
use std::sync::LazyLock;
use terraform_provider_azureai::provider::AzureAi;
use tokio::runtime::Runtime;
use tonic::codegen::{Service as _, http};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());

/// Service that is never configured, so that it sends no requests to Azure.
static SERVICE: LazyLock<Service> = LazyLock::new(service);

/// Names of the methods, read from the protocol's definition.
static METHODS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let text = include_str!("../../crates/plugin/proto/tfplugin5.proto");
    let rpcs = text.lines().filter_map(|line| line.trim().strip_prefix("rpc "));
    rpcs.filter_map(|rpc| rpc.split('(').next()).collect()
});

/// Resources and data sources with the types of their values.
static RESOURCES: LazyLock<Vec<(&str, Type)>> = LazyLock::new(|| {
    let all = provider().resources();
    all.iter().map(|it| (it.name(), it.schema().block.ty())).collect()
});
static DATA_SOURCES: LazyLock<Vec<(&str, Type)>> = LazyLock::new(|| {
    let all = provider().data_sources();
    all.iter().map(|it| (it.name(), it.schema().block.ty())).collect()
});

fn provider() -> AzureAi {
    AzureAi::new(Box::new(|_| None))
}

fn service() -> Service {
    Service::new(provider(), Lifecycle::default())
}

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let method = *choices.one(&METHODS);
    let message = match choices.byte() & 1 {
        1 => typed(method, &mut choices),
        _ => None,
    };
    let message = message.unwrap_or_else(|| choices.0.to_vec());
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let frame = [&[0][..], &length, &message].concat();
    let request = http::Request::post(format!("/tfplugin5.Provider/{method}"))
        .header("content-type", "application/grpc")
        .body(tonic::body::Body::new(Full::new(frame.into())))
        .unwrap();
    // These methods change the state of the service for later calls.
    let lasting = matches!(method, "Configure" | "Stop" | "PrepareProviderConfig");
    let service = if lasting { self::service() } else { SERVICE.clone() };
    RUNTIME.block_on(async {
        let answer = ProviderServer::new(service).call(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.into_body().collect().await.unwrap();
    });
});

/// Builds a well-formed request with values from the input, or returns `None` if the method has no
/// such request.
fn typed(method: &str, choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let (name, ty) = choices.one(&RESOURCES);
    let type_name = (*name).to_owned();
    let mut value = || Some(codec::encode(&values::of(ty, choices), ty));
    Some(match method {
        "ValidateResourceTypeConfig" => {
            let config = value();
            let own = wire::validate_resource_type_config::Request {
                type_name,
                config,
                ..Default::default()
            };
            own.encode_to_vec()
        }
        "PlanResourceChange" => wire::plan_resource_change::Request {
            type_name,
            prior_state: value(),
            proposed_new_state: value(),
            config: value(),
            ..Default::default()
        }
        .encode_to_vec(),
        "ApplyResourceChange" => wire::apply_resource_change::Request {
            type_name,
            prior_state: value(),
            planned_state: value(),
            config: value(),
            ..Default::default()
        }
        .encode_to_vec(),
        "ReadResource" => {
            wire::read_resource::Request { type_name, current_state: value(), ..Default::default() }
                .encode_to_vec()
        }
        "ImportResourceState" => {
            let id = choices.text() + &String::from_utf8_lossy(choices.piece());
            wire::import_resource_state::Request { type_name, id, ..Default::default() }
                .encode_to_vec()
        }
        "UpgradeResourceState" => {
            let raw_state = Some(wire::RawState { json: choices.0.to_vec(), ..Default::default() });
            let own = wire::upgrade_resource_state::Request { type_name, version: 0, raw_state };
            own.encode_to_vec()
        }
        "ReadDataSource" | "ValidateDataSourceConfig" => {
            let (name, ty) = choices.one(&DATA_SOURCES);
            let config = Some(codec::encode(&values::of(ty, choices), ty));
            let type_name = (*name).to_owned();
            if method == "ReadDataSource" {
                let own =
                    wire::read_data_source::Request { type_name, config, ..Default::default() };
                own.encode_to_vec()
            } else {
                wire::validate_data_source_config::Request { type_name, config }.encode_to_vec()
            }
        }
        "CallFunction" => {
            let functions = provider().functions();
            let name = choices.one(&functions).signature().name.to_owned();
            let text = |choices: &mut Choices<'_>| {
                let ty = if choices.byte() == 0 { Type::Dynamic } else { Type::String };
                codec::encode(&values::of(&ty, choices), &ty)
            };
            let arguments = (0..choices.byte() % 5).map(|_| text(choices)).collect();
            wire::call_function::Request { name, arguments }.encode_to_vec()
        }
        _ => return None,
    })
}
