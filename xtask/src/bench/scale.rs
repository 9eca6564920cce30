//! Measures a thousand resources, compared with a provider that sends no requests and with the time
//! that the network alone takes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::dialect::Dialect;
use super::milliseconds;
use super::stage::Stage;
use crate::emulator::Emulator;
use crate::failure::{Context as _, Result};
use crate::project::{self, Programs};

const RESOURCES: usize = 1_000;

/// Number of resources when each request takes [`LATENCY`].
const DISTANT: usize = 200;
const LATENCY: Duration = Duration::from_millis(30);

/// Number of resources that Terraform handles in parallel, and number of requests that create a
/// record: a read and a write.
const PARALLELISM: u32 = 10;
const REQUESTS_OF_CREATE: u32 = 2;

/// Address of the example provider `notes`.
const NOTES: &str = "registry.terraform.io/example/notes";

/// Folder for one provider, started by a shell script that records its CPU time.
struct Stage {
    terraform: Terraform,
    times: PathBuf,
}

/// Measures release builds.
pub(super) fn rows(programs: &Programs, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mut rows = Vec::new();
    // The next emulator writes its ready file to the parent folder.
    let folder = &folder.join("scale");
    std::fs::create_dir(folder).context("Cannot create a folder")?;
    let emulator = Emulator::start(&programs.emulator, folder, false)?;
    let (group, address) = (emulator.group()?, Dialect::Azureai.address());
    let records = |count| Dialect::Azureai.records(&group, count);
    let own = Stage::new(&folder.join("records"), &programs.provider, address, &emulator)?;
    own.write(&records(RESOURCES))?;
    let plan = own.run(&["plan", "-input=false"])?;
    let apply = own.run(&["apply", "-input=false", "-auto-approve"])?;
    let again = own.run(&["plan", "-input=false"])?;
    let each = |time: Duration| milliseconds(time / RESOURCES as u32);
    rows.push(["CPU time to plan a new resource".to_owned(), each(plan.cpu)]);
    rows.push(["CPU time to create a resource".to_owned(), each(apply.cpu)]);
    rows.push(["CPU time to plan an existing resource".to_owned(), each(again.cpu)]);

    let example = project::build_example("notes")?;
    let notes = Stage::new(&folder.join("notes"), &example, NOTES, &emulator)?;
    notes.write(&notes_in(&folder.join("notes")))?;
    let null_plan = notes.run(&["plan", "-input=false"])?;
    let null_apply = notes.run(&["apply", "-input=false", "-auto-approve"])?;
    let beside = |own: Duration, null: Duration| {
        let times = own.as_secs_f64() / null.as_secs_f64();
        format!("{} ({times:.1} times the notes example)", milliseconds(own))
    };
    rows.push([format!("plan {RESOURCES} resources"), beside(plan.wall, null_plan.wall)]);
    rows.push([format!("apply {RESOURCES} resources"), beside(apply.wall, null_apply.wall)]);

    own.run(&["destroy", "-input=false", "-auto-approve"])?;
    own.write(&records(DISTANT))?;
    let near = own.run(&["apply", "-input=false", "-auto-approve"])?;
    own.run(&["destroy", "-input=false", "-auto-approve"])?;
    let delay = json!({ "kind": "delay", "milliseconds": LATENCY.as_millis(), "count": 0 });
    emulator.order("fault", &delay)?;
    let far = own.run(&["apply", "-input=false", "-auto-approve"])?;
    let path = near.wall + LATENCY * (REQUESTS_OF_CREATE * DISTANT as u32 / PARALLELISM);
    let times = far.wall.as_secs_f64() / path.as_secs_f64();
    rows.push([
        format!("apply {DISTANT} resources, {} ms per request", LATENCY.as_millis()),
        format!("{} ({times:.2} times the critical path)", milliseconds(far.wall)),
    ]);
    Ok(rows)
}

/// Time that a command took.
struct Cost {
    wall: Duration,
    /// CPU time of the provider alone.
    cpu: Duration,
}

impl Stage {
    fn write(&self, config: &str) -> Result<()> {
        let file = self.times.with_file_name("main.tf");
        std::fs::write(file, config).context("Cannot write the configuration")
    }

    fn run(&self, args: &[&str]) -> Result<Cost> {
        std::fs::write(&self.times, "").context("Cannot clear the file of CPU times")?;
        let wall = self.terraform.run(args, |_| {})?.time;
        let times =
            std::fs::read_to_string(&self.times).context("Cannot read the file of CPU times")?;
        Ok(Cost { wall, cpu: children(&times) })
    }
}

/// Sets up a folder in which Terraform finds the provider under an address and works on the
/// emulator.
fn stage(folder: &Path, program: &Path, address: &str, emulator: &Emulator) -> Result<Stage> {
    let programs = folder.join("bin");
    std::fs::create_dir_all(&programs).context("Cannot create a folder")?;
    let times = folder.join("times");
    let kind = address.rsplit('/').next().unwrap_or_default();
    let wrapper = programs.join(format!("terraform-provider-{kind}"));
    let script = format!("#!/bin/sh\n{:?} \"$@\"\ntimes >> {times:?}\n", program);
    std::fs::write(&wrapper, script).context("Cannot write the wrapper script")?;
    project::make_executable(&wrapper)?;
    let mut terraform = Terraform::new(folder, folder)?;
    let config = folder.join("overrides.rc");
    let overrides = format!(
        "provider_installation {{\n  dev_overrides {{\n    {address:?} = {programs:?}\n  }}\n  \
         direct {{}}\n}}\n"
    );
    std::fs::write(&config, overrides).context("Writing Terraform's CLI config")?;
    terraform.set(emulator.environment()?);
    terraform.set([("TF_CLI_CONFIG_FILE", config.display().to_string())]);
    Ok(Stage { terraform, times })
}

fn records(count: usize) -> String {
    format!(
        r#"terraform {{
  required_providers {{
    azureai = {{ source = "{SOURCE}" }}
  }}
}}

resource "azureai_private_dns_zone" "all" {{
  name                = "bench.example.org"
  resource_group_name = "rg-ai"
}}

resource "azureai_private_dns_a_record" "all" {{
  count               = {count}
  name                = "r${{count.index}}"
  private_dns_zone_id = azureai_private_dns_zone.all.id
  ttl                 = 60
  records             = ["10.0.1.9"]
}}
"#
    )
}

/// Returns a configuration with [`RESOURCES`] notes, each with a name of lower-case letters.
fn notes_in(folder: &Path) -> String {
    let mut config = format!(
        "terraform {{\n  required_providers {{\n    notes = {{ source = \"example/notes\" }}\n  \
         }}\n}}\n\nprovider \"notes\" {{\n  folder = {folder:?}\n}}\n"
    );
    for number in 0..RESOURCES {
        let name: String = format!("{number:04}").bytes().map(|it| (it + 49) as char).collect();
        let _ = write!(config, "resource \"notes_note\" {name:?} {{\n  name = {name:?}\n}}\n");
    }
    config
}

/// Returns the CPU time of child processes from the output of the shell's `times`. Its second line
/// has the user and system time. The output has one such block for each start of the provider.
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
    fn children_adds_the_time_of_all_runs() {
        let output = "0m0.001s 0m0.002s\n0m1.250s 0m0.250s\n0m0.0s 0m0.0s\n1m0.500s 0m0.0s\n";
        assert_eq!(children(output), Duration::from_millis(62_000));
    }
}
