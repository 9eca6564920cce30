//! `cargo xtask bench`: the costs of the provider, alone or beside other providers.

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

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Program of another provider to measure beside this one: azurerm 5 or later, azapi, or
    /// another build of azureai, under its own file name. Repeat the option for several
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,

    /// Numbers of DNS records to create in the comparison
    #[arg(long, value_name = "COUNT", value_delimiter = ',', default_values_t = [1000, 5000])]
    records: Vec<usize>,

    /// Milliseconds that the emulator takes to answer a request in the comparison
    #[arg(long, value_name = "MS", value_delimiter = ',', default_values_t = [0, 30])]
    latency: Vec<u64>,

    /// Print the comparison as Markdown
    #[arg(long)]
    markdown: bool,

    /// Measure the debug build, which builds faster and runs slower
    #[arg(long)]
    debug: bool,
}

/// Measures and prints a table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let others: Vec<Contender> =
        options.against.iter().map(|file| Contender::of(file)).collect::<Result<_>>()?;
    screen::step(if options.debug { "building (debug)" } else { "building (release)" });
    let programs = project::build(!options.debug)?;
    let folder = tempfile::tempdir().context("Creating a folder")?;
    if others.is_empty() {
        screen::table(["measure", "value"], &alone(&programs, folder.path())?);
    }
    for (comparison, rows) in compared(&programs, &others, folder.path(), options)? {
        let heading = ["measure", "ratio", "azureai", &comparison];
        match options.markdown {
            true => screen::markdown(heading, &rows),
            false => screen::table(heading, &rows),
        }
    }
    Ok(())
}

/// Measures this provider and each of the others. Returns a table for each of the others, with the
/// name of its program.
fn compared(
    programs: &Programs,
    others: &[Contender],
    folder: &Path,
    options: &Options,
) -> Result<Vec<(String, Vec<[String; 4]>)>> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let jobs = Jobs { records: options.records.clone(), latencies: options.latency.clone() };
    let measured = |contender: &Contender, name: String| {
        let folder = folder.join(name);
        std::fs::create_dir(&folder).context("Creating a folder")?;
        contender.measure(&programs.emulator, &folder, &jobs)
    };
    let own = measured(&Contender::of(&programs.provider)?, "own".to_owned())?;
    let mut tables = Vec::new();
    for (number, other) in others.iter().enumerate() {
        let figures = measured(other, number.to_string())?;
        let name = other.program.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_start_matches("terraform-provider-").to_owned();
        tables.push((name, against::rows(&own, &figures)));
    }
    Ok(tables)
}

/// Measures this provider and the emulator.
fn alone(programs: &Programs, folder: &Path) -> Result<Vec<[String; 2]>> {
    let size = std::fs::metadata(&programs.provider).context("Measuring the program")?.len();
    let mut rows = vec![["size of the program".to_owned(), Figure::Bytes(size).to_string()]];
    screen::step("starting the provider");
    let started = starts(&programs.provider, folder)?;
    rows.extend(started.into_iter().map(|(name, figure)| [name, figure.to_string()]));
    screen::step("terraform validate");
    rows.extend(validations(&programs.provider, folder)?);
    screen::step("terraform apply and destroy");
    let (apply, destroy) = demo::measure(programs)?;
    rows.push(["apply of the scenario".to_owned(), milliseconds(apply)]);
    rows.push(["destroy of the scenario".to_owned(), milliseconds(destroy)]);
    screen::step("a thousand resources");
    rows.extend(scale::rows(programs, folder)?);
    screen::step("the emulator");
    rows.extend(emulator::rows(&programs.emulator, folder)?);
    Ok(rows)
}

/// A measured value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Figure {
    Time(Duration),
    /// A size; 0 if the system does not show it.
    Bytes(u64),
}

impl Figure {
    /// Returns the seconds or bytes.
    fn number(self) -> f64 {
        match self {
            Self::Time(time) => time.as_secs_f64(),
            Self::Bytes(bytes) => bytes as f64,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Time(time) if time >= Duration::from_secs(1) => {
                write!(f, "{:.2} s", time.as_secs_f64())
            }
            Self::Time(time) if time >= Duration::from_millis(100) => {
                write!(f, "{} ms", time.as_millis())
            }
            Self::Time(time) => f.write_str(&milliseconds(time)),
            Self::Bytes(0) => f.write_str("-"),
            Self::Bytes(bytes) => write!(f, "{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        }
    }
}

/// Measures the time from exec to the handshake line with mutual TLS, and the memory then.
fn starts(program: &Path, folder: &Path) -> Result<Vec<(String, Figure)>> {
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
    Ok(vec![
        ("from exec to handshake".to_owned(), Figure::Time(median(times))),
        ("memory after start".to_owned(), Figure::Bytes(median(memory))),
    ])
}

/// Measures `terraform validate` of the scenario and of an empty configuration.
fn validations(program: &Path, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mirror = folder.join("mirror");
    project::fill_mirror(&mirror, program)?;
    let (empty, full) = (folder.join("empty"), folder.join("full"));
    for folder in [&empty, &full] {
        std::fs::create_dir(folder).context("Creating a folder")?;
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
