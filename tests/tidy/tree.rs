//! The files of the tree, and the violations found in them.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the folder of the workspace.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the tree.
pub(crate) struct File {
    /// Path from the root, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Returns the lines before the tests at its end. A test file has none.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = if self.is_test() { Some(0) } else { self.test_start() };
        self.lines().take(end.unwrap_or(usize::MAX))
    }

    /// Returns the lines of its tests.
    pub(crate) fn tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let start = if self.is_test() { Some(0) } else { self.test_start() };
        self.lines().skip(start.unwrap_or(usize::MAX))
    }

    fn is_test(&self) -> bool {
        let path = &self.path;
        path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
    }

    fn test_start(&self) -> Option<usize> {
        self.text.lines().position(|line| line == "#[cfg(test)]")
    }

    pub(crate) fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

/// Returns the files in a folder with these extensions, except build output.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let foreign = name == "target" || name.starts_with('.');
            if !foreign || [".ci", ".cargo"].contains(&name.as_str()) {
                walk(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
            let place = path.strip_prefix(root()).expect("a path below the root");
            let place = place.to_string_lossy().replace('\\', "/");
            // Another process may remove a file at any time.
            let text = fs::read_to_string(&path).unwrap_or_default();
            found.push(File { path: place, text });
        }
    }
}

/// Returns the Rust files.
pub(crate) fn rust() -> Vec<File> {
    // These tests name what they forbid.
    files("", &["rs"]).into_iter().filter(|file| !file.is_under("tests/tidy")).collect()
}

/// Violations, one on each line.
#[derive(Default)]
pub(crate) struct Findings(Vec<String>);

impl Findings {
    pub(crate) fn add(&mut self, file: &File, line: usize, what: &str) {
        self.0.push(format!("{}:{line}: {what}", file.path));
    }

    /// Reports every line that contains one of these words.
    pub(crate) fn forbid<'l>(
        &mut self,
        file: &File,
        lines: impl Iterator<Item = (usize, &'l str)>,
        words: &[&str],
        why: &str,
    ) {
        for (number, line) in lines {
            for word in words.iter().filter(|word| says(line, word)) {
                self.add(file, number, &format!("`{word}`: {why}"));
            }
        }
    }

    pub(crate) fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    pub(crate) fn none(&self) {
        assert!(self.0.is_empty(), "\n{}\n", self.0.join("\n"));
    }
}

/// Returns `true` if a line contains this text, and not as the end of a longer word.
pub(crate) fn says(line: &str, word: &str) -> bool {
    let starts_word = |at: usize| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|it| it.is_alphanumeric() || it == '_')
    };
    let word_like = word.starts_with(|it: char| it.is_alphanumeric() || it == '_');
    line.match_indices(word).any(|(at, _)| !word_like || starts_word(at))
}
