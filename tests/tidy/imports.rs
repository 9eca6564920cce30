//! The imports between files, by `use` declarations and paths in the code.

use crate::tree::{File, files};
use std::collections::{BTreeMap, BTreeSet};

/// The imports between the files of a crate.
pub(crate) struct Imports {
    /// For each file, the files that it imports from, with the line.
    edges: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Imports {
    /// Reads the imports of the crate with this source folder, such as `src/`.
    pub(crate) fn of(folder: &str) -> Self {
        let sources: Vec<File> = files(folder, &["rs"])
            .into_iter()
            .filter(|file| !file.path.ends_with("/tests.rs") && !file.path.ends_with("/laws.rs"))
            .collect();
        let module = |file: &File| module_of(&file.path, folder);
        let modules: BTreeMap<Vec<String>, String> =
            sources.iter().map(|file| (module(file), file.path.clone())).collect();
        let mut edges = BTreeMap::new();
        for file in &sources {
            let own = module(file);
            let mut imported = BTreeMap::new();
            for (line, path) in paths(file, &own) {
                let longest = (1..=path.len()).rev().find_map(|it| modules.get(&path[..it]));
                if let Some(other) = longest.filter(|other| **other != file.path) {
                    imported.entry(other.clone()).or_insert(line);
                }
            }
            edges.insert(file.path.clone(), imported);
        }
        Self { edges }
    }

    /// Returns each import: the file, its line, and the file that it imports from.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, usize, &str)> {
        self.edges.iter().flat_map(|(file, imported)| {
            imported.iter().map(|(other, line)| (file.as_str(), *line, other.as_str()))
        })
    }

    /// Returns the sets of files that import each other, directly or through others.
    pub(crate) fn circles(&self) -> Vec<BTreeSet<String>> {
        let reach: BTreeMap<&String, BTreeSet<String>> =
            self.edges.keys().map(|file| (file, self.reach(file))).collect();
        let mut circles: Vec<BTreeSet<String>> = Vec::new();
        for (file, reached) in &reach {
            let circle: BTreeSet<String> =
                reached.iter().filter(|it| reach[it].contains(*file)).cloned().collect();
            if !circle.is_empty() && !circles.contains(&circle) {
                circles.push(circle);
            }
        }
        circles
    }

    /// Returns the files that a file imports, directly or through others.
    fn reach(&self, file: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![file.to_owned()];
        while let Some(next) = open.pop() {
            for other in self.edges.get(&next).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(other.clone()) {
                    open.push(other.clone());
                }
            }
        }
        reached
    }
}

/// Returns the module of a file: `a` for `src/a/mod.rs` and `src/a.rs`.
fn module_of(path: &str, folder: &str) -> Vec<String> {
    let path = path.trim_start_matches(folder).trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Returns the absolute paths of the names with `crate::`, `super::`, or `self::` in a file.
fn paths(file: &File, own: &[String]) -> Vec<(usize, Vec<String>)> {
    let code = file.code().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in code {
        let words = line.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        match &mut open {
            Some((_, text)) => text.push_str(line.trim()),
            None if words.starts_with("use ") => {
                open = Some((number, words.trim_start_matches("use ").to_owned()));
            }
            None => found.extend(inline(line).map(|path| (number, path))),
        }
        if let Some((start, text)) = open.take_if(|(_, text)| text.contains(';')) {
            let tree = text.split(';').next().unwrap_or_default().replace(' ', "");
            let rooted = ["crate::", "super::", "self::"].iter().any(|it| tree.starts_with(it));
            if rooted {
                found.extend(expand(&tree).into_iter().map(|path| (start, path)));
            }
        }
    }
    let absolute = |path: String| resolve(&path, own);
    found.into_iter().map(|(line, path)| (line, absolute(path))).collect()
}

/// Returns paths such as `crate::a::b` in a line of code.
fn inline(line: &str) -> impl Iterator<Item = String> {
    let starts = ["crate::", "super::"].into_iter().flat_map(|word| line.match_indices(word));
    let starts = starts.filter(|(at, _)| {
        let before = line.get(..*at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == ':')
    });
    let path = |(at, _)| {
        let rest = line.get(at..).unwrap_or_default();
        let end = rest.find(|it: char| !(it.is_alphanumeric() || it == '_' || it == ':'));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().to_owned()
    };
    starts.map(path).collect::<Vec<_>>().into_iter()
}

/// Returns the paths of a use tree: `a::{b,c::{d,e}}` has three.
fn expand(tree: &str) -> Vec<String> {
    let Some((start, rest)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut parts) = (0_usize, vec![String::new()]);
    for letter in inner.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.iter().flat_map(|part| expand(&format!("{start}{part}"))).collect()
}

/// Returns the path from the root of the crate.
fn resolve(path: &str, own: &[String]) -> Vec<String> {
    let mut base: Vec<String> = own.to_vec();
    for part in path.split("::") {
        match part {
            "crate" => base.clear(),
            "self" => {}
            "super" => drop(base.pop()),
            part => base.push(part.to_owned()),
        }
    }
    base
}

#[test]
fn paths_are_found_and_resolved() {
    let text = "use crate::a::{self, b::{C, d}};\npub use super::e::F;\nlet x = crate::g::h();\n";
    let file = File { path: "src/m/n.rs".to_owned(), text: text.to_owned() };
    let own = module_of(&file.path, "src/");
    let found: Vec<String> = paths(&file, &own).iter().map(|(_, path)| path.join("::")).collect();
    assert_eq!(found, ["a", "a::b::C", "a::b::d", "m::e::F", "g::h"]);
}
