//! `cargo xtask soak`: applies many resources in rounds of drift and repair, while requests fail
//! and a second writer changes other objects.
//!
//! At the end, the state must equal the emulator's resources without the second writer's, and the
//! second writer's objects must be as it wrote them. The output shows the provider's memory.

mod arm;
mod drift;
mod ledger;
mod second;
mod taken;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::failure::{Context as _, Failure, Result};
use crate::terraform::Terraform;
use crate::{process, project, screen};
use drift::drift;
use second::{SecondWriter, TAKEN, THEIRS};
use taken::Taken;

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Approximate number of resources
    #[arg(long, default_value_t = 1000)]
    resources: usize,
    /// Number of rounds in which a twentieth of the resources drifts and is repaired
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// Percentage of requests that meet each kind of fault
    #[arg(long, default_value_t = 1.0)]
    faults: f64,
    /// Writes the latest requests to this file, as one line of JSON each
    #[arg(long)]
    log: Option<PathBuf>,
    /// Uses the release build, which takes longer to build and runs faster
    #[arg(long)]
    release: bool,
}

/// Number of networks that every zone is linked to. In each of them, the provider manages the
/// network policies of one subnet.
const NETWORKS: usize = 4;
const SUBNET: &str = "snet";

/// Number of security groups that each of the first endpoints joins.
const GROUPS: usize = 5;
const MEMBERSHIPS: &str = "applicationSecurityGroups";
const MOST_MEMBERS: usize = 10;

/// Kinds of faults, each at the rate of `--faults`. The last one applies to `PUT` requests only.
const FAULTS: [&str; 6] =
    ["status", "html", "reset_before", "reset_after", "garbage", "fail_operation"];

/// Seconds that an operation takes.
const OPERATION: f64 = 0.05;

/// Number of resources of each kind.
#[derive(Clone, Copy, Debug)]
struct Counts {
    zones: usize,
    endpoints: usize,
    members: usize,
    records: usize,
}

impl Counts {
    /// Distributes a total number of resources among the kinds.
    fn of(resources: usize) -> Self {
        let (zones, endpoints) = ((resources / 50).max(1), (resources / 20).clamp(1, 200));
        let members = endpoints.min(MOST_MEMBERS);
        // The others are the network policies of the subnets, and two flags.
        let others = zones * (1 + NETWORKS) + endpoints + members * GROUPS + NETWORKS + 2;
        Self { zones, endpoints, members, records: resources.saturating_sub(others) }
    }
}

/// Runs the soak test.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir().context("Cannot create a folder")?;
    let folder = folder.path();
    let mut terraform = Terraform::new(folder, &folder.join("mirror"))?;
    screen::step("building the provider and the emulator");
    let programs = project::build(options.release)?;
    project::fill_mirror(&folder.join("mirror"), &programs.provider)?;
    let emulator = Emulator::start(&programs.emulator, folder, false)?;
    let mut provider = Provider::start(&programs.provider, &emulator)?;
    let mut rows = Vec::new();
    let played = play(options, (folder, &mut rows), &mut terraform, &emulator, &provider);
    process::stop(&mut provider.child);
    if let Some(file) = &options.log {
        let log = emulator.log()?;
        let lines = log["requests"].as_array().into_iter().flatten();
        let text = lines.map(|request| format!("{request}\n")).collect::<String>();
        std::fs::write(file, text).context("Cannot write the log")?;
    }
    screen::table(["round", "duration, memory of the provider, drift"], &rows);
    played
}

fn play(
    options: &Options,
    (folder, rows): (&Path, &mut Vec<[String; 2]>),
    terraform: &mut Terraform,
    emulator: &Emulator,
    provider: &Provider,
) -> Result<()> {
    let counts = Counts::of(options.resources);
    let group = emulator.group()?;
    prepare(emulator, &group)?;
    let environment = || -> Result<Vec<(&'static str, String)>> {
        let mut all = emulator.environment()?;
        all.push(("TF_REATTACH_PROVIDERS", provider.reattach.clone()));
        Ok(all)
    };
    terraform.set(environment()?);
    let text = configuration(counts, &group);
    std::fs::write(folder.join("main.tf"), text).context("Cannot write the configuration")?;
    terraform.run(&["init", "-input=false"], |_| {})?;
    let taken = Taken::new(folder, &group, environment()?)?;
    let before = ids_of_world(emulator)?;
    let mut second = SecondWriter::new(emulator, counts.zones, counts.members)?;
    second.take_names()?;
    // The second writer meets operations that are running.
    emulator.order("operations", &json!({ "seconds": OPERATION }))?;
    let mut broken = Broken::default();
    for round in 0..=options.rounds {
        screen::step(&format!("round {round}"));
        let drifted = match round {
            0 => String::new(),
            _ => drift(emulator, &before, counts, round)?,
        };
        order_faults(emulator, options.faults / 100.0, round)?;
        let (applied, refused) = beside(&mut second, round > 0, || {
            let args = ["apply", "-input=false", "-auto-approve", "-parallelism=20"];
            (terraform.run(&args, |_| {}), taken.refused())
        })?;
        emulator.order("clear-faults", &json!({}))?;
        let time = applied.map(|it| it.time);
        let time = broken.note(round, time).unwrap_or_default().as_secs_f64();
        broken.note(round, refused);
        broken.note(round, second.untouched());
        let memory = provider.memory().map_or_else(
            || "memory unknown".to_owned(),
            |kb| format!("{}.{} MB", kb / 1024, kb % 1024 * 10 / 1024),
        );
        rows.push([round.to_string(), format!("{time:.1} s, {memory}{drifted}")]);
        screen::aside(&rows[rows.len() - 1][1]);
    }
    broken.note(options.rounds, is_quiet(terraform));
    broken.note(options.rounds, is_the_world(emulator, folder, &before));
    let counters = emulator.order("operations", &json!({}))?;
    let (met, requests) = (&counters["faults"]["met"], &counters["requests"]);
    let refused = ["409", "412", "429"].map(|status| {
        let count = counters["by_status"][status].as_u64().unwrap_or_default();
        format!("{count} x {status}")
    });
    let end = format!("{requests} requests, {met} faults, {}", refused.join(", "));
    rows.push(["total".to_owned(), end]);
    rows.push(["second writer".to_owned(), second.figures()]);
    broken.end()
}

