//! Entry point of the provider's process: parses the arguments and serves the provider.

use plugin::prelude::*;
use std::process::ExitCode;
use terraform_provider_azureai::provider::{ADDRESS, AzureAi};

fn main() -> ExitCode {
    plugin::log::init(
        "azureai",
        &["azure_core", "azure_identity", "reqwest", "typespec_client_core"],
    );
    let mut options = Options::new(env!("CARGO_BIN_NAME"), ADDRESS);
    options.journal = true;
    options.debug = std::env::args().skip(1).any(|argument| argument == "--debug");
    run(&options, |lifecycle| {
        let provider = AzureAi::new(Box::new(|name| std::env::var(name).ok()));
        Service::new(provider, lifecycle)
    })
}
