//! Every feature has its name in every place, and every place belongs to a feature.

use crate::example;
use crate::tree::{File, Findings, files, root, says};
use plugin::provider::Catalogue;
use std::fs;
use terraform_provider_azureai::provider::AzureAi;

/// A resource, data source, list, action, or function.
struct Feature {
    name: &'static str,
    folder: &'static str,
    /// Files of its examples, including generated ones.
    files: &'static [&'static str],
}

fn features() -> Vec<Feature> {
    let catalogue = Catalogue::of(&AzureAi::new(Box::new(|_| None)));
    let feature = |name, folder, files| Feature { name, folder, files };
    let own = &["resource.tf", "import.sh", "import-by-identity.tf"][..];
    let resources = catalogue.resources.iter().map(|(_, it)| it.name());
    let data = catalogue.data_sources.iter().map(|(_, it)| it.name());
    let lists = catalogue.list_resources.iter().map(|(_, it)| it.name());
    let actions = catalogue.actions.iter().map(|(_, it)| it.name());
    let query = &["list-resource.tfquery.hcl"][..];
    let functions = catalogue.functions.iter().map(|it| it.signature().name);
    resources
        .map(|name| feature(name, "resources", own))
        .chain(lists.map(|name| feature(name, "list-resources", query)))
        .chain(actions.map(|name| feature(name, "actions", &["action.tf"])))
        .chain(data.map(|name| feature(name, "data-sources", &["data-source.tf"])))
        .chain(functions.map(|it| feature(it, "functions", &["function.tf"])))
        .collect()
}

impl Feature {
    /// Returns its name without the provider's prefix.
    fn short(&self) -> &'static str {
        self.name.trim_start_matches("azureai_")
    }

    /// Returns the paths that must exist and do not.
    fn missing(&self) -> Vec<String> {
        let Self { name, folder, .. } = self;
        let examples = self.files.iter().map(|file| format!("{folder}/{name}/{file}"));
        let examples = examples.filter(|path| example::text(path).is_none());
        let page = format!("docs/{folder}/{}.md", self.short());
        let page = Some(page).filter(|path| !root().join(path).is_file());
        examples.map(|path| format!("examples/{path}")).chain(page).collect()
    }

    /// Returns `true` if its source is where its name says: a function in a file of its name,
    /// everything else in the folder of its object.
    fn has_source(&self, sources: &[File]) -> bool {
        if self.folder == "functions" {
            return root().join(format!("src/functions/{}.rs", self.short())).is_file();
        }
        let declares = format!("const NAME: &'static str = \"{}\";", self.name);
        let declares = |file: &&File| file.text.contains(&declares);
        let mut own = sources.iter().filter(declares).peekable();
        // A data source that reads a resource's type shares the resource's name.
        own.peek().is_some()
            && own.all(|file| file.path.split('/').nth(2).is_some_and(|it| is_in(it, self.short())))
    }
}

/// Returns `true` if the words of a folder's name occur in a feature's name in that order.
fn is_in(folder: &str, feature: &str) -> bool {
    let mut words = feature.split('_');
    folder
        .split('_')
        .all(|word| words.any(|other| other.trim_end_matches('s') == word.trim_end_matches('s')))
}

#[test]
fn every_feature_has_its_name_in_every_place() {
    let mut found = Findings::default();
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let stories = files("tests/acceptance", &["rs"]);
    let sources = files("src/resources", &["rs"]);
    for feature in features() {
        let name = feature.name;
        for path in feature.missing() {
            found.expect(false, || format!("{path}: is not there"));
        }
        let source = feature.has_source(&sources);
        found.expect(source, || format!("src: {name} has no file in a folder of its name"));
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

/// Files of one type of DNS record, by the list of steps in ARCHITECTURE.md. `<name>` is the
/// resource's name without the provider's prefix, `<type>` the record type.
const RECORD_TYPE: [&str; 10] = [
    "src/resources/private_dns_record/<type>.rs",
    "src/resources/private_dns_record/mod.rs",
    "examples/resources/azureai_<name>/resource.tf",
    "examples/data-sources/azureai_<name>/data-source.tf",
    "tests/moves/<name>.json",
    "tests/acceptance/dns_records.rs",
    "README.md",
    "docs/resources/<name>.md",
    "docs/list-resources/<name>.md",
    "docs/data-sources/<name>.md",
];

#[test]
fn a_type_of_dns_records_is_in_the_files_of_the_list_and_in_no_other() {
    let mut found = Findings::default();
    let steps = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the steps");
    for path in RECORD_TYPE {
        found.expect(steps.contains(path), || format!("ARCHITECTURE.md: no step has {path}"));
    }
    let all = files(".", &["rs", "md", "tf", "sh", "hcl", "json", "toml"]);
    let names = features().into_iter().filter(|it| it.folder == "resources");
    let types = names.filter_map(|it| {
        let ty = it.short().strip_prefix("private_dns_")?.strip_suffix("_record")?;
        // The A record is older than the list, and many acceptance tests use it.
        (ty != "a").then_some((it.short(), ty))
    });
    for (name, ty) in types {
        let list = RECORD_TYPE.map(|path| path.replace("<name>", name).replace("<type>", ty));
        for path in &list {
            let own = all.iter().find(|file| file.path == *path);
            let there = own.is_some_and(|file| {
                file.path.contains(name) || file.text.contains(name) || says(&file.text, ty)
            });
            found.expect(there, || format!("{path}: says nothing of {name}"));
        }
        for file in &all {
            let ours = [&file.path, &file.text].iter().any(|text| {
                text.split("azureai_").skip(1).any(|rest| rest.starts_with(name))
                    || text.contains(&format!("{name}."))
            });
            let known = list.contains(&file.path) || file.path == "CHANGELOG.md";
            found.expect(!ours || known, || format!("{}: names {name} too", file.path));
        }
    }
    found.none();
}
