//! The emulator as a program.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use emulator::{Builder, Emulator, HostRoles, Policy};

/// Azure Resource Manager in memory, for trying and testing without an Azure account.
///
/// It serves what the private link of an Azure AI workspace needs, over https with a certificate
/// authority of its own, to Terraform (azureai, azurerm, azapi), the Azure CLI and the SDKs. It
/// prints what to export for each of them. Each start begins with the same world: the resource
/// group rg-ai with a network, an AI hub and a Foundry account, their resources and a project of
/// each; or with a world of your own.
///
/// The page at /_emulator shows the world to a browser that trusts the authority, or that is told
/// to go on in spite of it. GET /_emulator/dump, /log and /counters are for machines.
#[derive(Debug, Parser)]
#[command(name = "azureai-emulator", version, after_help = EXAMPLES)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: String,

    /// File to write, once it answers, with everything a client needs to know, as JSON.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// File to write the authority's certificate to; by default in a temporary folder. Either is
    /// removed at exit.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Seconds that a long-running operation takes; with 0 it is finished at the first poll.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    operation_seconds: f64,

    /// Ask clients to wait 10 seconds between polls, as Azure does.
    #[arg(long)]
    real_retry_after: bool,

    /// Whose names to use: public, usgovernment or china.
    #[arg(long, value_name = "CLOUD", default_value = "public")]
    cloud: String,

    /// Another subscription, with nothing in it; with a tenant of its own after an `@`. May be
    /// given several times.
    #[arg(long, value_name = "ID[@TENANT]")]
    other_subscription: Vec<String>,

    /// File with the world to begin with, in the form of a dump (GET /_emulator/dump): `resources`
    /// as they stand; `put`, what to make by ARM's rules; `subscription`, `tenant`, `location`;
    /// `subscriptions`, others beside it.
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,

    /// File that keeps the world across restarts; read if it is there, else made from the world to
    /// begin with.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Take properties that the type does not have, with a warning in the answer, instead of
    /// refusing the request.
    #[arg(long)]
    loose: bool,

    /// Refuse private endpoints to an account for so many seconds after it is ready, as Azure does.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    account_race_seconds: Option<f64>,

    /// Let the operations of these endpoints fail, instead of refusing their PUTs.
    #[arg(long, help_heading = "Races of Foundry")]
    account_race_in_operation: bool,

    /// Seconds after the purge of an account until the subnet of its agents is free; or never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    link_release_seconds: Option<f64>,

    /// Seconds for which capability hosts stay Creating; or never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    host_seconds: Option<f64>,

    /// Seconds after its assignment until a role works; or never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    role_seconds: Option<f64>,

    /// Seconds longer that an outbound rule to a private endpoint or a domain name takes; or never.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Races of Foundry")]
    rule_seconds: Option<f64>,

    /// What a capability host in a managed network does about outbound rules to its stores that are
    /// not active: awaited (it stays Creating), required (it fails), or ignored.
    #[arg(long, value_name = "RULES", value_parser = HostRoles::parse, default_value = "awaited",
        help_heading = "Races of Foundry")]
    host_rules: HostRoles,

    /// What a capability host does about roles that the identity of its project lacks on the
    /// stores: awaited (it stays Creating), required (it fails), or ignored.
    #[arg(long, value_name = "ROLES", value_parser = HostRoles::parse, default_value = "awaited",
        help_heading = "Races of Foundry")]
    host_roles: HostRoles,

    /// All of these at once, each with so many seconds unless its own option says otherwise; and
    /// two faults of capability hosts.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true,
        default_missing_value = "2", help_heading = "Races of Foundry")]
    foundry_races: Option<f64>,

    /// Assign no roles to the identities of Foundry projects. Without it, a policy assigns those
    /// that agents need in their stores, as `azurerm_role_assignment` does.
    #[arg(long)]
    no_agent_roles: bool,

    /// Write a line to standard error for each request.
    #[arg(long)]
    log: bool,

    /// Form of these lines.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", requires = "log")]
    log_format: Format,
}

const EXAMPLES: &str = "\
Examples:
  azureai-emulator                                      any free port, the default world
  azureai-emulator --listen 127.0.0.1:8443 --log        a fixed port, and each request as it comes
  azureai-emulator --listen 127.0.0.1:8443 --state w.json
                                                        goes on where it was stopped
  azureai-emulator --operation-seconds 3                endpoints, zones and more take 3 seconds
  azureai-emulator --operation-seconds 2 --foundry-races
                                                        and what may come late in Foundry is late
  azureai-emulator --ready-file r.json --ca-file ca.pem for scripts: written when it answers";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// An object in each line.
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
    // Before anything is made, so that nothing is left behind by an early signal.
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

/// Orders what may come late.
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

/// Reads seconds, or `never`.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = if text == "never" { Some(f64::INFINITY) } else { text.parse().ok() };
    seconds.filter(|seconds| *seconds >= 0.0).ok_or_else(|| "neither seconds nor never".to_owned())
}

/// Ends at Ctrl+C or SIGTERM; both are watched from now on.
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

/// Ends at Ctrl+C, which is watched from now on.
#[cfg(windows)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// A file that goes when the program ends, however it ends.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Writes beside the file and renames, so that a reader never sees half of it.
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
    writeln!(out, "azureai-emulator answers at {}", emulator.base)?;
    writeln!(out, "its world, for a browser:   {}\n", emulator.control)?;
    let mut export =
        |name: &str, value: &dyn std::fmt::Display| writeln!(out, "export {name}='{value}'");
    export("SSL_CERT_FILE", &emulator.ca.display())?;
    export("ARM_METADATA_HOSTNAME", &emulator.host)?;
    export("ARM_SUBSCRIPTION_ID", &emulator.subscription)?;
    export("ARM_TENANT_ID", &emulator.tenant)?;
    export("ARM_CLIENT_ID", &emulator.client_id)?;
    export("ARM_CLIENT_SECRET", &emulator.client_secret)?;
    writeln!(
        out,
        "\nThat is all that Terraform needs with azureai. With azurerm and azapi also:\n"
    )?;
    let mut export =
        |name: &str, value: &dyn std::fmt::Display| writeln!(out, "export {name}='{value}'");
    export("ARM_RESOURCE_PROVIDER_REGISTRATIONS", &"none")?;
    writeln!(out, "\nFor the Azure CLI and the SDKs for Python:\n")?;
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
    writeln!(out, "\nCtrl+C stops it.")?;
    out.flush()
}
