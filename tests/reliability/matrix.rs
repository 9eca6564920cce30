//! The table: each resource, each operation, each fault. It is printed, and is the one that the
//! guide shows: `UPDATE_DOCS=1` writes it there.

use crate::cases;
use crate::cloud::Cloud;
use crate::faults::{self, Trouble};
use crate::lane::{Lane, Operation, Outcome};
use emulator::Emulator;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

/// What was found: the outcome of each cell, and what should not have been.
#[derive(Default)]
struct Found {
    cells: BTreeMap<(&'static str, Operation, &'static str), Outcome>,
    wrong: Vec<String>,
}

/// One resource in one operation, and whether it meets the faults that outlast everything.
type Work = (&'static str, Operation, bool);

/// Lanes that run at once: most of them wait most of the time.
const LANES: usize = 40;

/// Where the table stands in the guide.
const MARKS: (&str, &str) = ("<!-- the table, as measured -->\n", "<!-- end of the table -->\n");

#[test]
fn every_fault_leaves_the_truth_and_a_way_on() {
    let resources: Vec<&str> = cases::all("").iter().map(|case| case.resource).collect();
    let mut work = VecDeque::new();
    for lasting in [true, false] {
        for resource in &resources {
            work.extend(Operation::ALL.map(|operation| (*resource, operation, lasting)));
        }
    }
    let found = all(work);
    let table = table(&resources, &found.cells);
    eprintln!("{table}");
    assert!(found.wrong.is_empty(), "{}\n{} wrong", found.wrong.join("\n"), found.wrong.len());
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/reliability.md");
    let text = fs::read_to_string(&guide).unwrap();
    let (before, rest) = text.split_once(MARKS.0).expect("the table's place");
    let (there, after) = rest.split_once(MARKS.1).expect("the table's end");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&guide, [before, MARKS.0, &table, MARKS.1, after].concat()).unwrap();
    } else {
        assert!(there == table, "the guide's table is not what was measured: set UPDATE_DOCS=1");
    }
}

/// Every resource of the provider is in the table.
#[test]
fn every_resource_has_a_case() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/resources");
    let cases = cases::all("");
    for entry in fs::read_dir(examples).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = cases.iter().any(|case| case.resource == name);
        assert!(known, "{name} has no case in tests/reliability/cases.rs");
    }
}

fn all(work: VecDeque<Work>) -> Found {
    let (work, found) = (Mutex::new(work), Mutex::new(Found::default()));
    let next = || work.lock().unwrap().pop_front();
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let Some(one) = next() {
                    run(one, &found);
                }
            });
        }
    });
    found.into_inner().unwrap()
}

fn run((resource, operation, lasting): Work, found: &Mutex<Found>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cloud = Cloud::start(Emulator::builder());
    let met: Vec<&Trouble> =
        faults::ALL.iter().filter(|it| it.patience.is_some() == lasting).collect();
    runtime.block_on(async {
        let mut lane = Lane::open(&cloud, resource).await;
        for trouble in met {
            let (outcome, wrong) = lane.trials(operation, trouble).await;
            let mut found = found.lock().unwrap();
            found.wrong.extend(wrong);
            if let Some(outcome) = outcome {
                found.cells.insert((resource, operation, trouble.name), outcome);
            }
        }
    });
}

/// A row for each fault, a column for each resource, and in each cell the four operations.
fn table(
    resources: &[&'static str],
    cells: &BTreeMap<(&'static str, Operation, &'static str), Outcome>,
) -> String {
    let names = resources.iter().map(|it| it.trim_start_matches("azureai_").replace('_', " "));
    let mut table = format!("| | {} |\n", names.collect::<Vec<_>>().join(" | "));
    let _ = writeln!(table, "|---|{}", "---|".repeat(resources.len()));
    for trouble in &faults::ALL {
        let cell = |resource: &&'static str| {
            let mark = |operation| match cells.get(&(*resource, operation, trouble.name)) {
                Some(Outcome::Done) => '✓',
                Some(Outcome::Told) => '!',
                Some(Outcome::Kept) => 'R',
                None => '·',
            };
            Operation::ALL.map(mark).into_iter().collect::<String>()
        };
        let row: Vec<String> = resources.iter().map(cell).collect();
        let _ = writeln!(table, "| {} | {} |", trouble.name, row.join(" | "));
    }
    table
}