/// Failed checks. The soak test continues after a failure, to find more.
#[derive(Default)]
struct Broken(Vec<(usize, Failure)>);

impl Broken {
    fn note<T>(&mut self, round: usize, outcome: Result<T>) -> Option<T> {
        outcome.map_err(|failure| self.0.push((round, failure))).ok()
    }

    fn end(self) -> Result<()> {
        let count = self.0.len();
        if count == 0 {
            return Ok(());
        }
        let whole = Failure::new(format!("{count} checks failed"));
        Err(self.0.iter().rev().fold(whole, |whole, (round, failure)| {
            whole.with(&format!("Round {round}"), &failure.to_string())
        }))
    }
}

/// Creates the resources that all others are in or refer to.
fn prepare(emulator: &Emulator, group: &str) -> Result<()> {
    let mut all = Vec::new();
    let mut put = |tail: &str, location: &str, mut properties: Value| {
        properties["provisioningState"] = json!("Succeeded");
        let mut body = json!({ "properties": properties });
        if !location.is_empty() {
            body["location"] = json!(location);
        }
        let id = format!("{group}/providers/Microsoft.Network/{tail}");
        all.push(json!({ "id": id, "body": body }));
    };
    let names = (0..NETWORKS).map(|number| format!("soak-{number}")).chain([THEIRS.to_owned()]);
    for (number, name) in names.enumerate() {
        let network = format!("virtualNetworks/{name}");
        let space = json!({ "addressPrefixes": [format!("10.{}.0.0/16", 100 + number)] });
        put(&network, "eastus", json!({ "addressSpace": space, "subnets": [] }));
        let prefix = format!("10.{}.1.0/24", 100 + number);
        let subnet =
            json!({ "addressPrefix": prefix, "privateEndpointNetworkPolicies": "Disabled" });
        put(&format!("{network}/subnets/{SUBNET}"), "", subnet);
    }
    let ours = (0..GROUPS).map(|number| format!("ours-{number}"));
    let theirs = (0..second::GROUPS).map(|number| format!("{THEIRS}-{number}"));
    for name in ours.chain(theirs) {
        put(&format!("applicationSecurityGroups/{name}"), "eastus", json!({}));
    }
    emulator.order("put", &json!({ "resources": all })).map(|_| ())
}

/// Runs `work` while the second writer writes.
fn beside<T>(second: &mut SecondWriter<'_>, to_ours: bool, work: impl FnOnce() -> T) -> Result<T> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writing = scope.spawn(|| second.write_until(&done, to_ours));
        let worked = work();
        done.store(true, Ordering::Relaxed);
        writing.join().map_err(|_| Failure::new("The second writer's thread panicked"))??;
        Ok(worked)
    })
}

fn configuration(counts: Counts, group: &str) -> String {
    let Counts { zones, endpoints, members, records } = counts;
    let mut text = include_str!("soak.tf").replace("GROUP_ID", group);
    for (name, count) in [
        ("ZONES", zones),
        ("ENDPOINTS", endpoints),
        ("MEMBERS", members),
        ("RECORDS", records),
        ("NETWORKS", NETWORKS),
        ("GROUPS", GROUPS),
    ] {
        text = text.replace(name, &count.to_string());
    }
    text
}

