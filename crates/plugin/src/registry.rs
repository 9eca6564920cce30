//! The pages of the Terraform registry, written from the schemas.
//!
//! Form: the registry's documentation layout (`docs/index.md`, `docs/resources/NAME.md`, ..), with
//! front matter, an example, the arguments by who sets them, and how to import.

mod import;

use crate::action::AnyAction;
use crate::function::Signature;
use crate::moves::MoveSource;
use crate::provider::Catalogue;
use crate::resource::AnyResource;
use crate::schema::{Attribute, Block, Described, Nested, Nesting, Presence};
use crate::timeouts::Timeouts;
use crate::ty::Type;
use crate::value::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A page: its path under `docs/`, and its text.
pub type Page = (String, String);

/// Where examples are read from: `path` is relative to the folder of examples.
pub type Examples<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Every page of a provider whose types begin with `name_`.
pub fn pages(name: &str, catalogue: &Catalogue, examples: Examples<'_>) -> Vec<Page> {
    let short = |ty: &str| ty.strip_prefix(&format!("{name}_")).unwrap_or(ty).to_owned();
    let index = index(name, catalogue, examples);
    let resources = catalogue.resources.iter().map(|(schema, resource)| {
        let page = Subject { name, title: resource.name(), kind: "Resource" };
        let note = catalogue.import_note;
        let mut text = resource_page(&page, &schema.block, resource.as_ref(), note, examples);
        text.push_str(&moved_section(resource.name(), &resource.move_sources()));
        (format!("resources/{}.md", short(resource.name())), text)
    });
    let data_sources = catalogue.data_sources.iter().map(|(schema, data_source)| {
        let page = Subject { name, title: data_source.name(), kind: "Data Source" };
        let example = format!("data-sources/{}/data-source.tf", data_source.name());
        let mut text = page.head(schema.block.description);
        text.push_str(&example_section(examples(&example)));
        text.push_str(&schema_section(&schema.block));
        (format!("data-sources/{}.md", short(data_source.name())), text)
    });
    let ephemerals = catalogue.ephemeral_resources.iter().map(|(schema, ephemeral)| {
        let page = Subject { name, title: ephemeral.name(), kind: "Ephemeral Resource" };
        let example = format!("ephemeral-resources/{}/ephemeral-resource.tf", ephemeral.name());
        let mut text = page.head(schema.block.description);
        text.push_str("\nEphemeral resources come with Terraform 1.10.\n");
        text.push_str(&example_section(examples(&example)));
        text.push_str(&schema_section(&schema.block));
        (format!("ephemeral-resources/{}.md", short(ephemeral.name())), text)
    });
    let lists = catalogue.list_resources.iter().map(|(schema, list)| {
        let page = Subject { name, title: list.name(), kind: "List Resource" };
        let text = import::list_page(&page, &schema.block, examples);
        (format!("list-resources/{}.md", short(list.name())), text)
    });
    let actions = catalogue.actions.iter().map(|(schema, action)| {
        let page = Subject { name, title: action.name(), kind: "Action" };
        let text = action_page(&page, &schema.block, action.as_ref(), examples);
        (format!("actions/{}.md", short(action.name())), text)
    });
    let functions = catalogue.functions.iter().map(|function| {
        let signature = function.signature();
        let text = function_page(name, &signature, examples);
        (format!("functions/{}.md", signature.name), text)
    });
    let index = ("index.md".to_owned(), index);
    let types = resources.chain(data_sources).chain(ephemerals).chain(lists).chain(actions);
    std::iter::once(index).chain(types).chain(functions).collect()
}

/// What a page is about.
struct Subject<'a> {
    name: &'a str,
    title: &'a str,
    kind: &'a str,
}

impl Subject<'_> {
    /// Front matter, heading and description.
    fn head(&self, description: &str) -> String {
        let Self { name, title, kind } = self;
        let first = first_sentence(description);
        format!(
            "---\npage_title: \"{title} {kind} - {name}\"\nsubcategory: \"\"\ndescription: |-\n  \
             {first}\n---\n\n# {title} ({kind})\n\n{description}\n"
        )
    }
}

fn first_sentence(text: &str) -> String {
    let line = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    match line.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => line,
    }
}

