//! Runs clients that nobody here wrote, unchanged, against the emulator: the Azure CLI, the Python
//! SDKs, and Terraform with the provider signed in by that Azure CLI. The CLI and the SDKs come
//! from Python's registry into a virtual environment under `target/`; once that is there, nothing
//! leaves this machine.

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

/// The most that all steps of the SDKs may take together.
const DEADLINE: Duration = Duration::from_secs(180);

/// How many of the last requests are shown when something goes wrong.
const LAST_REQUESTS: usize = 12;

/// Gives the number of its steps.
type Story = fn(&Stage<'_>) -> Result<usize>;

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Succeeds, and says so, when Python or its packages cannot be had
    #[arg(long)]
    optional: bool,
}

/// Runs them one after the other, each on a world of its own.
pub(crate) fn run(options: &Options) -> Result<()> {
    screen::step("building the provider and the emulator");
    let programs = project::build(false)?;
    let target =
        programs.emulator.ancestors().nth(2).context("The emulator was built into no folder")?;
    screen::step("Python packages: azure-cli and the SDKs");
    let started = Instant::now();
    let venv = match Venv::ready(target) {
        Ok(venv) => venv,
        Err(failure) if options.optional => {
            println!("\n{failure}\n\nLEFT OUT: the Azure CLI and the SDKs were not run.");
            return Ok(());
        }
        Err(failure) => return Err(failure),
    };
    screen::took(started.elapsed());
    let folder = tempfile::Builder::new().prefix("azureai-conformance-").tempdir();
    let folder = folder.context("Making a folder")?;
    let begun = Instant::now();
    let mut steps = 0;
    let stories: [(&'static str, &'static [&'static str], Story); 3] = [
        ("Azure CLI", &[], az::tell),
        // Their pollers find operations under way.
        ("Python SDKs", &["--operation-seconds", "0.5"], tell_sdk),
        ("Terraform, signed in by the Azure CLI", &[], signed_in::tell),
    ];
    let tell = |number: usize, (title, options, story): (&str, &[&str], Story)| {
        screen::step(&format!("{title} {}", venv.version(title)?));
        let folder = folder.path().join(number.to_string());
        std::fs::create_dir(&folder).context("Making a folder")?;
        let emulator = Emulator::start_with(&programs.emulator, &folder, options, false)?;
        let (venv, provider) = (&venv, &*programs.provider);
        let stage = Stage { venv, provider, emulator: &emulator, folder: &folder };
        let told = story(&stage);
        told.map_err(|failure| failure.with("The last requests", &stage.requests()))
    };
    // Clients mostly keep one core busy, so two are at work at a time.
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
    screen::step(&format!("all {steps} steps went well"));
    screen::took(begun.elapsed());
    Ok(())
}

/// What a client is run with.
struct Stage<'a> {
    venv: &'a Venv,
    provider: &'a Path,
    emulator: &'a Emulator,
    folder: &'a Path,
}

impl Stage<'_> {
    /// A program of the virtual environment, with nothing of the user's own in its environment.
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
    Err(crate::failure::Failure::new("A step of the SDKs did not succeed")
        .with("Its output", &told.join("\n")))
}
