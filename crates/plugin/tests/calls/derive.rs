//! Derived code finds the library, even through the re-export of another crate.

use terraform_plugin::model::Model;
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
