//! What the pages say of objects that exist already: how to import them, and how to find them.

use super::{Examples, Subject, schema_section};
use crate::identity::Part;
use crate::resource::AnyResource;
use crate::schema::Block;
use std::fmt::Write;

/// How a resource is imported, in each way that Terraform has.
pub(super) fn import_section(
    title: &str,
    resource: &dyn AnyResource,
    note: &str,
    examples: Examples<'_>,
) -> String {
    let folder = format!("resources/{title}");
    let Some(command) = examples(&format!("{folder}/import.sh")) else {
        return String::new();
    };
    let command = command.trim();
    let id = command.rsplit_once(' ').map_or("", |(_, id)| id.trim_matches(['"', '\'', '\n']));
    let note = if note.is_empty() { String::new() } else { format!(" {note}") };
    let mut text = format!(
        "\n## Import\n\nBy a block (Terraform 1.5 and later).{note}\n\n```terraform\nimport {{\n  \
         to = {title}.example\n  id = \"{id}\"\n}}\n```\n\n\
         By the command:\n\n```shell\n{command}\n```\n"
    );
    if let Some(block) = examples(&format!("{folder}/import-by-identity.tf")) {
        let _ = write!(
            text,
            "\nBy identity (Terraform 1.12 and later):\n\n```terraform\n{}\n```\n",
            block.trim()
        );
        let parts = resource.identity().map(|identity| identity.parts());
        text.push_str(&identity_section(&parts.unwrap_or_default()));
    }
    text
}

fn identity_section(parts: &[Part]) -> String {
    let mut text = "\n### Identity Schema\n".to_owned();
    for (heading, optional) in [("Required", false), ("Optional", true)] {
        let mut lines = parts.iter().filter(|part| part.optional == optional).peekable();
        if lines.peek().is_some() {
            let _ = write!(text, "\n#### {heading}\n\n");
        }
        for Part { name, description, .. } in lines {
            let _ = writeln!(text, "- `{name}` (String) {description}");
        }
    }
    text
}

/// The page of a list.
pub(super) fn list_page(subject: &Subject<'_>, block: &Block, examples: Examples<'_>) -> String {
    let title = subject.title;
    let mut text = subject.head(block.description);
    if let Some(example) = examples(&format!("list-resources/{title}/list-resource.tfquery.hcl")) {
        let _ = write!(
            text,
            "\n## Example Usage\n\nIn a file that ends in `.tfquery.hcl`, for `terraform query` \
             (Terraform 1.14 and later). With `-generate-config-out=FILE` it writes the \
             configuration of what it finds, with `import` blocks.\n\n```terraform\n{}\n```\n",
            example.trim()
        );
    }
    text.push_str(&schema_section(block));
    text
}
