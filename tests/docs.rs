//! Compares `docs/` with the pages that the schemas generate. `cargo xtask docs` writes them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a failed expectation is how a test fails"
)]

#[path = "support/example.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod example;
#[path = "docs/hcl.rs"]
mod hcl;
#[path = "docs/modules.rs"]
mod modules;

use plugin::provider::Catalogue;
use plugin::registry;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;
use terraform_provider_azureai::codes::{Basis, Level, checks, judgements};
use terraform_provider_azureai::provider::AzureAi;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<registry::Page> {
    let provider = AzureAi::new(Box::new(|_| None));
    registry::pages("azureai", &Catalogue::of(&provider), &example::text)
}

/// Writes the pages once if `UPDATE_DOCS` is set, before a test looks for links to a new one.
fn update() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (path, text) in pages().iter().filter(|_| std::env::var_os("UPDATE_DOCS").is_some()) {
            let path = root().join("docs").join(path);
            fs::create_dir_all(path.parent().expect("a page is in a folder")).expect("a folder");
            fs::write(&path, text).expect("a page that can be written");
        }
    });
}

/// Collects the generated pages in a folder: all pages except the guides and the rules of style.
fn present(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.ends_with("docs/guides") || path.ends_with("docs/STYLE.md") {
            continue;
        }
        if path.is_dir() {
            present(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn the_generated_pages_are_current() {
    update();
    let docs = root().join("docs");
    let pages = pages();
    for (path, text) in &pages {
        let there = fs::read_to_string(docs.join(path)).unwrap_or_default();
        assert!(there == *text, "docs/{path} is not what the models say: run `cargo xtask docs`");
    }
    let mut found = Vec::new();
    present(&docs, &mut found);
    let known: Vec<PathBuf> = pages.iter().map(|(path, _)| docs.join(path)).collect();
    let orphans: Vec<_> = found.iter().filter(|path| !known.contains(path)).collect();
    assert!(orphans.is_empty(), "pages of nothing: {orphans:?}");
}

#[test]
fn the_pages_follow_the_rules_of_the_registry() {
    for (path, text) in pages() {
        assert!(text.len() < 500_000, "docs/{path} is larger than the registry takes");
        assert!(text.starts_with("---\npage_title: "), "docs/{path} has no front matter");
        let links = text.split("](#").skip(1);
        for link in links.filter_map(|rest| rest.split(')').next()) {
            assert!(text.contains(&format!("<a id=\"{link}\">")), "docs/{path}: no #{link}");
        }
    }
}

/// The groups of the registry's navigation.
const SUBCATEGORIES: [&str; 5] =
    ["Private Link", "Private DNS", "Network Isolation", "Foundry", "Workspace"];

#[test]
fn every_type_and_function_is_in_one_group_of_the_registry() {
    let provider = AzureAi::new(Box::new(|_| None));
    let catalogue = Catalogue::of(&provider);
    for (path, text) in pages().iter().filter(|(path, _)| path != "index.md") {
        let front_matter = text.split("---\n").nth(1).unwrap_or_default();
        let line = front_matter.lines().find_map(|line| line.strip_prefix("subcategory: "));
        let group = line.unwrap_or_default().trim_matches('"');
        assert!(SUBCATEGORIES.contains(&group), "docs/{path} is in the group {group:?}");
    }
    let names = [
        catalogue.resources.iter().map(|(_, it)| it.name()).collect::<Vec<_>>(),
        catalogue.data_sources.iter().map(|(_, it)| it.name()).collect(),
        catalogue.list_resources.iter().map(|(_, it)| it.name()).collect(),
        catalogue.actions.iter().map(|(_, it)| it.name()).collect(),
        catalogue.functions.iter().map(|it| it.signature().name).collect(),
    ];
    let known = names.concat();
    let rows = catalogue.documentation.subcategories.iter().map(|(name, _)| *name);
    let rows: Vec<&str> = rows.collect();
    let is_unused = |row: &&&str| !known.iter().any(|name| name.starts_with(**row));
    let unused: Vec<_> = rows.iter().filter(is_unused).collect();
    assert!(unused.is_empty(), "rows about nothing: {unused:?}");
    assert_eq!(rows.len(), rows.iter().collect::<BTreeSet<_>>().len(), "a name stands twice");
}

#[test]
fn the_guide_has_every_check() {
    let path = root().join("docs/guides/checks.md");
    let guide = fs::read_to_string(path).expect("a guide");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let titles: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let expected: Vec<String> =
        checks().map(|rule| format!("{}: {}", rule.name, rule.title)).collect();
    assert_eq!(titles, expected);
    for (rule, section) in checks().zip(guide.split("### ").skip(1)) {
        let level = if rule.level == Level::Enforce { "An error" } else { "A warning" };
        let Basis::Plan { reads } = rule.basis else { panic!("{} is no check", rule.name) };
        let reads = if reads.is_empty() { "nothing" } else { reads };
        let says = words(&format!("{level} by default. Reads {reads}."));
        assert!(words(section).contains(&says), "{}: the guide does not say: {says}", rule.name);
    }
}

/// Addresses of the project's files on the web.
const ON_THE_WEB: [&str; 2] = [
    "https://github.com/azureai/terraform-provider-azureai/tree/main/",
    "https://github.com/azureai/terraform-provider-azureai/blob/main/",
];

#[test]
fn every_link_has_a_target() {
    update();
    let mut pages = Vec::new();
    markdown(&root(), &mut pages);
    assert!(pages.len() > 50, "{} pages", pages.len());
    let mut dead = Vec::new();
    for page in &pages {
        let text = prose(&fs::read_to_string(page).expect("a page"));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            // terraform-docs escapes underscores in the links of a module's page.
            let link = &link.replace("\\_", "_");
            let own = ON_THE_WEB.iter().find_map(|prefix| link.strip_prefix(prefix));
            let target = own.unwrap_or(link);
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let anchor = &anchor.replace('\\', "");
            let file = match path {
                _ if own.is_some() => root().join(path),
                "" => page.clone(),
                path if path.contains("://") => continue,
                path => page.parent().expect("a folder").join(path),
            };
            let there = file.exists()
                && (anchor.is_empty()
                    || anchors(&fs::read_to_string(&file).unwrap_or_default()).contains(anchor));
            if !there {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "links to nothing:\n{}", dead.join("\n"));
}

/// Collects the Markdown files of the tree, except build output.
fn markdown(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" {
            markdown(&path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

/// Returns the text without code blocks, in which nothing is a link.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// Returns the anchors of a page: its headings as GitHub and the registry spell them, and elements
/// with an ID.
fn anchors(text: &str) -> BTreeSet<String> {
    let text = prose(text);
    let spelt = |heading: &str| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
    };
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| spelt(line.trim_start_matches('#')));
    let named = ["<a id=\"", "<a name=\""].map(|start| text.split(start).skip(1));
    let named = named.into_iter().flatten().filter_map(|rest| rest.split('"').next());
    headings.chain(named.map(str::to_owned)).collect()
}

#[test]
fn the_guide_has_every_finding() {
    let path = root().join("docs/guides/network-isolation-posture.md");
    let guide = fs::read_to_string(path).expect("a guide");
    let rows = guide.lines().filter(|line| line.starts_with("| AAI"));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(" | ").take(3).collect()).collect();
    let expected = judgements().map(|rule| {
        let Basis::Live(evidence) = rule.basis else { panic!("{} is a check", rule.name) };
        vec![format!("| {}", rule.name), rule.level.word().to_owned(), evidence.word().to_owned()]
    });
    assert_eq!(rows, expected.collect::<Vec<_>>());
}
