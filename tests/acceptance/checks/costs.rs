//! Requests of a plan's checks: each object is read once, and nothing is read if the checks are
//! off.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::pieces;
use crate::world::World;

const SCENARIO: &str = "examples/scenarios/isolated-workspace";

/// Comments around the table in the guide.
const MARKS: (&str, &str) = ("<!-- the requests of a plan -->\n", "<!-- end of the requests -->");

/// Parts of a path, each with the name of what the request reads.
const KINDS: [(&str, &str); 9] = [
    ("/permissions", "the permissions on a resource group"),
    ("/privateLinkResources", "the private link resources of a service"),
    ("/virtualNetworkLinks", "the links of a zone"),
    ("/ALL", "the records of a zone"),
    ("/privateDnsZoneGroups", "the zone group of an endpoint"),
    ("/networkInterfaces/", "the interface of an endpoint"),
    ("/privateEndpoints/", "an endpoint"),
    ("/virtualNetworks/", "a virtual network with its subnets"),
    ("", "a service itself"),
];

/// Returns a world with the scenario and its variables.
fn scenario() -> World {
    let mut world = World::new();
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    for (name, value) in [
        ("subscription_id", world.cloud.subscription()),
        ("resource_group_name", "rg-ai".to_owned()),
        ("workspace_id", world.cloud.id(pieces::WORKSPACE_PATH)),
        ("subnet_id", format!("{network}/subnets/snet-pe")),
        ("virtual_network_id", network),
    ] {
        world.set(&format!("TF_VAR_{name}"), &value);
    }
    world.copy(SCENARIO);
    world
}

/// Returns the paths that a plan requests with a value of `checks`, each with the number of
/// requests.
fn asked(world: &World, checks: &str) -> BTreeMap<String, usize> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO).join("main.tf");
    let text = fs::read_to_string(path).unwrap();
    let provider = "provider \"azureai\" {\n";
    assert!(text.contains(provider));
    world.file("main.tf", &text.replace(provider, &format!("{provider}  checks = {checks:?}\n")));
    let before = world.cloud.requests().len();
    // A refresh reads some endpoints one by one before it lists them, and their number varies.
    let plan = ["plan", "-input=false", "-refresh=false"];
    world.run(&plan).succeeds().keeps_quiet_about("(AAI0");
    let requests = world.cloud.requests();
    let mut paths = BTreeMap::new();
    for request in requests[before..].iter().filter(|it| it.path.starts_with("/subscriptions/")) {
        *paths.entry(request.path.clone()).or_default() += 1;
    }
    paths
}

/// Returns the number of requests that the checks add to a plan, by kind, and asserts that the
/// checks request no path twice.
fn added(world: &World) -> BTreeMap<&'static str, usize> {
    let without = asked(world, "off");
    let mut added = BTreeMap::new();
    for (path, count) in asked(world, "enforce") {
        let more = count - without.get(&path).copied().unwrap_or_default();
        assert!(more <= 1, "{path} is asked for {more} times for the checks");
        let kind = KINDS.iter().find(|(part, _)| path.contains(part)).unwrap();
        *added.entry(kind.1).or_default() += more;
    }
    added
}

#[test]
fn checks_read_everything_once_and_match_the_guide() {
    let world = scenario();
    let anew = added(&world);
    let ground = ["zone_virtual_network_link", "endpoint"];
    let targets = ground.map(|it| format!("-target=azureai_private_{it}.all"));
    let targets = targets.map(|it| it.replace("private_zone", "private_dns_zone"));
    world.run(&["apply", "-input=false", "-auto-approve", &targets[0], &targets[1]]).succeeds();
    let closing = added(&world);
    let mut table = "| what is read | all is made | the flags are switched off |\n".to_owned();
    table.push_str("| --- | --- | --- |\n");
    let count = |of: &BTreeMap<&str, usize>, kind| of.get(kind).copied().unwrap_or_default();
    for (_, kind) in KINDS {
        table.push_str(&format!(
            "| {kind} | {} | {} |\n",
            count(&anew, kind),
            count(&closing, kind)
        ));
    }
    let sum = |of: &BTreeMap<&str, usize>| of.values().sum::<usize>();
    table.push_str(&format!("| all | {} | {} |\n", sum(&anew), sum(&closing)));
    is_in_the_guide(&table);
}

fn is_in_the_guide(table: &str) {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/checks.md");
    let text = fs::read_to_string(&guide).unwrap();
    let (before, rest) = text.split_once(MARKS.0).unwrap();
    let (there, after) = rest.split_once(MARKS.1).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&guide, [before, MARKS.0, table, MARKS.1, after].concat()).unwrap();
    } else {
        assert_eq!(there, table, "the guide's table is not what was counted: set UPDATE_DOCS=1");
    }
}

#[test]
fn checks_of_twenty_endpoints_send_no_more_requests_than_one() {
    let count = |endpoints: usize| {
        let world = World::new();
        let many = pieces::ENDPOINT.replace("\"pe-hub\"", "\"pe-hub-${count.index}\"");
        world.config(&pieces::with(&many, &format!("  count = {endpoints}\n")));
        world.plan().succeeds();
        world.cloud.requests().iter().filter(|it| it.path.starts_with("/subscriptions/")).count()
    };
    // The network, the workspace, its private link resources, and the permissions on their group.
    assert_eq!([count(1), count(20)], [4, 4]);
}

#[test]
fn denied_read_of_a_check_is_a_warning() {
    let world = World::new();
    world.cloud.deny("Microsoft.Network/virtualNetworks/vnet-ai", "*/read");
    world.config(pieces::ENDPOINT);
    world.plan().warns("Checks not run").says("AAI006");
}
