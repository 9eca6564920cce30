//! The warning about a service that no client can reach without its last private endpoint (AAI016).

use crate::pieces;
use crate::world::World;

const UNREACHABLE: &str = "Removing the endpoint makes \"airef-hub\" unreachable";

/// Returns the workspace's flag, which keeps its value when the flag is destroyed.
fn flag(value: &str) -> String {
    let flag = pieces::FLAG.replace("restore", "retain").replace("Disabled", value);
    let depends = "  depends_on            = [azureai_private_endpoint.hub]\n";
    assert!(flag.contains(depends));
    flag.replace(depends, "  depends_on            = [azureai_private_endpoint.second]\n")
}

fn second() -> String {
    pieces::ENDPOINT.replacen("\"hub\"", "\"second\"", 1).replace("pe-hub", "pe-second")
}

/// Returns a world with two endpoints and the flag.
fn world(value: &str) -> World {
    let world = World::new();
    world.config(&[pieces::ENDPOINT, &second(), &flag(value)].concat());
    world.apply().creates(3);
    world
}

#[test]
fn only_removal_of_the_last_endpoint_warns() {
    let world = world("Disabled");
    world.config(&[&second(), &*flag("Disabled")].concat());
    world.apply().destroys(1).keeps_quiet_about("unreachable");
    let said = world.run(&["plan", "-destroy"]).warns(UNREACHABLE).says("AAI016");
    said.says("\"pe-second\" is the last approved private endpoint to the service")
        .says("no client can reach the service");
    world.destroy().destroys(2).warns(UNREACHABLE);
}

/// One of the removed endpoints is the last one, whichever Azure deletes last.
#[test]
fn removal_of_all_endpoints_at_once_warns() {
    let world = world("Disabled");
    world.run(&["plan", "-destroy"]).warns(UNREACHABLE);
}

#[test]
fn removal_warns_only_while_public_access_is_disabled() {
    let open = world("Enabled");
    open.run(&["plan", "-destroy"]).succeeds().keeps_quiet_about("unreachable");

    let world = world("Disabled");
    let refusing = "provider \"azureai\" {\n  check_overrides = { AAI016 = \"enforce\" }\n}\n";
    world.config_with_provider(refusing, "");
    world.plan().fails_with(UNREACHABLE);
    world.cloud.deny(pieces::WORKSPACE_PATH, "Microsoft.MachineLearningServices/workspaces/read");
    world.config("");
    world.run(&["plan", "-refresh=false"]).warns("Checks not run").says("AAI016");
}

/// The destroy of the flag enables public access again.
#[test]
fn restored_public_access_prevents_the_warning() {
    let world = World::new();
    world.config(&[pieces::ENDPOINT, pieces::FLAG].concat());
    world.apply().creates(2);
    world.run(&["plan", "-destroy"]).succeeds().keeps_quiet_about("unreachable");
    world.destroy().destroys(2).keeps_quiet_about("unreachable");
}

#[test]
fn disabled_checks_send_no_requests() {
    let world = world("Disabled");
    for (checks, asked) in [("enforce", 1), ("off", 0)] {
        let provider = format!("provider \"azureai\" {{\n  checks = {checks:?}\n}}\n");
        world.config_with_provider(&provider, "");
        let before = world.cloud.requests().len();
        world.run(&["plan", "-refresh=false"]).succeeds();
        let requests = world.cloud.requests();
        let of_azure =
            requests[before..].iter().filter(|it| it.path.starts_with("/subscriptions/"));
        assert_eq!(of_azure.count(), asked, "{checks}");
    }
}
