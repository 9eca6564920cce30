//! The arguments and attributes on a page.

use crate::schema::{Attribute, Block, Described, Facts, Nested, Nesting, Presence};
use crate::ty::Type;
use crate::value::Value;
use crate::waits::spoken;
use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

/// The block type that has a section of its own.
const TIMEOUTS: &str = "timeouts";

const REPLACES: &str = " Changing this forces a new resource to be created.";

/// Returns the section about the members of a block and of the blocks in it. The optional members
/// in `last` stand after all others.
pub(super) fn schema_section(block: &Block, last: &[&str]) -> String {
    let mut text = String::from("\n## Schema\n");
    let mut nested = Vec::new();
    members(block, last, &|title| format!("### {title}"), "", &mut text, &mut nested);
    nested.reverse();
    while let Some(section) = nested.pop() {
        let mut inner = Vec::new();
        section.write(&mut text, &mut inner);
        nested.extend(inner.into_iter().rev());
    }
    text
}

/// Returns the section about the `timeouts` block, which sets these operations.
pub(super) fn timeouts_section(defaults: &[(&str, Duration)]) -> String {
    let rows: String = defaults
        .iter()
        .map(|(name, time)| format!("- `{name}` (String) Defaults to {}.\n", spoken(*time)))
        .collect();
    format!(
        "\n<a id=\"{}\"></a>\n\n## Timeouts\n\nThe `timeouts` block sets how long an operation may \
         take, as a duration such as `30m` or `1h30m`:\n\n{rows}",
        Section::anchor(TIMEOUTS)
    )
}

/// A section about the members of a block or of an object.
struct Section<'a> {
    path: String,
    content: Content<'a>,
}

enum Content<'a> {
    Block(&'a Block),
    Object(&'a [Described]),
}

impl<'a> Section<'a> {
    fn anchor(path: &str) -> String {
        format!("nested--{}", path.replace('.', "--"))
    }

    fn write(&self, text: &mut String, nested: &mut Vec<Section<'a>>) {
        let Self { path, content } = self;
        let anchor = Self::anchor(path);
        let _ = write!(text, "\n<a id=\"{anchor}\"></a>\n\n### Nested Schema for `{path}`\n");
        match content {
            Content::Block(block) => {
                members(block, &[], &|it| format!("{it}:"), &format!("{path}."), text, nested);
            }
            Content::Object(described) => {
                text.push_str("\nRead-Only:\n\n");
                for it in *described {
                    let path = format!("{path}.{}", it.name);
                    let more = object_link(&path, &it.members, nested);
                    let description = read_only(it.description);
                    let _ = writeln!(text, "- `{}` ({}) {description}{more}", it.name, {
                        describe(&it.ty)
                    });
                }
            }
        }
    }
}

/// Writes the members of a block by who sets them, each group in the order of the declaration:
/// `id` first, and `last` and `timeouts` last. What is nested is left to sections of its own.
fn members<'a>(
    block: &'a Block,
    last: &[&str],
    heading: &dyn Fn(&str) -> String,
    prefix: &str,
    text: &mut String,
    nested: &mut Vec<Section<'a>>,
) {
    let groups: [(&str, &[Presence]); 3] = [
        ("Required", &[Presence::Required]),
        ("Optional", &[Presence::Optional, Presence::OptionalComputed]),
        ("Read-Only", &[Presence::Computed]),
    ];
    let places: HashMap<&str, usize> =
        block.order.iter().enumerate().map(|(place, name)| (*name, place)).collect();
    for (title, presences) in groups {
        let place = |name: &str| {
            let at_end = (title == "Optional").then(|| last.iter().position(|it| *it == name));
            let rank = match at_end.flatten() {
                Some(index) => index + 2,
                None if name == TIMEOUTS && prefix.is_empty() => last.len() + 2,
                None => usize::from(name != "id"),
            };
            (rank, places.get(name).copied().unwrap_or(usize::MAX))
        };
        let attributes = block.attributes.iter().filter(|it| presences.contains(&it.presence));
        let required = |it: &&Nested| (it.facts.min > 0) == (title == "Required");
        let blocks = block.blocks.iter().filter(required).filter(|_| title != "Read-Only");
        let mut found: Vec<Line<'a>> =
            attributes.map(Line::Attribute).chain(blocks.map(Line::Block)).collect();
        found.sort_by_key(|it| place(it.name()));
        let lines: Vec<String> = found.iter().map(|it| it.text(prefix, nested)).collect();
        if !lines.is_empty() {
            let _ = write!(text, "\n{}\n\n{}\n", heading(title), lines.join("\n"));
        }
    }
}

