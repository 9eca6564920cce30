//! The diagram of a posture: before and after isolation, and in the pages that show it.

use std::fs;

use crate::foundry_connections::ACCOUNT;
use crate::mermaid::Flowchart;
use crate::pieces;
use crate::postures;
use crate::postures_foundry;
use crate::scenarios::project;
use crate::world::World;

const MARKS: (&str, &str) = ("<!-- diagram -->\n```mermaid\n", "```\n<!-- end of the diagram -->");

/// Returns the diagram of a workspace or account, read by a configuration of its own that changes
/// nothing.
fn seen(world: &World, path: &str) -> String {
    let opening = pieces::opening(&world.cloud)
        .replace(pieces::PROVIDER, "provider \"azureai\" {\n  read_only = true\n}\n");
    let posture = format!(
        r#"
data "azureai_network_isolation_posture" "it" {{
  resource_id                = "{}"
  client_virtual_network_ids = [local.vnet]
}}

output "diagram" {{
  value = data.azureai_network_isolation_posture.it.diagram
}}
"#,
        world.cloud.id(path)
    );
    world.file("look/main.tf", &(opening + &posture));
    let look = |arguments: &[&str]| world.run(&[&["-chdir=look"], arguments].concat()).succeeds();
    look(&["apply", "-input=false", "-auto-approve"]);
    let diagram = look(&["output", "-json", "diagram"]);
    serde_json::from_str(diagram.output()).unwrap()
}

/// Holds a page to the diagram of a workspace or account. `UPDATE_DOCS=1` writes it there.
pub fn page_shows(page: &str, world: &World, path: &str) {
    page_has(page, &seen(world, path));
}

/// Holds a page to a diagram. `UPDATE_DOCS=1` writes it there.
pub fn page_has(page: &str, diagram: &str) {
    Flowchart::read(diagram);
    let path = project(page);
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(MARKS.0).expect("the place of the diagram");
    let (there, after) = rest.split_once(MARKS.1).expect("the end of the diagram");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, [before, MARKS.0, diagram, MARKS.1, after].concat()).unwrap();
    } else {
        assert_eq!(there, diagram, "{page} does not show what was applied: set UPDATE_DOCS=1");
    }
}

/// Runs the commands of `posture.yml` that write the comment, in a world that is not compliant.
pub fn workflow_comments(world: &World) {
    let apply = ["apply", "-input=false", "-auto-approve", "-var", "require_compliance=false"];
    world.run(&apply).succeeds();
    let summary = world.run(&["output", "-raw", "summary"]).succeeds();
    assert!(summary.output().contains("is not isolated"), "{}", summary.output());
    let diagram = world.run(&["output", "-raw", "diagram"]).succeeds();
    let chart = Flowchart::read(diagram.output());
    assert_eq!(chart.of_class("public").len(), 1, "{}", diagram.output());
}

#[test]
fn a_hub_is_red_before_it_is_isolated_and_green_after() {
    let world = postures::scenario();
    let before = Flowchart::read(&seen(&world, pieces::WORKSPACE_PATH));
    let names =
        ["airef-hub", "airef-search", "airef-services", "airefacr", "airefkv", "airefstorage"];
    assert_eq!(before.of_class("public"), names);
    let mut open = names.map(|name| format!("Internet -> {name}: public")).to_vec();
    open.insert(1, "Internet -> airef-insights: telemetry".to_owned());
    assert_eq!(before.from("Internet"), open);
    let storage = before.nodes.iter().find(|(label, _)| label.starts_with("airefstorage")).unwrap();
    assert_eq!(
        storage.0,
        "airefstorage<br/>storage account<br/>public<br/>no endpoint for blob, file"
    );
    world.apply().succeeds();
    let diagram = seen(&world, pieces::WORKSPACE_PATH);
    let after = Flowchart::read(&diagram);
    assert!(!diagram.contains("public\n") && after.of_class("public").is_empty(), "{diagram}");
    assert_eq!(after.of_class("private"), names);
    assert_eq!(after.from("Internet"), ["Internet -> airef-insights: telemetry"]);
    assert_eq!(after.from("pe-file"), ["pe-file -> airefstorage: file: Approved"]);
    assert_eq!(after.subgraphs, ["vnet-ai (clients)", "snet-pe"]);
    assert_eq!(after.of_class("zone").len(), 1, "all zones have the one link: {diagram}");
    page_has("examples/scenarios/isolated-workspace/README.md", &diagram);
}

#[test]
fn an_account_is_red_before_it_is_isolated_and_green_after() {
    let world = postures_foundry::foundry();
    postures_foundry::give_roles(&world);
    let before = Flowchart::read(&seen(&world, ACCOUNT));
    let names = ["aif", "airef-search", "airefstorage", "threads"];
    assert_eq!(before.of_class("public"), names);
    assert_eq!(before.from("Internet").len(), 4);
    world.copy("examples/scenarios/foundry-existing");
    world.apply().succeeds();
    let diagram = seen(&world, ACCOUNT);
    let after = Flowchart::read(&diagram);
    assert_eq!(after.of_class("private"), names, "{diagram}");
    assert!(after.of_class("public").is_empty() && after.from("Internet").is_empty(), "{diagram}");
    assert_eq!(after.from("pe-account"), ["pe-account -> aif: account: Approved"]);
    let subgraphs = ["vnet-agents", "agents", "vnet-ai (clients)", "snet-pe"];
    assert_eq!(after.subgraphs, subgraphs);
    is_gray_where_it_may_not_be_seen(&world);
}

fn is_gray_where_it_may_not_be_seen(world: &World) {
    world.cloud.deny(postures_foundry::COSMOS, "*/databaseAccounts/read");
    world.cloud.deny("Microsoft.Network/privateEndpoints/pe-blob", "*/privateEndpoints/read");
    let hidden = Flowchart::read(&seen(world, ACCOUNT));
    assert_eq!(hidden.of_class("unverified"), ["pe-blob", "threads"]);
    world.cloud.allow_all();
}
