//! Runs unmodified third-party clients against the emulator: the Azure CLI, the Python SDKs, and
//! Terraform with the provider signed in by that Azure CLI.
//!
//! The CLI and the SDKs are installed from the Python Package Index into a virtual environment
//! below `target/`. Once that exists, nothing accesses the internet.

mod az;
mod script;
mod signed_in;
mod venv;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Args;

use crate::emulator::Emulator;
use crate::failure::{Context as _, Result};
use crate::{process, project, screen};
use venv::Venv;

/// Time limit for all steps of the SDKs together.
const DEADLINE: Duration = Duration::from_secs(180);

/// Number of latest requests in a failure.
const LAST_REQUESTS: usize = 12;

/// Runs one client and returns the number of its steps.
type Story = fn(&Stage<'_>) -> Result<usize>;

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Skips the run and succeeds if Python or its packages cannot be installed
    #[arg(long)]
    optional: bool,
}

/// Runs the clients, each against an emulator of its own.
pub(crate) fn run(options: &Options) -> Result<()> {
    screen::step("building the provider and the emulator");
    let programs = project::build(false)?;
    let target = programs
        .emulator
        .ancestors()
        .nth(2)
        .context("The emulator's program is not in a target folder")?;
    screen::step("installing azure-cli and the Python SDKs");
    let started = Instant::now();
    let venv = match Venv::ready(target) {
        Ok(venv) => venv,
        Err(failure) if options.optional => {
            println!("\n{failure}\n\nSKIPPED: the Azure CLI and the SDKs did not run.");
            return Ok(());
        }
        Err(failure) => return Err(failure),
    };
    screen::took(started.elapsed());
    let folder = tempfile::Builder::new().prefix("azureai-conformance-").tempdir();
    let folder = folder.context("Cannot create a folder")?;
    let begun = Instant::now();
    let mut steps = 0;
    let stories: [(&'static str, &'static [&'static str], Story); 3] = [
        ("Azure CLI", &[], az::tell),
        // With operations that take time, the pollers of the SDKs have to wait.
        ("Python SDKs", &["--operation-seconds", "0.5"], tell_sdk),
        ("Terraform, signed in by the Azure CLI", &[], signed_in::tell),
    ];
    let tell = |number: usize, (title, options, story): (&str, &[&str], Story)| {
        screen::step(&format!("{title} {}", venv.version(title)?));
        let folder = folder.path().join(number.to_string());
        std::fs::create_dir(&folder).context("Cannot create a folder")?;
        let emulator = Emulator::start_with(&programs.emulator, &folder, options, false)?;
        let (venv, provider) = (&venv, &*programs.provider);
        let stage = Stage { venv, provider, emulator: &emulator, folder: &folder };
        let told = story(&stage);
        told.map_err(|failure| failure.with("Latest requests", &stage.requests()))
    };
    // A client mostly uses one core, so two run at a time.
    for (pair, stories) in stories.chunks(2).enumerate() {
        let told: Vec<Result<usize>> = std::thread::scope(|scope| {
            let tell = &tell;
            let begin =
                |(number, story): (usize, &(&'static str, &'static [&'static str], Story))| {
                    let story = *story;
                    scope.spawn(move || tell(2 * pair + number, story))
                };
            let begun: Vec<_> = stories.iter().enumerate().map(begin).collect();
            let ended = begun.into_iter().map(std::thread::ScopedJoinHandle::join);
            ended
                .map(|told| told.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for told in told {
            steps += told?;
        }
    }
    screen::step(&format!("all {steps} steps succeeded"));
    screen::took(begun.elapsed());
    Ok(())
}

/// Everything that a client needs to run.
struct Stage<'a> {
    venv: &'a Venv,
    provider: &'a Path,
    emulator: &'a Emulator,
    folder: &'a Path,
}

impl Stage<'_> {
    /// Returns a program of the virtual environment, without the user's environment variables.
    fn program(&self, name: &str) -> Result<Command> {
        let mut command = Command::new(self.venv.program(name));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.current_dir(self.folder).env_clear().env("PATH", path).envs([
            ("HOME", self.folder.display().to_string()),
            ("REQUESTS_CA_BUNDLE", self.emulator.fact("ca")?.to_owned()),
            ("NO_PROXY", "localhost,127.0.0.1".to_owned()),
            ("no_proxy", "localhost,127.0.0.1".to_owned()),
            ("PYTHONDONTWRITEBYTECODE", String::new()),
        ]);
        Ok(command)
    }

    fn requests(&self) -> String {
        let lines = self.emulator.requests().unwrap_or_default();
        lines[lines.len().saturating_sub(LAST_REQUESTS)..].join("\n")
    }
}

fn tell_sdk(stage: &Stage<'_>) -> Result<usize> {
    let mut command = stage.program("python")?;
    command.arg(project::root().join("xtask/conformance/sdk.py"));
    command.arg(stage.folder.join("emulator.json"));
    let mut steps = 0;
    let finished = process::run(&mut command, DEADLINE, |line| {
        if let Some((name, seconds)) = line.split_once('\t') {
            steps += 1;
            screen::result(name, seconds.parse().unwrap_or_default());
        }
    })?;
    let told: Vec<&str> = finished.output.lines().filter(|line| !line.contains('\t')).collect();
    if finished.code == Some(0) {
        return Ok(steps);
    }
    Err(crate::failure::Failure::new("A step of the Python SDKs did not succeed")
        .with("Output of the Python SDKs", &told.join("\n")))
}
