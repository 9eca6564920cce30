//! Output on stdout: one line, for the host or for the person who debugs.

use super::listener::Listener;
use super::options::{Environment, Options};
use super::tls::Identity;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

/// Value of `TF_PLUGIN_MAGIC_COOKIE` that every Terraform sets.
const MAGIC_COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Version of go-plugin's handshake.
const CORE_PROTOCOL: u8 = 1;

/// Major version of Terraform's protocol. The handshake also sends it to a host that omits it from
/// `PLUGIN_PROTOCOL_VERSIONS`, because the host's error message is the better one.
const PROTOCOL: u8 = 5;

/// Returns `true` if Terraform started this process.
pub(super) fn invited(environment: &Environment) -> bool {
    environment.cookie.as_deref() == Some(MAGIC_COOKIE)
}

/// Returns go-plugin's handshake line: the address, and the certificate to trust.
pub(super) fn line(listener: &Listener, identity: Option<&Identity>) -> String {
    let Listener { network, address, .. } = listener;
    // The host does not accept padding or the URL alphabet.
    let certificate = identity.map(|it| STANDARD_NO_PAD.encode(&it.certificate));
    let certificate = certificate.unwrap_or_default();
    format!("{CORE_PROTOCOL}|{PROTOCOL}|{network}|{address}|grpc|{certificate}\n")
}

/// Returns the variable that makes Terraform attach to this process instead of starting one.
pub(super) fn reattach(listener: &Listener, options: &Options) -> String {
    let how = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL,
        "Pid": std::process::id(),
        // With `Test`, Terraform does not stop the process at the end of a run.
        "Test": true,
        "Addr": { "Network": listener.network, "String": listener.address },
    });
    // For a source without a host, OpenTofu looks for the host of its own registry.
    let tofu = options.address.replacen("registry.terraform.io/", "registry.opentofu.org/", 1);
    format!("TF_REATTACH_PROVIDERS='{}'\n", json!({ &options.address: how, tofu: how }))
}
