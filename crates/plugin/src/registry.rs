//! The pages of the Terraform registry, written from the schemas.
//!
//! The layout is the registry's: `docs/index.md`, `docs/resources/NAME.md` and so on. A page has
//! front matter, a first paragraph, an example, notes, the arguments, and how to import.

mod import;
mod schema;

use self::schema::{describe, schema_section, timeouts_section};
use crate::action::AnyAction;
use crate::function::Signature;
use crate::moves::MoveSource;
use crate::provider::{Catalogue, Documentation};
use crate::resource::AnyResource;
use crate::schema::Block;
use crate::ty::Type;
use crate::waits::spoken;
use std::fmt::Write;

/// A page: its path under `docs/`, and its text.
pub type Page = (String, String);

/// Reads an example by its path in the folder of examples.
pub type Examples<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Returns every page of a provider whose types begin with `name_`.
pub fn pages(name: &str, catalogue: &Catalogue, examples: Examples<'_>) -> Vec<Page> {
    let site = Site { name, documentation: catalogue.documentation, examples };
    let short = |ty: &str| ty.strip_prefix(&format!("{name}_")).unwrap_or(ty).to_owned();
    let resources = catalogue.resources.iter().map(|(schema, resource)| {
        let page = site.subject(resource.name(), "Resource");
        (format!("resources/{}.md", short(page.title)), {
            page.resource(&schema.block, resource.as_ref())
        })
    });
    let data_sources = catalogue.data_sources.iter().map(|(schema, data_source)| {
        let page = site.subject(data_source.name(), "Data Source");
        let example = format!("data-sources/{}/data-source.tf", page.title);
        let mut text = page.text(&schema.block, &page.example(&example), "");
        if let Some(read) = data_source.timeout() {
            text.push_str(&timeouts_section(&[("read", read)]));
        }
        (format!("data-sources/{}.md", short(page.title)), text)
    });
    let ephemerals = catalogue.ephemeral_resources.iter().map(|(schema, ephemeral)| {
        let page = site.subject(ephemeral.name(), "Ephemeral Resource");
        let example = format!("ephemeral-resources/{}/ephemeral-resource.tf", page.title);
        let note = "Ephemeral resources require Terraform 1.10 or later.";
        let text = page.text(&schema.block, &page.example(&example), note);
        (format!("ephemeral-resources/{}.md", short(page.title)), text)
    });
    let lists = catalogue.list_resources.iter().map(|(schema, list)| {
        let page = site.subject(list.name(), "List Resource");
        (format!("list-resources/{}.md", short(page.title)), page.list(&schema.block))
    });
    let actions = catalogue.actions.iter().map(|(schema, action)| {
        let page = site.subject(action.name(), "Action");
        let text = page.action(&schema.block, action.as_ref());
        (format!("actions/{}.md", short(page.title)), text)
    });
    let functions = catalogue.functions.iter().map(|function| {
        let signature = function.signature();
        let page = site.subject(signature.name, "function");
        (format!("functions/{}.md", signature.name), page.function(&signature))
    });
    let index = ("index.md".to_owned(), site.index(&catalogue.provider.block));
    let types = resources.chain(data_sources).chain(ephemerals).chain(lists).chain(actions);
    std::iter::once(index).chain(types).chain(functions).collect()
}

/// The facts that all pages share.
#[derive(Clone, Copy)]
struct Site<'a> {
    name: &'a str,
    documentation: Documentation,
    examples: Examples<'a>,
}

impl<'a> Site<'a> {
    fn subject(self, title: &'a str, kind: &'a str) -> Subject<'a> {
        Subject { site: self, title, kind }
    }

    fn example(self, path: &str) -> String {
        (self.examples)(path).map_or_else(String::new, |example| {
            format!("\n## Example Usage\n\n```terraform\n{}\n```\n", example.trim())
        })
    }

    fn index(self, block: &Block) -> String {
        let name = self.name;
        let first = first_sentence(block.description);
        let (opening, rest) = opening(block.description);
        let mut text = format!(
            "---\npage_title: \"{name} Provider\"\nsubcategory: \"\"\ndescription: |-\n  {first}\n\
             ---\n\n# {name} Provider\n\n{opening}\n"
        );
        text.push_str(&self.example("provider/provider.tf"));
        text.push_str(&notes_section(&[rest]));
        text.push_str(&schema_section(block, &[]));
        text
    }
}

/// The subject of a page.
#[derive(Clone, Copy)]
struct Subject<'a> {
    site: Site<'a>,
    title: &'a str,
    kind: &'a str,
}

