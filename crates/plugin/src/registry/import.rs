//! The parts of pages about existing objects: imports and lists.

use super::Subject;
use crate::identity::Part;
use crate::resource::AnyResource;
use crate::schema::Block;
use std::fmt::Write;

const BLOCK: &str = "[`import` block](https://developer.hashicorp.com/terraform/language/import)";

const COMMAND: &str = "[`terraform import` \
                       command](https://developer.hashicorp.com/terraform/cli/commands/import)";

impl Subject<'_> {
    /// Returns the section about importing a resource in each way that Terraform has.
    pub(super) fn import(&self, resource: &dyn AnyResource) -> String {
        let (title, examples) = (self.title, self.site.examples);
        let Some(command) = examples(&format!("resources/{title}/import.sh")) else {
            return String::new();
        };
        let command = command.trim();
        let id = command.rsplit_once(' ').map_or("", |(_, id)| id.trim_matches(['"', '\'', '\n']));
        let address = command.split_whitespace().nth(2).unwrap_or(title);
        let note = self.site.documentation.import_note;
        let note = if note.is_empty() { String::new() } else { format!("\n{note}\n") };
        let mut text = format!(
            "\n## Import\n{note}\nWith an {BLOCK} and the `id` (Terraform 1.5 and later):\n\n\
             ```terraform\nimport {{\n  to = {address}\n  id = \"{id}\"\n}}\n```\n\n\
             With the {COMMAND}:\n\n```shell\n{command}\n```\n"
        );
        let by_identity = examples(&format!("resources/{title}/import-by-identity.tf"));
        if let Some(block) = by_identity {
            let _ = write!(
                text,
                "\nWith an `import` block and the `identity` (Terraform 1.12 and later):\n\n\
                 ```terraform\n{}\n```\n",
                block.trim()
            );
            let parts = resource.identity().map(|identity| identity.parts());
            text.push_str(&identity_section(&parts.unwrap_or_default()));
        }
        text
    }

    /// Returns the page of a list.
    pub(super) fn list(&self, block: &Block) -> String {
        let path = format!("list-resources/{}/list-resource.tfquery.hcl", self.title);
        let note = "List resources require Terraform 1.14 or later. Write the block in a file \
                    whose name ends in `.tfquery.hcl`, and run `terraform query`. With \
                    `-generate-config-out=FILE`, the command writes the configuration of the found \
                    objects, with `import` blocks.";
        self.text(block, &self.example(&path), note)
    }
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
