//! Derived code finds the library, even through the re-export of another crate.

use terraform_plugin::field::Computed;
use terraform_plugin::model::{Identified, Model};
use terraform_plugin::value::Value;

/// A crate with a library of its own on top of this one.
mod toolkit {
    pub(crate) use terraform_plugin as base;
}

/// A thing.
#[derive(toolkit::base::model::Model)]
#[tf(crate = "toolkit::base")]
struct Thing {
    /// Colours.
    colours: Vec<Colour>,
}

/// A colour.
#[derive(toolkit::base::model::Object)]
#[tf(crate = "toolkit::base")]
struct Colour {
    /// Name.
    name: String,
}

#[test]
fn a_struct_may_name_the_path_of_the_library() {
    let block = Thing::block();
    assert_eq!(block.attributes[0].members[0].name, "name");
    let red = Value::List(vec![Value::map([("name", "red".into())])]);
    let thing = Value::map([("colours", red)]);
    let decoded = Thing::decode(thing.clone()).unwrap();
    assert_eq!(decoded.colours[0].name, "red");
    assert_eq!(decoded.encode(), thing);
}

/// Settings of one kind of thing.
#[derive(toolkit::base::model::Model)]
#[tf(crate = "toolkit::base", description = T::NAME)]
struct Kept<T: Kind> {
    #[tf(flatten, id)]
    named: Named,
    #[tf(skip)]
    of: std::marker::PhantomData<T>,
}

/// The attributes of every kind.
#[derive(toolkit::base::model::Model)]
#[tf(crate = "toolkit::base")]
struct Named {
    /// ID.
    #[tf(id)]
    id: Computed<String>,
}

trait Kind: Send + Sync + 'static {
    const NAME: &'static str;
}

struct Stone;

impl Kind for Stone {
    const NAME: &'static str = "A stone.";
}

#[test]
fn a_generic_struct_has_the_description_and_the_id_of_its_parts() {
    let block = Kept::<Stone>::block();
    assert_eq!((block.description, block.attributes.len()), ("A stone.", 1));
    let mut kept = Kept::<Stone>::decode(block.empty()).unwrap();
    kept.id().set("7".to_owned());
    let named: &Named = kept.as_ref();
    assert_eq!(named.id.get().map(String::as_str), Some("7"));
    assert_eq!(kept.encode(), Value::map([("id", "7".into())]));
    let _ = kept.of;
}
