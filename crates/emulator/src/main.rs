//! The emulator as a program.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use emulator::{Builder, Emulator, HostRoles, Policy};

/// Emulates Azure Resource Manager in memory, to try and test without an Azure account.
///
/// The emulator serves the resource types that private networking of Azure AI needs to Terraform
/// (azureai, azurerm, azapi), the Azure CLI and the SDKs. It speaks https with its own certificate
/// authority. At the start it prints the variables to export for each client.
///
/// Each start creates the default world, unless --world or --state gives another one: the resource
/// group rg-ai with a virtual network, an AI hub and a Foundry account, each with its resources and
/// a project.
///
/// The page at /_emulator shows the world in a browser. Use --page to read it without a certificate
/// warning. GET /_emulator/dump, /_emulator/log and /_emulator/counters return JSON.
#[derive(Debug, Parser)]
#[command(name = "azureai-emulator", version, after_help = EXAMPLES)]
struct Arguments {
    /// Address to listen on. Port 0 takes a free port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: String,

    /// Serves the page over http, too, at a loopback address such as 127.0.0.1:8080. Port 0 takes a
    /// free port. The address serves no API and needs no sign-in.
    #[arg(long, value_name = "ADDRESS")]
    page: Option<String>,

    /// File for the addresses and credentials of the emulator, as JSON. The emulator writes it when
    /// it is ready and removes it at exit.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// File for the certificate of the authority, in PEM. If omitted, a file in a temporary folder.
    /// The emulator removes the file at exit.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Seconds that a long-running operation takes. With 0, it has ended at the first poll.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    operation_seconds: f64,

    /// Sends "Retry-After: 10" with running operations, as Azure does, instead of 0 or 1.
    #[arg(long)]
    real_retry_after: bool,

    /// Cloud whose host names and DNS zones to use. Possible values are public, usgovernment and
    /// china.
    #[arg(long, value_name = "CLOUD", default_value = "public")]
    cloud: String,

    /// GUID of an additional, empty subscription. Add @TENANT to put it into another tenant. Can be
    /// given several times.
    #[arg(long, value_name = "ID[@TENANT]")]
    other_subscription: Vec<String>,

    /// File with the world to start with, in the form of GET /_emulator/dump. `resources` are taken
    /// as they are, and `put` are created by the rules of Azure Resource Manager. `subscription`,
    /// `tenant`, `location` and `subscriptions` (additional ones) replace the defaults.
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,

    /// File that keeps the world between runs. The emulator reads it at the start if it exists, and
    /// writes it after each change and at exit.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Ignores unknown properties in request bodies and names them in the response header
    /// x-ms-emulator-warning, instead of rejecting the request.
    #[arg(long)]
    loose: bool,

    /// Seconds after an account is ready for which the emulator rejects private endpoints to it, as
    /// Azure does. Possible values are a number and never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    account_race_seconds: Option<f64>,

    /// With --account-race-seconds: accepts the PUT of a private endpoint and lets its operation
    /// fail, instead of rejecting the PUT.
    #[arg(long, help_heading = "Races of Foundry")]
    account_race_in_operation: bool,

    /// Seconds from the purge of an account until the subnet of its agents is free. Possible
    /// values are a number and never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    link_release_seconds: Option<f64>,

    /// Seconds for which a capability host stays in state Creating. Possible values are a number
    /// and never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    host_seconds: Option<f64>,

    /// Seconds from a role assignment until the role takes effect. Possible values are a number and
    /// never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    role_seconds: Option<f64>,

    /// Additional seconds that an outbound rule to a private endpoint or a domain name takes.
    /// Possible values are a number and never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    rule_seconds: Option<f64>,

