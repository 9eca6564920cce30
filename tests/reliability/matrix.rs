//! The tables: each resource, each operation, each fault; alone, and beside others. They are
//! printed, and are the ones that the guide shows: `UPDATE_DOCS=1` writes them there.
//! `MATRIX="private dns zone, Create"` tries only that.

use crate::beside::Beside;
use crate::cases::{self, Case};
use crate::cloud::Cloud;
use crate::faults::{self, Trouble};
use crate::lane::{Lane, Operation};
use crate::trial::Outcome;
use emulator::Emulator;
use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A cell of a table: a case, what another client does, an operation, and a fault.
type Cell = (String, Option<Beside>, Operation, &'static str);

/// The outcome of each cell, and everything that must not happen and did.
#[derive(Default)]
struct Found {
    cells: BTreeMap<Cell, Outcome>,
    trials: usize,
    wrong: Vec<String>,
}

/// One case in one operation, what another client does, and `true` if it meets the faults that
/// never end.
#[derive(Clone)]
struct Work {
    case: String,
    operation: Operation,
    beside: &'static [Option<Beside>],
    lasting: bool,
}

impl Work {
    /// Returns `true` if `MATRIX` names this work or is not set.
    fn is_wanted(&self) -> bool {
        let name = format!("{}, {:?}", self.case, self.operation);
        env::var("MATRIX").is_ok_and(|only| only == name) || !is_partial()
    }
}

/// Returns `true` if `MATRIX` is set, so that the tables are incomplete.
fn is_partial() -> bool {
    env::var_os("MATRIX").is_some()
}

/// Number of lanes that run at once. Most of them wait most of the time.
const LANES: usize = 40;

const ALONE: [Option<Beside>; 1] = [None];
const OTHERS: [Option<Beside>; 2] = [Some(Beside::Exists), Some(Beside::Writes)];

/// The marks around the tables in the guide.
const MARKS: [(&str, &str); 2] = [
    ("<!-- the table, as measured -->\n", "<!-- end of the table -->\n"),
    ("<!-- the table with others, as measured -->\n", "<!-- end of the table with others -->\n"),
];

#[test]
fn every_fault_leaves_a_true_state_that_converges() {
    let cases = cases::all("");
    let found = all(&cases, &ALONE);
    is_alike(&cases, &found);
    is_told("alone", &found, (&table(&cases, &ALONE, faults::ALL.iter(), &found), MARKS[0]));
}

/// Operations change and delete only what the configuration made.
#[test]
fn every_fault_leaves_the_objects_of_other_clients() {
    let cases: Vec<Case> = cases::all("").into_iter().chain(cases::more("")).collect();
    let found = all(&cases, &OTHERS);
    is_alike(&cases, &found);
    let troubles = faults::MORE.iter().chain(&faults::ALL);
    is_told("beside others", &found, (&table(&cases, &OTHERS, troubles, &found), MARKS[1]));
}

/// Asserts that the cases of one column have the same outcome in each cell.
fn is_alike(cases: &[Case], found: &Found) {
    for ((name, beside, operation, trouble), outcome) in &found.cells {
        let of = |name: &String| cases.iter().find(|it| it.name() == *name).map(Case::column);
        for other in cases.iter().filter(|it| Some(it.column()) == of(name)) {
            let cell = (other.name(), *beside, *operation, *trouble);
            let same = found.cells.get(&cell).is_none_or(|it| it == outcome) || is_partial();
            assert!(same, "{cell:?} is not {outcome:?}, as {name} is");
        }
    }
}

/// Every resource of the provider has a case.
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

/// Prints a table and compares the guide with it.
fn is_told(name: &str, found: &Found, (table, marks): (&str, (&str, &str))) {
    eprintln!("{table}");
    let (cells, wrong) = (found.cells.len(), found.wrong.len());
    let trials = found.trials;
    eprintln!("{name}: {cells} cells of {trials} trials, {wrong} wrong");
    assert!(found.wrong.is_empty(), "{}\n{wrong} wrong", found.wrong.join("\n"));
    if is_partial() {
        return;
    }
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/reliability.md");
    // Two tests write to the guide.
    static GUIDE: Mutex<()> = Mutex::new(());
    let _alone = GUIDE.lock().unwrap_or_else(PoisonError::into_inner);
    let text = fs::read_to_string(&guide).unwrap();
    let (before, rest) = text.split_once(marks.0).expect("the table's place");
    let (there, after) = rest.split_once(marks.1).expect("the table's end");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&guide, [before, marks.0, table, marks.1, after].concat()).unwrap();
    } else {
        assert!(there == table, "the guide's table is not what was measured: set UPDATE_DOCS=1");
    }
}

