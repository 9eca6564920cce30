//! Checks that every module under `examples/modules` has the layout of a module repository, and
//! that its README has what terraform-docs writes for it.
//!
//! The sections are rendered from the module's own files, in the form of `terraform-docs markdown
//! table` with its default settings (templates and golden files in its repository).
//! `UPDATE_DOCS=1 cargo test --test docs` renews them.

use crate::hcl::{Block, blocks};
use crate::root;
use std::fs;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- BEGIN_TF_DOCS -->\n";
const END: &str = "\n<!-- END_TF_DOCS -->\n";

/// Files that a module's repository has, as HashiCorp's standard module structure lists them, and
/// the tests of ours.
const FILES: [&str; 12] = [
    "main.tf",
    "variables.tf",
    "outputs.tf",
    "versions.tf",
    "README.md",
    ".terraform-docs.yml",
    "examples/complete/main.tf",
    "examples/complete/variables.tf",
    "examples/complete/outputs.tf",
    "examples/complete/README.md",
    "tests/offline.tftest.hcl",
    "tests/plan.tftest.hcl",
];

/// Returns the folders of the modules.
fn modules() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("examples/modules")).expect("modules").flatten();
    let mut found: Vec<PathBuf> = entries.map(|it| it.path()).filter(|it| it.is_dir()).collect();
    found.sort();
    assert!(found.len() >= 2, "{found:?}");
    found
}

/// Returns the blocks of all files of a module.
fn configuration(module: &Path) -> Vec<Block> {
    let files = fs::read_dir(module).expect("a module").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|it| it == "tf")).collect();
    files.sort();
    let texts = files.iter().map(|path| fs::read_to_string(path).expect("a file"));
    texts.flat_map(|text| blocks(&text)).collect()
}

/// Returns the blocks of this type, sorted by their labels.
fn of<'b>(all: &'b [Block], kind: &str) -> Vec<&'b Block> {
    let mut found: Vec<&Block> = all.iter().filter(|block| block.kind == kind).collect();
    found.sort_by(|left, right| left.labels.cmp(&right.labels));
    found
}

/// Returns text as it stands in a cell: underscores and pipes outside of code are escaped.
fn cell(text: &str) -> String {
    let parts = text.trim().split('`').enumerate();
    let escape = |(index, part): (usize, &str)| match index % 2 {
        0 => part.replace('_', "\\_").replace('|', "\\|"),
        _ => part.to_owned(),
    };
    parts.map(escape).collect::<Vec<_>>().join("`").replace('\n', "<br/>")
}

/// Returns code as it stands in a cell.
fn code(text: &str) -> String {
    match text.contains('\n') {
        true => format!("<pre>{}</pre>", text.trim().replace('\n', "<br/>")),
        false => format!("`{text}`"),
    }
}

/// Returns a name that is its own anchor.
fn anchor(of: &str, name: &str) -> String {
    let anchor = format!("{of}_{name}");
    format!("<a name=\"{anchor}\"></a> [{}](#{})", cell(name), cell(&anchor))
}

/// Returns a section with a table, or the sentence that says that it is empty.
fn section(title: &str, columns: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return format!("## {title}\n\nNo {}.", title.to_lowercase());
    }
    let line = |cells: Vec<String>| format!("\n| {} |", cells.join(" | "));
    let dashes = columns.iter().map(|column| match *column {
        "Required" => format!(":{}:", "-".repeat(column.len() - 2)),
        _ => "-".repeat(column.len()),
    });
    let head = line(columns.iter().map(|&column| column.to_owned()).collect());
    let rows: String = rows.into_iter().map(line).collect();
    format!("## {title}\n{head}{}{rows}", line(dashes.collect()))
}

