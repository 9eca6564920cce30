//! `cargo xtask demo`: the whole job, from nothing to a private workspace and back.

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

const SCENARIO: &str = "examples/scenarios/private-workspace";
const LOG_LINES: usize = 100;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Stops after the apply and leaves the emulator and the folder, to go on by hand
    #[arg(long)]
    keep: bool,
    /// Uses the release build: slower to make, faster to run
    #[arg(long)]
    release: bool,
}

/// Runs the demonstration.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = folder()?;
    // Looked at first: no build is worth while without it.
    let terraform = Terraform::new(folder.path(), &folder.path().join("mirror"))?;
    screen::step("building the provider and the emulator");
    let started = Instant::now();
    let programs = project::build(options.release)?;
    screen::took(started.elapsed());
    let mut stage = Stage::new(&programs, folder.path(), terraform, options.keep)?;
    stage.play(options.keep).map_err(|failure| failure.with("The provider's log", &stage.log()))?;
    if options.keep {
        stage.leave(folder);
    }
    Ok(())
}

/// How long the two longest steps take, for `bench`: apply and destroy.
pub(crate) fn measure(programs: &Programs) -> Result<(Duration, Duration)> {
    let folder = folder()?;
    let terraform = Terraform::new(folder.path(), &folder.path().join("mirror"))?;
    let stage = Stage::new(programs, folder.path(), terraform, false)?;
    stage.terraform.run(&["init", "-input=false"], |_| {})?;
    let apply = stage.terraform.run(&["apply", "-auto-approve", "-input=false"], |_| {})?;
    let destroy = stage.terraform.run(&["destroy", "-auto-approve", "-input=false"], |_| {})?;
    Ok((apply.time, destroy.time))
}

fn folder() -> Result<TempDir> {
    tempfile::Builder::new().prefix("azureai-demo-").tempdir().context("Making a folder")
}

/// Everything that is set up for one run.
#[derive(Debug)]
struct Stage {
    emulator: Emulator,
    terraform: Terraform,
    log: PathBuf,
    times: Vec<[String; 2]>,
}

impl Stage {
    fn new(
        programs: &Programs,
        folder: &Path,
        mut terraform: Terraform,
        keep: bool,
    ) -> Result<Self> {
        project::fill_mirror(&folder.join("mirror"), &programs.provider)?;
        screen::step("starting the emulator");
        let emulator = Emulator::start(&programs.emulator, folder, keep)?;
        screen::aside(&format!("answers at {}", emulator.fact("base")?));
        terraform.set(emulator.environment()?);
        copy_scenario(folder)?;
        std::fs::write(folder.join("terraform.tfvars"), variables(&emulator)?)
            .context("Writing terraform.tfvars")?;
        Ok(Self { emulator, terraform, log: folder.join("provider.log"), times: Vec::new() })
    }

    fn play(&mut self, keep: bool) -> Result<()> {
        let log = self.log.display().to_string();
        self.terraform.set([("TF_LOG_PATH", log), ("TF_LOG_PROVIDER", "DEBUG".to_owned())]);
        let before = Inventory::new(&self.emulator.dump()?);
        self.step("init", &["init", "-input=false"])?;
        self.step("plan", &["plan", "-input=false", "-out=planned"])?;
        self.step("apply", &["apply", "-input=false", "planned"])?;
        self.step("plan again: nothing to do", &["plan", "-input=false", "-detailed-exitcode"])?;
        let after = Inventory::new(&self.emulator.dump()?);
        screen::step("what exists now");
        screen::table(["what", "in Azure"], &after.rows());
        if keep {
            return Ok(());
        }
        self.step("destroy", &["destroy", "-input=false", "-auto-approve"])?;
        let left = Inventory::new(&self.emulator.dump()?).difference(&before);
        if !left.is_empty() {
            let summary = "After the destroy the world is not what it was before";
            return Err(Failure::new(summary).with("What differs", &left.join("\n")));
        }
        screen::step("nothing is left; it took");
        screen::table(["step", "time"], &self.times);
        Ok(())
    }

    fn step(&mut self, name: &str, args: &[&str]) -> Result<()> {
        screen::step(&format!("terraform {name}"));
        let finished = self.terraform.run(args, |line| {
            if is_news(line) {
                // The ID says little that the address does not, and takes the whole line.
                screen::aside(line.split(" [id=").next().unwrap_or_default().trim());
            }
        })?;
        screen::took(finished.time);
        self.times.push([name.to_owned(), format!("{:5.2} s", finished.time.as_secs_f64())]);
        Ok(())
    }

    /// The end of what the provider itself has logged.
    fn log(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines = log.lines().filter(|line| line.contains(project::PROVIDER));
        let lines: Vec<&str> = lines.collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join(
            "
",
        )
    }

    /// Says how to go on by hand, and how to end it.
    fn leave(self, folder: TempDir) {
        let folder = folder.keep();
        println!("The emulator goes on, and the folder stays. To work with them:\n");
        println!("    cd {}", folder.display());
        for (name, value) in self.terraform.exports() {
            if !name.starts_with("TF_LOG") {
                println!("    export {name}={}", quoted(value));
            }
        }
        println!("    terraform plan\n\nTo end it:\n");
        println!("    kill {}", self.emulator.leave_running());
        println!("    rm -r {}\n", folder.display());
    }
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Terraform's own output tells much; these lines are the story in it.
fn is_news(line: &str) -> bool {
    // A mirror holds the provider for this machine only, which is what this is about.
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

/// Copies the configuration, without what its folder holds besides.
pub(crate) fn copy_scenario(folder: &Path) -> Result<()> {
    let scenario = project::root().join(SCENARIO);
    let doing = format!("Copying {}", scenario.display());
    for entry in std::fs::read_dir(&scenario).context(&doing)? {
        let entry = entry.context(&doing)?;
        if entry.path().extension().is_some_and(|extension| extension == "tf") {
            std::fs::copy(entry.path(), folder.join(entry.file_name())).context(&doing)?;
        }
    }
    Ok(())
}

/// The scenario's variables for the world that the emulator starts with.
fn variables(emulator: &Emulator) -> Result<String> {
    let subscription = emulator.fact("subscription")?;
    let group = emulator.fact("resource_group")?;
    let providers = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers");
    let network = format!("{providers}/Microsoft.Network/virtualNetworks/vnet-ai");
    Ok(format!(
        r#"subscription_id     = "{subscription}"
resource_group_name = "{group}"
workspace_id        = "{providers}/Microsoft.MachineLearningServices/workspaces/airef-hub"
virtual_network_id  = "{network}"
subnet_id           = "{network}/subnets/snet-pe"
"#
    ))
}
