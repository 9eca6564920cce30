//! `cargo xtask demo`: deploys a private Foundry account and isolates an existing workspace, then
//! destroys both.

mod inventory;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use tempfile::TempDir;

use crate::emulator::Emulator;
use crate::failure::{Context as _, Failure, Result};
use crate::project::{self, Programs};
use crate::screen;
use crate::terraform::Terraform;
use inventory::Inventory;

const SCENARIOS: &str = "examples/scenarios";
const LOG_LINES: usize = 100;
const MIRROR: &str = "mirror";
const TERRAFORM: &str = "terraform";

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Stops after the apply, and keeps the emulator and the folder so that you can continue
    #[arg(long)]
    keep: bool,
    /// Uses the release build, which takes longer to build and runs faster
    #[arg(long)]
    release: bool,
    /// Program to run, such as `tofu`
    #[arg(long, value_name = "PROGRAM", default_value = TERRAFORM)]
    terraform: String,
}

/// A job of the demonstration.
#[derive(Debug)]
struct Job {
    /// Name of the job's folder.
    name: &'static str,
    title: &'static str,
    /// Name of the scenario that the job applies.
    scenario: &'static str,
    /// Returns the values of the scenario's variables.
    variables: fn(&Emulator) -> Result<String>,
}

/// An account with agents, which is private from its creation.
const FOUNDRY: Job = Job {
    name: "foundry",
    title: "Private Foundry account with agents, stores, endpoints and DNS",
    scenario: "foundry-private",
    variables: foundry_variables,
};

/// An existing workspace, which the scenario isolates.
const HUB: Job = Job {
    name: "hub",
    title: "Network isolation of an existing workspace (hub)",
    scenario: "private-workspace",
    variables: hub_variables,
};

/// Runs the demonstration.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = folder()?;
    // Checked first, because the build is useless without Terraform.
    Terraform::of(&options.terraform, folder.path(), &folder.path().join(MIRROR))?;
    screen::step("building the provider and the emulator");
    let started = Instant::now();
    let programs = project::build(options.release)?;
    screen::took(started.elapsed());
    let mut stage = Stage::new(&programs, folder.path(), options.keep)?;
    stage.program.clone_from(&options.terraform);
    let begun = Instant::now();
    for job in [&FOUNDRY, &HUB] {
        let played = stage.play(job, options.keep);
        played.map_err(|failure| failure.with("Log of the provider", &stage.log(job)))?;
    }
    if options.keep {
        stage.leave(folder);
        return Ok(());
    }
    screen::step("both jobs removed all their resources");
    stage.times.push(["both jobs".to_owned(), seconds(begun.elapsed())]);
    screen::table(["step", "time"], &stage.times);
    Ok(())
}

/// Measures the apply and the destroy of the workspace's job, for `bench`.
pub(crate) fn measure(programs: &Programs) -> Result<(Duration, Duration)> {
    let folder = folder()?;
    let stage = Stage::new(programs, folder.path(), false)?;
    let terraform = stage.terraform(&HUB)?;
    terraform.run(&["init", "-input=false"], |_| {})?;
    let apply = terraform.run(&["apply", "-auto-approve", "-input=false"], |_| {})?;
    let destroy = terraform.run(&["destroy", "-auto-approve", "-input=false"], |_| {})?;
    Ok((apply.time, destroy.time))
}

fn folder() -> Result<TempDir> {
    tempfile::Builder::new().prefix("azureai-demo-").tempdir().context("Cannot create a folder")
}

/// Emulator and folder of one run.
#[derive(Debug)]
struct Stage {
    emulator: Emulator,
    /// Terraform, or a program that behaves like it.
    program: String,
    folder: PathBuf,
    times: Vec<[String; 2]>,
}

impl Stage {
    fn new(programs: &Programs, folder: &Path, keep: bool) -> Result<Self> {
        project::fill_mirror(&folder.join(MIRROR), &programs.provider)?;
        screen::step("starting the emulator");
        let emulator = Emulator::start(&programs.emulator, folder, keep)?;
        screen::aside(&format!("listening at {}", emulator.fact("base")?));
        let program = TERRAFORM.to_owned();
        Ok(Self { emulator, program, folder: folder.to_owned(), times: Vec::new() })
    }

    /// Returns Terraform in the folder of a job, with the job's configuration.
    fn terraform(&self, job: &Job) -> Result<Terraform> {
        let folder = self.folder.join(job.name);
        std::fs::create_dir_all(&folder).context(format!("Cannot create {}", folder.display()))?;
        let mut terraform = Terraform::of(&self.program, &folder, &self.folder.join(MIRROR))?;
        terraform.set(self.emulator.environment()?);
        copy_scenario(job.scenario, &folder)?;
        let variables = (job.variables)(&self.emulator)?;
        let doing = "Cannot write terraform.tfvars";
        std::fs::write(folder.join("terraform.tfvars"), variables).context(doing)?;
        Ok(terraform)
    }

    fn log_path(&self, job: &Job) -> PathBuf {
        self.folder.join(job.name).join("provider.log")
    }