fn all(cases: &[Case], beside: &'static [Option<Beside>]) -> Found {
    let begun = Instant::now();
    let mut work = VecDeque::new();
    for lasting in [true, false] {
        for case in cases {
            let one = |operation| Work { case: case.name(), operation, beside, lasting };
            work.extend(Operation::ALL.map(one).into_iter().filter(Work::is_wanted));
        }
    }
    let (work, found) = (Mutex::new(work), Mutex::new(Found::default()));
    let next = || work.lock().unwrap().pop_front();
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let Some(one) = next() {
                    run(&one, &found);
                }
            });
        }
    });
    eprintln!("{beside:?} took {:?}", begun.elapsed());
    found.into_inner().unwrap()
}

fn run(work: &Work, found: &Mutex<Found>) {
    let more = faults::MORE.iter().filter(|_| work.beside != ALONE);
    let troubles = faults::ALL.iter().chain(more);
    let troubles = troubles.filter(|it| it.patience.is_some() == work.lasting);
    let cells = troubles.flat_map(|it| work.beside.iter().map(move |beside| (it, *beside)));
    let mut cells: VecDeque<_> = cells.collect();
    // A failure in one cell is reported with the others, which continue in another emulator.
    let mut left = usize::MAX;
    while cells.len() < left {
        left = cells.len();
        let broken = catch_unwind(AssertUnwindSafe(|| run_all(work, &mut cells, found))).err();
        let why = broken.map(|why| match why.downcast::<String>() {
            Ok(text) => *text,
            Err(_) => "it panics, see above".to_owned(),
        });
        let case = &work.case;
        let told = why.map(|why| format!("{case}, {:?}: {why}", work.operation));
        found.lock().unwrap_or_else(PoisonError::into_inner).wrong.extend(told);
    }
}

fn run_all(work: &Work, cells: &mut VecDeque<(&Trouble, Option<Beside>)>, found: &Mutex<Found>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let [cloud, scratch] = [(); 2].map(|()| Cloud::start(Emulator::builder()));
    let mut lane = runtime.block_on(Lane::open((&cloud, &scratch), &work.case));
    while let Some((trouble, beside)) = cells.pop_front() {
        let (trials, outcome, wrong) = runtime.block_on(cell_of(&mut lane, work, trouble, beside));
        let mut found = found.lock().unwrap();
        found.trials += trials;
        found.wrong.extend(wrong);
        let cell = (work.case.clone(), beside, work.operation, trouble.name);
        found.cells.extend(outcome.map(|it| (cell, it)));
    }
}

async fn cell_of(
    lane: &mut Lane<'_>,
    work: &Work,
    trouble: &Trouble,
    beside: Option<Beside>,
) -> (usize, Option<Outcome>, Vec<String>) {
    if !lane.prepare(work.operation).await {
        return (0, None, Vec::new());
    }
    let runs = match beside {
        None => lane.runs_alone(work.operation, trouble),
        Some(beside) => lane.runs_beside(beside, work.operation, trouble),
    };
    let trials = runs.len();
    let (outcome, wrong) = lane.trials(work.operation, trouble, runs).await;
    (trials, outcome, wrong)
}

/// Writes a row for each fault and a column for each case. A cell has the four operations, for each
/// thing that another client does.
fn table<'t>(
    cases: &[Case],
    beside: &[Option<Beside>],
    troubles: impl Iterator<Item = &'t Trouble>,
    found: &Found,
) -> String {
    let mut columns: Vec<(String, String)> = Vec::new();
    for case in cases {
        // Cases of one column are shown once, see `is_alike`.
        if columns.iter().all(|(column, _)| *column != case.column()) {
            columns.push((case.column(), case.name()));
        }
    }
    let heads: Vec<&str> = columns.iter().map(|(column, _)| &**column).collect();
    let mut table = format!("| | {} |\n", heads.join(" | "));
    let _ = writeln!(table, "|---|{}", "---|".repeat(heads.len()));
    for trouble in troubles {
        let signs = |name: &String, beside: &Option<Beside>| {
            let mark = |operation| match found.cells.get(&(
                name.clone(),
                *beside,
                operation,
                trouble.name,
            )) {
                Some(Outcome::Done) => '✓',
                Some(Outcome::Told) => '!',
                Some(Outcome::Kept) => 'R',
                None => '·',
            };
            Operation::ALL.map(mark).into_iter().collect::<String>()
        };
        let cell =
            |name: &String| beside.iter().map(|it| signs(name, it)).collect::<Vec<_>>().join(" ");
        let row: Vec<String> = columns.iter().map(|(_, name)| cell(name)).collect();
        let _ = writeln!(table, "| {} | {} |", trouble.name, row.join(" | "));
    }
    table
}