/// Sets the faults of a round: few for most requests, and more for requests about rare objects,
/// which the second writer creates. For objects that both change, one operation in ten fails.
fn order_faults(emulator: &Emulator, rate: f64, round: usize) -> Result<()> {
    let places = [
        (TAKEN, 5.0 * rate, &FAULTS[..]),
        ("/soak-", 10.0 * rate, &FAULTS[5..]),
        ("/subscriptions/", rate, &FAULTS[..]),
    ];
    for (place, (path, rate, kinds)) in places.iter().enumerate() {
        for (number, kind) in kinds.iter().enumerate() {
            let mut fault = json!({
                "kind": kind, "path": path, "rate": rate, "seed": 100 * round + 10 * place + number,
            });
            if *kind == "fail_operation" {
                fault["method"] = json!("PUT");
                fault["code"] = json!("RetryableError");
            }
            if *kind == "status" {
                fault["status"] = json!(429);
                fault["code"] = json!("TooManyRequests");
                fault["retry_after"] = json!("0");
            }
            emulator.order("fault", &fault)?;
        }
    }
    Ok(())
}

fn is_quiet(terraform: &Terraform) -> Result<()> {
    let args = ["plan", "-input=false", "-detailed-exitcode"];
    terraform.run(&args, |_| {}).map(|_| ())
}

/// Checks that the state equals the emulator's resources, without the initial ones and the second
/// writer's.
fn is_the_world(emulator: &Emulator, folder: &Path, before: &BTreeSet<String>) -> Result<()> {
    let world = ids_of_world(emulator)?;
    let made: BTreeSet<String> =
        world.difference(before).filter(|id| !is_theirs(id)).cloned().collect();
    let known = ids_of_state(&folder.join("terraform.tfstate"))?;
    if made == known {
        return Ok(());
    }
    let differ = made.symmetric_difference(&known).cloned().collect::<Vec<_>>();
    let failure = Failure::new("The state differs from the resources in Azure");
    Err(failure.with("Only in the state or only in Azure", &differ.join("\n")))
}

/// Returns `true` if a resource is the second writer's, or in one of its resources.
fn is_theirs(id: &str) -> bool {
    id.split(['/', '|']).any(|part| part.starts_with(THEIRS) || part.starts_with(TAKEN))
}

/// Returns the IDs of all resources of the kinds that the soak test creates, in lower case.
fn ids_of_world(emulator: &Emulator) -> Result<BTreeSet<String>> {
    const ENDPOINTS: &str = "Microsoft.Network/privateEndpoints";
    const KINDS: [&str; 4] = [
        "Microsoft.Network/privateDnsZones",
        "Microsoft.Network/privateDnsZones/A",
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        ENDPOINTS,
    ];
    let dump = emulator.dump()?;
    let mut ids = BTreeSet::new();
    for resource in dump["resources"].as_array().into_iter().flatten() {
        let (Some(kind), Some(id)) = (resource["type"].as_str(), resource["id"].as_str()) else {
            continue;
        };
        if !KINDS.contains(&kind) {
            continue;
        }
        ids.insert(id.to_lowercase());
        // The IDs of both ends name a membership.
        let groups = resource["properties"][MEMBERSHIPS].as_array().into_iter().flatten();
        let groups = groups.filter_map(|it| it["id"].as_str());
        ids.extend(groups.map(|group| format!("{id}|{group}").to_lowercase()));
    }
    Ok(ids)
}

/// Returns the IDs of a state, without the resources that are properties of another object.
fn ids_of_state(file: &Path) -> Result<BTreeSet<String>> {
    const PROPERTIES: [&str; 2] =
        ["azureai_public_network_access", "azureai_subnet_private_endpoint_policy"];
    let text = std::fs::read_to_string(file).context("Cannot read the state")?;
    let state: Value = serde_json::from_str(&text).context("Cannot read the state")?;
    let resources = state["resources"].as_array().into_iter().flatten();
    let whole =
        resources.filter(|it| it["type"].as_str().is_none_or(|it| !PROPERTIES.contains(&it)));
    let instances = whole.flat_map(|it| it["instances"].as_array().into_iter().flatten());
    let ids = instances.filter_map(|it| it["attributes"]["id"].as_str());
    Ok(ids.map(str::to_lowercase).collect())
}

/// The provider's process, which serves all rounds, so that leaked memory accumulates.
struct Provider {
    child: Child,
    reattach: String,
}

impl Provider {
    fn start(program: &Path, emulator: &Emulator) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg("--debug").envs(emulator.environment()?);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("Cannot start the provider")?;
        let stdout = child.stdout.take().context("Cannot read the provider's standard output")?;
        let lines = BufReader::new(stdout).lines().map_while(std::result::Result::ok);
        let mut said = String::new();
        for line in lines {
            if let Some((_, how)) = line.split_once("TF_REATTACH_PROVIDERS='") {
                return Ok(Self { child, reattach: how.trim_end_matches('\'').to_owned() });
            }
            let _ = writeln!(said, "{line}");
        }
        process::stop(&mut child);
        Err(Failure::new("The provider printed no TF_REATTACH_PROVIDERS")
            .with("Output of the provider", &said))
    }

    /// Returns the memory of the process in kilobytes, if the system reports it.
    fn memory(&self) -> Option<u64> {
        // Gives the provider time to return the memory of the last request.
        thread::park_timeout(Duration::from_millis(200));
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }
}
