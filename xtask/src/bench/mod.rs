//! `cargo xtask bench`: what the provider costs, in numbers.

mod emulator;
mod scale;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::failure::{Context as _, Result};
use crate::terraform::Terraform;
use crate::{demo, plugin, process, project, screen};

const STARTS: usize = 21;
const VALIDATIONS: usize = 9;

/// Measures and prints a table.
pub(crate) fn run() -> Result<()> {
    screen::step("building the release");
    let programs = project::build(true)?;
    let folder = tempfile::tempdir().context("Making a folder")?;
    let mut rows = vec![["size of the program".to_owned(), size(&programs.provider)?]];
    screen::step("starting the provider");
    rows.extend(starts(&programs.provider, folder.path())?);
    screen::step("terraform validate");
    rows.extend(validations(&programs.provider, folder.path())?);
    screen::step("terraform apply and destroy");
    let (apply, destroy) = demo::measure(&programs)?;
    rows.push(["apply of the scenario".to_owned(), milliseconds(apply)]);
    rows.push(["destroy of the scenario".to_owned(), milliseconds(destroy)]);
    screen::step("a thousand resources");
    rows.extend(scale::rows(&programs, folder.path())?);
    screen::step("the emulator");
    rows.extend(emulator::rows(&programs.emulator, folder.path())?);
    screen::table(["measure", "value"], &rows);
    Ok(())
}

fn size(program: &Path) -> Result<String> {
    let bytes = std::fs::metadata(program).context("Measuring the program")?.len();
    Ok(format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10))
}

/// From exec to the handshake line with mutual TLS, and the memory at that moment.
fn starts(program: &Path, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mut times = Vec::new();
    let mut memory = Vec::new();
    // The first start also reads the program from disk: it is not counted.
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
            memory = status.as_deref().map(memory_in).unwrap_or_default();
        }
    }
    let mut rows = vec![["from exec to handshake".to_owned(), milliseconds(median(times))]];
    rows.extend(memory);
    Ok(rows)
}

/// Peak and present memory, where the system tells them.
fn memory_in(status: &str) -> Vec<[String; 2]> {
    let row = |name: &str, field: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        let megabytes = format!("{}.{} MB", kilobytes / 1024, kilobytes % 1024 * 10 / 1024);
        Some([name.to_owned(), megabytes])
    };
    let rows = [row("memory after start, peak", "VmHWM:"), row("memory after start", "VmRSS:")];
    rows.into_iter().flatten().collect()
}

/// The scenario against a configuration with nothing in it.
fn validations(program: &Path, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mirror = folder.join("mirror");
    project::fill_mirror(&mirror, program)?;
    let (empty, full) = (folder.join("empty"), folder.join("full"));
    for folder in [&empty, &full] {
        std::fs::create_dir(folder).context("Making a folder")?;
    }
    std::fs::write(empty.join("main.tf"), "").context("Writing an empty configuration")?;
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

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
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
    fn memory_is_read_from_the_status_file() {
        let rows = memory_in("Name:\tx\nVmHWM:\t    6554 kB\nVmRSS:\t    6144 kB\n");
        assert_eq!(rows[0][1], "6.4 MB");
        assert_eq!(rows[1][1], "6.0 MB");
    }
}
