//! The rules of `docs/STYLE.md` that a program can check.

use crate::tree::{File, Findings, files};
use plugin::provider::Catalogue;
use plugin::registry;
use terraform_provider_azureai::provider::AzureAi;

/// Beginnings of a doc comment that names neither the item nor what the item does. "What to do" is
/// a plain description of an argument.
const RIDDLES: [&str; 4] = ["The same", "What ", "Whether ", "That "];

/// The phrases under "Never" in the style guide, in lower case.
fn phrases() -> Vec<String> {
    let guide = files("docs", &["md"]).into_iter().find(|it| it.path == "docs/STYLE.md");
    let guide = guide.map(|it| it.text).unwrap_or_default();
    let list = guide.split("## Never").nth(1).unwrap_or_default();
    let items = list.lines().filter_map(|line| line.strip_prefix("- "));
    items.map(|it| it.trim_matches('"').to_lowercase()).collect()
}

/// The text of a file in one line, with the number of the line that each word comes from: without
/// marks of comments, so that a phrase is found across lines.
fn running(file: &File) -> (String, Vec<usize>) {
    let (mut text, mut lines) = (String::new(), Vec::new());
    for (number, line) in file.lines() {
        let line = line.trim().trim_start_matches(['/', '!', '#', '*']).trim_end_matches('\\');
        for word in line.split_whitespace() {
            text.push_str(&word.to_lowercase());
            text.push(' ');
            lines.resize(text.len(), number);
        }
    }
    (text, lines)
}

#[test]
fn no_text_contains_a_phrase_that_the_style_guide_forbids() {
    let phrases = phrases();
    assert!(phrases.len() > 10, "{phrases:?}");
    let mut found = Findings::default();
    for file in files("", &["rs", "md", "tf", "hcl"]) {
        if file.path == "docs/STYLE.md" {
            continue;
        }
        let (text, lines) = running(&file);
        for phrase in &phrases {
            for (at, _) in text.match_indices(phrase.as_str()) {
                let before = text.get(..at).unwrap_or_default();
                let after = text.get(at + phrase.len()..).unwrap_or_default();
                let inside = before.ends_with(char::is_alphanumeric);
                if !inside && !after.starts_with(char::is_alphanumeric) {
                    found.add(&file, lines[at], &format!("\"{phrase}\": see docs/STYLE.md"));
                }
            }
        }
    }
    found.none();
}

#[test]
fn doc_comments_begin_with_what_an_item_is_or_does() {
    let mut found = Findings::default();
    for file in files("", &["rs"]) {
        let mut inside = false;
        for (number, line) in file.lines() {
            let line = line.trim();
            let doc = line.strip_prefix("/// ").or_else(|| line.strip_prefix("//! "));
            let first = doc.filter(|_| !inside);
            let riddle = first.filter(|doc| RIDDLES.iter().any(|it| doc.starts_with(it)));
            let riddle = riddle.filter(|doc| !doc.starts_with("What to do "));
            if let Some(doc) = riddle {
                found.add(&file, number, doc);
            }
            inside = line.starts_with("///") || line.starts_with("//!");
        }
    }
    found.none();
}

#[test]
fn a_boolean_says_what_true_means() {
    let mut found = Findings::default();
    let provider = AzureAi::new(Box::new(|_| None));
    for (path, text) in registry::pages("azureai", &Catalogue::of(&provider), &|_| None) {
        for line in text.lines().filter(|line| line.contains("` (Boolean")) {
            let ignored = line.contains("Has no effect: ");
            let says = ignored || line.contains("If `true`, ") || line.contains("`true` if ");
            found.expect(says, || format!("docs/{path}: {line}"));
        }
    }
    found.none();
}