/// A member that gets a line.
enum Line<'a> {
    Attribute(&'a Attribute),
    Block(&'a Nested),
}

impl<'a> Line<'a> {
    fn name(&self) -> &'static str {
        match self {
            Self::Attribute(it) => it.name(),
            Self::Block(it) => it.name(),
        }
    }

    fn text(&self, prefix: &str, nested: &mut Vec<Section<'a>>) -> String {
        let path = format!("{prefix}{}", self.name());
        match self {
            Self::Attribute(it) => match &it.block {
                Some(block) => {
                    let text = attribute_line(it, &link(&path));
                    nested.push(Section { path, content: Content::Block(block) });
                    text
                }
                None => attribute_line(it, &object_link(&path, &it.members, nested)),
            },
            Self::Block(it) => {
                let text = block_line(it, &path);
                // The page of what has timeouts has a section about them.
                if !it.facts.ignored && path != TIMEOUTS {
                    nested.push(Section { path, content: Content::Block(&it.block) });
                }
                text
            }
        }
    }
}

fn link(path: &str) -> String {
    format!(" (see [below for nested schema](#{}))", Section::anchor(path))
}

fn object_link<'a>(path: &str, members: &'a [Described], nested: &mut Vec<Section<'a>>) -> String {
    if members.is_empty() {
        return String::new();
    }
    nested.push(Section { path: path.to_owned(), content: Content::Object(members) });
    link(path)
}

fn attribute_line(attribute: &Attribute, more: &str) -> String {
    let facts = &attribute.facts;
    let kind = match &attribute.block {
        Some(_) => limited("Block List", facts),
        None => describe(&attribute.ty),
    };
    let mut text = format!("- `{}` ({kind}", facts.name);
    if attribute.sensitive {
        text.push_str(", Sensitive");
    }
    if attribute.write_only {
        text.push_str(", Write-only");
    }
    if facts.deprecated.is_some() {
        text.push_str(", Deprecated");
    }
    let description = match attribute.presence {
        Presence::Computed => read_only(facts.description),
        _ => line(facts.description),
    };
    let _ = write!(text, ") {description}");
    if let Some(default) = facts.default.as_ref().and_then(literal) {
        let _ = write!(text, " Defaults to `{default}`.");
    }
    if facts.replace {
        text.push_str(REPLACES);
    }
    if let Some(why) = facts.deprecated {
        let _ = write!(text, " {why}");
    }
    text.push_str(more);
    text
}

fn block_line(nested: &Nested, path: &str) -> String {
    let facts = &nested.facts;
    let kind = match nested.nesting {
        Nesting::Single => "Block",
        Nesting::List => "Block List",
        Nesting::Set => "Block Set",
    };
    let kind = limited(kind, facts);
    let replaced = if facts.replace { REPLACES } else { "" };
    let more = if facts.ignored { String::new() } else { link(path) };
    format!("- `{}` ({kind}) {}{replaced}{more}", facts.name, line(facts.description))
}

/// Returns the name of a kind of block with the limits of its number.
fn limited(kind: &str, facts: &Facts) -> String {
    let mut text = kind.to_owned();
    if facts.min > 0 {
        let _ = write!(text, ", Min: {}", facts.min);
    }
    if facts.max > 0 {
        let _ = write!(text, ", Max: {}", facts.max);
    }
    text
}

fn line(description: &str) -> String {
    description.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How the sentences begin that say what a configuration can set.
const ADVICE: [&str; 5] = ["Must ", "Required ", "If omitted", "Defaults to ", "Exactly one of "];

/// Returns the description of a value that no configuration sets. A resource and its data source
/// share descriptions, so this leaves out the sentences about setting the value.
fn read_only(description: &str) -> String {
    let line = line(description);
    let sentences = line.split_inclusive(". ");
    let kept = sentences.filter(|it| !ADVICE.iter().any(|advice| it.starts_with(advice)));
    kept.collect::<String>().trim_end().to_owned()
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Returns the name of a type as a page shows it, such as `List of String`.
pub(super) fn describe(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", describe(element)),
        Type::Set(element) => format!("Set of {}", describe(element)),
        Type::Map(element) => format!("Map of {}", describe(element)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}
