//! A thousand resources, beside a provider that only writes files, and beside the time that the
//! network alone takes.

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

/// Number of resources while each request takes [`LATENCY`].
const DISTANT: usize = 200;
const LATENCY: Duration = Duration::from_millis(30);

/// Number of resources that Terraform works on at a time, and number of requests of a new record: a
/// read and a write.
const PARALLELISM: u32 = 10;
const REQUESTS_OF_CREATE: u32 = 2;

/// Address of the example provider.
const NOTES: &str = "registry.terraform.io/example/notes";

/// Measures release builds.
pub(super) fn rows(programs: &Programs, folder: &Path) -> Result<Vec<[String; 2]>> {
    let mut rows = Vec::new();
    // The next emulator writes its ready file too, so this one has its own folder.
    let folder = &folder.join("scale");
    std::fs::create_dir(folder).context("Creating a folder")?;
    let emulator = Emulator::start(&programs.emulator, folder, false)?;
    let (group, address) = (emulator.group()?, Dialect::Azureai.address());
    let records = |count| Dialect::Azureai.records(&group, count);
    let own = Stage::new(&folder.join("records"), &programs.provider, address, &emulator)?;
    own.write(&records(RESOURCES))?;
    let plan = own.run(&["plan", "-input=false"])?;
    let apply = own.run(&["apply", "-input=false", "-auto-approve"])?;
    let again = own.run(&["plan", "-input=false"])?;
    let each = |time: Duration| milliseconds(time / RESOURCES as u32);
    rows.push(["CPU of a plan, a new resource".to_owned(), each(plan.cpu)]);
    rows.push(["CPU of an apply, a resource".to_owned(), each(apply.cpu)]);
    rows.push(["CPU of a plan without changes, a resource".to_owned(), each(again.cpu)]);

    let example = project::build_example("notes")?;
    let notes = Stage::new(&folder.join("notes"), &example, NOTES, &emulator)?;
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

/// Returns a configuration of notes, each with a name of lower-case letters.
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
