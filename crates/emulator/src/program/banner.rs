//! Text that the program prints when it answers: addresses, and what each client needs.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use emulator::{Client, Emulator};

/// Prints the text. Its last line begins with `Ctrl+C`.
pub(crate) fn print(emulator: &Emulator) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "azureai-emulator listens at {}", emulator.base)?;
    if !emulator.address.ip().is_loopback() {
        writeln!(out, "{}", reachable(emulator))?;
    }
    writeln!(out, "{}\n", page(emulator))?;
    if let Some(bootstrap) = &emulator.bootstrap {
        writeln!(out, "{}\n", elsewhere(bootstrap))?;
    }
    if !emulator.ca.as_os_str().is_empty() {
        writeln!(out, "{}\n", variables(emulator))?;
    }
    writeln!(out, "Ctrl+C stops the emulator.")?;
    out.flush()
}

fn reachable(emulator: &Emulator) -> String {
    format!(
        "Other machines can reach it at {}. Its secrets are no secrets: anyone who reaches it can \
         change its world.",
        emulator.address
    )
}

/// Says where the page is, and how a browser opens it without a certificate warning.
fn page(emulator: &Emulator) -> String {
    if let Some(page) = &emulator.page {
        return format!("Open its page in a browser: {page}");
    }
    let control = &emulator.control;
    let ca = match &emulator.bootstrap {
        Some(bootstrap) if emulator.ca.as_os_str().is_empty() => format!("{bootstrap}/ca.pem"),
        _ => emulator.ca.display().to_string(),
    };
    let curl = if emulator.ca.as_os_str().is_empty() { "ca.pem" } else { &ca };
    format!(
        "Open its page in a browser: {control}\n\
         The browser warns of an unknown certificate. To avoid that, restart the emulator with\n\
         --page 127.0.0.1:8080, or import this authority into the browser: {ca}\n\
         curl trusts the authority with: curl --cacert '{curl}' {control}/dump"
    )
}

/// Says how a client on another machine gets the certificate and the variables.
fn elsewhere(bootstrap: &str) -> String {
    format!(
        "A client on another machine gets the authority and the variables over http:\n\n\
         curl --fail --output ca.pem {bootstrap}/ca.pem\n\
         eval \"$(curl --fail \"{bootstrap}/environment.sh?ca=$PWD/ca.pem\")\""
    )
}

/// Returns the variables to export for each client on this machine.
fn variables(emulator: &Emulator) -> String {
    let ca = emulator.ca.display().to_string();
    let all = emulator.environment(Some(&ca));
    let mut text = String::new();
    for (client, title) in [
        (Client::Azureai, "Terraform with azureai needs these variables:"),
        (Client::Azurerm, "\nazurerm also needs this one:"),
        (
            Client::Azapi,
            "\nazapi also needs `environment = \"custom\"` in its provider block, and these:",
        ),
        (Client::AzureCli, "\nThe Azure CLI and the SDKs for Python need these:"),
    ] {
        let _ = writeln!(text, "{title}\n");
        for variable in all.iter().filter(|variable| variable.client == client) {
            let _ = writeln!(text, "{}", variable.to_export());
        }
    }
    let base = &emulator.base;
    let _ = writeln!(text, "az cloud register -n emulator --endpoint-resource-manager {base}");
    let _ = writeln!(text, "az cloud set -n emulator");
    let _ = write!(
        text,
        "az login --service-principal -u {} -p {} --tenant {}",
        emulator.client_id, emulator.client_secret, emulator.tenant
    );
    text
}