    fn play(&mut self, job: &Job, keep: bool) -> Result<()> {
        println!("\n{}\n", job.title);
        let mut terraform = self.terraform(job)?;
        let log = self.log_path(job).display().to_string();
        terraform.set([("TF_LOG_PATH", log), ("TF_LOG_PROVIDER", "DEBUG".to_owned())]);
        let before = Inventory::new(&self.emulator.dump()?);
        let mut step = |name: &str, args: &[&str]| self.step(job, &terraform, name, args);
        step("init", &["init", "-input=false"])?;
        step("plan", &["plan", "-input=false", "-out=planned"])?;
        step("apply", &["apply", "-input=false", "planned"])?;
        step("plan again: no changes", &["plan", "-input=false", "-detailed-exitcode"])?;
        let after = Inventory::new(&self.emulator.dump()?);
        screen::step("created and changed resources");
        screen::table(["kind", "in Azure"], &after.rows(&before));
        if keep {
            return Ok(());
        }
        self.step(job, &terraform, "destroy", &["destroy", "-input=false", "-auto-approve"])?;
        let left = Inventory::new(&self.emulator.dump()?).difference(&before);
        if !left.is_empty() {
            let summary = "The destroy did not restore the emulator's resources";
            return Err(Failure::new(summary).with("Differences", &left.join("\n")));
        }
        Ok(())
    }

    fn step(&mut self, job: &Job, terraform: &Terraform, name: &str, args: &[&str]) -> Result<()> {
        screen::step(&format!("{} {name}", self.program));
        let finished = terraform.run(args, |line| {
            if is_news(line) {
                // The ID repeats the address, and fills the whole line.
                screen::aside(line.split(" [id=").next().unwrap_or_default().trim());
            }
        })?;
        screen::took(finished.time);
        self.times.push([format!("{}: {name}", job.name), seconds(finished.time)]);
        Ok(())
    }

    /// Returns the last lines that the provider itself logged.
    fn log(&self, job: &Job) -> String {
        let log = std::fs::read_to_string(self.log_path(job)).unwrap_or_default();
        let lines = log.lines().filter(|line| line.contains(project::PROVIDER));
        let lines: Vec<&str> = lines.collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join(
            "
",
        )
    }

    /// Prints how to continue manually, and how to clean up.
    fn leave(self, folder: TempDir) {
        let exports = self.terraform(&HUB).map(|terraform| terraform.exports().to_vec());
        let folder = folder.keep();
        println!("The emulator keeps running, and the folder is kept. To continue:\n");
        println!("    cd {}", folder.join(HUB.name).display());
        println!("    # or: cd {}", folder.join(FOUNDRY.name).display());
        for (name, value) in exports.iter().flatten() {
            println!("    export {name}={}", quoted(value));
        }
        println!("    {} plan\n\nTo stop the emulator and remove the folder:\n", self.program);
        println!("    kill {}", self.emulator.leave_running());
        println!("    rm -r {}\n", folder.display());
    }
}

fn seconds(time: Duration) -> String {
    format!("{:5.2} s", time.as_secs_f64())
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Returns `true` for the lines of Terraform's output that report progress.
fn is_news(line: &str) -> bool {
    // The warning is expected: a mirror has the provider for this machine only.
    const EXPECTED: &str = "Incomplete lock file";
    const OPENINGS: [&str; 6] = [
        "Plan: ",
        "No changes.",
        "Apply complete!",
        "Destroy complete!",
        "Terraform has been successfully initialized!",
        "Warning: ",
    ];
    const MARKS: [&str; 3] = [": Creation complete", ": Destruction complete", "- Installed "];
    let line = line.trim_start_matches(['│', ' ']);
    let opens = OPENINGS.iter().any(|opening| line.starts_with(opening));
    (opens || MARKS.iter().any(|mark| line.contains(mark))) && !line.contains(EXPECTED)
}

/// Copies the `.tf` files of a scenario.
pub(crate) fn copy_scenario(scenario: &str, folder: &Path) -> Result<()> {
    let scenario = project::root().join(SCENARIOS).join(scenario);
    let doing = format!("Cannot copy {}", scenario.display());
    for entry in std::fs::read_dir(&scenario).context(&doing)? {
        let entry = entry.context(&doing)?;
        if entry.path().extension().is_some_and(|extension| extension == "tf") {
            std::fs::copy(entry.path(), folder.join(entry.file_name())).context(&doing)?;
        }
    }
    Ok(())
}

/// Returns the variables that both jobs have, and the prefix of resource IDs.
fn common_variables(emulator: &Emulator) -> Result<(String, String)> {
    let subscription = emulator.fact("subscription")?;
    let group = emulator.fact("resource_group")?;
    let providers = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers");
    let network = format!("{providers}/Microsoft.Network/virtualNetworks/vnet-ai");
    let common = format!(
        r#"subscription_id     = "{subscription}"
resource_group_name = "{group}"
virtual_network_id  = "{network}"
subnet_id           = "{network}/subnets/snet-pe"
"#
    );
    Ok((common, providers))
}

/// Returns the variables of the hub's scenario for the emulator's default resources.
fn hub_variables(emulator: &Emulator) -> Result<String> {
    let (common, providers) = common_variables(emulator)?;
    let hub = format!("{providers}/Microsoft.MachineLearningServices/workspaces/airef-hub");
    Ok(format!("{common}workspace_id        = \"{hub}\"\n"))
}

/// Returns the variables of the Foundry scenario, whose account uses existing stores.
fn foundry_variables(emulator: &Emulator) -> Result<String> {
    let (common, providers) = common_variables(emulator)?;
    let network = format!("{providers}/Microsoft.Network/virtualNetworks/vnet-ai");
    let agents = format!("{network}/subnets/snet-agents");
    Ok(format!(
        r#"{common}agent_subnet_id     = "{agents}"
cosmos_db_account_id = "{providers}/Microsoft.DocumentDB/databaseAccounts/airef-cosmos"
storage_account_id   = "{providers}/Microsoft.Storage/storageAccounts/aireffoundry"
search_service_id    = "{providers}/Microsoft.Search/searchServices/airef-foundry-search"
"#
    ))
}
