//! Terraform with one provider in a folder of its own, and the cost of its commands.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::emulator::Emulator;
use crate::failure::{Context as _, Result};
use crate::project;
use crate::terraform::Terraform;

/// The longest that a command may take: azurerm waits ten seconds between polls of each deletion.
const DEADLINE: Duration = Duration::from_secs(3600);

/// How often memory is sampled.
const SAMPLE: Duration = Duration::from_millis(20);

/// Terraform with a provider behind a shell that counts the provider's CPU time.
pub(super) struct Stage {
    terraform: Terraform,
    program: PathBuf,
    times: PathBuf,
}

/// Cost of a Terraform command.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) wall: Duration,
    /// CPU time of the provider alone.
    pub(super) cpu: Duration,
    /// Peak memory of the provider in bytes, or 0 if the system does not show it.
    pub(super) memory: u64,
}

impl Stage {
    /// Prepares a folder in which an address, such as `registry.terraform.io/azure/azapi`, leads to
    /// a program, and in which Azure is an emulator.
    pub(super) fn new(
        folder: &Path,
        program: &Path,
        address: &str,
        emulator: &Emulator,
    ) -> Result<Self> {
        let programs = folder.join("bin");
        std::fs::create_dir_all(&programs).context("Creating a folder")?;
        let program = program.canonicalize().context("Finding the provider")?;
        let times = folder.join("times");
        let name = address.rsplit('/').next().unwrap_or_default();
        let wrapper = programs.join(format!("terraform-provider-{name}"));
        let script = format!("#!/bin/sh\n{program:?} \"$@\"\ntimes >> {times:?}\n");
        std::fs::write(&wrapper, script).context("Writing the wrapper")?;
        project::make_executable(&wrapper)?;
        let mut terraform = Terraform::new(folder, folder)?.with_deadline(DEADLINE);
        let config = folder.join("overrides.rc");
        let overrides = format!(
            "provider_installation {{\n  dev_overrides {{\n    {address:?} = {programs:?}\n  \
             }}\n  direct {{}}\n}}\n"
        );
        std::fs::write(&config, overrides).context("Writing Terraform's CLI configuration")?;
        terraform.set(emulator.environment()?);
        terraform.set([("TF_CLI_CONFIG_FILE", config.display().to_string())]);
        Ok(Self { terraform, program, times })
    }

    /// Adds variables to the environment of every command.
    pub(super) fn set(&mut self, variables: impl IntoIterator<Item = (&'static str, String)>) {
        self.terraform.set(variables);
    }

    /// Writes the configuration.
    pub(super) fn write(&self, config: &str) -> Result<()> {
        let file = self.times.with_file_name("main.tf");
        std::fs::write(file, config).context("Writing the configuration")
    }

    /// Runs a command that must succeed, and measures it.
    pub(super) fn run(&self, args: &[&str]) -> Result<Cost> {
        std::fs::write(&self.times, "").context("Resetting the CPU times")?;
        let peak = Peak::of(&self.program);
        let finished = self.terraform.run(args, |_| {});
        let memory = peak.end();
        let times = std::fs::read_to_string(&self.times).context("Reading the CPU times")?;
        Ok(Cost { wall: finished?.time, cpu: children(&times), memory })
    }
}

/// Samples the peak memory of the processes that run a program.
struct Peak {
    over: Arc<AtomicBool>,
    sampler: JoinHandle<u64>,
}

impl Peak {
    fn of(program: &Path) -> Self {
        let (program, over) = (program.to_owned(), Arc::new(AtomicBool::new(false)));
        let ended = over.clone();
        let sampler = std::thread::spawn(move || {
            let mut peak = 0;
            while !ended.load(Ordering::Relaxed) {
                peak = peak.max(memory_of(&program));
                std::thread::park_timeout(SAMPLE);
            }
            peak
        });
        Self { over, sampler }
    }

    fn end(self) -> u64 {
        self.over.store(true, Ordering::Relaxed);
        self.sampler.thread().unpark();
        self.sampler.join().unwrap_or_default()
    }
}

/// Returns the largest peak memory, in bytes, of the running processes of a program.
fn memory_of(program: &Path) -> u64 {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let own = processes.map(|it| it.path()).filter(|process| {
        std::fs::read_link(process.join("exe")).is_ok_and(|running| running == program)
    });
    let peaks = own.filter_map(|process| {
        let status = std::fs::read_to_string(process.join("status")).ok()?;
        memory(&status, "VmHWM:")
    });
    peaks.max().unwrap_or_default()
}

/// Returns a field of a process's status file in bytes.
pub(super) fn memory(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}

/// Returns the CPU time of children in the output of the shell's `times`: its second line, in user
/// and system mode, for each run of the provider.
fn children(output: &str) -> Duration {
    let lines = output.lines().skip(1).step_by(2);
    lines.flat_map(str::split_whitespace).filter_map(minutes_and_seconds).sum()
}

/// Parses a time such as `0m1.250000s`.
fn minutes_and_seconds(text: &str) -> Option<Duration> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    let minutes: f64 = minutes.parse().ok()?;
    let seconds: f64 = seconds.parse().ok()?;
    Some(Duration::from_secs_f64(60.0 * minutes + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_the_sum_of_all_runs() {
        let output = "0m0.001s 0m0.002s\n0m1.250s 0m0.250s\n0m0.0s 0m0.0s\n1m0.500s 0m0.0s\n";
        assert_eq!(children(output), Duration::from_millis(62_000));
    }

    #[test]
    fn memory_is_read_from_the_status_file() {
        let status = "Name:\tx\nVmHWM:\t    6554 kB\nVmRSS:\t    6144 kB\n";
        assert_eq!(memory(status, "VmHWM:"), Some(6_711_296));
        assert_eq!(memory(status, "VmSwap:"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_memory_of_a_running_program_is_found() {
        let own = std::env::current_exe().unwrap().canonicalize().unwrap();
        assert!(memory_of(&own) > 1_000_000);
        assert_eq!(memory_of(Path::new("/none")), 0);
    }
}