fn index(name: &str, catalogue: &Catalogue, examples: Examples<'_>) -> String {
    let description = catalogue.provider.block.description;
    let first = first_sentence(description);
    let mut text = format!(
        "---\npage_title: \"Provider: {name}\"\ndescription: |-\n  {first}\n---\n\n\
         # {name} Provider\n\n{description}\n"
    );
    text.push_str(&example_section(examples("provider/provider.tf")));
    text.push_str(&schema_section(&catalogue.provider.block));
    text
}

fn resource_page(
    subject: &Subject<'_>,
    block: &Block,
    resource: &dyn AnyResource,
    import_note: &str,
    examples: Examples<'_>,
) -> String {
    let folder = format!("resources/{}", subject.title);
    let mut text = subject.head(block.description);
    text.push_str(&example_section(examples(&format!("{folder}/resource.tf"))));
    text.push_str(&schema_section(block));
    if let Some(timeouts) = resource.timeouts() {
        text.push_str(&timeouts_section(&timeouts));
    }
    text.push_str(&import::import_section(subject.title, resource, import_note, examples));
    text
}

fn timeouts_section(timeouts: &Timeouts) -> String {
    let minutes = |time: std::time::Duration| time.as_secs() / 60;
    format!(
        "\n## Timeouts\n\nWithout a `timeouts` block, creating may take {} minutes, reading {}, \
         updating {} and deleting {}.\n",
        minutes(timeouts.create),
        minutes(timeouts.read),
        minutes(timeouts.update),
        minutes(timeouts.delete)
    )
}

fn action_page(
    subject: &Subject<'_>,
    block: &Block,
    action: &dyn AnyAction,
    examples: Examples<'_>,
) -> String {
    let title = subject.title;
    let mut text = subject.head(block.description);
    let _ = write!(
        text,
        "\nActions come with Terraform 1.14. One is done by hand, with `terraform apply \
         -invoke=action.{title}.NAME`, or by a resource whose `action_trigger` names it. It may \
         take {} minutes.\n",
        action.timeout().as_secs() / 60
    );
    text.push_str(&example_section(examples(&format!("actions/{title}/action.tf"))));
    text.push_str(&schema_section(block));
    text
}

fn example_section(example: Option<String>) -> String {
    example.map_or_else(String::new, |example| {
        format!("\n## Example Usage\n\n```terraform\n{}\n```\n", example.trim())
    })
}

fn moved_section(title: &str, move_sources: &[MoveSource]) -> String {
    let Some(first) = move_sources.first() else {
        return String::new();
    };
    let rows: String = move_sources.iter().map(|it| format!("- {}\n", it.label())).collect();
    format!(
        "\n## Moving from Another Type\n\nA `moved` block makes the state of these that of an \
         `{title}`. Nothing is made, changed or destroyed (Terraform 1.8 and later, OpenTofu later \
         than 1.9).\n\n{rows}\n```terraform\nmoved {{\n  from = {}.example\n  to   = \
         {title}.example\n}}\n```\n",
        first.ty
    )
}

fn function_page(name: &str, signature: &Signature, examples: Examples<'_>) -> String {
    let title = signature.name;
    let mut text = format!(
        "---\npage_title: \"{title} function - {name}\"\nsubcategory: \"\"\ndescription: |-\n  {}\n\
         ---\n\n# function: {title}\n\n{}\n",
        signature.summary, signature.description
    );
    text.push_str(&example_section(examples(&format!("functions/{title}/function.tf"))));
    let parameters: Vec<String> = signature
        .parameters
        .iter()
        .map(|parameter| format!("{} {}", parameter.name, describe(&parameter.ty).to_lowercase()))
        .collect();
    let _ = write!(
        text,
        "\n## Signature\n\n```text\n{title}({}) {}\n```\n\n## Arguments\n\n",
        parameters.join(", "),
        describe(&signature.returns).to_lowercase()
    );
    for (index, parameter) in signature.parameters.iter().enumerate() {
        let ty = describe(&parameter.ty);
        let _ = writeln!(text, "{}. `{}` ({ty}) {}", index + 1, parameter.name, {
            parameter.description
        });
    }
    if let Type::Object(members) = &signature.returns {
        text.push_str("\n## Result\n\n");
        for (name, ty) in members {
            let _ = writeln!(text, "- `{name}` ({})", describe(ty));
        }
    }
    text
}

