//! The examples of a resource. `resource.tf` is written by hand. The examples of imports and lists
//! are generated from it, unless a file exists.

use plugin::provider::Catalogue;
use plugin::value::Value;
use serde_json::{Map, Value as Json, json};
use std::fs;
use std::path::{Path, PathBuf};
use terraform_provider_azureai::provider::AzureAi;

/// ID of the subscription in the examples.
const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000000";

/// Returns the folder of the examples.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Returns the text of an example, by its path under `examples/`.
pub(crate) fn text(path: &str) -> Option<String> {
    let written = fs::read_to_string(folder().join(path)).ok();
    written.or_else(|| {
        let (folder, file) = path.rsplit_once('/')?;
        let (kind, name) = folder.split_once('/')?;
        let example = Example::of(name)?;
        match (kind, file) {
            ("resources", "import.sh") => example.import(),
            ("resources", "import-by-identity.tf") => example.import_by_identity(),
            ("list-resources", "list-resource.tfquery.hcl") => example.list(),
            _ => None,
        }
    })
}

/// The last resource of a `resource.tf`.
pub(crate) struct Example {
    catalogue: Catalogue,
    resources: Vec<Resource>,
}

/// A resource block.
pub(crate) struct Resource {
    pub(crate) ty: String,
    pub(crate) label: String,
    /// Attributes and blocks. A reference to another resource is `${TYPE.LABEL.id}`.
    pub(crate) config: Json,
}

impl Example {
    /// Returns the example of a resource.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let path = folder().join("resources").join(name).join("resource.tf");
        let resources = resources(&fs::read_to_string(path).ok()?);
        let own = resources.last().is_some_and(|it| it.ty == name);
        let catalogue = Catalogue::of(&AzureAi::new(Box::new(|_| None)));
        own.then_some(Self { catalogue, resources })
    }

    fn own(&self) -> Option<&Resource> {
        self.resources.last()
    }

    /// Returns the resources of the example, the resource itself last.
    pub(crate) fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Returns the attribute with the parent's ID, and the resource that it refers to.
    fn parent(&self) -> Option<(&str, &Resource)> {
        self.own()?.config.as_object()?.iter().find_map(|(name, value)| {
            let at = value.as_str()?.strip_prefix("${")?.strip_suffix(".id}")?;
            let parent =
                self.resources.iter().find(|it| format!("{}.{}", it.ty, it.label) == at)?;
            Some((name.strip_suffix("_id")?, parent))
        })
    }

    /// Returns the value of each identity attribute.
    fn identity(&self) -> Option<Vec<(String, String)>> {
        let own = self.own()?;
        let parent = self.parent();
        let text = |of: &Resource, name: &str| of.config[name].as_str().map(str::to_owned);
        let value = |part: &str| match part {
            "subscription_id" => Some(SUBSCRIPTION.to_owned()),
            _ => text(own, part).or_else(|| match parent {
                Some((name, parent)) if part == format!("{name}_name") => text(parent, "name"),
                Some((_, parent)) if part == "resource_group_name" => text(parent, part),
                _ => None,
            }),
        };
        let resource = self.catalogue.resources.iter().map(|(_, it)| it);
        let parts = resource
            .filter(|it| it.name() == own.ty)
            .filter_map(|it| it.identity())
            .flat_map(|it| it.parts());
        parts.map(|part| Some((part.name.clone(), value(&part.name)?))).collect()
    }

    /// Returns the ID of the example's object.
    pub(crate) fn id(&self) -> Option<String> {
        let own = self.own()?;
        let parts = self.identity()?;
        let parts = parts.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str())));
        let identity = Value::map(parts);
        let (_, resource) = self.catalogue.resources.iter().find(|(_, it)| it.name() == own.ty)?;
        resource.identity()?.import_id(&identity).ok()
    }

    fn import(&self) -> Option<String> {
        let Resource { ty, label, .. } = self.own()?;
        Some(format!("terraform import {ty}.{label} \\\n  '{}'\n", self.id()?))
    }

    fn import_by_identity(&self) -> Option<String> {
        let Resource { ty, label, .. } = self.own()?;
        let parts = self.identity()?;
        let width = parts.iter().map(|(name, _)| name.len()).max()?;
        let lines = parts.iter().map(|(name, value)| format!("    {name:width$} = \"{value}\"\n"));
        let lines: String = lines.collect();
        Some(format!("import {{\n  to = {ty}.{label}\n\n  identity = {{\n{lines}  }}\n}}\n"))
    }

    /// Returns a list of the children of the same parent.
    fn list(&self) -> Option<String> {
        let ty = &self.own()?.ty;
        let (parent, _) = self.parent()?;
        let label = parent.rsplit('_').next()?;
        let id = self.id()?;
        let id = id.rsplitn(3, '/').last()?;
        Some(format!(
            "# Every {ty} in one {label}.\nlist \"{ty}\" \"{label}\" {{\n  provider = azureai\n  \
             limit    = 500\n\n  config {{\n    {parent}_id = \"{id}\"\n  }}\n}}\n"
        ))
    }
}

/// Returns the resource blocks of a file that `terraform fmt` has formatted, with each value on one
/// line.
fn resources(text: &str) -> Vec<Resource> {
    let mut lines = text.lines().map(str::trim);
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let words: Vec<&str> = line.split('"').collect();
        if let ["resource ", ty, " ", label, " {"] = words[..] {
            let config = Json::Object(block(&mut lines));
            found.push(Resource { ty: ty.to_owned(), label: label.to_owned(), config });
        }
    }
    found
}

/// Returns the content of a block, up to its closing line.
fn block(lines: &mut dyn Iterator<Item = &str>) -> Map<String, Json> {
    let mut members = Map::new();
    while let Some(line) = lines.next().filter(|line| *line != "}") {
        if let Some(name) = line.strip_suffix(" {") {
            let inner = Json::Object(block(lines));
            let blocks = members.entry(name).or_insert_with(|| json!([]));
            blocks.as_array_mut().expect("blocks of that name").push(inner);
        } else if let Some((name, value)) = line.split_once('=') {
            let value = value.trim();
            let refers = || json!(format!("${{{value}}}"));
            let value = serde_json::from_str(value).unwrap_or_else(|_| refers());
            members.insert(name.trim().to_owned(), value);
        }
    }
    members
}
