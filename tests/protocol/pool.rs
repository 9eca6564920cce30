//! Values to try, from the examples, which are valid.

use crate::example;
use plugin::ty::Type;
use plugin::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Returns the import ID of a resource's example.
pub(crate) fn import_id(resource: &str) -> String {
    let path = format!("resources/{resource}/import.sh");
    let text = example::text(&path).unwrap_or_else(|| panic!("there is no {path}"));
    let last = text.split_whitespace().last().expect("an ID");
    last.trim_matches(['\'', '"']).to_owned()
}

/// Values that some attribute accepts.
pub(crate) struct Pool {
    named: BTreeMap<String, Vec<String>>,
    all: Vec<String>,
}

/// Strings of kinds that no example has.
const MORE: [&str; 9] = [
    "text",
    "30m",
    "10.0.1.5",
    "none",
    "off",
    "a",
    "aa@example.com",
    "true",
    "11111111-2222-3333-4444-555555555555",
];

/// Numbers that some attribute accepts.
const NUMBERS: [i64; 6] = [1, 10, 60, 443, 3600, 0];

impl Pool {
    /// Reads all examples.
    pub(crate) fn read() -> Self {
        let mut pool = Self { named: BTreeMap::new(), all: Vec::new() };
        pool.folder(&example::folder());
        pool.all.extend(MORE.map(str::to_owned));
        pool.all.sort();
        pool.all.dedup();
        pool
    }

    fn folder(&mut self, folder: &Path) {
        let entries = fs::read_dir(folder).unwrap_or_else(|fault| panic!("{folder:?}: {fault}"));
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                // Terraform's data folder may be left from a run in the folder of an example.
                if path.file_name().is_none_or(|name| name != ".terraform") {
                    self.folder(&path);
                }
            } else if path.extension().is_some_and(|it| it == "tf" || it == "sh") {
                fs::read_to_string(&path).unwrap().lines().for_each(|line| self.line(line));
            }
        }
        // Some examples are generated from `resource.tf`.
        if folder.ends_with("resources") && folder.parent() == Some(&example::folder()) {
            let names = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name());
            let paths = names.map(|it| format!("resources/{}/import.sh", it.to_string_lossy()));
            let missing = paths.filter(|path| !example::folder().join(path).exists());
            let mut missing: Vec<String> = missing.collect();
            missing.sort();
            let texts = missing.iter().filter_map(|path| example::text(path));
            texts.for_each(|text| text.lines().for_each(|line| self.line(line)));
        }
    }

    fn line(&mut self, line: &str) {
        let name = line.split('=').next().unwrap_or_default().trim();
        let ids = line.split(['\'', '"', ' ', '|']).filter(|it| it.starts_with("/subscriptions/"));
        let literals = line.split('"').skip(1).step_by(2).filter(|it| !it.contains("${"));
        for text in literals.chain(ids.flat_map(with_parents)) {
            self.named.entry(name.to_owned()).or_default().push(text.to_owned());
            self.all.push(text.to_owned());
        }
    }

    /// Returns values of a type. Values that an attribute of this name has in an example come
    /// first.
    pub(crate) fn candidates(&self, name: &str, ty: &Type) -> Vec<Value> {
        let named = self.named.get(name).into_iter().flatten();
        let texts = named.chain(&self.all).map(String::as_str);
        let mut seen = BTreeSet::new();
        let texts = texts.filter(|text| seen.insert(*text)).enumerate();
        let value =
            |(index, text)| filled(ty, text, NUMBERS[index % NUMBERS.len()], index % 2 == 0);
        texts.map(value).collect()
    }
}

/// Returns an ID and the IDs of its parents.
fn with_parents(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |id| parent(id))
}

fn parent(id: &str) -> Option<&str> {
    let (parent, _) = id.rsplit_once('/')?.0.rsplit_once('/')?;
    parent.starts_with("/subscriptions/").then_some(parent)
}

/// Returns a value of a type with one element in each collection.
pub(crate) fn filled(ty: &Type, text: &str, number: i64, truth: bool) -> Value {
    let inner = |ty: &Type| filled(ty, text, number, truth);
    match ty {
        Type::Bool => truth.into(),
        Type::Number => number.into(),
        Type::String => text.into(),
        Type::Dynamic => Value::Dynamic(Box::new((Type::String, text.into()))),
        Type::List(element) | Type::Set(element) => Value::List(vec![inner(element)]),
        Type::Map(element) => Value::map([("key", inner(element))]),
        Type::Tuple(items) => Value::List(items.iter().map(inner).collect()),
        Type::Object(types) => Value::map(types.iter().map(|(name, ty)| (&**name, inner(ty)))),
    }
}
