//! The registry's pages: what each kind of type has, and in which order.

use super::lab::Lab;
use terraform_plugin::prelude::*;
use terraform_plugin::provider::{Catalogue, Documentation};
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
    assert!(thing.contains("## Timeouts") && thing.contains("(Terraform 1.5 and later):\n"));
    assert!(!page("resources/rack.md").contains("Timeouts"));
}

/// A shelf.
///
/// It may be empty.
#[derive(Model)]
struct Shelf {
    /// Labels.
    tags: Option<String>,
    /// Room.
    #[tf(replace, default = "kitchen")]
    room: String,
    /// Boards.
    board: Blocks<Board>,
    /// Feet. If omitted, the shelf stands on feet of its kind.
    #[tf(max = 4)]
    foot: OptionalBlocks<Board>,
    /// Height.
    height: Option<i64>,
    /// Weight. Must be set before the shelf moves. In kilograms.
    weight: Computed<i64>,
    /// ID.
    id: Computed<String>,
    /// Name.
    name: String,
}

/// A board.
#[derive(Model)]
struct Board {
    /// Width.
    width: i64,
}

/// The shelves.
struct Shelves;

#[async_trait]
impl Resource for Shelves {
    type Model = Shelf;

    fn name(&self) -> &'static str {
        "lab_shelf"
    }

    fn timeouts(&self) -> Option<Timeouts> {
        Some(Timeouts::minutes(90))
    }

    async fn create(&self, planned: Shelf, _: &Context) -> Result<Shelf, Diagnostics> {
        Ok(planned)
    }

    async fn read(&self, state: Shelf, _: &Context) -> Result<Option<Shelf>, Diagnostics> {
        Ok(Some(state))
    }

    async fn update(&self, _: Shelf, planned: Shelf, _: &Context) -> Result<Shelf, Diagnostics> {
        Ok(planned)
    }

    async fn delete(&self, _: Shelf, _: &Context) -> Result<(), Diagnostics> {
        Ok(())
    }
}

/// A provider of shelves.
struct Workshop;

#[async_trait]
impl Provider for Workshop {
    fn block(&self) -> Block {
        Block::new("A workshop.")
    }

    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        vec![Box::new(Shelves)]
    }

    fn documentation(&self) -> Documentation {
        Documentation {
            subcategories: &[("lab_shelf", "Furniture")],
            last: &["tags"],
            import_note: "",
        }
    }
}

/// Page of the shelf.
const SHELF_PAGE: &str = "\
---
page_title: \"lab_shelf Resource - lab\"
subcategory: \"Furniture\"
description: |-
  A shelf.
---

# lab_shelf (Resource)

A shelf.

## Example Usage

```terraform
# A shelf.
```

## Notes

It may be empty.

## Schema

### Required

- `name` (String) Name.

### Optional

- `room` (String) Room. Defaults to `kitchen`. Changing this forces a new resource to be created.
- `board` (Block List) Boards. (see [below for nested schema](#nested--board))
- `foot` (Block List, Max: 4) Feet. If omitted, the shelf stands on feet of its kind. (see [below \
for nested schema](#nested--foot))
- `height` (Number) Height.
- `tags` (String) Labels.
- `timeouts` (Block) Time limits of the operations. (see [below for nested \
schema](#nested--timeouts))

### Read-Only

- `id` (String) ID.
- `weight` (Number) Weight. In kilograms.

<a id=\"nested--board\"></a>

### Nested Schema for `board`

Required:

- `width` (Number) Width.

<a id=\"nested--foot\"></a>

### Nested Schema for `foot`

Required:

- `width` (Number) Width.

<a id=\"nested--timeouts\"></a>

## Timeouts

The `timeouts` block sets how long an operation may take, as a duration such as `30m` or `1h30m`:

- `create` (String) Defaults to 1 hour 30 minutes.
- `read` (String) Defaults to 5 minutes.
- `update` (String) Defaults to 1 hour 30 minutes.
- `delete` (String) Defaults to 1 hour 30 minutes.
";

#[test]
fn a_page_has_its_example_before_the_notes_and_the_arguments_as_declared() {
    let example = |path: &str| path.ends_with("resource.tf").then(|| "# A shelf.".to_owned());
    let pages = registry::pages("lab", &Catalogue::of(&Workshop), &example);
    let (_, page) = pages.iter().find(|(path, _)| path == "resources/shelf.md").unwrap();
    assert_eq!(page, SHELF_PAGE);
}
