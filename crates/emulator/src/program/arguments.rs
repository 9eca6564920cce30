//! Command-line options of the emulator, and the environment variables that replace them.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use emulator::HostRoles;

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
///
/// Each option has an environment variable, which the option overrides. A variable of an option
/// that can be given several times separates the values with commas.
#[derive(Debug, Parser)]
#[command(name = "azureai-emulator", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Address to listen on. Port 0 takes a free port. Other machines reach the emulator at an
    /// address that is not a loopback address, such as 0.0.0.0:8443.
    #[arg(
        long,
        env = "AZUREAI_EMULATOR_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:0"
    )]
    pub(crate) listen: String,

    /// Name by which clients reach the emulator, for its URLs and its certificate. Add a port if
    /// clients use another one than --listen. Can be given several times: URLs have the first name.
    #[arg(
        long,
        env = "AZUREAI_EMULATOR_HOST",
        value_name = "NAME[:PORT]",
        default_value = "localhost",
        value_delimiter = ','
    )]
    pub(crate) host: Vec<String>,

    /// Serves the certificate of the authority and the variables of clients over http at this
    /// address, for clients on other machines. The address serves no API.
    #[arg(long, env = "AZUREAI_EMULATOR_BOOTSTRAP", value_name = "ADDRESS")]
    pub(crate) bootstrap: Option<String>,

    /// Serves the page over http, too, at a loopback address such as 127.0.0.1:8080. Port 0 takes a
    /// free port. The address serves no API and needs no sign-in.
    #[arg(long, env = "AZUREAI_EMULATOR_PAGE", value_name = "ADDRESS")]
    pub(crate) page: Option<String>,

    /// File for the addresses and credentials of the emulator, as JSON. The emulator writes it when
    /// it is ready and removes it at exit.
    #[arg(long, env = "AZUREAI_EMULATOR_READY_FILE", value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,

    /// File for the certificate of the authority, in PEM. If omitted, a file in a temporary folder,
    /// or no file with --bootstrap. The emulator removes the file at exit.
    #[arg(long, env = "AZUREAI_EMULATOR_CA_FILE", value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Seconds that a long-running operation takes. With 0, it has ended at the first poll.
    #[arg(
        long,
        env = "AZUREAI_EMULATOR_OPERATION_SECONDS",
        value_name = "SECONDS",
        default_value_t = 0.0
    )]
    pub(crate) operation_seconds: f64,

    /// Sends "Retry-After: 10" with running operations, as Azure does, instead of 0 or 1.
    #[arg(long, env = "AZUREAI_EMULATOR_REAL_RETRY_AFTER")]
    pub(crate) real_retry_after: bool,

    /// Cloud whose host names and DNS zones to use. Possible values are public, usgovernment and
    /// china.
    #[arg(long, env = "AZUREAI_EMULATOR_CLOUD", value_name = "CLOUD", default_value = "public")]
    pub(crate) cloud: String,

    /// GUID of an additional, empty subscription. Add @TENANT to put it into another tenant. Can be
    /// given several times.
    #[arg(
        long,
        env = "AZUREAI_EMULATOR_OTHER_SUBSCRIPTION",
        value_name = "ID[@TENANT]",
        value_delimiter = ','
    )]
    pub(crate) other_subscription: Vec<String>,

    /// File with the world to start with, in the form of GET /_emulator/dump. `resources` are taken
    /// as they are, and `put` are created by the rules of Azure Resource Manager. `subscription`,
    /// `tenant`, `location` and `subscriptions` (additional ones) replace the defaults.
    #[arg(long, env = "AZUREAI_EMULATOR_WORLD", value_name = "FILE")]
    pub(crate) world: Option<PathBuf>,

    /// File that keeps the world between runs. The emulator reads it at the start if it exists, and
    /// writes it after each change and at exit.
    #[arg(long, env = "AZUREAI_EMULATOR_STATE", value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Ignores unknown properties in request bodies and names them in the response header
    /// x-ms-emulator-warning, instead of rejecting the request.
    #[arg(long, env = "AZUREAI_EMULATOR_LOOSE")]
    pub(crate) loose: bool,

    /// Seconds after an account is ready for which the emulator rejects private endpoints to it, as
    /// Azure does. Possible values are a number and never.
    #[arg(
        long, env = "AZUREAI_EMULATOR_ACCOUNT_RACE_SECONDS", value_name = "SECONDS",
        value_parser = seconds, help_heading = "Races of Foundry"
    )]
    pub(crate) account_race_seconds: Option<f64>,

    /// With --account-race-seconds: accepts the PUT of a private endpoint and lets its operation
    /// fail, instead of rejecting the PUT.
    #[arg(
        long,
        env = "AZUREAI_EMULATOR_ACCOUNT_RACE_IN_OPERATION",
        help_heading = "Races of Foundry"
    )]
    pub(crate) account_race_in_operation: bool,

    /// Seconds from the purge of an account until the subnet of its agents is free. Possible
    /// values are a number and never.
    #[arg(
        long, env = "AZUREAI_EMULATOR_LINK_RELEASE_SECONDS", value_name = "SECONDS",
        value_parser = seconds, help_heading = "Races of Foundry"
    )]
    pub(crate) link_release_seconds: Option<f64>,

    /// Seconds for which a capability host stays in state Creating. Possible values are a number
    /// and never.
    #[arg(
        long, env = "AZUREAI_EMULATOR_HOST_SECONDS", value_name = "SECONDS",
        value_parser = seconds, help_heading = "Races of Foundry"
    )]
    pub(crate) host_seconds: Option<f64>,

    /// Seconds from a role assignment until the role takes effect. Possible values are a number and
    /// never.
    #[arg(
        long, env = "AZUREAI_EMULATOR_ROLE_SECONDS", value_name = "SECONDS",
        value_parser = seconds, help_heading = "Races of Foundry"
    )]
    pub(crate) role_seconds: Option<f64>,

    /// Additional seconds that an outbound rule to a private endpoint or a domain name takes.
    /// Possible values are a number and never.
    #[arg(
        long, env = "AZUREAI_EMULATOR_RULE_SECONDS", value_name = "SECONDS",
        value_parser = seconds, help_heading = "Races of Foundry"
    )]
    pub(crate) rule_seconds: Option<f64>,

    /// Effect on a capability host in a managed network of an outbound rule to one of its stores
    /// that is not active. Possible values are awaited (the host stays Creating), required (the
    /// host fails) and ignored.
    #[arg(
        long, env = "AZUREAI_EMULATOR_HOST_RULES", value_name = "RULES",
        value_parser = HostRoles::parse, default_value = "awaited",
        help_heading = "Races of Foundry"
    )]
    pub(crate) host_rules: HostRoles,

    /// Effect on a capability host of a role that the identity of its project lacks on a store.
    /// Possible values are awaited (the host stays Creating), required (the host fails) and
    /// ignored.
    #[arg(
        long, env = "AZUREAI_EMULATOR_HOST_ROLES", value_name = "ROLES",
        value_parser = HostRoles::parse, default_value = "awaited",
        help_heading = "Races of Foundry"
    )]
    pub(crate) host_roles: HostRoles,

    /// Sets all delays of this section to one number of seconds, 2 if omitted, and adds two faults
    /// of capability hosts. The option of a single delay takes precedence.
    #[arg(
        long, env = "AZUREAI_EMULATOR_FOUNDRY_RACES", value_name = "SECONDS", num_args = 0..=1,
        require_equals = true, default_missing_value = "2", help_heading = "Races of Foundry"
    )]
    pub(crate) foundry_races: Option<f64>,

    /// Assigns no roles to the identities of Foundry projects. By default a policy assigns the
    /// roles that agents need on their stores, as azurerm_role_assignment does.
    #[arg(long, env = "AZUREAI_EMULATOR_NO_AGENT_ROLES")]
    pub(crate) no_agent_roles: bool,

    /// Writes a line to standard error for each request.
    #[arg(long, env = "AZUREAI_EMULATOR_LOG")]
    pub(crate) log: bool,

    /// Format of the lines that --log writes.
    #[arg(
        long,
        env = "AZUREAI_EMULATOR_LOG_FORMAT",
        value_name = "FORMAT",
        value_enum,
        default_value = "text",
        requires = "log"
    )]
    pub(crate) log_format: Format,
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
  azureai-emulator --ready-file r.json --ca-file ca.pem writes the files that a script needs
  azureai-emulator --listen 0.0.0.0:8443 --host emulator --bootstrap 0.0.0.0:8080
                                                        serves clients on other machines";

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// Columns of text.
    Text,
    /// One JSON object in each line.
    Json,
}

/// Reads a number of seconds, or `never`.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = if text == "never" { Some(f64::INFINITY) } else { text.parse().ok() };
    seconds
        .filter(|seconds| *seconds >= 0.0)
        .ok_or_else(|| "expected a number of seconds from 0, or never".to_owned())
}
