//! Every feature has its name in every place, and no place has another.

use crate::tree::{Findings, files, root, says};
use plugin::provider::Catalogue;
use std::fs;
use terraform_provider_azureai::provider::AzureAi;

/// A feature that has its name in many places.
struct Feature {
    name: &'static str,
    folder: &'static str,
    files: &'static [&'static str],
    /// The source, where each has its own.
    source: Option<&'static str>,
}

fn features() -> Vec<Feature> {
    let catalogue = Catalogue::of(&AzureAi::new(Box::new(|_| None)));
    let feature = |name, folder, files, source| Feature { name, folder, files, source };
    let own = &["resource.tf", "import.sh", "import-by-identity.tf"][..];
    let resources = catalogue.resources.iter().map(|(_, it)| it.name());
    let data = catalogue.data_sources.iter().map(|(_, it)| it.name());
    let lists = catalogue.list_resources.iter().map(|(_, it)| it.name());
    let actions = catalogue.actions.iter().map(|(_, it)| it.name());
    let query = &["list-resource.tfquery.hcl"][..];
    let functions = catalogue.functions.iter().map(|it| it.signature().name);
    resources
        .map(|name| feature(name, "resources", own, Some("src/resources")))
        .chain(lists.map(|name| feature(name, "list-resources", query, Some("src/lists"))))
        .chain(actions.map(|name| feature(name, "actions", &["action.tf"], Some("src/actions"))))
        .chain(data.map(|name| feature(name, "data-sources", &["data-source.tf"], None)))
        .chain(
            functions.map(|it| feature(it, "functions", &["function.tf"], Some("src/functions"))),
        )
        .collect()
}

impl Feature {
    /// Its name without the provider's.
    fn short(&self) -> &'static str {
        self.name.trim_start_matches("azureai_")
    }

    /// The files that there must be.
    fn needed(&self) -> Vec<String> {
        let Self { name, folder, .. } = self;
        let examples = self.files.iter().map(|file| format!("examples/{folder}/{name}/{file}"));
        examples.chain([format!("docs/{folder}/{}.md", self.short())]).collect()
    }

    /// Whether its source is where its name says.
    fn has_source(&self) -> bool {
        let Some(source) = self.source else {
            return true;
        };
        let places = [".rs", "/mod.rs"].map(|end| format!("{source}/{}{end}", self.short()));
        places.iter().any(|path| root().join(path).is_file())
    }
}

#[test]
fn every_feature_has_its_name_in_every_place() {
    let mut found = Findings::default();
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let stories = files("tests/acceptance", &["rs"]);
    for feature in features() {
        let name = feature.name;
        for path in feature.needed() {
            let there = root().join(&path).is_file();
            found.expect(there, || format!("{path}: is not there"));
        }
        found.expect(feature.has_source(), || format!("src: {name} has no file of its name"));
        let read = [format!("`{name}`"), format!("::{name}`")];
        let read = read.iter().any(|spelt| readme.contains(spelt));
        found.expect(read, || format!("README.md: says nothing of `{name}`"));
        let told = stories.iter().any(|story| says(&story.text, name));
        found.expect(told, || format!("tests/acceptance: nothing uses {name}"));
    }
    found.none();
}

#[test]
fn every_example_is_of_a_feature() {
    let mut found = Findings::default();
    let features = features();
    for folder in ["resources", "data-sources", "list-resources", "actions", "functions"] {
        for entry in fs::read_dir(root().join("examples").join(folder)).expect("examples").flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let known = features.iter().any(|it| it.folder == folder && it.name == name);
            found.expect(known, || format!("examples/{folder}/{name}: there is no such feature"));
        }
    }
    found.none();
}