    /// Effect on a capability host in a managed network of an outbound rule to one of its stores
    /// that is not active. Possible values are awaited (the host stays Creating), required (the
    /// host fails) and ignored.
    #[arg(long, value_name = "RULES", value_parser = HostRoles::parse, default_value = "awaited",
        help_heading = "Races of Foundry")]
    host_rules: HostRoles,

    /// Effect on a capability host of a role that the identity of its project lacks on a store.
    /// Possible values are awaited (the host stays Creating), required (the host fails) and
    /// ignored.
    #[arg(long, value_name = "ROLES", value_parser = HostRoles::parse, default_value = "awaited",
        help_heading = "Races of Foundry")]
    host_roles: HostRoles,

    /// Sets all delays of this section to one number of seconds, 2 if omitted, and adds two faults
    /// of capability hosts. The option of a single delay takes precedence.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true,
        default_missing_value = "2", help_heading = "Races of Foundry")]
    foundry_races: Option<f64>,

    /// Assigns no roles to the identities of Foundry projects. By default a policy assigns the
    /// roles that agents need on their stores, as azurerm_role_assignment does.
    #[arg(long)]
    no_agent_roles: bool,

    /// Writes a line to standard error for each request.
    #[arg(long)]
    log: bool,

    /// Format of the lines that --log writes.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", requires = "log")]
    log_format: Format,
}

const EXAMPLES: &str = "\
Examples:
  azureai-emulator                                      uses a free port and the default world
  azureai-emulator --page 127.0.0.1:8080                serves the page over http, too
  azureai-emulator --listen 127.0.0.1:8443 --log        uses a fixed port and logs each request
  azureai-emulator --listen 127.0.0.1:8443 --state w.json
                                                        continues the world of the last run
  azureai-emulator --operation-seconds 3                lets long-running operations take 3 seconds
  azureai-emulator --operation-seconds 2 --foundry-races
                                                        adds the delays of Foundry
  azureai-emulator --ready-file r.json --ca-file ca.pem writes the files that a script needs";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Columns of text.
    Text,
    /// One JSON object in each line.
    Json,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(run(&arguments))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "azureai-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> io::Result<()> {
    // Signals are watched before the first file is written, so that each file is removed.
    let asked_to_stop = asked_to_stop()?;
    let mut builder = Emulator::builder()
        .listen(&arguments.listen)
        .operation_seconds(arguments.operation_seconds)
        .real_retry_after(arguments.real_retry_after)
        .cloud(&arguments.cloud)
        .loose(arguments.loose);
    builder = races(builder, arguments);
    if !arguments.no_agent_roles {
        builder = builder.policy(Policy::agent_roles()).policy(Policy::agent_data_role());
    }
    for other in &arguments.other_subscription {
        let (id, tenant) =
            other.split_once('@').map_or((&**other, None), |(id, it)| (id, Some(it)));
        builder = builder.other_subscription(id, tenant);
    }
    if let Some(address) = &arguments.page {
        builder = builder.page(address);
    }
    if let Some(path) = &arguments.ca_file {
        builder = builder.ca_file(path);
    }
    if let Some(path) = &arguments.world {
        builder = builder.world_file(path);
    }
    if let Some(path) = &arguments.state {
        builder = builder.state_file(path);
    }
    if arguments.log {
        let format = arguments.log_format;
        builder = builder.on_request(move |request| {
            let line = match format {
                Format::Text => request.to_line(),
                Format::Json => request.to_json().to_string(),
            };
            let _ = writeln!(io::stderr(), "{line}");
        });
    }
    let emulator = builder.start().await?;
    let _ca = arguments.ca_file.clone().map(Made);
    let _ready = match &arguments.ready_file {
        Some(path) => Some(write_ready(path, &emulator)?),
        None => None,
    };
    banner(&emulator)?;
    asked_to_stop.await;
    emulator.stop().await
}

/// Sets the delays of Foundry.
fn races(mut builder: Builder, arguments: &Arguments) -> Builder {
    if let Some(seconds) = arguments.foundry_races {
        builder = builder.foundry_races(seconds);
    }
    for (order, seconds) in [
        (
            Builder::account_race_seconds as fn(Builder, f64) -> Builder,
            arguments.account_race_seconds,
        ),
        (Builder::link_release_seconds, arguments.link_release_seconds),
        (Builder::host_seconds, arguments.host_seconds),
        (Builder::role_seconds, arguments.role_seconds),
        (Builder::rule_seconds, arguments.rule_seconds),
    ] {
        if let Some(seconds) = seconds {
            builder = order(builder, seconds);
        }
    }
    builder
        .account_race_in_operation(arguments.account_race_in_operation)
        .host_roles(arguments.host_roles)
        .host_rules(arguments.host_rules)
}

