//! Derived code finds the library, also where another crate hands it on.

use terraform_plugin::model::Model;
use terraform_plugin::value::Value;

/// As a crate would that has a library of its own on top of this one.
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
fn a_struct_may_say_where_the_library_is() {
    let block = Thing::block();
    assert_eq!(block.attributes[0].members[0].name, "name");
    let red = Value::List(vec![Value::map([("name", "red".into())])]);
    let thing = Value::map([("colours", red)]);
    let decoded = Thing::decode(thing.clone()).unwrap();
    assert_eq!(decoded.colours[0].name, "red");
    assert_eq!(decoded.encode(), thing);
}
