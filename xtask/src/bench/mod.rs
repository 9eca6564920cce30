//! `cargo xtask bench`: measures the provider and the emulator.

mod against;
mod dialect;
mod emulator;
mod scale;
mod stage;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Args;

use crate::failure::{Context as _, Result};
use crate::project::Programs;
use crate::terraform::Terraform;
use crate::{demo, plugin, process, project, screen};
use against::{Contender, Jobs};

const STARTS: usize = 21;
const VALIDATIONS: usize = 9;

/// Measures everything and prints a table.
pub(crate) fn run() -> Result<()> {
    screen::step("building the provider and the emulator (release)");
    let programs = project::build(true)?;
    let folder = tempfile::tempdir().context("Cannot create a folder")?;
    let mut rows = vec![["size of the provider's program".to_owned(), size(&programs.provider)?]];
    screen::step("starting the provider");
    rows.extend(starts(&programs.provider, folder.path())?);
    screen::step("terraform validate");
    rows.extend(validations(&programs.provider, folder.path())?);
    screen::step("terraform apply and destroy");
    let (apply, destroy) = demo::measure(&programs)?;
    rows.push(["apply the scenario".to_owned(), milliseconds(apply)]);
    rows.push(["destroy the scenario".to_owned(), milliseconds(destroy)]);
    screen::step("a thousand resources");
    rows.extend(scale::rows(&programs, folder.path())?);
    screen::step("the emulator");
    rows.extend(emulator::rows(&programs.emulator, folder.path())?);
    screen::table(["measure", "value"], &rows);
    Ok(())
}

fn size(program: &Path) -> Result<String> {
    let bytes = std::fs::metadata(program).context("Cannot read the size of the program")?.len();
    Ok(format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10))
}

/// Measures the time from `exec` to the handshake line with mutual TLS, and the memory at that
/// moment.
fn starts(program: &Path, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mut times = Vec::new();
    let mut memory = Vec::new();
    // The first start also reads the program from disk, so it does not count.
    for number in 0..=STARTS {
        let started = Instant::now();
        let mut child = plugin::start(Command::new(program), folder)?;
        let answered = plugin::handshake(&mut child);
        let time = started.elapsed();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        process::stop(&mut child);
        answered?;
        if number > 0 {
            times.push(time);
            memory.push(stage::memory(&status.unwrap_or_default(), "VmRSS:").unwrap_or_default());
        }
    }
    let mut rows =
        vec![["start of the provider, to its handshake".to_owned(), milliseconds(median(times))]];
    rows.extend(memory);
    Ok(rows)
}

/// Returns peak and current memory, if the system reports them.
fn memory_in(status: &str) -> Vec<[String; 2]> {
    let row = |name: &str, field: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        let megabytes = format!("{}.{} MB", kilobytes / 1024, kilobytes % 1024 * 10 / 1024);
        Some([name.to_owned(), megabytes])
    };
    let rows =
        [row("memory after the start, peak", "VmHWM:"), row("memory after the start", "VmRSS:")];
    rows.into_iter().flatten().collect()
}

/// Measures `terraform validate` of the scenario and of an empty configuration.
fn validations(program: &Path, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mirror = folder.join("mirror");
    project::fill_mirror(&mirror, program)?;
    let (empty, full) = (folder.join("empty"), folder.join("full"));
    for folder in [&empty, &full] {
        std::fs::create_dir(folder).context("Cannot create a folder")?;
    }
    std::fs::write(empty.join("main.tf"), "").context("Cannot write an empty configuration")?;
    demo::copy_scenario("private-workspace", &full)?;
    let empty = validation(&empty, &mirror)?;
    let full = validation(&full, &mirror)?;
    Ok(vec![
        ["validate an empty configuration".to_owned(), milliseconds(empty)],
        ["validate the scenario".to_owned(), milliseconds(full)],
        ["difference".to_owned(), milliseconds(full.saturating_sub(empty))],
    ])
}

fn validation(folder: &Path, mirror: &Path) -> Result<Duration> {
    let terraform = Terraform::new(folder, mirror)?;
    terraform.run(&["init", "-input=false"], |_| {})?;
    let mut times = Vec::new();
    for _ in 0..VALIDATIONS {
        times.push(terraform.run(&["validate"], |_| {})?.time);
    }
    Ok(median(times))
}

fn median<T: Ord + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_one_slow_run() {
        let times = [1, 2, 900].map(Duration::from_millis).to_vec();
        assert_eq!(median(times), Duration::from_millis(2));
    }

    #[test]
    fn a_build_of_the_same_commit_is_compared_in_every_measure() {
        let programs = project::build(false).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let older = folder.path().join("terraform-provider-azureai_v0.0.9");
        std::fs::copy(&programs.provider, &older).unwrap();
        let options = Options {
            against: Vec::new(),
            records: vec![5],
            latency: vec![0, 1],
            markdown: false,
            debug: true,
        };
        let others = [Contender::of(&older).unwrap()];
        let tables = compared(&programs, &others, folder.path(), &options).unwrap();
        let [(name, rows)] = &tables[..] else { panic!("{tables:?}") };
        assert_eq!(name, "azureai_v0.0.9");
        let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(
            [names[0], names[1], names[3], names[8], names[9], names[names.len() - 1]],
            [
                "size of the program",
                "from exec to handshake",
                "job: plan",
                "job: destroy",
                "5 records, 0 ms: plan",
                "5 records, 1 ms: peak memory",
            ]
        );
        assert_eq!(rows[0][1], "1.0 x");
        assert!(rows.iter().all(|row| row[1].ends_with(" x") || row[2] == "-"), "{rows:?}");
    }
}