/// Reads a number of seconds, or `never`.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = if text == "never" { Some(f64::INFINITY) } else { text.parse().ok() };
    seconds
        .filter(|seconds| *seconds >= 0.0)
        .ok_or_else(|| "expected a number of seconds from 0, or never".to_owned())
}

/// Watches Ctrl+C and SIGTERM from now on. The future ends at the first of them.
#[cfg(unix)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Watches Ctrl+C from now on. The future ends at the first one.
#[cfg(windows)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// A file that is removed when the program ends, also after an error.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Writes the ready file under another name and renames it, so that no reader sees a part of it.
fn write_ready(path: &Path, emulator: &Emulator) -> io::Result<Made> {
    let path = std::path::absolute(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{:#}", emulator.facts())?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(Made(path))
}

fn banner(emulator: &Emulator) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "azureai-emulator listens at {}", emulator.base)?;
    writeln!(out, "{}\n", page_lines(emulator))?;
    writeln!(out, "Terraform with azureai needs these variables:\n")?;
    let mut export =
        |name: &str, value: &dyn std::fmt::Display| writeln!(out, "export {name}='{value}'");
    export("SSL_CERT_FILE", &emulator.ca.display())?;
    export("ARM_METADATA_HOSTNAME", &emulator.host)?;
    export("ARM_SUBSCRIPTION_ID", &emulator.subscription)?;
    export("ARM_TENANT_ID", &emulator.tenant)?;
    export("ARM_CLIENT_ID", &emulator.client_id)?;
    export("ARM_CLIENT_SECRET", &emulator.client_secret)?;
    writeln!(out, "\nazurerm also needs this one:\n")?;
    let mut export =
        |name: &str, value: &dyn std::fmt::Display| writeln!(out, "export {name}='{value}'");
    export("ARM_RESOURCE_PROVIDER_REGISTRATIONS", &"none")?;
    // azapi 2.12.0 does not read ARM_METADATA_HOSTNAME, see its internal/provider/provider.go.
    writeln!(
        out,
        "\nazapi also needs `environment = \"custom\"` in its provider block, and these:\n"
    )?;
    let mut export =
        |name: &str, value: &dyn std::fmt::Display| writeln!(out, "export {name}='{value}'");
    export("ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", &emulator.base)?;
    export("ARM_RESOURCE_MANAGER_ENDPOINT", &emulator.base)?;
    export("ARM_RESOURCE_MANAGER_AUDIENCE", &emulator.base)?;
    export("ARM_DISABLE_INSTANCE_DISCOVERY", &"true")?;
    writeln!(out, "\nThe Azure CLI and the SDKs for Python need these:\n")?;
    let mut export =
        |name: &str, value: &dyn std::fmt::Display| writeln!(out, "export {name}='{value}'");
    export("REQUESTS_CA_BUNDLE", &emulator.ca.display())?;
    export("AZURE_CORE_INSTANCE_DISCOVERY", &"no")?;
    writeln!(out, "az cloud register -n emulator --endpoint-resource-manager {}", emulator.base)?;
    writeln!(out, "az cloud set -n emulator")?;
    writeln!(
        out,
        "az login --service-principal -u {} -p {} --tenant {}",
        emulator.client_id, emulator.client_secret, emulator.tenant
    )?;
    writeln!(out, "\nCtrl+C stops the emulator.")?;
    out.flush()
}

/// Says where the page is, and how a browser opens it without a certificate warning.
fn page_lines(emulator: &Emulator) -> String {
    if let Some(page) = &emulator.page {
        return format!("Open its page in a browser: {page}");
    }
    let (control, ca) = (&emulator.control, emulator.ca.display());
    format!(
        "Open its page in a browser: {control}\n\
         The browser warns of an unknown certificate. To avoid that, restart the emulator with\n\
         --page 127.0.0.1:8080, or import this authority into the browser: {ca}\n\
         curl trusts the authority with: curl --cacert '{ca}' {control}/dump"
    )
}