/// Returns the names and versions that a module requires: Terraform first, then its providers.
fn requirements(all: &[Block]) -> (String, Vec<(String, Block)>) {
    let [terraform] = of(all, "terraform")[..] else { panic!("one terraform block") };
    let [providers] = &terraform.blocks[..] else { panic!("one required_providers block") };
    let mut found: Vec<(String, Block)> = Vec::new();
    for name in providers.names() {
        // An object's members are written as those of a block.
        let source = providers.source(name).expect("a provider");
        let block = blocks(&source.replacen('{', "provider {", 1)).remove(0);
        found.push((name.to_owned(), block));
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    (terraform.text("required_version").expect("required_version"), found)
}

/// Returns the sections that terraform-docs writes.
fn sections(module: &Path) -> String {
    let all = configuration(module);
    let (terraform, providers) = requirements(&all);
    let versions = |of: &str| -> Vec<Vec<String>> {
        let version = |it: &Block| it.text("version").expect("a version");
        providers.iter().map(|(name, it)| vec![anchor(of, name), version(it)]).collect()
    };
    let mut required = vec![vec![anchor("requirement", "terraform"), terraform]];
    required.extend(versions("requirement"));
    assert!(of(&all, "module").is_empty(), "modules of modules have no rows here");
    let mut resources = Vec::new();
    for (kind, page, mode) in
        [("resource", "resources", "resource"), ("data", "data-sources", "data source")]
    {
        for block in of(&all, kind) {
            let [ty, label] = &block.labels[..] else { panic!("a type and a name: {block:?}") };
            let (name, page_name) = ty.split_once('_').expect("a provider's name");
            let (_, provider) =
                providers.iter().find(|(known, _)| known == name).expect("a required provider");
            let source = provider.text("source").expect("a source");
            let web = format!("https://registry.terraform.io/providers/{source}/latest/docs");
            let link = format!("[{ty}.{label}]({web}/{page}/{page_name})");
            resources.push(vec![link, mode.to_owned()]);
        }
    }
    let inputs = of(&all, "variable").into_iter().map(|variable| {
        let default = variable.source("default");
        let value = default.map(serde_json::from_str::<serde_json::Value>);
        let value = value.map(|it| it.expect("a default that is also JSON"));
        let shown = value.map(|it| code(&serde_json::to_string_pretty(&it).expect("JSON")));
        vec![
            anchor("input", &variable.labels[0]),
            cell(&variable.text("description").expect("a description")),
            code(variable.source("type").expect("a type")),
            shown.unwrap_or_else(|| "n/a".to_owned()),
            if default.is_none() { "yes" } else { "no" }.to_owned(),
        ]
    });
    let outputs = of(&all, "output").into_iter().map(|output| {
        let description = cell(&output.text("description").expect("a description"));
        vec![anchor("output", &output.labels[0]), description]
    });
    [
        section("Requirements", &["Name", "Version"], required),
        section("Providers", &["Name", "Version"], versions("provider")),
        section("Modules", &[], Vec::new()),
        section("Resources", &["Name", "Type"], resources),
        section(
            "Inputs",
            &["Name", "Description", "Type", "Default", "Required"],
            inputs.collect(),
        ),
        section("Outputs", &["Name", "Description"], outputs.collect()),
    ]
    .join("\n\n")
}

#[test]
fn the_readme_of_a_module_describes_its_inputs_and_outputs() {
    for module in modules() {
        let path = module.join("README.md");
        let readme = fs::read_to_string(&path).expect("a README");
        let (before, rest) = readme.split_once(BEGIN).expect("the begin of the sections");
        let (_, after) = rest.split_once(END).expect("the end of the sections");
        let expected = format!("{before}{BEGIN}{}{END}{after}", sections(&module));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, expected).expect("a README that can be written");
            continue;
        }
        let place = path.display();
        assert!(readme == expected, "{place} differs from the module: run with UPDATE_DOCS=1");
    }
}

#[test]
fn a_module_has_the_files_of_its_own_repository() {
    let license = fs::read_to_string(root().join("LICENSE")).expect("a license");
    for module in modules() {
        for file in FILES {
            assert!(module.join(file).is_file(), "{} has no {file}", module.display());
        }
        let own = fs::read_to_string(module.join("LICENSE")).expect("a license");
        assert!(own == license, "{}/LICENSE is not the project's", module.display());
    }
}

/// The rules of docs/STYLE.md for attributes, and that a wrong word fails before Azure sees it.
#[test]
fn variables_and_outputs_of_a_module_are_described() {
    let mut wrong = Vec::new();
    for module in modules() {
        let name = module.file_name().expect("a name").to_string_lossy().into_owned();
        let all = configuration(&module);
        for block in of(&all, "variable").into_iter().chain(of(&all, "output")) {
            let place = format!("{name}: {} {}", block.kind, block.labels[0]);
            let text = block.text("description").unwrap_or_default();
            let mut expect = |holds: bool, what: &str| {
                if !holds {
                    wrong.push(format!("{place}: {what}"));
                }
            };
            expect(text.trim().ends_with('.'), "the description ends with a full stop");
            let boolean = block.source("type") == Some("bool");
            expect(!boolean || text.starts_with("If `true`, "), "begins with \"If `true`, \"");
            let listed = text.contains("Possible values are `");
            let checked = block.blocks.iter().any(|it| it.kind == "validation");
            expect(!listed || checked, "a validation rejects other values");
            // Terraform replaces a null by the default, so it cannot mean something else.
            let ty = block.source("type").unwrap_or_default();
            for line in ty.lines().filter(|it| it.contains("optional(") && it.contains(", ")) {
                let member = line.split_whitespace().next().unwrap_or_default();
                let part = text.split(&format!("- `{member}` - ")).nth(1).unwrap_or_default();
                let part = part.split("\n- ").next().unwrap_or_default();
                expect(!part.contains("If null"), "a member with a default is never null");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cells_are_escaped_as_terraform_docs_does() {
    let rows = [
        (cell("a_b | `c_d | e`\n\n- f\n"), "a\\_b \\| `c_d | e`<br/><br/>- f"),
        (code("string"), "`string`"),
        (code("object({\n    a = string\n  })"), "<pre>object({<br/>    a = string<br/>  })</pre>"),
        (anchor("input", "a_b"), "<a name=\"input_a_b\"></a> [a\\_b](#input\\_a\\_b)"),
    ];
    for (shown, expected) in rows {
        assert_eq!(shown, expected);
    }
}
