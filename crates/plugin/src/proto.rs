//! The types generated from `proto/`: Terraform's protocol 5 and the services of go-plugin.

/// Terraform's plugin protocol 5.10.
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::restriction,
    reason = "generated code, whose style is the generator's"
)]
pub mod tfplugin5 {
    tonic::include_proto!("tfplugin5");
}

/// The services that go-plugin, Terraform's plugin host, expects beside the provider's own.
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::restriction,
    reason = "generated code, whose style is the generator's"
)]
pub mod go_plugin {
    tonic::include_proto!("plugin");
}
