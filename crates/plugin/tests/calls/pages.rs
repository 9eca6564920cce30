//! The registry's pages tell what each kind has, and nothing of what it was not asked for.

use super::lab::Lab;
use terraform_plugin::provider::Catalogue;
use terraform_plugin::registry;

#[test]
fn pages_tell_what_there_is() {
    let import = |path: &str| {
        path.ends_with("import.sh").then(|| "terraform import lab_thing.a x".to_owned())
    };
    let pages = registry::pages("lab", &Catalogue::of(&Lab::default()), &import);
    let page = |path: &str| &pages.iter().find(|(it, _)| it == path).unwrap().1;
    assert!(page("ephemeral-resources/session.md").contains("lab_session (Ephemeral Resource)"));
    assert!(page("resources/vault.md").contains("`key` (String, Sensitive, Write-only)"));
    let thing = page("resources/thing.md");
    assert!(thing.contains("## Timeouts") && thing.contains("(Terraform 1.5 and later).\n"));
    assert!(!page("resources/rack.md").contains("Timeouts"));
}
