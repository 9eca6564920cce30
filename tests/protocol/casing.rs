//! The casing of an ID changes nothing, because Azure ignores it.

use crate::places::{normal, put};
use crate::pool::import_id;
use crate::samples::{self, Choice, Samples, state_after};
use crate::session::{Session, decoded, errors};
use crate::shape::Subject;
use plugin::path::Path;
use plugin::value::Value;

/// Number of IDs that are tried in each place.
const IDS: u64 = 1000;

/// Pseudorandom numbers that are the same in each run (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    fn word(&mut self) -> String {
        let length = 1 + self.next() % 12;
        let letter = |dice: &mut Self| char::from(b'a' + (dice.next() % 26) as u8);
        (0..length).map(|_| letter(self)).collect()
    }

    /// Returns another ID of the same type.
    fn another(&mut self, id: &str) -> String {
        let mut parts: Vec<String> = id.split('/').map(str::to_owned).collect();
        parts[4] = self.word();
        for index in (8..parts.len()).step_by(2) {
            // A zone has at least two labels, and A records stay A records.
            parts[index] = format!("{}.{}", self.word(), self.word());
        }
        parts.join("/")
    }

    /// Returns a text in another casing.
    fn recased(&mut self, text: &str) -> String {
        let turn = |letter: char| match self.next() % 2 {
            0 => letter.to_ascii_uppercase(),
            _ => letter.to_ascii_lowercase(),
        };
        text.chars().map(turn).collect()
    }
}

/// Collects the paths of IDs in a configuration.
fn places(value: &Value, at: &Path, out: &mut Vec<(Path, String)>) {
    match value {
        Value::String(text) if text.matches('/').count() >= 8 && text.starts_with('/') => {
            out.push((at.clone(), text.clone()));
        }
        Value::List(list) => {
            for (index, element) in list.iter().enumerate() {
                places(element, &at.index(index), out);
            }
        }
        Value::Map(map) => {
            for (name, element) in map {
                places(element, &at.attribute(name), out);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_thousand_ids_in_random_casing_change_nothing() {
    let session = Session::start().await;
    let (mut dice, mut tried) = (Dice(7), 0);
    for Samples { subject, most, .. } in samples::resources().await {
        let mut found = Vec::new();
        places(most, &Path::root(), &mut found);
        tried += found.len();
        for _ in 0..IDS {
            let ids: Vec<_> =
                found.iter().map(|(path, id)| (path.clone(), dice.another(id))).collect();
            let others: Vec<_> =
                ids.iter().map(|(path, id)| (path.clone(), dice.recased(id))).collect();
            let made = session.plan(subject, &Value::Null, &with(subject, most, &ids)).await;
            let state = state_after(subject, &made.value, Choice::Empty);
            let planned = session.plan(subject, &state, &with(subject, most, &others)).await;
            let name = &subject.name;
            assert!(errors(&planned.found).is_empty(), "{name} {others:?}: {:#?}", planned.found);
            assert_eq!(planned.value, state, "{name}: {ids:?} as {others:?}");
            assert!(planned.replace.is_empty(), "{name}: {ids:?} as {others:?}");
        }
    }
    assert!(tried >= 15, "only {tried} places have IDs");
}

/// Returns the configuration with these IDs at their paths.
fn with(subject: &Subject, config: &Value, ids: &[(Path, String)]) -> Value {
    let mut config = config.clone();
    for (path, id) in ids {
        put(&mut config, path.steps(), id.as_str().into());
    }
    normal(&config, &subject.ty)
}

#[tokio::test]
async fn a_thousand_ids_are_imported_in_random_casing() {
    let session = Session::start().await;
    let mut dice = Dice(11);
    for Samples { subject, .. } in samples::resources().await {
        let example = import_id(&subject.name);
        for _ in 0..IDS {
            let ids = example.split('|').map(|id| dice.another(id)).collect::<Vec<_>>().join("|");
            let other = dice.recased(&ids);
            let answer = session.import(&subject.name, &other).await;
            assert!(answer.diagnostics.is_empty(), "{} {other}: {answer:#?}", subject.name);
            let state = answer.imported_resources[0].state.as_ref();
            let state = decoded(&subject.name, state, &subject.ty);
            let taken = state.get("id").as_str().expect("an ID").to_owned();
            assert!(taken.eq_ignore_ascii_case(&ids), "{} {other}: {taken}", subject.name);
        }
    }
}
