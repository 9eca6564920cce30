//! `cargo xtask soak`: many resources, round after round of drift and repair, with an Azure that
//! fails at every turn. In the end the state is the world; what the provider holds is shown.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::failure::{Context as _, Failure, Result};
use crate::terraform::Terraform;
use crate::{process, project, screen};

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many resources there are, about
    #[arg(long, default_value_t = 1000)]
    resources: usize,
    /// How often a twentieth of them drifts and is repaired
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// Uses the release build: slower to make, faster to run
    #[arg(long)]
    release: bool,
}

/// Networks that every zone is linked to.
const NETWORKS: usize = 4;

/// What happens to requests, each to one in a hundred.
const FAULTS: [&str; 5] = ["status", "html", "reset_before", "reset_after", "garbage"];

/// Runs the soak.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir().context("Making a folder")?;
    let folder = folder.path();
    let mut terraform = Terraform::new(folder, &folder.join("mirror"))?;
    screen::step("building the provider and the emulator");
    let programs = project::build(options.release)?;
    project::fill_mirror(&folder.join("mirror"), &programs.provider)?;
    let emulator = Emulator::start(&programs.emulator, folder, false)?;
    let mut provider = Provider::start(&programs.provider, &emulator)?;
    let played = play(options, folder, &mut terraform, &emulator, &provider);
    process::stop(&mut provider.child);
    let rows = played?;
    screen::table(["round", "time, memory of the provider, what drifted"], &rows);
    Ok(())
}

fn play(
    options: &Options,
    folder: &Path,
    terraform: &mut Terraform,
    emulator: &Emulator,
    provider: &Provider,
) -> Result<Vec<[String; 2]>> {
    terraform.set(emulator.environment()?);
    terraform.set([("TF_REATTACH_PROVIDERS", provider.reattach.clone())]);
    let group = emulator.group()?;
    for network in 0..NETWORKS {
        let space = json!({ "addressPrefixes": [format!("10.{}.0.0/16", 100 + network)] });
        let properties = json!({ "addressSpace": space, "subnets": [] });
        let id = format!("{group}/providers/Microsoft.Network/virtualNetworks/soak-{network}");
        let body = json!({ "location": "eastus", "properties": properties });
        emulator.order("put", &json!({ "id": id, "body": body }))?;
    }
    std::fs::write(folder.join("main.tf"), configuration(options.resources, &group))
        .context("Writing the configuration")?;
    terraform.run(&["init", "-input=false"], |_| {})?;
    let before = ids_of_world(emulator)?;
    let mut rows = Vec::new();
    for round in 0..=options.rounds {
        screen::step(&format!("round {round}"));
        let drifted = if round > 0 { drift(emulator, &before, round)? } else { String::new() };
        order_faults(emulator, round)?;
        let args = ["apply", "-input=false", "-auto-approve", "-parallelism=20"];
        let time = terraform.run(&args, |_| {})?.time;
        emulator.order("clear-faults", &json!({}))?;
        let memory = provider.memory().map_or_else(
            || "not known".to_owned(),
            |kb| format!("{}.{} MB", kb / 1024, kb % 1024 * 10 / 1024),
        );
        rows.push([round.to_string(), format!("{:.1} s, {memory}{drifted}", time.as_secs_f64())]);
        screen::aside(&rows[rows.len() - 1][1]);
    }
    is_quiet(terraform)?;
    let made: BTreeSet<String> = ids_of_world(emulator)?.difference(&before).cloned().collect();
    let known = ids_of_state(folder)?;
    if made != known {
        let differ = made.symmetric_difference(&known).cloned().collect::<Vec<_>>();
        let failure = Failure::new("The state is not what Azure has");
        return Err(failure.with("What is in one of them only", &differ.join("\n")));
    }
    let met = emulator.order("operations", &json!({}))?["faults"]["met"].clone();
    rows.push(["in the end".to_owned(), format!("{} resources, {met} faults", known.len())]);
    Ok(rows)
}

/// Zones with links, records in them, and endpoints: so many of each that it is as many in all.
fn configuration(resources: usize, group: &str) -> String {
    let (zones, endpoints) = ((resources / 50).max(1), (resources / 20).min(200));
    let records = resources.saturating_sub(zones * (1 + NETWORKS) + endpoints);
    let names = ["ZONES", "ENDPOINTS", "RECORDS", "NETWORKS"];
    let mut text = include_str!("soak.tf").replace("GROUP", group);
    for (name, count) in names.into_iter().zip([zones, endpoints, records, NETWORKS]) {
        text = text.replace(name, &count.to_string());
    }
    text
}

