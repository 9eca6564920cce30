//! A thousand resources: what they cost beside those of a provider that asks nobody, and how close
//! they come to what the network alone takes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::milliseconds;
use crate::emulator::Emulator;
use crate::failure::{Context as _, Result};
use crate::project::{self, Programs, SOURCE};
use crate::terraform::Terraform;

const RESOURCES: usize = 1_000;

/// How many of them there are while each request takes [`LATENCY`].
const DISTANT: usize = 200;
const LATENCY: Duration = Duration::from_millis(30);

/// How many resources Terraform works on at a time, and how many requests a new record takes: a
/// look and a write.
const PARALLELISM: u32 = 10;
const REQUESTS_OF_CREATE: u32 = 2;

/// Where the example keeps its notes.
const NOTES: &str = "registry.terraform.io/example/notes";

/// A provider in a folder of its own, behind a shell that counts its CPU time.
struct Stage {
    terraform: Terraform,
    times: PathBuf,
}

/// Measures release builds.
pub(super) fn rows(programs: &Programs, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mut rows = Vec::new();
    // A folder of its own: the next emulator writes its ready file too.
    let folder = &folder.join("scale");
    std::fs::create_dir(folder).context("Making a folder")?;
    let emulator = Emulator::start(&programs.emulator, folder, false)?;
    let address = format!("registry.terraform.io/{SOURCE}");
    let own = stage(&folder.join("records"), &programs.provider, &address, &emulator)?;
    own.write(&records(RESOURCES))?;
    let plan = own.run(&["plan", "-input=false"])?;
    let apply = own.run(&["apply", "-input=false", "-auto-approve"])?;
    let again = own.run(&["plan", "-input=false"])?;
    let each = |time: Duration| milliseconds(time / RESOURCES as u32);
    rows.push(["CPU of a plan, a new resource".to_owned(), each(plan.cpu)]);
    rows.push(["CPU of an apply, a resource".to_owned(), each(apply.cpu)]);
    rows.push(["CPU of a plan, a resource that is there".to_owned(), each(again.cpu)]);

    let example = project::build_example("notes")?;
    let notes = stage(&folder.join("notes"), &example, NOTES, &emulator)?;
    notes.write(&notes_in(&folder.join("notes")))?;
    let null_plan = notes.run(&["plan", "-input=false"])?;
    let null_apply = notes.run(&["apply", "-input=false", "-auto-approve"])?;
    let beside = |own: Duration, null: Duration| {
        let times = own.as_secs_f64() / null.as_secs_f64();
        format!("{} ({times:.1} x a provider of files)", milliseconds(own))
    };
    rows.push([format!("plan of {RESOURCES} resources"), beside(plan.wall, null_plan.wall)]);
    rows.push([format!("apply of {RESOURCES} resources"), beside(apply.wall, null_apply.wall)]);

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
        format!("apply of {DISTANT} with {} ms a request", LATENCY.as_millis()),
        format!("{} ({times:.2} x the critical path)", milliseconds(far.wall)),
    ]);
    Ok(rows)
}

/// What a command took.
struct Cost {
    wall: Duration,
    /// Of the provider alone.
    cpu: Duration,
}

impl Stage {
    fn write(&self, config: &str) -> Result<()> {
        let file = self.times.with_file_name("main.tf");
        std::fs::write(file, config).context("Writing the configuration")
    }

    fn run(&self, args: &[&str]) -> Result<Cost> {
        std::fs::write(&self.times, "").context("Beginning to count")?;
        let wall = self.terraform.run(args, |_| {})?.time;
        let times = std::fs::read_to_string(&self.times).context("Reading what was counted")?;
        Ok(Cost { wall, cpu: children(&times) })
    }
}

/// The provider in `folder`, under an address, and the world that it works in.
fn stage(folder: &Path, program: &Path, address: &str, emulator: &Emulator) -> Result<Stage> {
    let programs = folder.join("bin");
    std::fs::create_dir_all(&programs).context("Making a folder")?;
    let times = folder.join("times");
    let kind = address.rsplit('/').next().unwrap_or_default();
    let wrapper = programs.join(format!("terraform-provider-{kind}"));
    let script = format!("#!/bin/sh\n{:?} \"$@\"\ntimes >> {times:?}\n", program);
    std::fs::write(&wrapper, script).context("Writing the wrapper")?;
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

/// As many notes, each with a name of small letters.
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

/// The CPU time of children in the output of the shell's `times`: its second line, in user and
/// system mode, for each time that the provider ran.
fn children(output: &str) -> Duration {
    let lines = output.lines().skip(1).step_by(2);
    lines.flat_map(str::split_whitespace).filter_map(minutes_and_seconds).sum()
}

/// A time such as `0m1.250000s`.
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
    fn the_time_of_children_is_that_of_all_runs() {
        let output = "0m0.001s 0m0.002s\n0m1.250s 0m0.250s\n0m0.0s 0m0.0s\n1m0.500s 0m0.0s\n";
        assert_eq!(children(output), Duration::from_millis(62_000));
    }
}