fn schema_section(block: &Block) -> String {
    let mut text = String::from("\n## Schema\n");
    let mut nested = Vec::new();
    members(block, "### ", "", &mut text, &mut nested);
    nested.reverse();
    while let Some(section) = nested.pop() {
        let mut inner = Vec::new();
        section.write(&mut text, &mut inner);
        nested.extend(inner.into_iter().rev());
    }
    text
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
        let _ = write!(text, "\n<a id=\"{anchor}\"></a>\n\n### Nested schema for `{path}`\n");
        match content {
            Content::Block(block) => members(block, "#### ", &format!("{path}."), text, nested),
            Content::Object(described) => {
                text.push_str("\n#### Read-Only\n\n");
                for it in *described {
                    let path = format!("{path}.{}", it.name);
                    let more = object_link(&path, &it.members, nested);
                    let description = line(it.description);
                    let _ = writeln!(text, "- `{}` ({}) {description}{more}", it.name, {
                        describe(&it.ty)
                    });
                }
            }
        }
    }
}

/// The members of a block, by who sets them; the nested ones are left to sections of their own.
fn members<'a>(
    block: &'a Block,
    heading: &str,
    prefix: &str,
    text: &mut String,
    nested: &mut Vec<Section<'a>>,
) {
    let groups: [(&str, &[Presence]); 3] = [
        ("Required", &[Presence::Required]),
        ("Optional", &[Presence::Optional, Presence::OptionalComputed]),
        ("Read-Only", &[Presence::Computed]),
    ];
    for (title, presences) in groups {
        // By name, whatever comes after it.
        let mut lines = BTreeMap::new();
        for attribute in block.attributes.iter().filter(|it| presences.contains(&it.presence)) {
            let path = format!("{prefix}{}", attribute.name());
            let more = object_link(&path, &attribute.members, nested);
            lines.insert(attribute.name(), attribute_line(attribute, &more));
        }
        let required = |it: &&Nested| (it.facts.min > 0) == (title == "Required");
        for it in block.blocks.iter().filter(required).filter(|_| title != "Read-Only") {
            let path = format!("{prefix}{}", it.name());
            lines.insert(it.name(), block_line(it, &path));
            if !it.facts.ignored {
                nested.push(Section { path, content: Content::Block(&it.block) });
            }
        }
        if !lines.is_empty() {
            let lines: Vec<String> = lines.into_values().collect();
            let _ = write!(text, "\n{heading}{title}\n\n{}\n", lines.join("\n"));
        }
    }
}

fn object_link<'a>(path: &str, members: &'a [Described], nested: &mut Vec<Section<'a>>) -> String {
    if members.is_empty() {
        return String::new();
    }
    let content = Content::Object(members);
    nested.push(Section { path: path.to_owned(), content });
    format!(" (see [below](#{}))", Section::anchor(path))
}

fn attribute_line(attribute: &Attribute, more: &str) -> String {
    let facts = &attribute.facts;
    let mut text = format!("- `{}` ({}", facts.name, describe(&attribute.ty));
    if attribute.sensitive {
        text.push_str(", Sensitive");
    }
    if attribute.write_only {
        text.push_str(", Write-only");
    }
    if facts.deprecated.is_some() {
        text.push_str(", Deprecated");
    }
    let _ = write!(text, ") {}", line(facts.description));
    if let Some(default) = facts.default.as_ref().and_then(literal) {
        let _ = write!(text, " Default: `{default}`.");
    }
    if facts.replace {
        text.push_str(" Changing it makes a new resource.");
    }
    if let Some(why) = facts.deprecated {
        let _ = write!(text, " {why}");
    }
    text.push_str(more);
    text
}

fn block_line(nested: &Nested, path: &str) -> String {
    let facts = &nested.facts;
    let mut kind = match nested.nesting {
        Nesting::Single => "Block".to_owned(),
        Nesting::List => "Block List".to_owned(),
        Nesting::Set => "Block Set".to_owned(),
    };
    if facts.min > 0 {
        let _ = write!(kind, ", Min: {}", facts.min);
    }
    if facts.max > 0 {
        let _ = write!(kind, ", Max: {}", facts.max);
    }
    let replaced = if facts.replace { " Changing it makes a new resource." } else { "" };
    let more = match facts.ignored {
        true => String::new(),
        false => format!(" (see [below](#{}))", Section::anchor(path)),
    };
    format!("- `{}` ({kind}) {}{replaced}{more}", facts.name, line(facts.description))
}

fn line(description: &str) -> String {
    description.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn describe(ty: &Type) -> String {
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