fn order_faults(emulator: &Emulator, round: usize) -> Result<()> {
    for (number, kind) in FAULTS.iter().enumerate() {
        let mut fault = json!({
            "kind": kind, "path": "/subscriptions/", "rate": 0.01, "seed": 100 * round + number,
        });
        if *kind == "status" {
            fault["status"] = json!(429);
            fault["code"] = json!("TooManyRequests");
            fault["retry_after"] = json!("0");
        }
        emulator.order("fault", &fault)?;
    }
    Ok(())
}

/// Lets every twentieth thing go or change, others in each round.
fn drift(emulator: &Emulator, before: &BTreeSet<String>, round: usize) -> Result<String> {
    let ids = ids_of_world(emulator)?;
    let ours = ids.difference(before);
    let (mut gone, mut changed) = (0, 0);
    for (number, id) in ours.enumerate().filter(|(number, _)| number % 20 == round % 20) {
        let is_record = id.contains("/privatednszones/") && id.contains("/a/");
        if number % 3 == 0 && (is_record || id.contains("/virtualnetworklinks/")) {
            emulator.order("delete", &json!({ "id": id }))?;
            gone += 1;
        } else if is_record {
            let body = json!({ "properties": { "ttl": 60 + round } });
            emulator.order("patch", &json!({ "id": id, "body": body }))?;
            changed += 1;
        } else {
            let body = json!({ "tags": { "drift": round.to_string() } });
            emulator.order("patch", &json!({ "id": id, "body": body }))?;
            changed += 1;
        }
    }
    Ok(format!(", {gone} gone and {changed} changed"))
}

fn is_quiet(terraform: &Terraform) -> Result<()> {
    let args = ["plan", "-input=false", "-detailed-exitcode"];
    terraform.run(&args, |_| {}).map(|_| ())
}

/// Everything of the kinds that are made here, by ID in lower case.
fn ids_of_world(emulator: &Emulator) -> Result<BTreeSet<String>> {
    const KINDS: [&str; 4] = [
        "Microsoft.Network/privateDnsZones",
        "Microsoft.Network/privateDnsZones/A",
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "Microsoft.Network/privateEndpoints",
    ];
    let dump = emulator.dump()?;
    let resources = dump["resources"].as_array().into_iter().flatten();
    let ours = resources.filter(|it| it["type"].as_str().is_some_and(|it| KINDS.contains(&it)));
    Ok(ours.filter_map(|it| Some(it["id"].as_str()?.to_lowercase())).collect())
}

fn ids_of_state(folder: &Path) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(folder.join("terraform.tfstate"));
    let state: Value =
        serde_json::from_str(&text.context("Reading the state")?).context("Reading the state")?;
    let resources = state["resources"].as_array().into_iter().flatten();
    let instances = resources.flat_map(|it| it["instances"].as_array().into_iter().flatten());
    let ids = instances.filter_map(|it| it["attributes"]["id"].as_str());
    Ok(ids.map(str::to_lowercase).collect())
}

/// One process of the provider for all rounds, so that what it forgets to give back adds up.
struct Provider {
    child: Child,
    reattach: String,
}

impl Provider {
    fn start(program: &Path, emulator: &Emulator) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg("--debug").envs(emulator.environment()?);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("Starting the provider")?;
        let stdout = child.stdout.take().context("The provider has no standard output")?;
        let lines = BufReader::new(stdout).lines().map_while(std::result::Result::ok);
        let mut said = String::new();
        for line in lines {
            if let Some((_, how)) = line.split_once("TF_REATTACH_PROVIDERS='") {
                return Ok(Self { child, reattach: how.trim_end_matches('\'').to_owned() });
            }
            let _ = writeln!(said, "{line}");
        }
        process::stop(&mut child);
        Err(Failure::new("The provider does not say how to attach").with("Its output", &said))
    }

    /// Kilobytes that it holds, where the system tells.
    fn memory(&self) -> Option<u64> {
        // What it was just given back counts as given back.
        std::thread::park_timeout(Duration::from_millis(200));
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }
}
