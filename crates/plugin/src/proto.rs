//! Types that are generated from `proto/`: Terraform's protocol 5 and go-plugin's services.

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

/// Services that go-plugin, Terraform's plugin host, requires beside the provider's.
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
