//! Acceptance tests of tags: the provider's default tags, and tags of other clients.

use serde_json::json;

use crate::pieces::{self, ZONE_PATH};
use crate::world::World;

const ZONE: &str = "azureai_private_dns_zone.api";

const DEFAULTS: &str =
    "provider \"azureai\" {\n  default_tags {\n    tags = { team = \"ai\" }\n  }\n}\n";

fn zone_with(tags: &str) -> String {
    pieces::with(pieces::ZONE, &format!("  tags = {tags}\n"))
}

#[test]
fn default_tags_are_added_and_tags_of_the_resource_win() {
    let world = World::new();
    world.config_with_provider(DEFAULTS, &zone_with("{ stage = \"test\" }"));
    world.apply().succeeds();
    world.plan().is_quiet();
    let tags = world.cloud.get(ZONE_PATH).unwrap()["tags"].clone();
    assert_eq!(tags, json!({"team": "ai", "stage": "test"}));
    assert_eq!(world.attribute(ZONE, "tags"), json!({"stage": "test"}));
    assert_eq!(world.attribute(ZONE, "tags_all"), tags);

    world.config_with_provider(DEFAULTS, &zone_with("{ team = \"network\" }"));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(world.cloud.get(ZONE_PATH).unwrap()["tags"], json!({"team": "network"}));
}

#[test]
fn default_tags_are_added_to_existing_resources_and_removed() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.apply().succeeds();
    world.config_with_provider(DEFAULTS, pieces::ZONE);
    world.apply().updates(1).says("tags_all");
    world.plan().is_quiet();
    world.config(pieces::ZONE);
    world.apply().updates(1);
    world.plan().is_quiet();
    let tags = &world.cloud.get(ZONE_PATH).unwrap()["tags"];
    assert!(tags.as_object().is_none_or(|tags| tags.is_empty()), "{tags}");
}

#[test]
fn ignored_tags_are_neither_shown_nor_lost() {
    let ignoring = "provider \"azureai\" {\n  ignore_tags {\n    keys = [\"CostCenter\"]\n  }\n}\n";
    let world = World::new();
    world.config_with_provider(ignoring, &zone_with("{ a = \"1\" }"));
    world.apply().succeeds();
    let injected = json!({"tags": {"a": "1", "CostCenter": "7", "hidden-link": "x"}});
    world.cloud.patch(ZONE_PATH, &injected);
    world.plan().is_quiet();
    world.config_with_provider(ignoring, &zone_with("{ a = \"2\" }"));
    world.apply().updates(1);
    let tags = world.cloud.get(ZONE_PATH).unwrap()["tags"].clone();
    assert_eq!(tags, json!({"a": "2", "CostCenter": "7", "hidden-link": "x"}));
}