impl Subject<'_> {
    fn example(&self, path: &str) -> String {
        self.site.example(path)
    }

    /// Front matter, with a first sentence.
    fn front_matter(&self, first: &str) -> String {
        let Self { site: Site { name, documentation, .. }, title, kind } = self;
        let subcategory = documentation.subcategory(title);
        format!(
            "---\npage_title: \"{title} {kind} - {name}\"\nsubcategory: \"{subcategory}\"\n\
             description: |-\n  {first}\n---\n"
        )
    }

    /// Front matter, heading, first paragraph, example, the other paragraphs and a note, schema.
    fn text(&self, block: &Block, example: &str, note: &str) -> String {
        let Self { title, kind, site } = self;
        let (opening, rest) = opening(block.description);
        let mut text = self.front_matter(&first_sentence(block.description));
        let _ = write!(text, "\n# {title} ({kind})\n\n{opening}\n{example}");
        text.push_str(&notes_section(&[rest, note]));
        text.push_str(&schema_section(block, site.documentation.last));
        text
    }

    fn resource(&self, block: &Block, resource: &dyn AnyResource) -> String {
        let example = self.example(&format!("resources/{}/resource.tf", self.title));
        let mut text = self.text(block, &example, "");
        if let Some(it) = resource.timeouts() {
            text.push_str(&timeouts_section(&[
                ("create", it.create),
                ("read", it.read),
                ("update", it.update),
                ("delete", it.delete),
            ]));
        }
        text.push_str(&self.import(resource));
        text.push_str(&moved_section(self.title, &resource.move_sources()));
        text
    }

    fn action(&self, block: &Block, action: &dyn AnyAction) -> String {
        let title = self.title;
        let note = format!(
            "Actions require Terraform 1.14 or later. Invoke this action with `terraform apply \
             -invoke=action.{title}.NAME`, or name it in the `action_trigger` block of a \
             resource's `lifecycle` block. The action times out after {}.",
            spoken(action.timeout())
        );
        self.text(block, &self.example(&format!("actions/{title}/action.tf")), &note)
    }

    fn function(&self, signature: &Signature) -> String {
        let title = signature.name;
        let (opening, rest) = opening(signature.description);
        let mut text = self.front_matter(signature.summary);
        let _ = write!(text, "\n# function: {title}\n\n{opening}\n");
        text.push_str(&self.example(&format!("functions/{title}/function.tf")));
        text.push_str(&notes_section(&[rest]));
        let typed = |ty| describe(ty).to_lowercase();
        let parameters = signature.parameters.iter();
        let parameters: Vec<String> =
            parameters.map(|it| format!("{} {}", it.name, typed(&it.ty))).collect();
        let _ = write!(
            text,
            "\n## Signature\n\n```text\n{title}({}) {}\n```\n\n## Arguments\n\n",
            parameters.join(", "),
            typed(&signature.returns)
        );
        for (index, parameter) in signature.parameters.iter().enumerate() {
            let ty = describe(&parameter.ty);
            let _ = writeln!(text, "{}. `{}` ({ty}) {}", index + 1, parameter.name, {
                parameter.description
            });
        }
        let (members, opening) = match &signature.returns {
            Type::Object(members) => (Some(members), ""),
            Type::List(element) => match element.as_ref() {
                Type::Object(members) => (Some(members), "Each element of the list has:\n\n"),
                _ => (None, ""),
            },
            _ => (None, ""),
        };
        if let Some(members) = members {
            let _ = write!(text, "\n## Result\n\n{opening}");
            for (name, ty) in members {
                let _ = writeln!(text, "- `{name}` ({})", describe(ty));
            }
        }
        text
    }
}

/// Splits a description into its first paragraph and the others.
fn opening(description: &str) -> (&str, &str) {
    description.split_once("\n\n").unwrap_or((description, ""))
}

fn first_sentence(text: &str) -> String {
    let line = opening(text).0.replace('\n', " ");
    match line.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => line,
    }
}

fn notes_section(notes: &[&str]) -> String {
    let notes: Vec<&str> = notes.iter().copied().filter(|note| !note.is_empty()).collect();
    match notes.is_empty() {
        true => String::new(),
        false => format!("\n## Notes\n\n{}\n", notes.join("\n\n")),
    }
}

fn moved_section(title: &str, move_sources: &[MoveSource]) -> String {
    let Some(first) = move_sources.first() else {
        return String::new();
    };
    let rows: String = move_sources.iter().map(|it| format!("- {}\n", it.label())).collect();
    format!(
        "\n## Moving from Another Type\n\nA `moved` block turns an object of one of these types \
         into an `{title}`. It changes the state only. `moved` blocks between types require \
         Terraform 1.8 or later, or an OpenTofu version later than 1.9.\n\n{rows}\n\
         ```terraform\nmoved {{\n  from = {}.example\n  to   = {title}.example\n}}\n```\n",
        first.ty
    )
}
