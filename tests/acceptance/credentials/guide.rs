//! What the guide has to copy is valid.

use std::fs;
use std::path::Path;

use crate::world::World;

#[test]
fn every_block_of_the_guide_is_valid() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/authentication.md");
    let text = fs::read_to_string(guide).unwrap();
    let blocks: Vec<&str> = text
        .split("```terraform\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(blocks.len() > 4, "{} blocks", blocks.len());
    let world = World::new();
    for block in blocks {
        world.config_with_provider(block, "");
        world.validate().succeeds();
        world.file("formatted.tf", block);
        world.run(&["fmt", "-check", "formatted.tf"]).succeeds();
        fs::remove_file(world.path("formatted.tf")).unwrap();
    }
}
