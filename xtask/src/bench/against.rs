//! Providers side by side: the same jobs on the same emulator, in one run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::dialect::Dialect;
use super::stage::{Cost, Stage};
use super::{Figure, starts};
use crate::emulator::Emulator;
use crate::failure::{Context as _, Result};
use crate::screen;

/// The jobs to measure.
#[derive(Debug)]
pub(super) struct Jobs {
    /// Numbers of A records in one zone.
    pub(super) records: Vec<usize>,
    /// Milliseconds that the emulator takes to answer a request.
    pub(super) latencies: Vec<u64>,
}

/// A provider to measure.
#[derive(Debug)]
pub(super) struct Contender {
    pub(super) program: PathBuf,
    pub(super) dialect: Dialect,
}

/// A measure with its figure.
pub(super) type Measure = (String, Figure);

impl Contender {
    /// Returns the contender that a file is, by the file's name.
    ///
    /// # Errors
    ///
    /// If the file does not exist, or is not a provider that `bench` has configurations for.
    pub(super) fn of(file: &Path) -> Result<Self> {
        let program = file.canonicalize().context(format!("Finding {}", file.display()))?;
        Ok(Self { dialect: Dialect::of(file)?, program })
    }

    /// Measures the provider. Every contender has the same measures in the same order.
    pub(super) fn measure(
        &self,
        emulator: &Path,
        folder: &Path,
        jobs: &Jobs,
    ) -> Result<Vec<Measure>> {
        let name = self.dialect.name();
        screen::step(&format!("{name}: size, start, memory"));
        let size = std::fs::metadata(&self.program).context("Measuring the program")?.len();
        let mut measures = vec![("size of the program".to_owned(), Figure::Bytes(size))];
        measures.extend(starts(&self.program, folder)?);
        screen::step(&format!("{name}: the private link job"));
        measures.extend(self.job(emulator, &subfolder(folder, "job")?)?);
        for &count in &jobs.records {
            for &latency in &jobs.latencies {
                screen::step(&format!("{name}: {count} records, {latency} ms a request"));
                let folder = subfolder(folder, &format!("records-{count}-{latency}"))?;
                measures.extend(self.records(emulator, &folder, count, latency)?);
            }
        }
        Ok(measures)
    }

    fn stage(&self, folder: &Path, emulator: &Emulator) -> Result<Stage> {
        let folder = subfolder(folder, "stage")?;
        let mut stage = Stage::new(&folder, &self.program, self.dialect.address(), emulator)?;
        stage.set(self.dialect.environment(emulator)?);
        Ok(stage)
    }

    fn job(&self, emulator: &Path, folder: &Path) -> Result<Vec<Measure>> {
        let emulator = Emulator::start(emulator, folder, false)?;
        let stage = self.stage(folder, &emulator)?;
        stage.write(&self.dialect.job(&emulator.group()?))?;
        let mut measures = life(&stage, "job")?;
        let destroy = stage.run(&["destroy", "-input=false", "-auto-approve"])?;
        measures.push(("job: destroy".to_owned(), Figure::Time(destroy.wall)));
        Ok(measures)
    }

    fn records(
        &self,
        emulator: &Path,
        folder: &Path,
        count: usize,
        latency: u64,
    ) -> Result<Vec<Measure>> {
        let emulator = Emulator::start(emulator, folder, false)?;
        let stage = self.stage(folder, &emulator)?;
        stage.write(&self.dialect.records(&emulator.group()?, count))?;
        if latency > 0 {
            let delay = json!({ "kind": "delay", "milliseconds": latency, "count": 0 });
            emulator.order("fault", &delay)?;
        }
        life(&stage, &format!("{count} records, {latency} ms"))
    }
}

/// Plans, applies, and plans again, which must find nothing to do.
fn life(stage: &Stage, job: &str) -> Result<Vec<Measure>> {
    let plan = stage.run(&["plan", "-input=false"])?;
    let apply = stage.run(&["apply", "-input=false", "-auto-approve"])?;
    let again = stage.run(&["plan", "-input=false", "-detailed-exitcode"])?;
    let wall = |name: &str, cost: Cost| (format!("{job}: {name}"), Figure::Time(cost.wall));
    let cpu: Duration = [plan, apply, again].iter().map(|it| it.cpu).sum();
    let memory = [plan, apply, again].iter().map(|it| it.memory).max().unwrap_or_default();
    Ok(vec![
        wall("plan", plan),
        wall("apply", apply),
        wall("plan without changes", again),
        (format!("{job}: CPU time"), Figure::Time(cpu)),
        (format!("{job}: peak memory"), Figure::Bytes(memory)),
    ])
}

fn subfolder(folder: &Path, name: &str) -> Result<PathBuf> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).context("Creating a folder")?;
    Ok(folder)
}

/// Returns the rows of a comparison: the measure, the other provider's figure as a multiple of
/// ours, and both figures.
pub(super) fn rows(own: &[Measure], other: &[Measure]) -> Vec<[String; 4]> {
    let row = |((name, own), (_, other)): (&Measure, &Measure)| {
        let times = match own.number() {
            0.0 => "-".to_owned(),
            number => format!("{:.1} x", other.number() / number),
        };
        [name.clone(), times, own.to_string(), other.to_string()]
    };
    own.iter().zip(other).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_begins_with_the_ratio() {
        let own = [("apply".to_owned(), Figure::Time(Duration::from_millis(200)))];
        let other = [("apply".to_owned(), Figure::Time(Duration::from_millis(2500)))];
        assert_eq!(rows(&own, &other), [["apply", "12.5 x", "200 ms", "2.50 s"]]);
        let unknown = [("memory".to_owned(), Figure::Bytes(0))];
        assert_eq!(rows(&unknown, &unknown), [["memory", "-", "-", "-"]]);
    }
}
